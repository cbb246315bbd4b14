#ifndef LIENTHONG_GATEWAY_SYNC_INBOUND_H_
#define LIENTHONG_GATEWAY_SYNC_INBOUND_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "gateway/core/editor.h"
#include "gateway/core/engine.h"
#include "gateway/sync/lane.h"
#include "gateway/sync/lane_store.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"

namespace lienthong::sync {

// What taking in one item will write: an edit of a dossier, or only its lane, or a dead letter.
struct PreparedItem {
  std::optional<core::PreparedEdit> edit;
  store::WriteSet set;   // when there is no edit
  bool nothing = false;  // taken in before
  int echoes = 0;
};

// Takes in items from a counterpart: finds the dossier each is about, steps its lane and merges
// what it changed. Decides only; the link engine commits. An item that cannot be taken in becomes a
// dead letter and stops nothing else.
class Inbound {
 public:
  Inbound(core::Engine& engine, std::string link, const core::Party& party)
      : engine_(engine), link_(std::move(link)), party_(party), lanes_(engine, link_) {}

  absl::StatusOr<PreparedItem> Prepare(const adapter::v1::InboundItem& item,
                                       const LinkState& state) const;

 private:
  // The edit that a lane's step asked for, with the lane written in the same commit.
  absl::StatusOr<PreparedItem> PrepareStep(const StoredLane& lane, const Effects& effects,
                                           const adapter::v1::InboundItem& item) const;
  absl::StatusOr<StoredLane> FindLane(const adapter::v1::InboundItem& item) const;
  absl::StatusOr<bool> NamesAnother(const core::StoredDossier& stored,
                                    const domain::Change& change) const;
  PreparedItem DeadLetter(const adapter::v1::InboundItem& item, std::string field,
                          std::string reason, std::string code) const;

  core::Engine& engine_;
  const std::string link_;
  const core::Party& party_;
  const LaneStore lanes_;
};

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_INBOUND_H_
