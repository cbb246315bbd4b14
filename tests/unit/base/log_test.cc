#include "gateway/base/log.h"

#include <string>

#include "gateway/base/trace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lienthong {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

template <typename Write>
std::string Captured(const Write& write) {
  ::testing::internal::CaptureStderr();
  write();
  return ::testing::internal::GetCapturedStderr();
}

TEST(LogTest, WritesOneObjectPerLine) {
  const std::string text = Captured([] { LogInfo("link_paused", {{"link", "city"}}); });
  EXPECT_THAT(text, MatchesRegex("\\{\"time\":\"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{6}Z\","
                                 "\"level\":\"info\",\"event\":\"link_paused\","
                                 "\"link\":\"city\"\\}\n"));
}

TEST(LogTest, NamesTheLevel) {
  EXPECT_THAT(Captured([] { LogWarning("a"); }), HasSubstr("\"level\":\"warning\""));
  EXPECT_THAT(Captured([] { LogError("a"); }), HasSubstr("\"level\":\"error\""));
}

TEST(LogTest, EscapesWhatWouldBreakTheLine) {
  const std::string text = Captured([] {
    LogInfo("event", {{"value", std::string("\"q\" \\ \n\r\t\x01\x7f\0end {} %v", 21)}});
  });
  EXPECT_THAT(text,
              EndsWith("\"value\":\"\\\"q\\\" \\\\ \\n\\r\\t\\u0001\\u007f\\u0000end {} %v\"}\n"));
}

TEST(LogTest, KeepsVietnameseAndReplacesWhatIsNotUtf8) {
  const std::string text = Captured([] {
    LogInfo("event", {{"good", "hồ sơ 📄"},
                      {"lone",
                       "a\xff"
                       "b\xc3"},
                      {"overlong", "\xc0\xaf"},
                      {"surrogate", "\xed\xa0\x80"},
                      {"beyond", "\xf4\x90\x80\x80"}});
  });
  EXPECT_THAT(text, HasSubstr("\"good\":\"hồ sơ 📄\""));
  EXPECT_THAT(text, HasSubstr("\"lone\":\"a\xef\xbf\xbd"
                              "b\xef\xbf\xbd\""));
  EXPECT_THAT(text, HasSubstr("\"overlong\":\"\xef\xbf\xbd\xef\xbf\xbd\""));
  EXPECT_THAT(text, HasSubstr("\"surrogate\":\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""));
  EXPECT_THAT(text, HasSubstr("\"beyond\":\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""));
}

TEST(LogTest, WritesOnlyFromTheLevelOnThatIsSet) {
  EXPECT_EQ(Captured([] { LogDebug("a"); }), "");
  SetLogLevel(LogLevel::kDebug);
  EXPECT_THAT(Captured([] { LogDebug("a"); }), HasSubstr("\"level\":\"debug\""));
  SetLogLevel(LogLevel::kError);
  EXPECT_EQ(Captured([] { LogWarning("a"); }), "");
  EXPECT_NE(Captured([] { LogError("a"); }), "");
  SetLogLevel(LogLevel::kInfo);
}

TEST(LogTest, SetsALevelForAWhile) {
  SetLogLevel(LogLevel::kWarning);
  SetLogLevelFor(LogLevel::kDebug, absl::Hours(1));
  EXPECT_EQ(CurrentLogLevel(), LogLevel::kDebug);
  EXPECT_NE(Captured([] { LogDebug("a"); }), "");
  SetLogLevelFor(LogLevel::kDebug, absl::ZeroDuration());  // over already
  EXPECT_EQ(CurrentLogLevel(), LogLevel::kWarning);
  EXPECT_EQ(Captured([] { LogInfo("a"); }), "");
  SetLogLevelFor(LogLevel::kDebug, absl::Hours(1));
  SetLogLevel(LogLevel::kInfo);  // as by a reload: it counts at once
  EXPECT_EQ(CurrentLogLevel(), LogLevel::kInfo);
}

TEST(LogTest, KnowsLevelsByName) {
  for (const LogLevel level :
       {LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarning, LogLevel::kError}) {
    EXPECT_EQ(LogLevelOf(NameOf(level)), level);
  }
  EXPECT_EQ(LogLevelOf("verbose"), std::nullopt);
  EXPECT_EQ(LogLevelOf(""), std::nullopt);
}

TEST(LogTest, TellsTheTraceOfItsThread) {
  const TraceScope scope("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  EXPECT_THAT(Captured([] {
                LogInfo("a", {{"link", "city"}});
              }),
              HasSubstr("\"event\":\"a\",\"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e4736\","
                        "\"link\":\"city\"}"));
}

}  // namespace
}  // namespace lienthong
