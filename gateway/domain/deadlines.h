#ifndef LIENTHONG_GATEWAY_DOMAIN_DEADLINES_H_
#define LIENTHONG_GATEWAY_DOMAIN_DEADLINES_H_

#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "gateway/domain/time_limit.h"
#include "gateway/domain/timetable.h"
#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::domain {

// Whether what the law gives time for is over: refused, withdrawn, stopped, finished or returned.
bool HasEnded(dossier::v1::Status status);

// Notes when the status stops the clock (5 and 6) and when it goes on, in Deadline.standing: at the
// time of the step that came with the change and tells of that status, else now. `before` is the
// dossier as it was.
void TrackStanding(const dossier::v1::Dossier& before, absl::Time now,
                   dossier::v1::Dossier& dossier);

// When the present status began: at the time of a step that tells of it and was not there before,
// else now.
absl::Time StatusBegan(const dossier::v1::Dossier& before, const dossier::v1::Dossier& dossier,
                       absl::Time now);

// When the clock stands: all pauses, and what was noted as standing where no pause tells of the
// same wait. Who reports pauses knows them better than who saw the status change.
std::vector<Wait> WaitsOf(const dossier::v1::Dossier& dossier);

// Since when the clock stands, with no end in sight; none while it runs.
std::optional<absl::Time> StandsSince(const dossier::v1::Dossier& dossier);

// The date that reports go by: what is proposed to be promised, else what was promised, else what
// the law allows.
std::optional<absl::Time> DueToKeep(const dossier::v1::Deadline& deadline);

// When the newest step of handling is due: as it says itself, else as computed; none where nobody
// says.
std::optional<absl::Time> StepDueOf(const dossier::v1::Dossier& dossier);

// Keeps statutory_due, its basis, superseded, proposed_due and step_dues true after a change.
//
// A due date that moves because something happened to the dossier takes the place of the one
// before, which stays in the journal. One that moves although nothing did (a calendar or a
// procedure of the catalogue changed) leaves the one before in `superseded`, and is proposed as the
// new promise where the promise was the former due date or lies behind the new one. The end of a
// pause proposes what was promised and as much working time as the pause took: else a dossier that
// waited for the citizen would be late by it. The promise itself is never moved. What has ended
// keeps the dates that it ended with.
void TrackStatutoryDue(const dossier::v1::Dossier& before, const Timetable& timetable,
                       absl::Time now, dossier::v1::Dossier& dossier);

}  // namespace lienthong::domain

#endif  // LIENTHONG_GATEWAY_DOMAIN_DEADLINES_H_
