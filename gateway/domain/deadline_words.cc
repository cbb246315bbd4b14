#include "gateway/domain/deadline_words.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"

#include "gateway/base/text.h"
#include "gateway/domain/wall_time.h"

namespace lienthong::domain {
namespace {

using catalogue::v1::TimeLimit;

Sentence DayInWords(absl::CivilDay day) {
  static constexpr std::array<const char*, 7> kVi = {"thứ Hai", "thứ Ba",  "thứ Tư",  "thứ Năm",
                                                     "thứ Sáu", "thứ Bảy", "Chủ nhật"};
  static constexpr std::array<const char*, 7> kEn = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                     "Friday", "Saturday", "Sunday"};
  const auto weekday = static_cast<size_t>(absl::GetWeekday(day));
  const std::string date = StrCat(day.day(), "/", day.month(), "/", day.year());
  return {StrCat(kVi.at(weekday), " ", date), StrCat(kEn.at(weekday), " ", date)};
}

// As a sentence begins.
Sentence DayAsHeading(absl::CivilDay day) {
  Sentence words = DayInWords(day);
  words.vi.front() = absl::ascii_toupper(static_cast<unsigned char>(words.vi.front()));
  return words;
}

Sentence TimeInWords(absl::Time time) {
  const absl::CivilDay day = WallDay(time);
  const std::string clock =
      FormatMinute(static_cast<int>((time - AtWall(day, 0)) / absl::Minutes(1)));
  const Sentence on = DayInWords(day);
  return {StrCat(clock, " ", on.vi), StrCat(clock, " on ", on.en)};
}

Sentence DurationInWords(absl::Duration duration) {
  const int64_t minutes = duration / absl::Minutes(1);
  Sentence words = {StrCat(minutes / 60, " giờ"),
                    StrCat(minutes / 60, minutes / 60 == 1 ? " hour" : " hours")};
  if (minutes % 60 != 0) {
    StrAppend(words.vi, " ", minutes % 60, " phút");
    StrAppend(words.en, " ", minutes % 60, minutes % 60 == 1 ? " minute" : " minutes");
  }
  return words;
}

// Builds the sentences of one computation.
class Reasoning {
 public:
  Reasoning(const Calendar& calendar, absl::Time start, const TimeLimit& limit)
      : calendar_(calendar), start_(start), limit_(limit), end_(*EndAfter({})) {}

  std::vector<Sentence> Tell(const std::vector<Wait>& waits) {
    TellReception();
    TellDays();
    const bool stands = !TellWaits(JoinWaits(start_, waits));
    if (!stands) TellEnd();
    return std::move(told_);
  }

 private:
  std::optional<absl::Time> EndAfter(const std::vector<Wait>& waits) const {
    return DueOf(calendar_, start_, limit_, waits)->time;
  }

  void Add(std::string vi, std::string en) { told_.push_back({std::move(vi), std::move(en)}); }

  // " (Quốc khánh)" on a day that has a name.
  std::string NameOf(absl::CivilDay day) const {
    const auto* exception = calendar_.ExceptionOn(day);
    return exception == nullptr ? "" : StrCat(" (", exception->name(), ")");
  }

  bool CountsFromWorkingDay() const { return limit_.unit() == TimeLimit::UNIT_WORKING_DAYS; }

  void TellReception() {
    const Sentence limit = InWords(limit_);
    const Sentence at = TimeInWords(start_);
    Add(StrCat("Tiếp nhận lúc ", at.vi, "; thời hạn: ", limit.vi, "."),
        StrCat("Received at ", at.en, "; time limit: ", limit.en, "."));
    const absl::CivilDay day = ReceptionDay(calendar_, start_);
    if (CountsFromWorkingDay() && day != WallDay(start_)) {
      const Sentence counted = DayInWords(day);
      Add(StrCat("Ngoài giờ làm việc: tính là tiếp nhận ", counted.vi, "."),
          StrCat("Outside of working hours: counts as received on ", counted.en, "."));
    }
  }

  void TellDays() {
    absl::CivilDay day = CountsFromWorkingDay() ? ReceptionDay(calendar_, start_) : WallDay(start_);
    const absl::CivilDay last = WallDay(end_);
    if (limit_.unit() == TimeLimit::UNIT_WORKING_DAYS || limit_.unit() == TimeLimit::UNIT_DAYS) {
      const Sentence zero = DayAsHeading(day);
      Add(StrCat(zero.vi, ": ngày tiếp nhận, không tính."),
          StrCat(zero.en, ": day of reception, not counted."));
      ++day;
    }
    for (int told = 0; day <= last; ++day, ++told) {
      if (told == kReasoningDaysMax) {
        const Sentence end = DayInWords(last);
        Add(StrCat("… đến hết ", end.vi, "."), StrCat("… until ", end.en, "."));
        return;
      }
      TellDay(day);
    }
  }

  void TellDay(absl::CivilDay day) {
    const Sentence on = DayAsHeading(day);
    const Sentence what = WhatOf(day);
    Add(StrCat(on.vi, ": ", what.vi, NameOf(day), "."),
        StrCat(on.en, ": ", what.en, NameOf(day), "."));
  }

  Sentence WhatOf(absl::CivilDay day) {
    if (limit_.unit() == TimeLimit::UNIT_DAYS) return CalendarDay(day);
    if (!calendar_.IsWorkingDay(day)) return {"nghỉ", "off"};
    if (limit_.unit() == TimeLimit::UNIT_WORKING_DAYS) {
      ++counted_;
      return {StrCat("ngày làm việc thứ ", counted_), StrCat("working day ", counted_)};
    }
    if (limit_.unit() == TimeLimit::UNIT_WORKING_HOURS) {
      const absl::Time from = std::max(start_, AtWall(day, 0));
      const absl::Time to = std::min(end_, AtWall(day + 1, 0));
      return DurationInWords(calendar_.WorkingTimeBetween(from, to));
    }
    if (day < WallDay(end_)) return {"quá giờ nhận trả trong ngày", "after the cut-off"};
    return {"trả kết quả trong ngày", "result on this day"};
  }

  Sentence CalendarDay(absl::CivilDay day) {
    if (counted_ >= limit_.amount()) {
      return calendar_.IsWorkingDay(day)
                 ? Sentence{"ngày làm việc tiếp theo", "the next working day"}
                 : Sentence{"nghỉ", "off"};
    }
    ++counted_;
    const bool moves = counted_ == limit_.amount() && !calendar_.IsWorkingDay(day);
    return {StrCat("ngày thứ ", counted_, moves ? ", là ngày nghỉ" : ""),
            StrCat("day ", counted_, moves ? ", a day off" : "")};
  }

  // False when the clock stands at the end.
  bool TellWaits(const std::vector<Wait>& waits) {
    std::vector<Wait> so_far;
    for (const Wait& wait : waits) {
      const Sentence from = TimeInWords(wait.start);
      if (wait.start >= end_) {
        Add(StrCat("Tạm dừng từ ", from.vi, ": sau khi hết hạn, không tính."),
            StrCat("Pause from ", from.en, ": after the end, moves nothing."));
        return true;
      }
      so_far.push_back(wait);
      const std::optional<absl::Time> end = EndAfter(so_far);
      if (!end) {
        Add(StrCat("Tạm dừng từ ", from.vi, ": chưa có ngày kết thúc, chưa có hạn."),
            StrCat("Pause from ", from.en, ": has no end yet, so nothing is due."));
        return false;
      }
      end_ = *end;
      if (so_far.size() > kReasoningWaitsMax) continue;
      const Sentence to = TimeInWords(*wait.end);
      const Sentence length = DurationInWords(calendar_.WorkingTimeBetween(wait.start, *wait.end));
      Add(StrCat("Tạm dừng từ ", from.vi, " đến ", to.vi, ": lùi ", length.vi, " làm việc."),
          StrCat("Pause from ", from.en, " to ", to.en, ": moves the end by ", length.en,
                 " of work."));
    }
    if (so_far.size() > kReasoningWaitsMax) {
      const size_t more = so_far.size() - kReasoningWaitsMax;
      Add(StrCat("Và ", more, " lần tạm dừng khác."), StrCat("And ", more, " more pauses."));
    }
    return true;
  }

  void TellEnd() {
    if (!calendar_.IsKnown(WallDay(start_)) || !calendar_.IsKnown(WallDay(end_))) {
      Add("Có ngày chưa rõ lịch nghỉ lễ: hạn là tạm tính.",
          "Holidays of some of these days are not known yet: provisional.");
    }
    const Sentence end = TimeInWords(end_);
    Add(StrCat("Hạn: ", end.vi, "."), StrCat("Due at ", end.en, "."));
  }

  const Calendar& calendar_;
  const absl::Time start_;
  const TimeLimit& limit_;
  absl::Time end_;
  int counted_ = 0;
  std::vector<Sentence> told_;
};

}  // namespace

Sentence InWords(const TimeLimit& limit) {
  const auto plural = [&](std::string_view one) {
    return StrCat(limit.amount(), " ", one, limit.amount() == 1 ? "" : "s");
  };
  switch (limit.unit()) {
    case TimeLimit::UNIT_WORKING_DAYS:
      return {StrCat(limit.amount(), " ngày làm việc"), plural("working day")};
    case TimeLimit::UNIT_DAYS:
      return {StrCat(limit.amount(), " ngày"), plural("day")};
    case TimeLimit::UNIT_WORKING_HOURS:
      if (limit.minutes() != 0) {
        return {StrCat(limit.amount(), " giờ ", limit.minutes(), " phút làm việc"),
                StrCat(plural("working hour"), " ", limit.minutes(), " min")};
      }
      return {StrCat(limit.amount(), " giờ làm việc"), plural("working hour")};
    case TimeLimit::UNIT_SAME_DAY:
      if (!limit.cut_off().empty()) {
        return {StrCat("trong ngày, nhận đến ", limit.cut_off()),
                StrCat("same day, received by ", limit.cut_off())};
      }
      return {"trong ngày", "same day"};
    default:
      return {"không rõ", "unknown"};
  }
}

std::vector<Sentence> ReasoningOf(const Calendar& calendar, absl::Time start,
                                  const TimeLimit& limit, const std::vector<Wait>& waits) {
  if (!DueOf(calendar, start, limit).ok()) return {};
  return Reasoning(calendar, start, limit).Tell(waits);
}

}  // namespace lienthong::domain
