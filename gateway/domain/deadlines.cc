#include "gateway/domain/deadlines.h"

#include <algorithm>
#include <optional>
#include <string>

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

// When the present status began, by a step that was not there before.
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

void Supersede(const Deadline& before, absl::Time now, Deadline& deadline) {
  auto& superseded = *deadline.add_superseded();
  superseded.set_id(absl::StrCat(deadline.superseded_size()));
  *superseded.mutable_due() = before.statutory_due();
  *superseded.mutable_superseded_time() = ToProto(now);
  superseded.set_reason(absl::StrCat("was ", before.statutory_basis()));
}

// A promise that was the law's own date moves with it; one that the law no longer allows too.
void Propose(const Deadline& before, Deadline& deadline) {
  if (!deadline.has_promised_due() || !deadline.has_statutory_due()) return;
  const absl::Time promised = FromProto(deadline.promised_due());
  const absl::Time due = FromProto(deadline.statutory_due());
  const bool was_due = promised == FromProto(before.statutory_due());
  if (promised == due || !(was_due || promised > due)) return deadline.clear_proposed_due();
  *deadline.mutable_proposed_due() = deadline.statutory_due();
}

// Without one nothing is known of what the law allows.
void Forget(Deadline& deadline) {
  deadline.clear_statutory_due();
  deadline.clear_statutory_basis();
  deadline.clear_statutory_provisional();
}

void Compute(const Dossier& dossier, const Timetable& timetable, Deadline& deadline) {
  const std::optional<TimeRule> rule = timetable.RuleFor(dossier);
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

void TrackStatutoryDue(const Dossier& before, const Timetable& timetable, absl::Time now,
                       Dossier& dossier) {
  if (HasEnded(before.status()) && HasEnded(dossier.status())) return;
  if (!dossier.reception().has_received_time()) {
    if (dossier.has_deadline()) Forget(*dossier.mutable_deadline());
    return;
  }
  const Deadline& was = before.deadline();
  Deadline& deadline = *dossier.mutable_deadline();
  Compute(dossier, timetable, deadline);
  const bool is_same_promise = IsSame(was.has_promised_due(), was.promised_due(),
                                      deadline.has_promised_due(), deadline.promised_due());
  if (!is_same_promise) deadline.clear_proposed_due();
  const bool is_same_due = IsSame(was.has_statutory_due(), was.statutory_due(),
                                  deadline.has_statutory_due(), deadline.statutory_due());
  if (is_same_due || !was.has_statutory_due() || !HaveSameFacts(before, dossier)) return;
  Supersede(was, now, deadline);
  if (is_same_promise) Propose(was, deadline);
}

}  // namespace lienthong::domain
