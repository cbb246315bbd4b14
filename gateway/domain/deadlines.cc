#include "gateway/domain/deadlines.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "gateway/domain/derived.h"

namespace lienthong::domain {
namespace {

using dossier::v1::Deadline;
using dossier::v1::Dossier;
using dossier::v1::Standing;
using dossier::v1::Status;
using google::protobuf::Timestamp;

bool StopsClock(Status status) {
  return status == dossier::v1::STATUS_SUPPLEMENT_REQUESTED ||
         status == dossier::v1::STATUS_PAYMENT_REQUESTED;
}

Wait WaitOf(const Timestamp& start, bool has_end, const Timestamp& end) {
  return {FromProto(start), has_end ? std::optional(FromProto(end)) : std::nullopt};
}

bool Overlap(const Wait& one, const Wait& other) {
  const absl::Time forever = absl::InfiniteFuture();
  return one.start <= other.end.value_or(forever) && other.start <= one.end.value_or(forever);
}

// What a due date is computed from, beside the catalogue.
bool HaveSameFacts(const Dossier& before, const Dossier& dossier) {
  const auto same = [](const Wait& one, const Wait& other) {
    return one.start == other.start && one.end == other.end;
  };
  const std::vector<Wait> was = WaitsOf(before), is = WaitsOf(dossier);
  return FromProto(before.reception().received_time()) ==
             FromProto(dossier.reception().received_time()) &&
         before.procedure().code() == dossier.procedure().code() &&
         before.origin().channel() == dossier.origin().channel() &&
         before.reception().agency() == dossier.reception().agency() &&
         std::equal(was.begin(), was.end(), is.begin(), is.end(), same);
}

bool IsSame(bool has_one, const Timestamp& one, bool has_other, const Timestamp& other) {
  return has_one == has_other && (!has_one || FromProto(one) == FromProto(other));
}

// Which of the two that a date is made of is another: the limit, or the days that it is counted by.
std::string CauseOf(const Deadline& before, const Deadline& deadline) {
  if (!deadline.has_statutory_basis()) {
    return absl::StrCat("the catalogue has no limit any more: was ", before.statutory_basis());
  }
  if (before.statutory_basis() == deadline.statutory_basis()) {
    return absl::StrCat("the working calendar changed: ", deadline.statutory_basis());
  }
  return absl::StrCat("was ", before.statutory_basis(), ", is ", deadline.statutory_basis());
}

void Supersede(const Deadline& before, absl::Time now, Deadline& deadline) {
  auto& superseded = *deadline.add_superseded();
  superseded.set_id(absl::StrCat(deadline.superseded_size()));
  *superseded.mutable_due() = before.statutory_due();
  *superseded.mutable_superseded_time() = ToProto(now);
  superseded.set_reason(CauseOf(before, deadline));
}

// The law's own date, unless it is the one that was promised.
void ProposeStatutory(Deadline& deadline) {
  if (FromProto(deadline.promised_due()) == FromProto(deadline.statutory_due())) {
    return deadline.clear_proposed_due();
  }
  *deadline.mutable_proposed_due() = deadline.statutory_due();
}

// A promise that was the law's own date moves with it; one that the law no longer allows too, and
// one for which another date is proposed already.
void Propose(const Deadline& before, Deadline& deadline) {
  if (!deadline.has_promised_due() || !deadline.has_statutory_due()) return;
  const absl::Time promised = FromProto(deadline.promised_due());
  const bool was_due = promised == FromProto(before.statutory_due());
  if (was_due || before.has_proposed_due() || promised > FromProto(deadline.statutory_due())) {
    ProposeStatutory(deadline);
  }
}

// The working time of the waits that are over, of those that began before `due`.
absl::Duration Waited(const Calendar& calendar, const Dossier& dossier, absl::Time due) {
  std::vector<Wait> waits = WaitsOf(dossier);
  std::erase_if(waits, [](const Wait& wait) { return !wait.end.has_value(); });
  absl::Duration waited;
  const absl::Time received = FromProto(dossier.reception().received_time());
  for (const Wait& wait : JoinWaits(received, std::move(waits))) {
    if (wait.start < due) waited += calendar.WorkingTimeBetween(wait.start, *wait.end);
  }
  return waited;
}

// What was promised before a wait is too early behind it, by no fault of who has the dossier: it is
// to move by as much working time as the wait took. One that is corrected moves it back.
void ProposeAfterWait(const Dossier& before, const Calendar& calendar, Dossier& dossier) {
  Deadline& deadline = *dossier.mutable_deadline();
  if (!deadline.has_promised_due()) return;
  const absl::Time promised = FromProto(deadline.promised_due());
  const absl::Time kept =
      deadline.has_proposed_due() ? FromProto(deadline.proposed_due()) : promised;
  if (kept < promised) {  // the law allows less than what was promised
    if (deadline.has_statutory_due()) ProposeStatutory(deadline);
    return;
  }
  const absl::Duration waited = Waited(calendar, dossier, kept) - Waited(calendar, before, kept);
  const absl::Duration moved = calendar.WorkingTimeBetween(promised, kept) + waited;
  if (waited == absl::ZeroDuration()) return;
  absl::Time proposed =
      moved <= absl::ZeroDuration() ? promised : calendar.AddWorkingTime(promised, moved);
  // Who promised while the clock stood has counted a part of the wait already.
  if (deadline.has_statutory_due()) {
    proposed = std::min(proposed, FromProto(deadline.statutory_due()));
  }
  if (proposed <= promised || proposed == absl::InfiniteFuture()) {
    return deadline.clear_proposed_due();
  }
  *deadline.mutable_proposed_due() = ToProto(proposed);
}

// Without one nothing is known of what the law allows.
void Forget(Deadline& deadline) {
  deadline.clear_statutory_due();
  deadline.clear_statutory_basis();
  deadline.clear_statutory_provisional();
}

void Compute(const Dossier& dossier, const std::optional<TimeRule>& rule, Deadline& deadline) {
  if (!rule.has_value()) return Forget(deadline);
  const absl::StatusOr<Due> due =
      DueOf(*rule->calendar, FromProto(dossier.reception().received_time()), rule->limit,
            WaitsOf(dossier));
  if (!due.ok()) return Forget(deadline);  // the catalogue's entry is wrong, not the dossier
  deadline.set_statutory_basis(rule->basis);
  deadline.clear_statutory_due();
  if (due->time.has_value()) *deadline.mutable_statutory_due() = ToProto(*due->time);
  deadline.clear_statutory_provisional();
  if (due->provisional) deadline.set_statutory_provisional(true);
}

void ComputeSteps(const Dossier& dossier, const std::map<std::string, TimeRule>& rules,
                  Deadline& deadline) {
  deadline.clear_step_dues();
  if (rules.empty()) return;
  const std::vector<Wait> waits = WaitsOf(dossier);
  for (const auto& step : dossier.steps()) {
    const auto rule = rules.find(std::string(absl::StripAsciiWhitespace(step.content())));
    if (rule == rules.end() || !(step.has_start_time() || step.has_time())) continue;
    const Timestamp& start = step.has_start_time() ? step.start_time() : step.time();
    const auto due = DueOf(*rule->second.calendar, FromProto(start), rule->second.limit, waits);
    if (!due.ok()) continue;
    auto& computed = *deadline.add_step_dues();
    computed.set_id(step.id());
    if (due->time.has_value()) *computed.mutable_due() = ToProto(*due->time);
    computed.set_basis(rule->second.basis);
  }
}

}  // namespace

bool HasEnded(Status status) {
  switch (status) {
    case dossier::v1::STATUS_REFUSED:
    case dossier::v1::STATUS_WITHDRAWN:
    case dossier::v1::STATUS_STOPPED:
    case dossier::v1::STATUS_FINISHED:
    case dossier::v1::STATUS_RETURNED:
      return true;
    default:
      return false;
  }
}

absl::Time StatusBegan(const Dossier& before, const Dossier& dossier, absl::Time now) {
  std::optional<absl::Time> began;
  for (const auto& step : dossier.steps()) {
    if (step.status() != dossier.status() || !step.has_time()) continue;
    const bool is_known =
        std::any_of(before.steps().begin(), before.steps().end(),
                    [&step](const auto& known) { return known.id() == step.id(); });
    if (is_known || FromProto(step.time()) > now) continue;
    began = std::max(began.value_or(absl::InfinitePast()), FromProto(step.time()));
  }
  return began.value_or(now);
}

void TrackStanding(const Dossier& before, absl::Time now, Dossier& dossier) {
  const auto& noted = dossier.deadline().standing();
  const bool is_open = !noted.empty() && !noted.rbegin()->has_end_time();
  if (StopsClock(dossier.status()) == is_open) return;
  const absl::Time began = StatusBegan(before, dossier, now);
  auto& standing = *dossier.mutable_deadline()->mutable_standing();
  if (is_open) {
    Standing& last = *standing.rbegin();
    *last.mutable_end_time() = ToProto(std::max(began, FromProto(last.start_time())));
    return;
  }
  Standing& next = *standing.Add();
  next.set_id(absl::StrCat(standing.size()));
  *next.mutable_start_time() = ToProto(began);
}

std::vector<Wait> WaitsOf(const Dossier& dossier) {
  std::vector<Wait> waits;
  for (const auto& pause : dossier.pauses()) {
    if (!pause.has_start_time()) continue;
    waits.push_back(WaitOf(pause.start_time(), pause.has_end_time(), pause.end_time()));
  }
  const size_t told = waits.size();
  for (const Standing& standing : dossier.deadline().standing()) {
    const Wait seen = WaitOf(standing.start_time(), standing.has_end_time(), standing.end_time());
    const bool is_told = std::any_of(waits.begin(), waits.begin() + static_cast<ptrdiff_t>(told),
                                     [&seen](const Wait& wait) { return Overlap(wait, seen); });
    if (!is_told) waits.push_back(seen);
  }
  return waits;
}

std::optional<absl::Time> StandsSince(const Dossier& dossier) {
  std::optional<absl::Time> since;
  for (const Wait& wait : WaitsOf(dossier)) {
    if (!wait.end.has_value()) since = std::min(since.value_or(wait.start), wait.start);
  }
  return since;
}

std::optional<absl::Time> DueToKeep(const Deadline& deadline) {
  if (deadline.has_proposed_due()) return FromProto(deadline.proposed_due());
  if (deadline.has_promised_due()) return FromProto(deadline.promised_due());
  if (deadline.has_statutory_due()) return FromProto(deadline.statutory_due());
  return std::nullopt;
}

std::optional<absl::Time> StepDueOf(const Dossier& dossier) {
  const dossier::v1::Step* newest = nullptr;
  for (const auto& step : dossier.steps()) {
    if (newest == nullptr || FromProto(step.time()) >= FromProto(newest->time())) newest = &step;
  }
  if (newest == nullptr) return std::nullopt;
  if (newest->has_due_time()) return FromProto(newest->due_time());
  for (const auto& computed : dossier.deadline().step_dues()) {
    if (computed.id() == newest->id() && computed.has_due()) return FromProto(computed.due());
  }
  return std::nullopt;
}

void TrackStatutoryDue(const Dossier& before, const Timetable& timetable, absl::Time now,
                       Dossier& dossier) {
  if (HasEnded(before.status()) && HasEnded(dossier.status())) return;
  if (!dossier.reception().has_received_time()) {
    if (dossier.has_deadline()) Forget(*dossier.mutable_deadline());
    return;
  }
  const Deadline& was = before.deadline();
  Deadline& deadline = *dossier.mutable_deadline();
  const std::optional<TimeRule> rule = timetable.RuleFor(dossier);
  Compute(dossier, rule, deadline);
  ComputeSteps(dossier, timetable.StepRulesFor(dossier), deadline);
  const bool is_same_promise = IsSame(was.has_promised_due(), was.promised_due(),
                                      deadline.has_promised_due(), deadline.promised_due());
  if (!is_same_promise) deadline.clear_proposed_due();
  if (!HaveSameFacts(before, dossier)) {
    const auto calendar = timetable.CalendarFor(dossier);
    if (is_same_promise && calendar != nullptr) ProposeAfterWait(before, *calendar, dossier);
    return;
  }
  const bool is_same_due = IsSame(was.has_statutory_due(), was.statutory_due(),
                                  deadline.has_statutory_due(), deadline.statutory_due());
  if (is_same_due || !was.has_statutory_due()) return;
  Supersede(was, now, deadline);
  if (is_same_promise) Propose(was, deadline);
}

}  // namespace lienthong::domain
