#include "gateway/domain/instants.h"

#include "google/protobuf/util/time_util.h"

#include "gateway/base/text.h"
#include "gateway/domain/derived.h"

namespace lienthong::domain {
namespace {

using google::protobuf::util::TimeUtil;

std::string Shown(absl::Time time) {
  return absl::FormatTime("%E4Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

}  // namespace

std::string InstantProblem(const google::protobuf::Timestamp& time, bool planned, absl::Time now) {
  const bool in_range = time.seconds() >= TimeUtil::kTimestampMinSeconds &&
                        time.seconds() <= TimeUtil::kTimestampMaxSeconds && time.nanos() >= 0 &&
                        time.nanos() < 1000000000;
  if (!in_range) return "is not an instant between the years 1 and 9999";
  const absl::Time instant = FromProto(time);
  static const absl::Time oldest =
      absl::FromCivil(absl::CivilSecond(kYearMin), absl::UTCTimeZone());
  if (instant < oldest) {
    return StrCat("is ", Shown(instant), ", before ", kYearMin, "; send the right year");
  }
  if (!planned && instant > now + kClockSkewMax) {
    return StrCat("is ", Shown(instant), ", but it is only ", Shown(now),
                  " here; send when it happened, once it has, and compare the clocks");
  }
  return "";
}

}  // namespace lienthong::domain
