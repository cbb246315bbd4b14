// What a comparison asks its counterpart, one call at a time, and what it makes of no answer: a
// counterpart that is away ends it, a record that cannot be looked up is left to a person.
#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/sync/link_engine.h"
#include "gateway/sync/link_mailbox.h"
#include "gateway/sync/reconcile/comparing.h"
#include "gateway/sync/reconcile/words.h"

namespace lienthong::sync {
namespace {

using v1::Reconciliation;
using Stage = Comparing::Stage;

constexpr int kKeysMax = 200;
constexpr int kFailuresMax = 10;
// So often a record is looked up alone before it is left to a person, while all else is answered.
constexpr int kAloneMax = 5;
// So many in a row, and it is not the records.
constexpr int kNotShownMax = 20;

bool IsSameRecord(const Comparing::Asked& a, const Comparing::Asked& b) {
  return a.dossier_id == b.dossier_id && a.key == b.key && a.finding == b.finding;
}

bool IsToWait(const absl::Status& status) {
  return absl::IsResourceExhausted(status) || DetailsOf(status).retry_after.has_value();
}

std::string NoteOf(const std::string& failure) {
  return StrCat("could not be looked up there: ", WordsOf(failure));
}

}  // namespace

bool LinkEngine::MayAsk() {
  const absl::Time now = clock_.Now();
  std::unique_lock lock(mutex_);
  const bool is_let_alone = now < throttled_until_;
  lock.unlock();
  return !is_let_alone && now >= comparing_->not_before && rate_.Room(now) > 0 && MayCall();
}

// Begins a call of the run; what answers it has the question's number.
int64_t LinkEngine::BeginQuestion() {
  comparing_->call = ++questions_;
  return BeginCall({.kind = UnderWay::Kind::kCompare, .question = questions_});
}

absl::Status LinkEngine::AskForInventory() {
  if (!MayAsk()) return absl::OkStatus();
  const storage::v1::RunRecord& run = comparing_->run.record;
  adapter::v1::InventoryRequest request;
  request.set_page_token(comparing_->page_token);
  if (comparing_->stage == Stage::kSum) {
    request.set_summary(true);
    request.set_agency(run.agency());
    request.set_from_day(run.from_day());
    request.set_to_day(run.to_day());
  } else {
    request.set_agency(comparing_->differing.front().agency);
    request.set_day(comparing_->differing.front().day);
  }
  const int64_t number = BeginQuestion();
  adapter_.Inventory(request, CallDeadline(), AnswerTo(number, &Completion::inventory));
  return absl::OkStatus();
}

void LinkEngine::AskFor(std::vector<Comparing::Asked> asked) {
  adapter::v1::LookUpRequest request;
  for (const Comparing::Asked& one : asked) {
    auto& key = *request.add_keys();
    key.set_key(one.key);
    key.set_code(one.code);
  }
  comparing_->asked = std::move(asked);
  const int64_t number = BeginQuestion();
  adapter_.LookUp(request, CallDeadline(), AnswerTo(number, &Completion::looked_up));
}

int LinkEngine::KeysMax() const {
  const int keys = std::clamp(adapter_.capabilities().look_up_keys_max(), 1, kKeysMax);
  return comparing_->keys_max == 0 ? keys : std::min(keys, comparing_->keys_max);
}

absl::Status LinkEngine::TakeCompared(Completion& completion) {
  if (comparing_ == nullptr || comparing_->call != completion.call->question)
    return absl::OkStatus();
  NoteCall(completion.call->begun);
  if (!completion.status.ok()) return TakeFailure(completion.status);
  if (comparing_->probes) return TakeProbed();
  const bool repairs = comparing_->run.record.state() == Reconciliation::STATE_REPAIRING;
  const int64_t bytes = static_cast<int64_t>(completion.inventory.ByteSizeLong() +
                                             completion.looked_up.ByteSizeLong());
  const int asked = static_cast<int>(comparing_->asked.size());
  if (asked > 0 && completion.looked_up.records_size() != asked) {
    return TakeFailure(absl::InternalError("it did not answer for each record asked for"));
  }
  absl::Status taken;
  if (repairs) {
    taken = TakeForRepair(completion.looked_up);
  } else if (asked > 0) {
    taken = TakeRecords(completion.looked_up, bytes);
  } else if (comparing_->stage == Stage::kSum) {
    taken = TakeSums(completion.inventory, bytes);
  } else {
    taken = TakeEntries(completion.inventory, bytes);
  }
  LIENTHONG_RETURN_IF_ERROR(taken);
  if (comparing_ == nullptr || comparing_->call == 0) return absl::OkStatus();
  comparing_->call = 0;
  comparing_->failures = 0;
  if (asked == 0) return absl::OkStatus();
  comparing_->asked.clear();
  comparing_->suspects.clear();
  comparing_->alone = 0;
  comparing_->not_shown = 0;
  comparing_->keys_max = std::min(2 * comparing_->keys_max, kKeysMax);
  return absl::OkStatus();
}

absl::Status LinkEngine::TakeFailure(const absl::Status& status) {
  if (comparing_->asked.empty()) return TakeNoAnswer(status);
  if (absl::IsUnimplemented(status)) return TakeNoAnswer(status);
  return TakeNoRecords(status);
}

// A call that failed is made again; many in a row end the run.
absl::Status LinkEngine::TakeNoAnswer(const absl::Status& status) {
  Comparing& now = *comparing_;
  const bool is_hopeless = absl::IsUnimplemented(status) || absl::IsInvalidArgument(status);
  if (is_hopeless || now.failures + 1 >= kFailuresMax) {
    return FailRun(StrCat("the counterpart could not be asked: ", std::string(status.message())));
  }
  ++now.failures;
  now.not_before =
      clock_.Now() + DetailsOf(status).retry_after.value_or(Backoff(StateNow(), now.failures));
  now.call = 0;
  now.probes = false;
  return absl::OkStatus();
}

// It is the counterpart, or one of the records: whether it answers at all tells.
absl::Status LinkEngine::TakeNoRecords(const absl::Status& status) {
  Comparing& now = *comparing_;
  const bool is_same = now.asked.size() == 1 && now.suspects.size() == 1 &&
                       IsSameRecord(now.asked[0], now.suspects[0]);
  if (!is_same) now.alone = 0;
  now.suspects = std::exchange(now.asked, {});
  if (now.run.record.state() != Reconciliation::STATE_REPAIRING) {  // there, they are approved yet
    now.retry.insert(now.retry.begin(), now.suspects.begin(), now.suspects.end());
  }
  if (IsToWait(status)) return TakeNoAnswer(status);
  now.failure = std::string(status.message());
  now.call = 0;
  now.probes = true;
  return absl::OkStatus();
}

void LinkEngine::AskWhetherItAnswers() {
  if (!MayAsk()) return;
  const int64_t number = BeginQuestion();
  adapter_.Probe(CallDeadline(), AnswerTo(number, &Completion::probed));
}

// The records were at fault: half of them are asked for, until the one is alone. That one is asked
// for a few times more, and then the comparison goes on without it.
absl::Status LinkEngine::TakeProbed() {
  Comparing& now = *comparing_;
  const int asked = static_cast<int>(now.suspects.size());
  if (asked == 1 && now.alone + 1 >= kAloneMax) {
    if (now.not_shown + 1 >= kNotShownMax) {
      return FailRun(StrCat("the counterpart answers, but shows none of ", kNotShownMax,
                            " records in a row: ", WordsOf(now.failure)));
    }
    LIENTHONG_RETURN_IF_ERROR(GiveUpRecord(now.suspects[0]));
    if (comparing_ == nullptr) return absl::OkStatus();
    ++now.not_shown;
    now.alone = 0;
    now.suspects.clear();
    if (!now.retry.empty()) now.retry.pop_front();
  } else if (asked == 1) {
    ++now.alone;
  }
  now.keys_max = std::max(1, asked / 2);
  now.not_before = clock_.Now() + Backoff(StateNow(), 1 + now.alone);
  now.failures = 0;
  now.call = 0;
  now.probes = false;
  return absl::OkStatus();
}

absl::Status LinkEngine::GiveUpRecord(const Comparing::Asked& asked) {
  LogWarning("comparison_without_record",
             {{"link", options_.name}, {"dossier", StrCat(asked.dossier_id)}});
  if (!asked.finding.empty()) {
    LIENTHONG_ASSIGN_OR_RETURN(auto stored,
                               FindFinding(engine_, comparing_->run.id, asked.finding));
    store::WriteSet set;
    if (stored.has_value()) {
      stored->record.set_state(v1::Finding::STATE_MANUAL);
      stored->record.set_note(NoteOf(comparing_->failure));
      PutFinding(engine_, comparing_->run.id, *stored, set);
    }
    return CommitRun(comparing_->run.record, std::move(set));
  }
  const bool is_known = asked.dossier_id != 0;
  StoredFinding finding{.id = FindingIdOf(asked), .record = {}};
  finding.record.set_dossier_id(asked.dossier_id);
  finding.record.set_code(asked.code);
  finding.record.set_key(asked.key);
  finding.record.set_class_(is_known ? v1::Finding::CLASS_DIVERGED
                                     : v1::Finding::CLASS_MISSING_HERE);
  finding.record.set_state(v1::Finding::STATE_MANUAL);
  finding.record.set_note(NoteOf(comparing_->failure));
  return CommitFindings(comparing_->run.record, {std::move(finding)});
}

absl::Status LinkEngine::NoProgress() {
  return TakeNoAnswer(absl::InternalError("its inventory has an empty page that is not the last"));
}

}  // namespace lienthong::sync
