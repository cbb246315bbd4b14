#include "gateway/ctl/arguments.h"

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace lienthong::ctl {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::IsOkAndHolds;
using ::lienthong::testing::StatusIs;

std::string NothingSet(std::string_view /*name*/) { return ""; }

absl::StatusOr<Arguments> Parse(const std::vector<std::string>& line) {
  return Arguments::Parse(line, NothingSet);
}

TEST(Arguments, TakesWordsAndFlagsInAnyOrder) {
  const auto arguments = Parse({"--server", "a:1", "get", "X", "--json", "--purpose=why not", "Y"});
  ASSERT_THAT(arguments, IsOk());
  EXPECT_EQ(arguments->words(), (std::vector<std::string>{"get", "X", "Y"}));
  EXPECT_EQ(arguments->Text("--server"), "a:1");
  EXPECT_EQ(arguments->Text("--purpose"), "why not");
  EXPECT_TRUE(arguments->Has("--json"));
  EXPECT_FALSE(arguments->Has("--stdin"));
}

TEST(Arguments, ADashIsAWordAndFStandsForFile) {
  const auto arguments = Parse({"push", "-f", "-"});
  ASSERT_THAT(arguments, IsOk());
  EXPECT_EQ(arguments->Text("--file"), "-");
}

TEST(Arguments, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(Parse({"--sever", "a"}), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Parse({"get", "--from"}), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(Arguments, TheLineGoesBeforeTheEnvironment) {
  const Environment environment = [](std::string_view name) -> std::string {
    if (name == "LIENTHONG_SERVER") return "from:1";
    return name == "LIENTHONG_CA" ? "ca.crt" : "";
  };
  const auto arguments = Arguments::Parse({"--server", "line:2"}, environment);
  ASSERT_THAT(arguments, IsOk());
  EXPECT_EQ(arguments->Text("--server"), "line:2");
  EXPECT_EQ(arguments->Text("--ca"), "ca.crt");
  EXPECT_EQ(arguments->given(), std::vector<std::string>{"--server"});
}

TEST(Arguments, ReadsNumbersAndTimes) {
  const auto arguments = Parse({"--count", "12", "--timeout", "1m30s", "--lifetime", "soon"});
  ASSERT_THAT(arguments, IsOk());
  EXPECT_THAT(arguments->Number("--count", 0), IsOkAndHolds(12));
  EXPECT_THAT(arguments->Time("--timeout", absl::Seconds(1)), IsOkAndHolds(absl::Seconds(90)));
  EXPECT_THAT(arguments->Time("--lifetime", absl::Seconds(1)),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Parse({"--count", "-1"})->Number("--count", 0),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Parse({})->Number("--count", 7), IsOkAndHolds(7));
}

}  // namespace
}  // namespace lienthong::ctl
