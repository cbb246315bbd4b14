#include "tests/simulation/parts.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

#include "gateway/base/text.h"

namespace lienthong::simulation {
namespace {

using adapter::v1::ItemOutcome;
using adapter::v1::OutboundItem;

constexpr double kPrepares = 0.2;
constexpr double kOneByOne = 0.5;
constexpr int kPartsMax = 4;

ItemOutcome Continue(const OutboundItem& item, std::string state) {
  ItemOutcome outcome;
  outcome.set_delivery_id(item.delivery_id());
  outcome.set_outcome(adapter::v1::OUTCOME_CONTINUE);
  outcome.set_adapter_state(std::move(state));
  return outcome;
}

std::string PartOf(const OutboundItem& item, int done) {
  return StrCat("part ", item.delivery_id(), " ", done);
}

}  // namespace

ItemOutcome Parts::Deliver(const OutboundItem& item) {
  if (item.key().empty() && !item.appends()) return MakeRecord(item);
  const int done = DoneOf(item);
  if (!item.appends() && done < kPartsMax && dice_.Happens(kPrepares)) {
    return Continue(item, PartOf(item, done + 1));
  }
  OutboundItem rest = item;
  auto& steps = *rest.mutable_dossier()->mutable_steps();
  if (item.appends()) steps.DeleteSubrange(0, std::min(done, steps.size()));
  if (steps.size() > 1 && dice_.Happens(kOneByOne)) {
    steps.DeleteSubrange(1, steps.size() - 1);
    counterpart_.Take(rest);
    return Continue(item, PartOf(item, done + 1));
  }
  ItemOutcome outcome = counterpart_.Take(rest);
  outcome.set_adapter_state("");
  return outcome;
}

// How many parts of this delivery are there already.
int Parts::DoneOf(const OutboundItem& item) {
  const std::vector<std::string> state = absl::StrSplit(item.adapter_state(), ' ');
  if (state.size() != 3 || state[0] != "part") return 0;
  if (state[1] != item.delivery_id()) {
    complaints_.push_back({item.dossier().code(), StrCat(item.delivery_id(), " although ", state[1],
                                                         " is there in part only")});
    return 0;
  }
  int done = 0;
  return absl::SimpleAtoi(state[2], &done) ? done : 0;
}

ItemOutcome Parts::MakeRecord(const OutboundItem& item) {
  if (auto refusal = counterpart_.Refusal(item)) return *std::move(refusal);
  const std::vector<std::string> state = absl::StrSplit(item.adapter_state(), ' ');
  const bool has_key = state.size() == 2 && state[0] == "key";
  const Counterpart::Record* holder = counterpart_.FindByCode(item.dossier().code());
  if (holder != nullptr && !(has_key && holder->key == state[1])) {
    ItemOutcome taken;
    taken.set_delivery_id(item.delivery_id());
    taken.set_outcome(adapter::v1::OUTCOME_CONFLICT);
    taken.set_key(holder->key);
    return taken;
  }
  if (!has_key) {
    const std::string key = counterpart_.IssueKey();
    ItemOutcome outcome = Continue(item, StrCat("key ", key));
    auto& code = *outcome.add_codes();
    code.set_kind(dossier::v1::CodeReference::KIND_LOCAL_ID);
    code.set_code(key);
    return outcome;
  }
  counterpart_.Make(state[1], item);  // once more, when the first answer was lost
  ItemOutcome outcome;
  outcome.set_delivery_id(item.delivery_id());
  outcome.set_outcome(adapter::v1::OUTCOME_APPLIED);
  outcome.set_key(state[1]);
  outcome.set_adapter_state("");
  return outcome;
}

}  // namespace lienthong::simulation
