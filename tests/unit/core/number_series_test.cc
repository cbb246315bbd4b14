#include "gateway/core/number_series.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "gateway/base/text.h"
#include "gateway/domain/number_pattern.h"
#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

using ::lienthong::testing::IsOk;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::Not;
using ::testing::SizeIs;

using receipt::v1::OpenSeriesRequest;
using receipt::v1::Reservation;
using receipt::v1::Series;

// A store whose epoch is the time of a restore, as MarkRestored makes it.
class OfEpoch final : public lienthong::testing::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  int64_t epoch = 1;

  store::StoreInfo Info() const override {
    store::StoreInfo info = ForwardingStore::Info();
    info.epoch = epoch;
    return info;
  }
};

class NumberSeriesTest : public CoreTest {
 protected:
  absl::StatusOr<Reservation> Reserve(absl::Duration lifetime = absl::ZeroDuration()) {
    receipt::v1::ReserveReceiptRequest request;
    request.set_request_id(NewUuid());
    request.set_agency("H29.X05");
    request.mutable_lifetime()->set_seconds(absl::ToInt64Seconds(lifetime));
    return receipts().Reserve(x05_, request);
  }
  Receipts receipts() { return Receipts(restored_); }
  Series Now(const std::string& date = "") {
    receipt::v1::GetSeriesRequest request;
    request.set_agency("H29.X05");
    request.set_date(date);
    const auto series = series_.Get(Operator(), request);
    EXPECT_THAT(series, IsOk());
    return series.value_or(Series());
  }
  OpenSeriesRequest OpeningAt(int64_t serial) {
    OpenSeriesRequest request;
    request.set_request_id(NewUuid());
    request.set_agency("H29.X05");
    request.set_last_serial(serial);
    request.set_reason("sổ giấy của quầy");
    return request;
  }
  void Restore() { epoch_.epoch = absl::ToUnixSeconds(clock_.Now()); }

  const RequestContext x05_ = Agency("H29.X05");
  OfEpoch epoch_{store_};
  Engine restored_{epoch_, engine_.sealer, clock_, *random_, parties_, engine_.graph};
  NumberSeries series_{restored_};
};

TEST_F(NumberSeriesTest, EachNumberIsExplained) {
  const auto released = Reserve();
  ASSERT_THAT(released, IsOk());
  receipt::v1::ReleaseReceiptRequest release;
  release.set_request_id(NewUuid());
  release.set_reservation_id(released->id());
  release.set_reason("không đủ giấy tờ");
  ASSERT_THAT(receipts().Release(x05_, release), IsOk());
  ASSERT_THAT(Reserve(absl::Seconds(10)), IsOk());
  Create("H29.X05");
  ASSERT_THAT(Reserve(absl::Hours(1)), IsOk());
  clock_.Advance(absl::Minutes(1));
  const Series series = Now();
  EXPECT_EQ(series.pattern(), "{agency}-{yyMMdd}-{serial:4}");
  EXPECT_EQ(series.last_serial(), 4);
  EXPECT_EQ(series.highest_known_serial(), 4);
  EXPECT_FALSE(series.closed());
  ASSERT_EQ(series.gaps_size(), 3) << series.ShortDebugString();
  EXPECT_EQ(series.gaps(0).reason(), "không đủ giấy tờ");
  EXPECT_EQ(series.gaps(1).state(), Reservation::STATE_RELEASED) << "expired, and not swept yet";
  EXPECT_EQ(series.gaps(1).reason(), "expired");
  EXPECT_EQ(series.gaps(2).code(), "H29.X05-260302-0004");
  EXPECT_EQ(series.gaps(2).state(), Reservation::STATE_RESERVED);
}

TEST_F(NumberSeriesTest, WhatNobodyExplainsIsSaid) {
  ASSERT_THAT(Reserve(), IsOk());
  store::WriteSet lost;
  lost.mutations.push_back({store::Mutation::Kind::kDelete,
                            store::Table::kAlias,
                            {{"H29.X05-260302-0001", "", int64_t{0}}, 0, ""}});
  store_.Commit(std::move(lost), [](const auto& done) { ASSERT_THAT(done, IsOk()); });
  ASSERT_EQ(Now().gaps_size(), 1);
  EXPECT_EQ(Now().gaps(0).state(), Reservation::STATE_UNSPECIFIED);
}

TEST_F(NumberSeriesTest, ARestoredStoreNumbersNothingBeforeItIsOpened) {
  ASSERT_THAT(Reserve(), IsOk());
  Restore();
  EXPECT_EQ(ReasonOf(Reserve()), "SERIES_CLOSED");
  EXPECT_TRUE(Now().closed());
  EXPECT_TRUE(Now("2026-03-09").closed()) << "blocks are leased so far ahead";
  EXPECT_FALSE(Now("2026-03-10").closed());
  Dossiers dossiers(restored_);
  absl::Status numbered;
  dossiers.Push(x05_, RequestOf(NewDossier("H29.X05")),
                [&](const auto& result) { numbered = result.status(); });
  EXPECT_EQ(ReasonOf(numbered), "SERIES_CLOSED") << "a dossier that brings no number";

  OpenSeriesRequest misspelt = OpeningAt(6);
  misspelt.set_agency("H29.XQQ");
  EXPECT_EQ(ReasonOf(series_.Open(Operator(), misspelt)), "FIELD_INVALID") << "the right one waits";
  const OpenSeriesRequest request = OpeningAt(6);
  EXPECT_EQ(ReasonOf(series_.Open(Operator(), OpeningAt(0))), "FIELD_INVALID") << "below 1";
  const auto opened = series_.Open(Operator(), request);
  ASSERT_THAT(opened, IsOk());
  EXPECT_FALSE(opened->series().closed());
  EXPECT_THAT(series_.Open(Operator(), request), IsOk()) << "the same request";
  EXPECT_EQ(ReasonOf(series_.Open(Operator(), OpeningAt(9))), "SERIES_OPEN");
  EXPECT_EQ(Reserve()->code(), "H29.X05-260302-0007");
  const Series series = Now();
  ASSERT_EQ(series.gaps_size(), 7);
  EXPECT_EQ(series.gaps(0).state(), Reservation::STATE_RESERVED) << "the backup knew it";
  for (int i = 1; i < 6; ++i) {
    EXPECT_EQ(series.gaps(i).state(), Reservation::STATE_RELEASED);
    EXPECT_THAT(series.gaps(i).reason(), HasSubstr("sổ giấy của quầy"));
  }
  EXPECT_EQ(RowsOf(store::Table::kAct), 1);
}

TEST_F(NumberSeriesTest, TheFloorIsNoLowerThanWhatIsKnownFromElsewhere) {
  store::WriteSet learnt;
  learnt.mutations.push_back({store::Mutation::Kind::kPut,
                              store::Table::kAlias,
                              {{"H29.X05-260302-0042", "city", int64_t{7}}, 0, ""}});
  store_.Commit(std::move(learnt), [](const auto& done) { ASSERT_THAT(done, IsOk()); });
  Restore();
  EXPECT_EQ(Now().highest_known_serial(), 42);
  EXPECT_EQ(ReasonOf(series_.Open(Operator(), OpeningAt(41))), "FIELD_INVALID");
  ASSERT_THAT(series_.Open(Operator(), OpeningAt(42)), IsOk());
  EXPECT_EQ(Reserve()->code(), "H29.X05-260302-0043");
}

TEST_F(NumberSeriesTest, WhatARestoreClosedIsListed) {
  const auto listed = [this](const std::string& date = "") {
    receipt::v1::ListClosedSeriesRequest request;
    request.set_date(date);
    request.set_page_size(1);
    std::vector<std::string> found;
    do {
      const auto page = series_.ListClosed(Operator(), request);
      if (!page.ok()) return std::vector<std::string>{page.status().ToString()};
      for (const Series& one : page->series()) {
        found.push_back(StrCat(one.agency(), " ", one.date(), " ", one.last_serial(), " ",
                               one.highest_known_serial()));
      }
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return found;
  };
  ASSERT_THAT(Reserve(), IsOk());
  EXPECT_THAT(listed(), IsEmpty()) << "no restore, nothing closed";
  receipt::v1::ReserveReceiptRequest yesterday;
  yesterday.set_request_id(NewUuid());
  yesterday.set_agency("H29.X05");
  yesterday.mutable_received_time()->set_seconds(absl::ToUnixSeconds(clock_.Now()) - 86'400);
  ASSERT_THAT(receipts().Reserve(x05_, yesterday), IsOk());
  Restore();
  EXPECT_THAT(listed(), Contains("H29.X05 2026-03-01 1 1")) << "dossiers of it may still come";
  EXPECT_THAT(listed(), Each(Not(HasSubstr("2026-02-28")))) << "without a number";
  std::vector<std::string> all = listed();
  EXPECT_THAT(all, Contains("H29.X05 2026-03-02 1 1"));
  EXPECT_THAT(all, Contains("H29.X05 2026-03-09 0 0")) << "the last day that is closed";
  EXPECT_THAT(all, Each(Not(HasSubstr("2026-03-10"))));
  size_t agencies = 0;
  for (const Party& party : parties_.all()) agencies += party.receives ? party.agencies.size() : 0;
  EXPECT_THAT(listed("2026-03-05"), SizeIs(Le(agencies))) << "of one day, each agency once";
  ASSERT_THAT(series_.Open(Operator(), OpeningAt(3)), IsOk());
  EXPECT_THAT(listed(), SizeIs(all.size() - 1)) << "the one that was opened";
}

TEST_F(NumberSeriesTest, AnAgencyThatNumbersNoMoreIsNotListed) {
  restored_.numbering = std::make_unique<Numbering>(NumberingRules{
      .may_issue = [](std::string_view, absl::CivilDay day) { return day.day() == 4; }});
  Restore();
  const auto page = series_.ListClosed(Operator(), {});
  ASSERT_THAT(page, IsOk());
  EXPECT_GT(page->series_size(), 0);
  for (const Series& one : page->series()) EXPECT_EQ(one.date(), "2026-03-04");
}

TEST_F(NumberSeriesTest, ASecondRestoreClosesAgain) {
  Restore();
  ASSERT_THAT(series_.Open(Operator(), OpeningAt(3)), IsOk());
  ASSERT_THAT(Reserve(), IsOk());
  clock_.Advance(absl::Hours(1));
  Restore();
  EXPECT_EQ(ReasonOf(Reserve()), "SERIES_CLOSED");
}

TEST_F(NumberSeriesTest, AnAgencyThatHasEndedIssuesNothing) {
  restored_.numbering = std::make_unique<Numbering>(
      NumberingRules{.may_issue = [](std::string_view, absl::CivilDay) { return false; }});
  EXPECT_EQ(ReasonOf(Reserve()), "AGENCY_ENDED");
  Dossiers dossiers(restored_);
  absl::Status numbered;
  dossiers.Push(x05_, RequestOf(NewDossier("H29.X05")),
                [&](const auto& result) { numbered = result.status(); });
  EXPECT_EQ(ReasonOf(numbered), "FIELD_INVALID");
}

TEST_F(NumberSeriesTest, PatternsAreThoseOfTheDay) {
  NumberingRules rules;
  ASSERT_THAT(rules.patterns.Add("H29.X05", absl::CivilDay(2026, 3, 2),
                                 *domain::NumberPattern::Parse("{agency}-{yyyyMMdd}-{serial:6}")),
              IsOk());
  ASSERT_THAT(Reserve(), IsOk());
  restored_.numbering = std::make_unique<Numbering>(std::move(rules));
  EXPECT_EQ(Reserve()->code(), "H29.X05-20260302-000002");
  receipt::v1::ReserveReceiptRequest before;
  before.set_request_id(NewUuid());
  before.set_agency("H29.X05");
  before.mutable_received_time()->set_seconds(absl::ToUnixSeconds(clock_.Now()) - 86'400);
  EXPECT_EQ(receipts().Reserve(x05_, before)->code(), "H29.X05-260301-0001");
  EXPECT_EQ(Now().gaps_size(), 2) << "numbers of both forms are found";
  EXPECT_EQ(Now().gaps(0).code(), "H29.X05-260302-0001");
}

}  // namespace
}  // namespace lienthong::core
