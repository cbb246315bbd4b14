#include "gateway/catalogue/timetable.h"

#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/domain/derived.h"
#include "tests/unit/catalogue/catalogue_fixture.h"

namespace lienthong::catalogue {
namespace {

using dossier::v1::Dossier;

absl::Time At(const std::string& text) {
  absl::Time time;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, nullptr)) << text;
  return time;
}

// 1.1 allows 3 working days at the counter and 1 online, from July 2026 on 2 by each; 1.2 says
// nothing of time. H29.06 works by a calendar on which Tuesday, 3 March 2026, is off.
CatalogueTimetable Sample() {
  const Snapshot procedures =
      After(Empty(), Request::CONTENT_PROCEDURES,
            "code,valid_from,valid_until,name,counter_limit,online_limit,source\n"
            "1.001193,2025-07-01,2026-06-30,a,3 working days,1 working days,s\n"
            "1.001193,2026-07-01,,a,2 working days,2 working days,s\n"
            "1.000656,2025-07-01,,b,,,s\n");
  const Snapshot calendars =
      After(procedures, Request::CONTENT_CALENDARS,
            R"({"calendars": [{"id": "six", "name": "c", "base": "vn", "days": [)"
            R"({"date": "2026-03-03", "name": "off", "source": "s"}]}]})");
  return CatalogueTimetable(std::make_shared<const Snapshot>(
      After(calendars, Request::CONTENT_AGENCIES,
            "code,valid_from,name,calendar,source\nH29.06,2025-07-01,b,six,s\n")));
}

Dossier Received(const std::string& time, dossier::v1::Channel channel) {
  Dossier dossier;
  dossier.mutable_procedure()->set_code("1.001193");
  dossier.mutable_reception()->set_agency("H29.05");
  *dossier.mutable_reception()->mutable_received_time() = domain::ToProto(At(time));
  if (channel != dossier::v1::CHANNEL_UNSPECIFIED) dossier.mutable_origin()->set_channel(channel);
  return dossier;
}

TEST(CatalogueTimetableTest, TheLimitIsThatOfTheChannelAndTheDayOfReception) {
  const CatalogueTimetable timetable = Sample();
  const auto counter =
      timetable.RuleFor(Received("2026-03-02T09:00:00+07:00", dossier::v1::CHANNEL_COUNTER));
  ASSERT_TRUE(counter.has_value());
  EXPECT_EQ(counter->limit.amount(), 3);
  EXPECT_EQ(counter->basis, "3 working days, 1.001193 of 2025-07-01, calendar vn");
  const auto online =
      timetable.RuleFor(Received("2026-03-02T09:00:00+07:00", dossier::v1::CHANNEL_ONLINE));
  ASSERT_TRUE(online.has_value());
  EXPECT_EQ(online->limit.amount(), 1);
  // 30 June at eleven at night in Viet Nam, and an hour later.
  EXPECT_EQ(timetable.RuleFor(Received("2026-06-30T16:00:00Z", dossier::v1::CHANNEL_ONLINE))
                ->limit.amount(),
            1);
  EXPECT_EQ(timetable.RuleFor(Received("2026-06-30T17:00:00Z", dossier::v1::CHANNEL_ONLINE))
                ->limit.amount(),
            2);
}

TEST(CatalogueTimetableTest, WithoutAChannelOnlyALimitThatAllChannelsShareCounts) {
  const CatalogueTimetable timetable = Sample();
  EXPECT_FALSE(
      timetable.RuleFor(Received("2026-03-02T09:00:00+07:00", dossier::v1::CHANNEL_UNSPECIFIED))
          .has_value());
  EXPECT_TRUE(
      timetable.RuleFor(Received("2026-07-02T09:00:00+07:00", dossier::v1::CHANNEL_UNSPECIFIED))
          .has_value());
  EXPECT_FALSE(timetable.RuleFor(Received("2026-03-02T09:00:00+07:00", dossier::v1::CHANNEL_POSTAL))
                   .has_value());
}

TEST(CatalogueTimetableTest, WhatTheCatalogueDoesNotSayIsNotGuessed) {
  const CatalogueTimetable timetable = Sample();
  Dossier dossier = Received("2026-03-02T09:00:00+07:00", dossier::v1::CHANNEL_COUNTER);
  dossier.mutable_procedure()->set_code("1.000656");
  EXPECT_FALSE(timetable.RuleFor(dossier).has_value());
  dossier.mutable_procedure()->set_code("1.999999");
  EXPECT_FALSE(timetable.RuleFor(dossier).has_value());
  EXPECT_FALSE(
      timetable.RuleFor(Received("2025-06-30T09:00:00+07:00", dossier::v1::CHANNEL_COUNTER))
          .has_value())
      << "no version held then";
  dossier = Received("2026-03-02T09:00:00+07:00", dossier::v1::CHANNEL_COUNTER);
  dossier.mutable_reception()->clear_received_time();
  EXPECT_FALSE(timetable.RuleFor(dossier).has_value());
}

TEST(CatalogueTimetableTest, CountsByTheCalendarOfWhoReceives) {
  const CatalogueTimetable timetable = Sample();
  Dossier dossier = Received("2026-03-02T09:00:00+07:00", dossier::v1::CHANNEL_COUNTER);
  dossier.mutable_reception()->set_agency("H29.06");
  const auto rule = timetable.RuleFor(dossier);
  ASSERT_TRUE(rule.has_value());
  EXPECT_EQ(rule->calendar->id(), "six");
  EXPECT_FALSE(rule->calendar->IsWorkingDay(absl::CivilDay(2026, 3, 3)));
}

TEST(CatalogueTimetableTest, StepsOfTheProcessHaveTheirOwnLimits) {
  const CatalogueTimetable timetable(std::make_shared<const Snapshot>(
      After(Empty(), Request::CONTENT_PROCEDURES,
            "code,valid_from,name,counter_limit,steps,source\n"
            "1.001193,2025-07-01,a,3 working days,Thẩm định=4 working hours|Ký,s\n")));
  const auto rules =
      timetable.StepRulesFor(Received("2026-03-02T09:00:00+07:00", dossier::v1::CHANNEL_COUNTER));
  ASSERT_EQ(rules.size(), 1u) << "of signing nothing is said";
  EXPECT_EQ(rules.at("Thẩm định").limit.amount(), 4);
  EXPECT_EQ(rules.at("Thẩm định").basis,
            "4 working hours, Thẩm định of 1.001193 of 2025-07-01, calendar vn");
  EXPECT_TRUE(timetable.StepRulesFor(Dossier()).empty());
}

TEST(CatalogueTimetableTest, ARuleOutlivesItsTimetable) {
  std::shared_ptr<const domain::Calendar> calendar;
  {
    const CatalogueTimetable timetable = Sample();
    calendar =
        timetable.RuleFor(Received("2026-03-02T09:00:00+07:00", dossier::v1::CHANNEL_COUNTER))
            ->calendar;
  }
  EXPECT_TRUE(calendar->IsWorkingDay(absl::CivilDay(2026, 3, 3)));
}

TEST(CatalogueTimetableTest, WhatIsFiledOnlineIsReceivedWithinEightWorkingHours) {
  const CatalogueTimetable timetable = Sample();
  Dossier dossier;
  dossier.mutable_reception()->set_agency("H29.05");
  dossier.mutable_origin()->set_channel(dossier::v1::CHANNEL_ONLINE);
  EXPECT_EQ(timetable.ReceptionDue(dossier), std::nullopt) << "it is not said when";
  *dossier.mutable_origin()->mutable_submitted_time() =
      domain::ToProto(At("2026-03-02T14:00:00+07:00"));  // Monday
  const auto due = timetable.ReceptionDue(dossier);
  ASSERT_TRUE(due.has_value());
  EXPECT_GT(*due, At("2026-03-03T08:00:00+07:00"));
  EXPECT_LT(*due, At("2026-03-03T18:00:00+07:00"));
  dossier.mutable_reception()->set_agency("H29.06");  // which is closed on Tuesday
  EXPECT_GT(*timetable.ReceptionDue(dossier), At("2026-03-04T07:00:00+07:00"));
  dossier.mutable_origin()->set_channel(dossier::v1::CHANNEL_COUNTER);
  EXPECT_EQ(timetable.ReceptionDue(dossier), std::nullopt);
}

}  // namespace
}  // namespace lienthong::catalogue
