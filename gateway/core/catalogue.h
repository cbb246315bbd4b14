#ifndef LIENTHONG_GATEWAY_CORE_CATALOGUE_H_
#define LIENTHONG_GATEWAY_CORE_CATALOGUE_H_

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/catalogue/import.h"
#include "gateway/catalogue/snapshot.h"
#include "gateway/core/acting.h"
#include "gateway/core/context.h"
#include "gateway/core/due_classes.h"
#include "gateway/core/engine.h"
#include "gateway/core/recomputation.h"
#include "gateway/core/timetables.h"
#include "gateway/store/store.h"
#include "lienthong/catalogue/v1/catalogue_service.pb.h"

namespace lienthong::core {

// The catalogue as it is kept: a row for each entry, and one that every change raises, by which
// other gateways on the same store know that theirs is old. Thread-safe.
class Catalogue {
 public:
  // The engine outlives it.
  explicit Catalogue(const Engine& engine) : engine_(engine) {}

  // The catalogue as it is now; read again only when it changed. Errors of the store.
  absl::StatusOr<std::shared_ptr<const catalogue::Snapshot>> Now() const;
  // Today in Viet Nam, "2025-07-01".
  std::string Today() const;

  // All or nothing, in one commit, kept as an act with its reason. IMPORT_REFUSED. The same request
  // again is not done again; its answer then has the counts, without the single changes.
  absl::StatusOr<catalogue::v1::ImportCatalogueResponse> Import(
      const RequestContext& context, const catalogue::v1::ImportCatalogueRequest& request);
  // Likewise.
  absl::StatusOr<catalogue::v1::ActingGrant> PutGrant(
      const RequestContext& context, const catalogue::v1::PutActingGrantRequest& request);

  // How far the deadlines of open dossiers were computed again after the last change.
  absl::StatusOr<catalogue::v1::Recomputation> Recomputed() const {
    return GetRecomputation(engine_);
  }

 private:
  // What one change writes beside its entries.
  struct Act {
    const RequestContext& context;
    std::string request_id;
    std::string digest;
    std::string kind;
    std::string target;
    std::string reason;
    std::string result;
  };

  absl::StatusOr<int64_t> StoredVersion() const;
  absl::StatusOr<catalogue::Entries> ReadEntries() const;
  absl::Status ReadKind(std::string_view kind, catalogue::Entries& entries) const;
  // Adds to a dry run how many deadlines it would move.
  absl::Status ForeseeDeadlines(const catalogue::Snapshot& now, catalogue::ImportPlan& plan) const;
  // Aborted when the catalogue has changed since `version`.
  absl::Status Write(const Act& act, int64_t version, const std::vector<catalogue::Entry>& entries);
  absl::Time DeadlineOf(const RequestContext& context) const;

  const Engine& engine_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const catalogue::Snapshot> snapshot_;
};

// The end of a warning time by an agency's calendar; by the clock where that cannot be read. The
// catalogue outlives the function.
WarningEnd MakeWarningEnd(const Catalogue& catalogue);

// For which agencies one may act today, by grants; none where the catalogue cannot be read. The
// catalogue outlives the function.
ActsFor MakeActsFor(const Catalogue& catalogue);

// What it says of time.
class CatalogueTimetables final : public Timetables {
 public:
  // The catalogue outlives it.
  explicit CatalogueTimetables(const Catalogue& catalogue) : catalogue_(catalogue) {}
  std::shared_ptr<const domain::Timetable> Now() const override;

 private:
  const Catalogue& catalogue_;
};

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_CATALOGUE_H_
