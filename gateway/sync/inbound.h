#ifndef LIENTHONG_GATEWAY_SYNC_INBOUND_H_
#define LIENTHONG_GATEWAY_SYNC_INBOUND_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/base/errors.h"
#include "gateway/core/editor.h"
#include "gateway/core/engine.h"
#include "gateway/sync/lane.h"
#include "gateway/sync/lane_store.h"
#include "gateway/sync/links.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"

namespace lienthong::sync {

struct Repair;

// How an item came: in the counterpart's feed, or with a call of its own.
// kWaited: in the feed, and it has waited for its dossier as long as it may.
enum class Arrival { kPulled, kCalled, kWaited };

// What taking in one item will write: an edit of a dossier, or only its lane, or a dead letter.
struct PreparedItem {
  std::optional<core::PreparedEdit> edit = {};
  store::WriteSet set = {};          // when there is no edit
  bool nothing = false;              // taken in before
  bool early = false;                // came in the feed before its dossier: it is to wait
  std::optional<Stop> refused = {};  // it becomes a dead letter
  int64_t dossier_id = 0;            // which dossier it is about; 0 when there is none
  int echoes = 0;
  std::vector<std::string> overtaken = {};  // fields of a replay that stay as they are
  bool answers = false;                     // the lane has something to say to it now
};

// How an item is taken up again that had been refused.
struct Replay {
  Replayed report;
  absl::Time came;  // when it was last met
};

// Takes in items from a counterpart: finds the dossier each is about, steps its lane and merges
// what it changed. Decides only; the link engine commits. An item that cannot be taken in becomes a
// dead letter and stops nothing else.
class Inbound {
 public:
  Inbound(core::Engine& engine, const LinkOptions& options, const core::Party& party)
      : engine_(engine), options_(options), party_(party), lanes_(engine, options.name) {}

  absl::StatusOr<PreparedItem> Prepare(const adapter::v1::InboundItem& item, Arrival arrival,
                                       const LinkState& state) const;

  // Takes up again what had been refused. What somebody has said of its fields since stays. When it
  // is refused again, nothing is to be written: `refused` tells why.
  absl::StatusOr<PreparedItem> PrepareReplay(const adapter::v1::InboundItem& item,
                                             const Replay& replay, const LinkState& state) const;

  // What was approved after both sides were compared (reconcile/plan.h): the lane learns what the
  // counterpart holds, and what is its own to say is taken in as if it said it now. `held` null: it
  // holds no record. When that is refused, nothing is to be written.
  absl::StatusOr<PreparedItem> PrepareRepair(const StoredLane& lane,
                                             const core::StoredDossier& stored,
                                             const adapter::v1::InboundItem* held,
                                             const Repair& repair, const LinkState& state) const;

  // What a lane's record was found to say that was looked up because the store is an older one
  // (LaneState.look_up_first); null: there is none. It is taken in, or becomes a dead letter;
  // either way the lane goes on then. `shown`: as of ReadFirst.
  absl::StatusOr<PreparedItem> PrepareRead(const StoredLane& lane,
                                           const core::StoredDossier& stored,
                                           const adapter::v1::InboundItem* held,
                                           const adapter::v1::Representation& shown,
                                           const LinkState& state) const;

  // The dossier that an item is about; 0: none is known.
  absl::StatusOr<int64_t> DossierOf(const adapter::v1::InboundItem& item) const;
  // The dossier that the counterpart means by a code, as far as it may see it; version 0: none.
  absl::StatusOr<core::StoredDossier> Find(const std::string& code) const;
  // Whether the counterpart may see a dossier.
  bool Concerns(const dossier::v1::Dossier& dossier) const;

 private:
  using Violations = std::vector<FieldViolation>;

  // What the counterpart means by a code: a number that it issued itself, else whoever's it is; 0:
  // no dossier.
  absl::StatusOr<int64_t> FindId(const std::string& code) const;
  absl::StatusOr<StoredLane> FindLane(const adapter::v1::InboundItem& item) const;
  absl::StatusOr<core::StoredDossier> StoredOf(const StoredLane& lane) const;
  // The edit that a lane's step asked for, with the lane written in the same commit.
  absl::StatusOr<PreparedItem> PrepareStep(const StoredLane& lane, Effects effects,
                                           const std::string& key) const;
  absl::StatusOr<Violations> CheckChange(const core::StoredDossier& stored,
                                         const domain::Change& change) const;
  // What is wrong with the record of a lane's own dossier. Gives its elements their ids.
  absl::StatusOr<Violations> CheckRead(const StoredLane& lane, const core::StoredDossier& stored,
                                       adapter::v1::InboundItem& held) const;
  PreparedItem Refused(const core::StoredDossier& stored, const Violations& faults) const;
  // Adds the dead letter of an item that was refused.
  absl::StatusOr<PreparedItem> PutLetter(const adapter::v1::InboundItem& item,
                                         const StoredLane& lane, PreparedItem prepared) const;

  core::Engine& engine_;
  const LinkOptions& options_;
  const core::Party& party_;
  const LaneStore lanes_;
};

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_INBOUND_H_
