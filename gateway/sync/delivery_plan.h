#ifndef LIENTHONG_GATEWAY_SYNC_DELIVERY_PLAN_H_
#define LIENTHONG_GATEWAY_SYNC_DELIVERY_PLAN_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/sync/lane.h"
#include "gateway/sync/shadow.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"
#include "lienthong/storage/v1/storage.pb.h"

namespace lienthong::sync {

// Whether the counterpart has a record of a lane's dossier, as far as we know.
bool HasRecord(const LaneState& lane);

// What a lane's turn has to send: whatever differs from what we believe the counterpart holds, cut
// into deliveries. The record comes first, as one; then the new elements of each list to which the
// counterpart only appends, in the list's order, a few at a time. Pure; everything given outlives
// it.
class DeliveryPlan {
 public:
  DeliveryPlan(const LaneState& lane, const LinkState& link, const Turn& turn);

  // The next delivery, not yet named; nothing when the counterpart holds all that it can.
  std::optional<storage::v1::Intent> Next() const;
  // An intent of this lane, at the revision of the turn, as it goes out.
  adapter::v1::OutboundItem ItemOf(const storage::v1::Intent& intent) const;
  // What the counterpart will not hold of the dossier when all is delivered: at most 64.
  std::vector<adapter::v1::Loss> Losses() const;

 private:
  dossier::v1::Dossier MakeRecord() const;
  std::string_view Belief(std::string_view path) const;
  bool IsAppended(std::string_view path) const;
  bool IsFixed(std::string_view path) const;
  bool WaitsForLater(const std::string& path) const;
  std::vector<storage::v1::IntentField> FindDifferences() const;
  bool WasAppended(const std::string& element) const;
  using Elements = std::vector<std::pair<std::string, const google::protobuf::Message*>>;
  Elements ShownElements(const std::string& list) const;
  void AddNewElements(const std::string& list, storage::v1::Intent& intent) const;
  void CarryField(const std::string& path, adapter::v1::OutboundItem& item) const;
  void CarryElements(const storage::v1::Intent& intent, dossier::v1::Dossier& dossier) const;

  const LaneState& lane_;
  const LinkState& link_;
  const Turn& turn_;
  const Beliefs beliefs_;
  const bool exists_;                  // the counterpart has the record already
  const dossier::v1::Dossier record_;  // as it is to be there, without the appended lists
  // Where that is not what we believe is there.
  const std::vector<storage::v1::IntentField> differences_;
};

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_DELIVERY_PLAN_H_
