#ifndef LIENTHONG_ADAPTERS_SDK_TIME_FORMAT_H_
#define LIENTHONG_ADAPTERS_SDK_TIME_FORMAT_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace lienthong::sdk {

// How a system writes points in time: wall time by a pattern of yyyy MM dd HH mm ss and literal
// characters (`yyyyMMddHHmmss`, `dd/MM/yyyy HH:mm`), or RFC 3339 with an offset. Immutable.
class TimeFormat {
 public:
  // `pattern` as above, or `rfc3339`. `zone` is the wall's zone; for rfc3339 the one whose offset
  // is written. InvalidArgument says what is wrong with either.
  static absl::StatusOr<TimeFormat> Parse(std::string_view pattern, std::string_view zone);

  // Rounds down to what the format can hold.
  std::string Format(absl::Time time) const;
  // Nothing when the text has another form, or the date does not exist. Whole seconds.
  std::optional<absl::Time> Read(std::string_view text) const;
  // For error texts: `a time written yyyyMMddHHmmss`.
  std::string expected() const { return "a time written " + pattern_; }

 private:
  TimeFormat(std::string pattern, absl::TimeZone zone, bool wall)
      : pattern_(std::move(pattern)), zone_(zone), wall_(wall) {}

  std::string FormatWall(absl::Time time) const;
  std::optional<absl::Time> ReadWall(std::string_view text) const;

  std::string pattern_;
  absl::TimeZone zone_;
  bool wall_;
};

}  // namespace lienthong::sdk

#endif  // LIENTHONG_ADAPTERS_SDK_TIME_FORMAT_H_
