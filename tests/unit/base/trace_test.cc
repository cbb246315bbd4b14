#include "gateway/base/trace.h"

#include <memory>
#include <set>
#include <string>
#include <thread>

#include "gateway/base/text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lienthong {
namespace {

using ::testing::MatchesRegex;

constexpr char kTrace[] = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr char kHeader[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST(TraceIdOf, ReadsWhatIsWellFormed) {
  for (const std::string& header :
       {std::string(kHeader), StrCat("00-", kTrace, "-00f067aa0ba902b7-00"),
        // Flags that nobody knows yet.
        StrCat("00-", kTrace, "-00f067aa0ba902b7-ff"),
        // A later version, with and without more behind it.
        StrCat("01-", kTrace, "-00f067aa0ba902b7-01"),
        StrCat("cc-", kTrace, "-00f067aa0ba902b7-01-what-the-future-brings"),
        StrCat("fe-", kTrace, "-00f067aa0ba902b7-01-")}) {
    EXPECT_EQ(TraceIdOf(header), kTrace) << header;
  }
}

TEST(TraceIdOf, BeginsANewTraceForWhatIsMalformed) {
  const std::string parent = "00f067aa0ba902b7";
  for (const std::string& header : {
           std::string(),
           std::string("x"),
           // Version: none, not hexadecimal, upper case, the one that is forbidden.
           StrCat("-", kTrace, "-", parent, "-01"),
           StrCat("0x-", kTrace, "-", parent, "-01"),
           StrCat("CC-", kTrace, "-", parent, "-01"),
           StrCat("ff-", kTrace, "-", parent, "-01"),
           // Trace id: all zeros, upper case, not hexadecimal, too short, too long.
           StrCat("00-", std::string(32, '0'), "-", parent, "-01"),
           StrCat("00-4BF92F3577B34DA6A3CE929D0E0E4736-", parent, "-01"),
           StrCat("00-4bf92f3577b34da6a3ce929d0e0e473g-", parent, "-01"),
           StrCat("00-4bf92f3577b34da6a3ce929d0e0e473-", parent, "-01"),
           StrCat("00-", kTrace, "a-", parent, "-01"),
           // Parent id: all zeros, upper case, not hexadecimal, too short.
           StrCat("00-", kTrace, "-0000000000000000-01"),
           StrCat("00-", kTrace, "-00F067AA0BA902B7-01"),
           StrCat("00-", kTrace, "-00f067aa0ba902b.-01"),
           StrCat("00-", kTrace, "-00f067aa0ba902b-01"),
           // Flags: none, not hexadecimal, one digit, too many in version 00.
           StrCat("00-", kTrace, "-", parent),
           StrCat("00-", kTrace, "-", parent, "-0g"),
           StrCat("00-", kTrace, "-", parent, "-1"),
           StrCat("00-", kTrace, "-", parent, "-01-"),
           StrCat("00-", kTrace, "-", parent, "-01-more"),
           // A later version that does not say more, but something else.
           StrCat("cc-", kTrace, "-", parent, "-01.more"),
           // Dashes that are none, space around, two in one.
           StrCat("00_", kTrace, "-", parent, "-01"),
           StrCat("00-", kTrace, "_", parent, "-01"),
           StrCat("00-", kTrace, "-", parent, "_01"),
           StrCat(" ", kHeader),
           StrCat(kHeader, " "),
           StrCat(kHeader, ",", kHeader),
       }) {
    EXPECT_EQ(TraceIdOf(header), "") << header;
  }
}

TEST(NewTraceId, IsReadableAndUnlikeAnyOther) {
  const std::unique_ptr<Random> random = Random::Seeded(7);
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) ids.insert(NewTraceId(*random));
  EXPECT_EQ(ids.size(), 1000u);
  for (const std::string& id : ids) EXPECT_EQ(TraceIdOf(TraceparentOf(id, "call")), id);
}

TEST(NewTraceId, IsNeverAllZeros) {
  class Zeros final : public Random {
    uint64_t Next() override { return 0; }
  } zeros;
  EXPECT_EQ(NewTraceId(zeros), "00000000000000000000000000000001");
}

TEST(TraceparentOf, NamesTheCall) {
  const std::string header = TraceparentOf(kTrace, "city-17-1");
  EXPECT_THAT(header, MatchesRegex(StrCat("00-", kTrace, "-[0-9a-f]{16}-01")));
  EXPECT_EQ(header, TraceparentOf(kTrace, "city-17-1"));
  EXPECT_NE(header, TraceparentOf(kTrace, "city-17-2"));
  EXPECT_EQ(TraceparentOf("", "city-17-1"), "");
}

TEST(TraceScope, LastsUntilItEnds) {
  EXPECT_EQ(CurrentTraceId(), "");
  {
    const TraceScope outer(kHeader);
    EXPECT_EQ(CurrentTraceId(), kTrace);
    EXPECT_EQ(CurrentTraceparent(), kHeader);
    {
      const std::string other(32, 'a');
      const TraceScope inner(TraceparentOf(other, ""));
      EXPECT_EQ(CurrentTraceId(), other);
      const TraceScope none("malformed");
      EXPECT_EQ(CurrentTraceId(), "");
    }
    EXPECT_EQ(CurrentTraceId(), kTrace);
  }
  EXPECT_EQ(CurrentTraceparent(), "");
}

TEST(TraceScope, IsItsThreadsAlone) {
  const TraceScope scope(kHeader);
  std::thread([] { EXPECT_EQ(CurrentTraceId(), ""); }).join();
  EXPECT_EQ(CurrentTraceId(), kTrace);
}

}  // namespace
}  // namespace lienthong
