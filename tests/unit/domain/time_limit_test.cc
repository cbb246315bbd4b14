#include "gateway/domain/time_limit.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>

#include <string>
#include <vector>

#include "gateway/base/text.h"
#include "gateway/domain/deadline_words.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/domain/calendars_fixture.h"

namespace lienthong::domain {
namespace {

using ::lienthong::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

catalogue::v1::TimeLimit LimitOf(const std::string& text) {
  catalogue::v1::TimeLimit limit;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &limit)) << text;
  return limit;
}

std::vector<std::string> LimitProblemsOf(const std::string& text) {
  std::vector<std::string> problems;
  for (const FieldViolation& problem : TimeLimitProblems(LimitOf(text), "channels[0].limit.")) {
    problems.push_back(StrCat(problem.field, ": ", problem.description));
  }
  return problems;
}

TEST(TimeLimitProblemsTest, NoneOfGoodLimits) {
  for (const char* good : {"unit: UNIT_WORKING_DAYS amount: 1", "unit: UNIT_DAYS amount: 10000",
                           "unit: UNIT_WORKING_HOURS amount: 4 minutes: 30", "unit: UNIT_SAME_DAY",
                           "unit: UNIT_SAME_DAY cut_off: '15:00'"}) {
    EXPECT_THAT(LimitProblemsOf(good), IsEmpty()) << good;
  }
}

TEST(TimeLimitProblemsTest, NameTheFieldTheValueAndWhatToDo) {
  EXPECT_THAT(LimitProblemsOf("amount: 3"),
              ElementsAre(HasSubstr("channels[0].limit.unit: is 0; give UNIT_WORKING_DAYS")));
  EXPECT_THAT(LimitProblemsOf("unit: UNIT_DAYS"),
              ElementsAre(HasSubstr("amount: is 0; give 1 to")));
  EXPECT_THAT(LimitProblemsOf("unit: UNIT_DAYS amount: 10001"),
              ElementsAre(HasSubstr("amount: is 10001; give 1 to 10000")));
  EXPECT_THAT(LimitProblemsOf("unit: UNIT_WORKING_DAYS amount: -3 minutes: 30 cut_off: '15:00'"),
              ElementsAre(HasSubstr("amount: is -3"), HasSubstr("minutes: is 30; only"),
                          HasSubstr("cut_off: is 15:00; only UNIT_SAME_DAY")));
  EXPECT_THAT(LimitProblemsOf("unit: UNIT_WORKING_HOURS amount: 1 minutes: 60"),
              ElementsAre(HasSubstr("minutes: is 60; give 0 to 59")));
  EXPECT_THAT(
      LimitProblemsOf("unit: UNIT_SAME_DAY amount: 1 cut_off: '3pm'"),
      ElementsAre(HasSubstr("amount: is 1; give 0"), HasSubstr("cut_off: is `3pm`; write HH:MM")));
}

TEST(DueOfTest, RefusesALimitThatIsNoneAndAReceptionOutsideOfAllCalendars) {
  const Calendar& vn = CalendarOfTests("vn");
  const auto day = LimitOf("unit: UNIT_DAYS amount: 1");
  EXPECT_THAT(DueOf(vn, At("2026-03-02 10:00"), LimitOf("")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("limit.unit: is 0")));
  EXPECT_THAT(DueOf(vn, At("2100-01-01 00:00"), day),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("in the year 2100")));
  EXPECT_THAT(DueOf(vn, At("1899-12-31 23:00"), day),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("in the year 1899")));
  for (const absl::Time never : {absl::InfiniteFuture(), absl::InfinitePast()}) {
    EXPECT_THAT(DueOf(vn, never, day), StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

TEST(DueOfTest, TheLongestLimitsEndInsideOfAllCalendars) {
  const Calendar& vn = CalendarOfTests("vn");
  for (const char* longest :
       {"unit: UNIT_WORKING_DAYS amount: 10000", "unit: UNIT_DAYS amount: 10000",
        "unit: UNIT_WORKING_HOURS amount: 10000"}) {
    const Due due = DueOf(vn, At("2099-12-31 10:00"), LimitOf(longest)).value();
    ASSERT_TRUE(due.time.has_value());
    EXPECT_GT(*due.time, At("2100-06-01 00:00"));
    EXPECT_LT(*due.time, At("2199-01-01 00:00"));
    EXPECT_TRUE(due.provisional);
  }
}

TEST(DueOfTest, ALimitThatACalendarCannotEndIsRefused) {
  WorkingCalendars all;
  all["thin"] = CalendarFrom(
      "id: 'thin' name: 'một giờ mỗi tuần' known_from: '2026-01-01' known_until: '2027-12-31' "
      "weekdays { weekday: WEEKDAY_MONDAY hours { opens: '08:00' closes: '09:00' } }");
  const Calendar thin = Calendar::Make("thin", all).value();
  const absl::Time start = At("2026-03-02 10:00");
  EXPECT_TRUE(DueOf(thin, start, LimitOf("unit: UNIT_WORKING_HOURS amount: 40")).ok());
  for (const char* endless :
       {"unit: UNIT_WORKING_HOURS amount: 10000", "unit: UNIT_WORKING_DAYS amount: 10000"}) {
    EXPECT_THAT(DueOf(thin, start, LimitOf(endless)),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("the calendar thin")));
  }
}

TEST(DueOfTest, APauseUntilNeverIsOneWithoutAnEnd) {
  const Due due =
      DueOf(CalendarOfTests("vn"), At("2026-03-02 10:00"), LimitOf("unit: UNIT_DAYS amount: 5"),
            {{At("2026-03-03 08:00"), absl::InfiniteFuture()}})
          .value();
  EXPECT_EQ(due.time, std::nullopt);
}

TEST(ReceptionLimitTest, IsEightWorkingHours) {
  EXPECT_EQ(InWords(ReceptionLimit()).en, "8 working hours");
  EXPECT_EQ(InWords(ReceptionLimit()).vi, "8 giờ làm việc");
}

TEST(InWordsTest, SaysEveryUnit) {
  const auto english = [](const std::string& text) { return InWords(LimitOf(text)).en; };
  const auto vietnamese = [](const std::string& text) { return InWords(LimitOf(text)).vi; };
  EXPECT_EQ(english("unit: UNIT_WORKING_DAYS amount: 1"), "1 working day");
  EXPECT_EQ(vietnamese("unit: UNIT_WORKING_DAYS amount: 3"), "3 ngày làm việc");
  EXPECT_EQ(english("unit: UNIT_DAYS amount: 15"), "15 days");
  EXPECT_EQ(vietnamese("unit: UNIT_DAYS amount: 15"), "15 ngày");
  EXPECT_EQ(english("unit: UNIT_WORKING_HOURS amount: 4 minutes: 30"), "4 working hours 30 min");
  EXPECT_EQ(vietnamese("unit: UNIT_WORKING_HOURS amount: 4 minutes: 30"), "4 giờ 30 phút làm việc");
  EXPECT_EQ(english("unit: UNIT_SAME_DAY cut_off: '15:00'"), "same day, received by 15:00");
  EXPECT_EQ(vietnamese("unit: UNIT_SAME_DAY"), "trong ngày");
}

}  // namespace
}  // namespace lienthong::domain
