#ifndef LIENTHONG_GATEWAY_CORE_VIEW_H_
#define LIENTHONG_GATEWAY_CORE_VIEW_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/core/context.h"
#include "lienthong/dossier/v1/dossier.pb.h"
#include "lienthong/storage/v1/storage.pb.h"

namespace lienthong::core {

// What one caller may see: every read passes through it. An agency sees the dossiers it received
// and those that are or were assigned to it; an operator sees all, with a purpose; the portal sees
// fields marked `public`; a link sees what its counterpart works on.
class View {
 public:
  // InvalidArgument when an operator gives no purpose for `personal_data`.
  static absl::StatusOr<View> Of(const RequestContext& context, bool personal_data);

  // Whether it covers every dossier, of whatever agency.
  bool CoversAll() const { return kind_ == CallerKind::kOperator || kind_ == CallerKind::kPortal; }
  bool Covers(const dossier::v1::Dossier& dossier) const;
  bool Covers(const storage::v1::JournalEntry& entry) const;
  // Leaves what the caller may see of a covered dossier.
  void Reduce(dossier::v1::Dossier& dossier) const;

 private:
  bool CoversAgencies(const std::vector<std::string>& agencies) const;

  CallerKind kind_ = CallerKind::kAgency;
  std::vector<std::string> agencies_;
};

// The agencies that a dossier concerns: receiving, assigned, once assigned. An agency that refused
// a hand-over stays: the record of its refusal is its own. Sorted, unique.
std::vector<std::string> AgenciesOf(const dossier::v1::Dossier& dossier);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_VIEW_H_
