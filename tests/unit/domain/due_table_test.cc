#include <gmock/gmock.h>

#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

#include "gateway/base/text.h"
#include "gateway/domain/deadline_words.h"
#include "gateway/domain/time_limit.h"
#include "tests/support/environment.h"
#include "tests/unit/domain/calendars_fixture.h"

namespace lienthong::domain {
namespace {

using catalogue::v1::TimeLimit;

constexpr size_t kDueCasesMin = 120;

// A line of due_cases.txt.
struct DueCase {
  int line;
  std::string calendar;
  std::string received;
  std::string limit;
  std::string pauses;
  std::string due;
  std::string why;
};

std::vector<DueCase> DueCases() {
  std::ifstream file(testing::Environment("LIENTHONG_SOURCE_DIR") +
                     "/tests/unit/domain/due_cases.txt");
  std::vector<DueCase> cases;
  std::string text;
  std::string calendar;
  for (int line = 1; std::getline(file, text); ++line) {
    if (text.empty() || text[0] == '#') continue;
    if (text[0] == '@') {
      calendar = text.substr(1);
      continue;
    }
    const std::vector<std::string> parts = absl::StrSplit(text, " | ");
    EXPECT_EQ(parts.size(), 5) << "line " << line;
    if (parts.size() != 5) continue;
    cases.push_back({line, calendar, parts[0], parts[1], parts[2], parts[3], parts[4]});
  }
  return cases;
}

TimeLimit LimitFrom(const std::string& text) {
  TimeLimit limit;
  const std::vector<std::string> words = absl::StrSplit(text, ' ');
  if (absl::StartsWith(text, "same day")) {
    limit.set_unit(TimeLimit::UNIT_SAME_DAY);
    if (words.size() == 4) limit.set_cut_off(words[3]);
    return limit;
  }
  int amount = 0;
  EXPECT_TRUE(absl::SimpleAtoi(words[0], &amount)) << text;
  limit.set_amount(amount);
  const bool hours = absl::StrContains(text, "working hour");
  if (hours && words.size() == 5) {
    int minutes = 0;
    EXPECT_TRUE(absl::SimpleAtoi(words[3], &minutes)) << text;
    limit.set_minutes(minutes);
  }
  limit.set_unit(hours                                    ? TimeLimit::UNIT_WORKING_HOURS
                 : absl::StrContains(text, "working day") ? TimeLimit::UNIT_WORKING_DAYS
                                                          : TimeLimit::UNIT_DAYS);
  return limit;
}

std::vector<Wait> WaitsFrom(const std::string& text) {
  std::vector<Wait> waits;
  if (text == "-") return waits;
  for (const absl::string_view part : absl::StrSplit(text, "; ")) {
    if (absl::EndsWith(part, " to")) {
      waits.push_back({At(ToStd(absl::StripSuffix(part, " to"))), std::nullopt});
      continue;
    }
    const std::vector<std::string> ends = absl::StrSplit(part, " to ");
    waits.push_back({At(ends.at(0)), At(ends.at(1))});
  }
  return waits;
}

std::string Told(const Due& due) {
  if (!due.time) return "stands";
  return StrCat(Shown(*due.time), due.provisional ? " ?" : "");
}

TEST(DueTableTest, EveryCaseIsDueWhenItsReasoningSays) {
  const std::vector<DueCase> cases = DueCases();
  EXPECT_GE(cases.size(), kDueCasesMin);
  for (const DueCase& one : cases) {
    SCOPED_TRACE(StrCat("due_cases.txt:", one.line, ": ", one.why));
    if (one.due != "stands") At(std::string(absl::StripSuffix(one.due, " ?")));
    const auto due = DueOf(CalendarOfTests(one.calendar), At(one.received), LimitFrom(one.limit),
                           WaitsFrom(one.pauses));
    ASSERT_TRUE(due.ok()) << due.status();
    EXPECT_EQ(Told(*due), one.due);
  }
}

TEST(DueTableTest, NoCaseStandsTwiceAndEachHasAReason) {
  std::set<std::string> seen;
  for (const DueCase& one : DueCases()) {
    EXPECT_TRUE(seen.insert(StrCat(one.calendar, one.received, one.limit, one.pauses)).second)
        << "line " << one.line << " stands above already";
    EXPECT_GE(one.why.size(), 5) << "line " << one.line;
  }
}

// The words say the same as the due time.
TEST(DueTableTest, TheReasoningEndsAtTheDueTime) {
  for (const DueCase& one : DueCases()) {
    const auto told = ReasoningOf(CalendarOfTests(one.calendar), At(one.received),
                                  LimitFrom(one.limit), WaitsFrom(one.pauses));
    ASSERT_GE(told.size(), 2) << "line " << one.line;
    if (one.due == "stands") {
      EXPECT_THAT(told.back().en, ::testing::HasSubstr("nothing is due"));
      EXPECT_THAT(told.back().vi, ::testing::HasSubstr("chưa có hạn"));
      continue;
    }
    const absl::Time due = At(std::string(absl::StripSuffix(one.due, " ?")));
    const std::string clock = absl::FormatTime("%H:%M", due, absl::FixedTimeZone(7 * 60 * 60));
    EXPECT_THAT(told.back().vi, ::testing::StartsWith("Hạn: " + clock)) << "line " << one.line;
    EXPECT_THAT(told.back().en, ::testing::StartsWith("Due at " + clock)) << "line " << one.line;
  }
}

std::vector<std::string> InEnglish(const std::vector<Sentence>& sentences) {
  std::vector<std::string> texts;
  for (const Sentence& sentence : sentences) texts.push_back(sentence.en);
  return texts;
}

std::vector<std::string> InVietnamese(const std::vector<Sentence>& sentences) {
  std::vector<std::string> texts;
  for (const Sentence& sentence : sentences) texts.push_back(sentence.vi);
  return texts;
}

TEST(ReasoningTest, GoesDayByDayInBothLanguages) {
  const auto told =
      ReasoningOf(CalendarOfTests("vn"), At("2026-11-20 17:30"), LimitFrom("2 working days"),
                  WaitsFrom("Wed 2026-11-25 10:00 to Wed 2026-11-25 14:00"));
  EXPECT_THAT(
      InVietnamese(told),
      ::testing::ElementsAre(
          "Tiếp nhận lúc 17:30 thứ Sáu 20/11/2026; thời hạn: 2 ngày làm việc.",
          "Ngoài giờ làm việc: tính là tiếp nhận thứ Hai 23/11/2026.",
          "Thứ Hai 23/11/2026: ngày tiếp nhận, không tính.",
          "Thứ Ba 24/11/2026: nghỉ (Ngày Văn hóa Việt Nam).",
          "Thứ Tư 25/11/2026: ngày làm việc thứ 1.", "Thứ Năm 26/11/2026: ngày làm việc thứ 2.",
          "Tạm dừng từ 10:00 thứ Tư 25/11/2026 đến 14:00 thứ Tư 25/11/2026: lùi 2 giờ "
          "làm việc.",
          "Hạn: 09:00 thứ Sáu 27/11/2026."));
  EXPECT_THAT(InEnglish(told),
              ::testing::ElementsAre(
                  "Received at 17:30 on Friday 20/11/2026; time limit: 2 working days.",
                  "Outside of working hours: counts as received on Monday 23/11/2026.",
                  "Monday 23/11/2026: day of reception, not counted.",
                  "Tuesday 24/11/2026: off (Ngày Văn hóa Việt Nam).",
                  "Wednesday 25/11/2026: working day 1.", "Thursday 26/11/2026: working day 2.",
                  "Pause from 10:00 on Wednesday 25/11/2026 to 14:00 on Wednesday 25/11/2026: "
                  "moves the end by 2 hours of work.",
                  "Due at 09:00 on Friday 27/11/2026."));
}

TEST(ReasoningTest, TellsHoursOfEachDay) {
  const auto told = ReasoningOf(CalendarOfTests("vn"), At("2026-11-23 15:00"), ReceptionLimit());
  EXPECT_THAT(InEnglish(told),
              ::testing::ElementsAre(
                  "Received at 15:00 on Monday 23/11/2026; time limit: 8 working hours.",
                  "Monday 23/11/2026: 2 hours.", "Tuesday 24/11/2026: off (Ngày Văn hóa Việt Nam).",
                  "Wednesday 25/11/2026: 6 hours.", "Due at 15:00 on Wednesday 25/11/2026."));
}

TEST(ReasoningTest, TellsWhereCalendarDaysMove) {
  const auto told = ReasoningOf(CalendarOfTests("vn"), At("2026-11-23 10:00"), LimitFrom("1 day"));
  EXPECT_THAT(InEnglish(told), ::testing::ElementsAre(
                                   "Received at 10:00 on Monday 23/11/2026; time limit: 1 day.",
                                   "Monday 23/11/2026: day of reception, not counted.",
                                   "Tuesday 24/11/2026: day 1, a day off (Ngày Văn hóa Việt Nam).",
                                   "Wednesday 25/11/2026: the next working day.",
                                   "Due at 17:00 on Wednesday 25/11/2026."));
}

TEST(ReasoningTest, IsBounded) {
  std::vector<Wait> waits;
  for (int i = 0; i < 200; ++i) {
    const absl::Time start = At("2026-03-03 08:00") + absl::Hours(24 * i);
    waits.push_back({start, start + absl::Minutes(1)});
  }
  const auto told =
      ReasoningOf(CalendarOfTests("vn"), At("2026-03-02 10:00"), LimitFrom("4000 days"), waits);
  EXPECT_LE(told.size(), kReasoningDaysMax + kReasoningWaitsMax + 6);
  EXPECT_THAT(told.back().en, ::testing::StartsWith("Due at "));
}

TEST(ReasoningTest, IsEmptyForALimitThatIsNone) {
  EXPECT_TRUE(ReasoningOf(CalendarOfTests("vn"), At("2026-03-02 10:00"), TimeLimit()).empty());
}

}  // namespace
}  // namespace lienthong::domain
