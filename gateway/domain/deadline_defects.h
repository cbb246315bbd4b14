#ifndef LIENTHONG_GATEWAY_DOMAIN_DEADLINE_DEFECTS_H_
#define LIENTHONG_GATEWAY_DOMAIN_DEADLINE_DEFECTS_H_

#include "absl/time/time.h"
#include "gateway/domain/timetable.h"
#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::domain {

// What is wrong with a dossier's dates, noted after TrackStatutoryDue: it was received or answered
// too late, promised for a later day than the law allows or for a time before its reception, or
// another promise is proposed and nobody has decided. A late reception stays noted; `before` is the
// dossier as it was.
void TrackDeadlineDefects(const dossier::v1::Dossier& before, const Timetable& timetable,
                          absl::Time now, dossier::v1::Dossier& dossier);

}  // namespace lienthong::domain

#endif  // LIENTHONG_GATEWAY_DOMAIN_DEADLINE_DEFECTS_H_
