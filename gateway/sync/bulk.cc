#include "gateway/sync/bulk.h"

#include <algorithm>
#include <set>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/act_log.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/validate.h"
#include "gateway/sync/operators.h"

namespace lienthong::sync {
namespace {

constexpr int32_t kItemsDefault = 100;
constexpr int32_t kItemsMax = 500;
constexpr int64_t kReasonCharactersMax = 1000;  // as of all kept reasons

int64_t ItemsOf(int32_t wished) {
  return wished == 0 ? kItemsDefault : std::min(wished, kItemsMax);
}

absl::Status CheckIds(const BulkAct& act, bool has_filter) {
  if (act.ids.empty() != has_filter) {
    return FieldInvalid("ids", "is one of two: say either ids, or a filter that is not empty");
  }
  if (act.ids.size() > static_cast<size_t>(kItemsMax)) {
    return FieldInvalid("ids", StrCat("has more than ", kItemsMax, "; ask in several calls"));
  }
  const std::set<std::string> unique(act.ids.begin(), act.ids.end());
  if (unique.size() != act.ids.size()) return FieldInvalid("ids", "names one twice");
  return absl::OkStatus();
}

// Whether an act that was done under this request's id was asked for by another request.
bool IsAnother(const storage::v1::ActRecord& known, const BulkAct& act) {
  if (known.kind() != act.kind || known.reason() != act.reason) return true;
  if (!act.result.empty() && known.result() != act.result) return true;
  return !act.ids.empty() &&
         std::find(act.ids.begin(), act.ids.end(), known.target()) == act.ids.end();
}

// An act to several things, while there is time.
class Doing {
 public:
  using ActOn = std::function<absl::Status(const std::string&)>;
  Doing(const core::Engine& engine, const BulkAct& act, const ActOn& act_on, v1::BulkResult& result)
      : engine_(engine), act_(act), act_on_(act_on), result_(result) {}

  void Do(const std::string& id) {
    if (engine_.clock.Now() >= act_.deadline - kAnswerTime) {
      result_.set_left(result_.left() + 1);
      return;
    }
    const absl::Status status = act_on_(id);
    if (status.ok()) return Tell(id);
    v1::BulkResult::Failure& failure = *result_.add_failures();
    failure.set_id(id);
    failure.set_reason(std::string(status.message()));
  }

 private:
  void Tell(const std::string& id) {
    result_.set_done(result_.done() + 1);
    if (!act_.tells_results) return;
    const auto done = core::FindAct(engine_, act_.actor, act_.request_id, id);
    if (!done.ok() || !done->has_value() || (*done)->result().empty()) return;
    v1::BulkResult::Outcome& outcome = *result_.add_outcomes();
    outcome.set_id(id);
    outcome.set_result((*done)->result());
  }

  const core::Engine& engine_;
  const BulkAct& act_;
  const ActOn& act_on_;
  v1::BulkResult& result_;
};

}  // namespace

absl::Status CheckBulk(const BulkAct& act, bool has_filter) {
  LIENTHONG_RETURN_IF_ERROR(CheckIds(act, has_filter));
  if (act.items_max < 0) return FieldInvalid("items_max", "is negative");
  return CheckAct(act.request_id, act.reason);
}

absl::Status CheckAct(std::string_view request_id, std::string_view reason) {
  if (!domain::IsUuid(request_id)) {
    return FieldInvalid("request_id", "is not a UUID; make one for each thing that you want");
  }
  if (domain::IsBlank(reason)) return FieldInvalid("reason", "is required and is kept");
  const int64_t characters = domain::CountCharacters(reason);
  if (characters >= 0 && characters <= kReasonCharactersMax) return absl::OkStatus();
  return FieldInvalid("reason", StrCat("is longer than ", kReasonCharactersMax, " characters"));
}

absl::StatusOr<v1::BulkResult> RunBulk(
    const core::Engine& engine, const BulkAct& act, const FindIds& find,
    const std::function<absl::Status(const std::string&)>& act_on) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<storage::v1::ActRecord> acts,
                             core::ActsOfRequest(engine, act.actor, act.request_id));
  std::set<std::string> done;
  for (const storage::v1::ActRecord& known : acts) {
    if (IsAnother(known, act)) return RequestIdReused(act.request_id);
    done.insert(known.target());
  }
  v1::BulkResult result;
  FoundIds found{.ids = act.ids, .more = false};
  if (act.ids.empty()) {
    LIENTHONG_ASSIGN_OR_RETURN(found, find(done.empty() ? kItemsMax : 0));
    result.set_done(static_cast<int64_t>(done.size()));
    result.set_more(found.more);
  }
  Doing doing(engine, act, act_on, result);
  for (const std::string& id : found.ids) {
    if (act.ids.empty() && result.done() + result.left() >= ItemsOf(act.items_max)) {
      result.set_more(true);
      break;
    }
    if (done.contains(id)) {
      result.set_done(result.done() + 1);
    } else {
      doing.Do(id);
    }
  }
  if (act.ids.empty() && result.left() > 0) result.set_more(true);
  return result;
}

}  // namespace lienthong::sync
