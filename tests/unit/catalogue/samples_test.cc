#include <sstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/unit/catalogue/catalogue_fixture.h"

namespace lienthong::catalogue {
namespace {

using ::testing::SizeIs;

Snapshot Samples() {
  const Snapshot units =
      After(Empty(), Request::CONTENT_UNITS, ReadSource("deploy/catalogue/units.csv"));
  const Snapshot agencies =
      After(units, Request::CONTENT_AGENCIES, ReadSource("deploy/catalogue/agencies.csv"));
  return After(agencies, Request::CONTENT_PROCEDURES,
               ReadSource("deploy/catalogue/procedures.csv"));
}

TEST(SamplesTest, AllAreMarkedAsSamples) {
  for (const char* name : {"units", "agencies", "procedures"}) {
    std::istringstream lines(ReadSource(std::string("deploy/catalogue/") + name + ".csv"));
    std::string line;
    int rows = -1;
    for (; std::getline(lines, line); ++rows) {
      EXPECT_TRUE(line.ends_with(rows < 0 ? ",sample" : ",yes")) << name << ": " << line;
    }
    EXPECT_GE(rows, 7) << name;
  }
}

TEST(SamplesTest, AgenciesGoToOneOrToSeveral) {
  const Snapshot all = Samples();
  EXPECT_THAT(all.Current(**all.FindAgency("H29.X02", ""), "2026-03-02"), SizeIs(1));
  EXPECT_THAT(all.Current(**all.FindAgency("H29.X01", ""), "2026-03-02"), SizeIs(2));
  EXPECT_EQ((*all.FindAgency("38.98.H29", ""))->code(), "H29.98.38");
}

TEST(SamplesTest, ReusedCodesOfUnitsNeedADay) {
  const Snapshot all = Samples();
  for (const char* code : {"26737", "26740", "25747", "25969"}) {
    EXPECT_EQ(ReasonOf(all.FindUnit(code, "")), "AMBIGUOUS_CODE") << code;
    EXPECT_TRUE(all.FindUnit(code, "2026-03-02").ok()) << code;
  }
}

TEST(SamplesTest, ThePortalsSampleIsReadWithoutAWarning) {
  const ReadTable table = Read(Request::CONTENT_PORTAL_PROCEDURES,
                               ReadSource("deploy/procedures.example.json"), "2025-07-01");
  EXPECT_THAT(table.problems, SizeIs(0));
  EXPECT_THAT(table.warnings, SizeIs(0));
  EXPECT_GT(table.entries.size(), 20U);
}

}  // namespace
}  // namespace lienthong::catalogue
