#ifndef LIENTHONG_GATEWAY_CORE_DISPATCH_H_
#define LIENTHONG_GATEWAY_CORE_DISPATCH_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/catalogue/snapshot.h"
#include "gateway/core/catalogue.h"
#include "gateway/core/context.h"
#include "gateway/core/engine.h"
#include "gateway/core/records.h"
#include "lienthong/catalogue/v1/catalogue_service.pb.h"
#include "lienthong/storage/v1/dispatch.pb.h"

namespace lienthong::core {

inline constexpr int kDispatchPageRows = 1000;

// Who goes on with a dossier whose agency ended.
struct Succession {
  std::string from;  // the agency in charge: who leads, before that who receives
  bool has_ended = false;
  std::vector<std::string> candidates = {};  // in order; none: it ended without a successor
};

// The entry of the agency in charge is that of the day on which it got the dossier: its code may
// mean another one by now. An agency that the catalogue does not know has not ended.
Succession SuccessionOf(const catalogue::Snapshot& snapshot, const dossier::v1::Dossier& dossier,
                        const std::string& today);

// Finds open dossiers whose agency ended, and gives them to the one that takes over: a lead
// assignment that counts as accepted, as an edit of the gateway. Where several took over, or none,
// the dossier waits for an operator to name one. What it was before stays: the agency that received
// it, its code, its assignments. Thread-safe but for Step.
class Dispatch {
 public:
  // Engine and catalogue outlive it.
  Dispatch(Engine& engine, const Catalogue& catalogue) : engine_(engine), catalogue_(catalogue) {}

  // Looks at the next page of open dossiers, once after each change of the catalogue and once an
  // hour; whether there is more. One call at a time. What was done survives a kill; the page is
  // then looked at again. Errors of the store.
  absl::StatusOr<bool> Step();

  absl::StatusOr<catalogue::v1::ListDispatchResponse> List(
      const RequestContext& context, const catalogue::v1::ListDispatchRequest& request) const;
  // FailedPrecondition NOT_A_SUCCESSOR.
  absl::StatusOr<catalogue::v1::DispatchDossierResponse> Assign(
      const RequestContext& context, const catalogue::v1::DispatchDossierRequest& request);

 private:
  class Page;

  absl::Status Sweep(const catalogue::Snapshot& snapshot, const std::string& today);

  Engine& engine_;
  const Catalogue& catalogue_;
};

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_DISPATCH_H_
