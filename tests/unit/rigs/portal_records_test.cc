// What the portal holds, also after a restart.
#include "tests/rigs/portal/records.h"

#include <fstream>
#include <string>

#include "gtest/gtest.h"
#include "tests/rigs/portal/numbers.h"
#include "tests/rigs/portal/uploads.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/rigs/portal_for_test.h"

namespace lienthong::rigs::portal {
namespace {

Json PageOf(const Records& records) { return Json::parse(records.Page(0, 10))["records"]; }

TEST(PortalRecords, AChangeForSeveralIsMadeForAllOrNone) {
  StateLog state;
  Records records(state);
  EXPECT_EQ(records.Create("a", {{"MaHoSo", "a"}, {"IdHoSo", "1"}}), Wrote::kDone);
  EXPECT_EQ(records.Update({{"a", "1", {{"x", 1}}}, {"b", "", {{"x", 1}}}}), Wrote::kMissing);
  EXPECT_EQ(records.Update({{"a", "2", {{"x", 1}}}}), Wrote::kMissing);
  EXPECT_EQ(records.Append({{"a", "1", "l"}, {"a", "2", "l"}}), Wrote::kMissing);
  EXPECT_FALSE(records.Find("a")->contains("x"));
  EXPECT_EQ(records.progress(), 0U);
  EXPECT_EQ(records.Update({{"a", "1", {{"x", 1}}}}), Wrote::kDone);
  EXPECT_EQ(records.Find("a")->at("x"), 1);
}

TEST(PortalRecords, SilentChangesAreUnchecked) {
  StateLog state;
  Records records(state);
  records.Create("a", {{"MaHoSo", "a"}, {"TaiLieuNop", {1, 2}}});
  records.Append({{"a", "", "l1"}, {"a", "", "l2"}, {"a", "", "l3"}});
  EXPECT_EQ(records.Tamper("a", {{"Fax", "x"}}, {{"TienDo", 1}, {"TaiLieuNop", 0}}), Wrote::kDone);
  EXPECT_EQ(PageOf(records)[0]["TienDo"], Json({"l1", "l3"}));
  EXPECT_EQ(PageOf(records)[0]["TaiLieuNop"], Json({2}));
  EXPECT_EQ(records.progress(), 2U);
  EXPECT_EQ(records.Tamper("a", {{"TienDo", {"l1", "l1"}}}, {}), Wrote::kDone);
  EXPECT_EQ(PageOf(records)[0]["TienDo"], Json({"l1", "l1"}));
  EXPECT_EQ(records.Tamper("a", {{"Fax", "y"}}, {{"TienDo", 2}}), Wrote::kMissing);
  EXPECT_EQ(PageOf(records)[0]["Fax"], "x");
  EXPECT_EQ(records.Tamper("b", {{"Fax", "x"}}, {}), Wrote::kMissing);
  EXPECT_EQ(records.Insert({{"MaHoSo", "a"}, {"Fax", "second"}}), Wrote::kDone);
  EXPECT_EQ(records.Find("a")->at("Fax"), "x");
  EXPECT_EQ(PageOf(records).size(), 2U);
}

TEST(PortalRecords, PagesGoOnWhereTheyStopped) {
  StateLog state;
  Records records(state);
  for (const char* code : {"a", "b", "c"}) records.Create(code, {{"MaHoSo", code}});
  const Json first = Json::parse(records.Page(0, 2));
  EXPECT_EQ(first["records"].size(), 2U);
  EXPECT_EQ(first["next"], 2);
  const Json second = Json::parse(records.Page(2, 2));
  EXPECT_EQ(second["records"][0]["MaHoSo"], "c");
  EXPECT_TRUE(second["next"].is_null());
}

class PortalState : public ::testing::Test {
 protected:
  struct Portal {
    StateLog state;
    Records records{state};
    Numbers numbers{state, [] { return 1'790'000'000'000; }};
    Uploads uploads{state};
  };

  const lienthong::testing::TemporaryFolder folder_;
  const std::string path_ = folder_.PathOf("state.jsonl");
};

TEST_F(PortalState, ARestartKeepsEverything) {
  std::string before;
  {
    Portal portal;
    ASSERT_EQ(portal.state.Open(path_), "");
    portal.records.Create("a", {{"MaHoSo", "a"}, {"TaiLieuNop", {1, 2}}},
                          {{"madonvi", "H29.X01"}, {"SoBienNhan", ""}});
    portal.records.SetReceipt("a", "H29.X01-261122-0001");
    portal.records.Append({{"a", "", "l1"}, {"a", "", "l2"}});
    portal.records.Update({{"a", "", {{"Fax", "x"}}}});
    portal.records.Create("b", {{"MaHoSo", "b"}});
    portal.records.Replace("b", {{"MaHoSo", "b"}, {"Fax", "y"}});
    portal.records.Tamper("a", {{"Email", "z"}}, {{"TienDo", 0}});
    portal.records.Insert({{"MaHoSo", "a"}});
    portal.numbers.Issue("H29.X01");
    portal.uploads.Add("a.pdf", 3, "00");
    before = portal.records.Page(0, 10);
  }
  Portal portal;
  ASSERT_EQ(portal.state.Open(path_), "");
  EXPECT_EQ(portal.records.Page(0, 10), before);
  EXPECT_EQ(portal.records.progress(), 1U);
  EXPECT_EQ(portal.records.AgencyOf("a"), "H29.X01");
  EXPECT_EQ(portal.records.Create("b", {{"MaHoSo", "b"}}), Wrote::kExists);
  EXPECT_EQ(portal.numbers.Issue("H29.X01"), "H29.X01-20260921-0000002");
  EXPECT_EQ(portal.uploads.Find("TEP-00000001")->name, "a.pdf");
}

TEST_F(PortalState, AForeignFileIsRefused) {
  for (const char* line : {"[]", "{\"op\":\"khac\"}", "{\"op\":\"record\"}",
                           "{\"op\":\"number\",\"series\":1,\"last\":1}"}) {
    std::ofstream(path_) << line << "\n";
    Portal portal;
    EXPECT_NE(portal.state.Open(path_), "") << line;
  }
}

}  // namespace
}  // namespace lienthong::rigs::portal
