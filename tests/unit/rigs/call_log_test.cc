// Calls are numbered, paged and bounded.
#include "tests/rigs/calls/call_log.h"

#include <string>

#include "gtest/gtest.h"

namespace lienthong::rigs {
namespace {

Call CallTo(const std::string& path) {
  Call call;
  call.path = path;
  return call;
}

TEST(CallLog, PagesWhatCameAfter) {
  CallLog log;
  for (const char* path : {"/1", "/2", "/3"}) log.Add(CallTo(path));
  auto page = log.Page(0, 2);
  ASSERT_EQ(page["calls"].size(), 2U);
  EXPECT_EQ(page["calls"][0]["path"], "/1");
  EXPECT_EQ(page["calls"][0]["n"], 1);
  EXPECT_EQ(page["next"], 2);
  page = log.Page(2, 2);
  ASSERT_EQ(page["calls"].size(), 1U);
  EXPECT_EQ(page["calls"][0]["path"], "/3");
  EXPECT_TRUE(page["next"].is_null());
  EXPECT_TRUE(log.Page(3, 2)["calls"].empty());
  EXPECT_TRUE(log.Page(99, 2)["calls"].empty());
}

TEST(CallLog, KeepsTheNewest) {
  CallLog log(2);
  for (const char* path : {"/1", "/2", "/3"}) log.Add(CallTo(path));
  EXPECT_EQ(log.count(), 3);
  const auto page = log.Page(0, 10);
  ASSERT_EQ(page["calls"].size(), 2U);
  EXPECT_EQ(page["calls"][0]["n"], 2);
}

TEST(CallLog, CutsABodyBetweenCharacters) {
  CallLog log;
  Call call;
  call.body = "a";
  while (call.body.size() < 3 * kCallBodyBytesMax) call.body += "ế";
  log.Add(call);
  const std::string kept = log.Page(0, 1)["calls"][0]["body"];
  EXPECT_EQ(kept.size(), 1 + (kCallBodyBytesMax - 1) / 3 * 3);
  EXPECT_EQ(kept, call.body.substr(0, kept.size()));
}

}  // namespace
}  // namespace lienthong::rigs
