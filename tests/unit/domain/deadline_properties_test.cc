#include <gmock/gmock.h>

#include <random>
#include <vector>

#include "gateway/base/text.h"
#include "gateway/domain/time_limit.h"
#include "tests/unit/domain/calendars_fixture.h"

namespace lienthong::domain {
namespace {

using catalogue::v1::TimeLimit;

constexpr uint64_t kSeedsMax = 40;
constexpr int kTriesPerSeed = 250;

// Chances of one seed, which is printed with each failure.
class Chance {
 public:
  explicit Chance(uint64_t seed) : engine_(seed) {}

  int Below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(engine_); }

  // To the second; often on a whole half hour, where hours begin and end.
  absl::Time Moment() {
    const absl::Time first = At("2026-01-01 00:00");
    if (Below(2) == 0) return first + absl::Minutes(30) * Below(600 * 48);
    return first + absl::Seconds(Below(600 * 24 * 3600));
  }

  // Working time to the second, up to ten working days.
  absl::Duration Work() { return absl::Seconds(1 + Below(80 * 3600)); }

  const Calendar& OneCalendar() {
    static constexpr std::array<const char*, 5> kIds = {"vn", "vn-0730", "ward-saturday",
                                                        "ward-local", "day-and-night"};
    return CalendarOfTests(kIds.at(Below(kIds.size())));
  }

  TimeLimit Limit() {
    TimeLimit limit;
    limit.set_unit(static_cast<TimeLimit::Unit>(1 + Below(4)));
    if (limit.unit() != TimeLimit::UNIT_SAME_DAY) limit.set_amount(1 + Below(30));
    if (limit.unit() == TimeLimit::UNIT_WORKING_HOURS) limit.set_minutes(Below(60));
    if (limit.unit() == TimeLimit::UNIT_SAME_DAY && Below(2) == 0) limit.set_cut_off("15:00");
    return limit;
  }

 private:
  std::mt19937_64 engine_;
};

absl::Time DueTime(const Calendar& calendar, absl::Time start, const TimeLimit& limit,
                   const std::vector<Wait>& waits = {}) {
  return DueOf(calendar, start, limit, waits).value().time.value();
}

std::string Told(const Calendar& calendar, absl::Time start, const TimeLimit& limit) {
  return StrCat(calendar.id(), ", received ", Shown(start), ", ", limit.ShortDebugString());
}

// Calls `check` with many chances; a failure tells the seed.
template <typename Check>
void ForSeeds(const Check& check) {
  for (uint64_t seed = 1; seed <= kSeedsMax && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(StrCat("seed ", seed));
    Chance chance(seed);
    for (int i = 0; i < kTriesPerSeed && !::testing::Test::HasFailure(); ++i) check(chance);
  }
}

TEST(DeadlinePropertiesTest, WhoComesLaterIsDueNoEarlier) {
  ForSeeds([](Chance& chance) {
    const Calendar& calendar = chance.OneCalendar();
    const TimeLimit limit = chance.Limit();
    const absl::Time early = chance.Moment();
    const absl::Time late = early + absl::Seconds(chance.Below(4 * 24 * 3600));
    // Pauses that begin when both are received.
    std::vector<Wait> waits;
    for (int i = chance.Below(4); i > 0; --i) {
      const absl::Time start = late + absl::Seconds(chance.Below(20 * 24 * 3600));
      waits.push_back({start, start + absl::Seconds(chance.Below(5 * 24 * 3600))});
    }
    EXPECT_LE(DueTime(calendar, early, limit, waits), DueTime(calendar, late, limit, waits))
        << Told(calendar, early, limit) << ", or " << Shown(late);
  });
}

TEST(DeadlinePropertiesTest, NothingIsDueBeforeItIsReceived) {
  ForSeeds([](Chance& chance) {
    const Calendar& calendar = chance.OneCalendar();
    const TimeLimit limit = chance.Limit();
    const absl::Time start = chance.Moment();
    EXPECT_GE(DueTime(calendar, start, limit), start) << Told(calendar, start, limit);
  });
}

TEST(DeadlinePropertiesTest, APauseMovesTheEndByExactlyItsWorkingTime) {
  ForSeeds([](Chance& chance) {
    const Calendar& calendar = chance.OneCalendar();
    const TimeLimit limit = chance.Limit();
    const absl::Time start = chance.Moment();
    const absl::Time without = DueTime(calendar, start, limit);
    if (without <= start) return;  // due at once: no pause can begin in between
    const absl::Time pause =
        start + absl::Seconds(chance.Below(static_cast<int>((without - start) / absl::Seconds(1))));
    const absl::Duration work = chance.Work();
    const Wait wait = {pause, calendar.AddWorkingTime(pause, work)};
    const absl::Time with = DueTime(calendar, start, limit, {wait});
    EXPECT_EQ(calendar.WorkingTimeBetween(without, with), work)
        << Told(calendar, start, limit) << ", pause " << Shown(wait.start) << " to "
        << Shown(*wait.end) << ", due " << Shown(without) << " and " << Shown(with);
  });
}

TEST(DeadlinePropertiesTest, OverlappingPausesMoveItAsTheirUnion) {
  ForSeeds([](Chance& chance) {
    const Calendar& calendar = chance.OneCalendar();
    const TimeLimit limit = chance.Limit();
    const absl::Time start = chance.Moment();
    const absl::Time without = DueTime(calendar, start, limit);
    const absl::Time a = start + absl::Seconds(chance.Below(7200));
    const absl::Time b = a + absl::Seconds(chance.Below(2 * 24 * 3600));
    const absl::Time c = b + absl::Seconds(chance.Below(2 * 24 * 3600));
    const absl::Time d = c + absl::Seconds(chance.Below(2 * 24 * 3600));
    if (a >= without) return;
    const absl::Time expected = calendar.AddWorkingTime(without, calendar.WorkingTimeBetween(a, d));
    EXPECT_EQ(DueTime(calendar, start, limit, {{b, d}, {a, c}}), expected)
        << Told(calendar, start, limit);
  });
}

TEST(DeadlinePropertiesTest, AddingAndMeasuringWorkingTimeAreInverse) {
  ForSeeds([](Chance& chance) {
    const Calendar& calendar = chance.OneCalendar();
    const absl::Time from = chance.Moment();
    const absl::Duration work = chance.Work();
    const absl::Time to = calendar.AddWorkingTime(from, work);
    EXPECT_EQ(calendar.WorkingTimeBetween(from, to), work)
        << calendar.id() << ", from " << Shown(from) << " to " << Shown(to);
    EXPECT_EQ(calendar.WorkingTimeBetween(to, from), -work);
    // It is the first such instant, and a second step goes on as one long one.
    EXPECT_LT(calendar.WorkingTimeBetween(from, to - absl::Nanoseconds(1)), work);
    const absl::Duration more = chance.Work();
    EXPECT_EQ(calendar.AddWorkingTime(to, more), calendar.AddWorkingTime(from, work + more));
  });
}

// A slow judge of the same: minute by minute.
TEST(DeadlinePropertiesTest, WorkingTimeIsTheSumOfWorkedMinutes) {
  Chance chance(1);
  for (int i = 0; i < 100; ++i) {
    const Calendar& calendar = chance.OneCalendar();
    const absl::Time from = At("2026-01-01 00:00") + absl::Minutes(chance.Below(700 * 24 * 60));
    absl::Time at = from;
    absl::Duration sum;
    for (int minutes = chance.Below(10 * 24 * 60); minutes > 0; --minutes) {
      if (calendar.NextWorkingMoment(at) == at) sum += absl::Minutes(1);
      at += absl::Minutes(1);
    }
    EXPECT_EQ(calendar.WorkingTimeBetween(from, at), sum)
        << calendar.id() << ", from " << Shown(from) << " to " << Shown(at);
  }
}

// And of working days: day by day.
TEST(DeadlinePropertiesTest, WorkingDaysAreCountedOneByOne) {
  ForSeeds([](Chance& chance) {
    const Calendar& calendar = chance.OneCalendar();
    const absl::CivilDay from = absl::CivilDay(2025, 11, 1) + chance.Below(900);
    const int days = chance.Below(60);
    absl::CivilDay day = from;
    for (int left = days; left > 0;) {
      ++day;
      if (!calendar.HoursOf(day).empty()) --left;
    }
    EXPECT_EQ(calendar.AddWorkingDays(from, days), day) << calendar.id() << ", " << days;
  });
}

TEST(DeadlinePropertiesTest, OneMoreHolidayMakesNothingDueEarlier) {
  ForSeeds([](Chance& chance) {
    if (chance.Below(5) != 0) return;  // each makes a calendar
    const Calendar& calendar = chance.OneCalendar();
    const TimeLimit limit = chance.Limit();
    const absl::Time start = chance.Moment();
    WorkingCalendars all = CalendarsOfTests();
    catalogue::v1::WorkingCalendar& changed = all.at(calendar.id());
    const std::string date = FormatDay(WallDay(start) + chance.Below(20));
    auto* days = changed.mutable_days();
    for (int i = days->size() - 1; i >= 0; --i) {
      if (days->at(i).date() == date) days->DeleteSubrange(i, 1);
    }
    catalogue::v1::ExceptionalDay& holiday = *days->Add();
    holiday.set_date(date);
    holiday.set_name("one more");
    holiday.set_source("this test");
    const Calendar with = Calendar::Make(calendar.id(), all).value();
    EXPECT_GE(DueTime(with, start, limit), DueTime(calendar, start, limit))
        << Told(calendar, start, limit) << ", one more holiday on " << date;
  });
}

}  // namespace
}  // namespace lienthong::domain
