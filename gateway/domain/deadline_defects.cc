#include "gateway/domain/deadline_defects.h"

#include <algorithm>
#include <optional>

#include "gateway/domain/deadlines.h"
#include "gateway/domain/defects.h"
#include "gateway/domain/derived.h"
#include "gateway/domain/wall_time.h"

namespace lienthong::domain {
namespace {

using dossier::v1::Deadline;
using dossier::v1::Defect;
using dossier::v1::Dossier;

// When it was received or answered; none where neither was, or nobody can say any more when.
std::optional<absl::Time> AnsweredAt(const Dossier& before, absl::Time now,
                                     const Dossier& dossier) {
  if (dossier.reception().has_received_time())
    return FromProto(dossier.reception().received_time());
  if (dossier.reception().has_refused_time()) return FromProto(dossier.reception().refused_time());
  const bool answered_now = before.status() == dossier::v1::STATUS_SUBMITTED;
  return answered_now ? std::optional(StatusBegan(before, dossier, now)) : std::nullopt;
}

void TrackReception(const Dossier& before, const Timetable& timetable, absl::Time now,
                    Dossier& dossier) {
  const std::optional<absl::Time> due = timetable.ReceptionDue(dossier);
  const auto note = [&](bool present) {
    TrackDefect({"late-reception", Defect::KIND_LATE_RECEPTION, present, "reception.received_time"},
                now, dossier);
  };
  if (!due.has_value()) return;  // who filed it otherwise, or cannot be computed now
  const bool is_answered = dossier.status() != dossier::v1::STATUS_SUBMITTED &&
                           dossier.status() != dossier::v1::STATUS_UNSPECIFIED;
  if (!is_answered) return note(false);
  const std::optional<absl::Time> answered = AnsweredAt(before, now, dossier);
  if (answered.has_value()) note(*answered > *due);
}

// A letter of apology may put the date off.
bool IsPutOff(const Dossier& dossier) {
  const absl::Time promised = FromProto(dossier.deadline().promised_due());
  return std::any_of(
      dossier.apologies().begin(), dossier.apologies().end(),
      [promised](const auto& letter) { return FromProto(letter.new_due()) == promised; });
}

// By the day: a promise often says no more than that.
void TrackPromise(absl::Time now, Dossier& dossier) {
  const Deadline& deadline = dossier.deadline();
  const bool is_promised = deadline.has_promised_due();
  const absl::Time promised = FromProto(deadline.promised_due());
  const auto& reception = dossier.reception();
  const bool too_early = is_promised && reception.has_received_time() &&
                         promised < FromProto(reception.received_time());
  TrackDefect({"promised-before-reception", Defect::KIND_PROMISED_BEFORE_RECEPTION, too_early,
               "deadline.promised_due"},
              now, dossier);
  if (is_promised && !deadline.has_statutory_due() && StandsSince(dossier).has_value()) return;
  const bool too_late = is_promised && deadline.has_statutory_due() &&
                        WallDay(promised) > WallDay(FromProto(deadline.statutory_due())) &&
                        !IsPutOff(dossier);
  TrackDefect(
      {"promised-too-late", Defect::KIND_PROMISED_TOO_LATE, too_late, "deadline.promised_due"}, now,
      dossier);
}

}  // namespace

void TrackDeadlineDefects(const Dossier& before, const Timetable& timetable, absl::Time now,
                          Dossier& dossier) {
  const bool has_ended = HasEnded(dossier.status());
  TrackDefect({"promise-to-decide", Defect::KIND_PROMISE_TO_DECIDE,
               dossier.deadline().has_proposed_due() && !has_ended, "deadline.proposed_due"},
              now, dossier);
  if (has_ended && HasEnded(before.status())) return;
  TrackReception(before, timetable, now, dossier);
  TrackPromise(now, dossier);
}

}  // namespace lienthong::domain
