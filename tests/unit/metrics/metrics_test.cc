#include "gateway/metrics/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "gateway/base/text.h"

namespace lienthong::metrics {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> LinesOf(const std::string& text, const std::string& begin) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(begin)) lines.push_back(line);
  }
  std::ranges::sort(lines);
  return lines;
}

TEST(Metrics, CountsByExactlyOne) {
  Metrics metrics;
  EXPECT_THAT(metrics.Render(), Not(HasSubstr("lienthong_grpc_calls_total")));
  metrics.Count(Metric::kGrpcCalls, {"S/M", "agency", "OK"});
  metrics.Count(Metric::kGrpcCalls, {"S/M", "agency", "OK"});
  metrics.Count(Metric::kGrpcCalls, {"S/M", "agency", "NOT_FOUND"});
  EXPECT_THAT(
      LinesOf(metrics.Render(), "lienthong_grpc_calls_total{"),
      ElementsAre(R"(lienthong_grpc_calls_total{caller="agency",code="NOT_FOUND",method="S/M"} 1)",
                  R"(lienthong_grpc_calls_total{caller="agency",code="OK",method="S/M"} 2)"));
}

TEST(Metrics, SumUpWhatTookHowLong) {
  Metrics metrics;
  metrics.Observe(Metric::kGrpcCallSeconds, {"S/M", "agency"}, 0.004);
  metrics.Observe(Metric::kGrpcCallSeconds, {"S/M", "agency"}, 0.5);
  const std::string text = metrics.Render();
  const auto has = [&text](const std::string& line) { return text.find(line) != text.npos; };
  EXPECT_TRUE(has("lienthong_grpc_call_seconds_count{caller=\"agency\",method=\"S/M\"} 2\n"))
      << text;
  EXPECT_TRUE(has("lienthong_grpc_call_seconds_sum{caller=\"agency\",method=\"S/M\"} 0.504\n"));
  EXPECT_TRUE(has(R"(_bucket{caller="agency",method="S/M",le="0.005"} 1)"));
  EXPECT_TRUE(has(R"(_bucket{caller="agency",method="S/M",le="+Inf"} 2)"));
}

TEST(Metrics, AskCollectorsAtEachReading) {
  Metrics metrics;
  double waiting = 3;
  metrics.AddCollector(
      [&waiting](Samples& samples) { samples.Add(Metric::kLinkPending, {"city"}, waiting); });
  EXPECT_THAT(LinesOf(metrics.Render(), "lienthong_link_pending{"),
              ElementsAre(R"(lienthong_link_pending{link="city"} 3)"));
  waiting = 0;
  const std::string text = metrics.Render();
  EXPECT_THAT(LinesOf(text, "lienthong_link_pending{"),
              ElementsAre(R"(lienthong_link_pending{link="city"} 0)"));
  EXPECT_THAT(text, AllOf(HasSubstr("# HELP lienthong_link_pending Dossiers with something"),
                          HasSubstr("# TYPE lienthong_link_pending gauge\n")));
}

TEST(Metrics, TooManyValuesOfALabelBecomeOne) {
  Metrics metrics;
  constexpr size_t kMore = 5;
  metrics.AddCollector([](Samples& samples) {
    for (size_t i = 0; i < kValuesMax + kMore; ++i) {
      samples.Add(Metric::kDossiersDue, {StrCat("H29.X", i), "overdue"}, 2);
    }
  });
  for (size_t i = 0; i < kValuesMax + kMore; ++i) {
    metrics.Count(Metric::kGrpcCalls, {StrCat("S/M", i), "agency", "OK"});
  }
  const std::string text = metrics.Render();
  const auto due = LinesOf(text, "lienthong_dossiers_due{");
  EXPECT_EQ(due.size(), kValuesMax + 1);
  EXPECT_THAT(due, Contains(R"(lienthong_dossiers_due{agency="other",class="overdue"} 10)"));
  const auto calls = LinesOf(text, "lienthong_grpc_calls_total{");
  EXPECT_EQ(calls.size(), kValuesMax + 1);
  EXPECT_THAT(
      calls, Contains(R"(lienthong_grpc_calls_total{caller="agency",code="OK",method="other"} 5)"));
}

}  // namespace
}  // namespace lienthong::metrics
