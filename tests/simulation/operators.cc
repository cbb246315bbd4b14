#include "tests/simulation/operators.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "gateway/base/text.h"
#include "gateway/core/conflicts.h"
#include "gateway/domain/derived.h"
#include "gateway/domain/fields.h"
#include "gateway/sync/conflicts.h"

namespace lienthong::simulation {
namespace {

using sync::StoredLetter;
using Request = sync::v1::ResolveConflictsRequest;

constexpr const char* kReason = "as agreed by telephone";
constexpr int kWordsPerActMax = 10;

bool IsOutbound(const StoredLetter& letter) {
  return letter.record.direction() == sync::v1::DeadLetter::DIRECTION_OUTBOUND;
}

// What was written by people, and not a number, a time or a choice.
bool IsText(const std::string& value) { return value.find("-t") != std::string::npos; }

bool MayHaveHappened(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

}  // namespace

void Operators::Act(int number) {
  made_ = number * kWordsPerActMax;
  using Deed = bool (Operators::*)();
  static constexpr Deed kDeeds[] = {
      &Operators::Pause,  &Operators::Resume,   &Operators::Resume,   &Operators::Rewind,
      &Operators::Reload, &Operators::SeeToOne, &Operators::SeeToOne, &Operators::SeeToOne,
      &Operators::Decide, &Operators::Decide};
  (this->*kDeeds[dice_.Below(std::size(kDeeds))])();
}

sync::OperatorAct Operators::NewAct() {
  return {.actor = kOperatorName, .reason = kReason, .request_id = gateway_.NewRequestId()};
}

Side Operators::SideOf(const std::string& link) const {
  Side side = 0;
  while (cast_.system(side).name != link) ++side;
  return side;
}

void Operators::NoteAsked(const std::string& kind, const std::string& target,
                          const std::string& request_id, const absl::Status& status) {
  trace_.Add(clock_.elapsed(), "operator: ", kind, " ", target, " ", ToStd(status.message()));
  if (status.ok() || MayHaveHappened(status)) {
    asked_.push_back({kind, target, request_id, status.ok()});
  }
}

bool Operators::SetPaused(Side side, bool paused) {
  const sync::OperatorAct act = NewAct();
  const absl::Status status =
      gateway_.Operate(side, [&](auto& engine) { return engine.SetPaused(paused, act); });
  NoteAsked(paused ? "pause" : "resume", cast_.system(side).name, act.request_id, status);
  return status.ok();
}

bool Operators::Pause() {
  const Side side = AnySide();
  return gateway_.running() && SetPaused(side, true);
}

bool Operators::Resume() {
  if (!gateway_.running()) return false;
  for (Side side = 0; side < cast_.size(); ++side) {
    if (!gateway_.IsConnected(side) || !gateway_.LinkOf(side).paused()) continue;
    return SetPaused(side, false);
  }
  return false;
}

bool Operators::ResumeAll() {
  while (Resume()) {
  }
  for (Side side = 0; side < cast_.size(); ++side) {
    if (!gateway_.running() || gateway_.LinkOf(side).paused()) return false;
  }
  return true;
}

bool Operators::Rewind() {
  const Side side = AnySide();
  const sync::OperatorAct act = NewAct();
  const absl::Status status =
      gateway_.Operate(side, [&act](auto& engine) { return engine.Rewind(act); });
  NoteAsked("rewind", cast_.system(side).name, act.request_id, status);
  return status.ok();
}

bool Operators::Reload() {
  const Side side = AnySide();
  const sync::OperatorAct act = NewAct();
  const absl::Status status =
      gateway_.Operate(side, [&act](auto& engine) { return engine.Reload(act); });
  NoteAsked("reload", cast_.system(side).name, act.request_id, status);
  return status.ok();
}

absl::Status Operators::Do(const std::string& kind, const StoredLetter& letter,
                           const sync::v1::LetterEdit& edit) {
  const sync::OperatorAct asked = NewAct();
  const Side side = SideOf(letter.record.link());
  const sync::LetterAct act{.kind = kind,
                            .id = letter.id,
                            .actor = asked.actor,
                            .reason = asked.reason,
                            .request_id = asked.request_id,
                            .edit = edit};
  const absl::Status status =
      gateway_.Operate(side, [&act](auto& engine) { return engine.Do(act); });
  NoteAsked(kind, letter.id, asked.request_id, status);
  const bool gave_up = kind == sync::kActDiscard && (status.ok() || MayHaveHappened(status));
  if (gave_up) NoteGivenUp(side, letter.record);
  return status;
}

void Operators::NoteGivenUp(Side side, const storage::v1::DeadLetterRecord& letter) {
  if (letter.direction() == sync::v1::DeadLetter::DIRECTION_OUTBOUND) {
    given_up_.emplace(side, letter.code());
    return;
  }
  for (const auto& [path, value] : domain::Flatten(letter.item().dossier())) {
    discarded_.emplace(side, letter.code(), path, value);
  }
}

// A value that was refused gets another one, which is told to everybody.
absl::Status Operators::Correct(const StoredLetter& letter) {
  const std::string& path = letter.record.field();
  sync::v1::LetterEdit edit;
  const std::string value = NewText();
  domain::SetField(*edit.mutable_dossier(), path, value).IgnoreError();
  edit.mutable_update_mask()->add_paths(path);
  Case* const work = CaseOf(letter.record.code());
  const absl::Status status = Do(sync::kActReplay, letter, edit);
  if (status.ok() || MayHaveHappened(status)) {
    NoteWord(path, value, status.ok(), work);
  }
  return status;
}

// What nobody has read is not given up, nor what may build on it, nor a record that is not there at
// all.
bool Operators::MayDiscard(const StoredLetter& letter) const {
  if (IsOutbound(letter)) {
    return systems_[SideOf(letter.record.link())].FindByCode(letter.record.code()) != nullptr;
  }
  const std::vector<StoredLetter> letters = gateway_.DeadLetters();
  return std::none_of(letters.begin(), letters.end(), [&letter](const StoredLetter& other) {
    return other.record.item().has_error() && other.record.link() == letter.record.link() &&
           other.record.key() == letter.record.key();
  });
}

bool Operators::SeeToOne() {
  if (!gateway_.running()) return false;
  const std::vector<StoredLetter> letters = gateway_.DeadLetters();
  if (letters.empty()) return false;
  const StoredLetter& letter = letters[dice_.Below(static_cast<int>(letters.size()))];
  const bool is_refused =
      IsOutbound(letter) &&
      letter.record.field() == cast_.system(SideOf(letter.record.link())).refuses_long;
  const double chance = dice_.Fraction();
  if (chance < 0.4) return Do(sync::kActReplay, letter).ok();
  if (chance < 0.7 && is_refused) return Correct(letter).ok();
  return MayDiscard(letter) && Do(sync::kActDiscard, letter).ok();
}

bool Operators::SeeToLetters() {
  if (!gateway_.running()) return true;
  std::vector<StoredLetter> letters = gateway_.DeadLetters();
  // Oldest first: what edits a thing comes after what made it.
  std::stable_sort(letters.begin(), letters.end(), [](const auto& a, const auto& b) {
    return std::pair(domain::FromProto(a.record.time()), a.record.item().version()) <
           std::pair(domain::FromProto(b.record.time()), b.record.item().version());
  });
  for (const StoredLetter& letter : letters) {
    const std::string& refused = cast_.system(SideOf(letter.record.link())).refuses_long;
    const bool is_refused = IsOutbound(letter) && letter.record.field() == refused;
    const absl::Status status = is_refused ? Correct(letter) : Do(sync::kActReplay, letter);
    if (status.ok() || MayHaveHappened(status) || absl::IsNotFound(status)) continue;
    if (MayDiscard(letter)) Do(sync::kActDiscard, letter).IgnoreError();
  }
  return !letters.empty();
}

sync::v1::ResolveConflictsRequest Operators::DecisionOn(const core::StoredConflict& conflict) {
  Request request;
  request.add_ids(conflict.id);
  request.set_reason(kReason);
  request.set_request_id(gateway_.NewRequestId());
  request.set_resolution(dice_.Happens(0.5) ? Request::RESOLUTION_STORED
                                            : Request::RESOLUTION_PROPOSED);
  if (dice_.Happens(0.3) && IsText(conflict.record.stored_value())) {
    request.set_resolution(Request::RESOLUTION_EDITED);
    request.set_value(NewText());
  }
  return request;
}

bool Operators::Decide() {
  if (!gateway_.running()) return false;
  const std::vector<core::StoredConflict> conflicts = gateway_.OpenConflicts();
  if (conflicts.empty()) return false;
  const core::StoredConflict& conflict = conflicts[dice_.Below(static_cast<int>(conflicts.size()))];
  const Request request = DecisionOn(conflict);
  Case* const work = CaseOf(conflict.record.code());
  core::RequestContext context;
  context.caller = {core::CallerKind::kOperator, kOperatorName, {}};
  const auto result = sync::Conflicts(*gateway_.engine()).Resolve(context, request);
  const bool is_done = result.ok() && result->failures().empty();
  NoteAsked(std::string(core::kActResolve), conflict.id, request.request_id(),
            is_done ? absl::OkStatus() : absl::FailedPreconditionError("it is not possible"));
  if (!is_done || request.resolution() == Request::RESOLUTION_STORED) return is_done;
  const bool edited = request.resolution() == Request::RESOLUTION_EDITED;
  NoteWord(conflict.record.path(), edited ? request.value() : conflict.record.proposed_value(),
           is_done, work);
  return true;
}

// Its origin may not know the code yet.
Case* Operators::CaseOf(const std::string& code) {
  for (Case& work : oracle_.cases()) {
    if (work.code == code) return &work;
    if (!work.code.empty()) continue;
    const auto dossier = gateway_.Find(work.key, std::string(cast_.NameOf(work.origin)));
    if (dossier.has_value() && dossier->code() == code) return &work;
  }
  return nullptr;
}

void Operators::NoteWord(const std::string& path, const std::string& value, bool is_done,
                         Case* work) {
  if (work == nullptr) return;
  work->overruled[path].insert(value);
  if (is_done) Oracle::Note(kOperator, {{path, value}}, *work);
}

std::string Operators::NewText() { return StrCat("op-t", ++made_); }

}  // namespace lienthong::simulation
