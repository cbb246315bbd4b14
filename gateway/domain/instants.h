#ifndef LIENTHONG_GATEWAY_DOMAIN_INSTANTS_H_
#define LIENTHONG_GATEWAY_DOMAIN_INSTANTS_H_

#include <string>

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace lienthong::domain {

// How far ahead of ours the clock of a system may be that tells of what has happened.
inline constexpr absl::Duration kClockSkewMax = absl::Minutes(10);
// No dossier is older: a date before this year is a slip.
inline constexpr int kYearMin = 2000;

// What is wrong with an instant that a dossier or a request says, and what to do; empty when
// nothing is. One that is not `planned` tells of what has happened, by now.
std::string InstantProblem(const google::protobuf::Timestamp& time, bool planned, absl::Time now);

}  // namespace lienthong::domain

#endif  // LIENTHONG_GATEWAY_DOMAIN_INSTANTS_H_
