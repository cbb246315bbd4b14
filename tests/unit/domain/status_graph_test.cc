#include "gateway/domain/status_graph.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "gateway/domain/status_graph.textproto.h"

namespace lienthong::domain {
namespace {

using ::lienthong::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Status = StatusGraph::Status;
using Kind = StatusGraph::Judgement::Kind;
using Graph = v1::StatusGraph;

constexpr int kStatusMax = dossier::v1::Status_MAX;

Graph ShippedData() {
  Graph data;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      std::string(embedded::kStatusGraphTextproto), &data));
  return data;
}

Status Numbered(int number) { return static_cast<Status>(number); }

TEST(ShippedGraphTest, HasAVersion) { EXPECT_EQ(StatusGraph::Shipped().version(), "2025-07-01"); }

TEST(ShippedGraphTest, EveryEdgeIsRegularAndItsOwnersOwn) {
  const Graph data = ShippedData();
  ASSERT_GT(data.edges_size(), 0);
  for (const Graph::Edge& edge : data.edges()) {
    const auto judgement = StatusGraph::Shipped().Judge(edge.from(), edge.to());
    EXPECT_EQ(judgement.kind, Kind::kRegular) << edge.ShortDebugString();
    EXPECT_EQ(judgement.owner, edge.owner()) << edge.ShortDebugString();
    EXPECT_THAT(judgement.skipped, IsEmpty()) << edge.ShortDebugString();
  }
}

// Those that the portal's list, public systems and the law show; the numbers are the portal's
// codes.
TEST(ShippedGraphTest, KnowsTheChangesOfRealLife) {
  const std::vector<std::tuple<int, int, Graph::Owner>> known = {
      {0, 1, Graph::OWNER_ORIGIN},    {0, 2, Graph::OWNER_RECEIVING},
      {1, 2, Graph::OWNER_RECEIVING}, {1, 3, Graph::OWNER_RECEIVING},
      {1, 5, Graph::OWNER_RECEIVING}, {1, 6, Graph::OWNER_RECEIVING},
      {6, 2, Graph::OWNER_EITHER},    {2, 3, Graph::OWNER_RECEIVING},
      {2, 4, Graph::OWNER_LEAD},      {2, 9, Graph::OWNER_EITHER},
      {4, 5, Graph::OWNER_LEAD},      {4, 6, Graph::OWNER_LEAD},
      {5, 1, Graph::OWNER_ORIGIN},    {5, 3, Graph::OWNER_RECEIVING},
      {5, 4, Graph::OWNER_EITHER},    {5, 9, Graph::OWNER_LEAD},
      {6, 4, Graph::OWNER_EITHER},    {4, 9, Graph::OWNER_LEAD},
      {4, 8, Graph::OWNER_LEAD},      {9, 10, Graph::OWNER_RECEIVING},
      {9, 4, Graph::OWNER_EITHER},    {9, 6, Graph::OWNER_EITHER}};
  for (const auto& [from, to, owner] : known) {
    const auto judgement = StatusGraph::Shipped().Judge(Numbered(from), Numbered(to));
    EXPECT_EQ(judgement.kind, Kind::kRegular) << from << " -> " << to;
    EXPECT_EQ(judgement.owner, owner) << from << " -> " << to;
  }
}

TEST(ShippedGraphTest, TheEndsAreRefusedWithdrawnStoppedReturned) {
  for (int status = 0; status <= kStatusMax; ++status) {
    const bool ends = status == 3 || status == 7 || status == 8 || status == 10;
    EXPECT_EQ(StatusGraph::Shipped().IsTerminal(Numbered(status)), ends) << status;
    for (int to = 1; to <= kStatusMax; ++to) {
      const Kind kind = StatusGraph::Shipped().Judge(Numbered(status), Numbered(to)).kind;
      EXPECT_EQ(kind == Kind::kLeavesTerminal, ends && to != status) << status << " -> " << to;
    }
  }
}

TEST(ShippedGraphTest, TheSameStateIsNoChange) {
  for (int status = 0; status <= kStatusMax; ++status) {
    EXPECT_EQ(StatusGraph::Shipped().Judge(Numbered(status), Numbered(status)).kind, Kind::kSame)
        << status;
  }
}

TEST(ShippedGraphTest, NamesTheStatesThatWereJumpedOver) {
  const auto judge = [](int from, int to) {
    return StatusGraph::Shipped().Judge(Numbered(from), Numbered(to));
  };
  EXPECT_THAT(judge(1, 4).skipped, ElementsAre(dossier::v1::STATUS_ACCEPTED));
  EXPECT_EQ(judge(1, 4).kind, Kind::kPath);
  EXPECT_EQ(judge(1, 4).owner, Graph::OWNER_LEAD) << "the owner is that of the last change";
  EXPECT_THAT(judge(2, 10).skipped, ElementsAre(dossier::v1::STATUS_FINISHED));
  EXPECT_THAT(judge(1, 10).skipped,
              ElementsAre(dossier::v1::STATUS_ACCEPTED, dossier::v1::STATUS_FINISHED));
  EXPECT_THAT(judge(0, 10).skipped,
              ElementsAre(dossier::v1::STATUS_ACCEPTED, dossier::v1::STATUS_FINISHED));
}

TEST(ShippedGraphTest, NobodyWaitsUnobservedAndGoingBackIsTheLeads) {
  for (const auto& [from, to] : {std::pair(4, 2), std::pair(9, 2), std::pair(4, 1)}) {
    const auto judgement = StatusGraph::Shipped().Judge(Numbered(from), Numbered(to));
    EXPECT_EQ(judgement.kind, Kind::kIrregular) << from << " -> " << to;
    EXPECT_EQ(judgement.owner, Graph::OWNER_LEAD) << from << " -> " << to;
  }
  const auto before_work = StatusGraph::Shipped().Judge(Numbered(2), Numbered(1));
  EXPECT_EQ(before_work.kind, Kind::kIrregular);
  EXPECT_EQ(before_work.owner, Graph::OWNER_EITHER);
  EXPECT_EQ(StatusGraph::Shipped().Judge(Numbered(6), Numbered(9)).kind, Kind::kPath)
      << "out of a wait";
}

// Against distances found in another way (relaxation over all pairs, with no wait between).
TEST(ShippedGraphTest, APathIsAsShortAsCanBeAndFollowsTheEdges) {
  constexpr int kFar = 99;
  std::map<std::pair<int, int>, int> distance;
  const Graph data = ShippedData();
  for (const Graph::Edge& edge : data.edges()) distance[{edge.from(), edge.to()}] = 1;
  const auto get = [&](int a, int b) {
    const auto found = distance.find({a, b});
    return found == distance.end() ? kFar : found->second;
  };
  for (int via = 0; via <= kStatusMax; ++via) {
    if (via == dossier::v1::STATUS_SUPPLEMENT_REQUESTED ||
        via == dossier::v1::STATUS_PAYMENT_REQUESTED) {
      continue;
    }
    for (int a = 0; a <= kStatusMax; ++a) {
      for (int b = 0; b <= kStatusMax; ++b) {
        const int sum = get(a, via) + get(via, b);
        if (sum < get(a, b)) distance[{a, b}] = sum;
      }
    }
  }
  for (int from = 0; from <= kStatusMax; ++from) {
    for (int to = 1; to <= kStatusMax; ++to) {
      if (from == to || StatusGraph::Shipped().IsTerminal(Numbered(from))) continue;
      const auto judgement = StatusGraph::Shipped().Judge(Numbered(from), Numbered(to));
      SCOPED_TRACE(std::to_string(from) + " -> " + std::to_string(to));
      ASSERT_EQ(judgement.kind == Kind::kIrregular, get(from, to) == kFar);
      if (judgement.kind == Kind::kIrregular) continue;
      ASSERT_EQ(static_cast<int>(judgement.skipped.size()) + 1, get(from, to));
      int at = from;
      for (const Status next : judgement.skipped) {
        EXPECT_EQ(get(at, next), 1);
        at = next;
      }
      EXPECT_EQ(get(at, to), 1);
    }
  }
}

TEST(StatusGraphTest, WhatNoPathReachesIsIrregular) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const StatusGraph graph, StatusGraph::Parse(R"(
    version: "test"
    edges { from: STATUS_SUBMITTED to: STATUS_ACCEPTED owner: OWNER_RECEIVING }
    terminal: STATUS_STOPPED)"));
  EXPECT_EQ(graph.Judge(Numbered(2), Numbered(1)).kind, Kind::kIrregular);
  EXPECT_EQ(graph.Judge(Numbered(1), Numbered(9)).kind, Kind::kIrregular);
  EXPECT_EQ(graph.Judge(Numbered(8), Numbered(1)).kind, Kind::kLeavesTerminal);
}

TEST(StatusGraphTest, OfEqualPathsTheFirstInTheFileIsTaken) {
  const auto graph_of = [](const char* first, const char* second) {
    const std::string lead = ", owner: OWNER_LEAD }\n";
    std::string text = "version: \"test\"\n";
    for (const char* via : {first, second}) {
      text += std::string("edges { from: STATUS_SUBMITTED, to: ") + via + lead;
      text += std::string("edges { from: ") + via + ", to: STATUS_FINISHED" + lead;
    }
    return StatusGraph::Parse(text).value();
  };
  EXPECT_THAT(
      graph_of("STATUS_ACCEPTED", "STATUS_PROCESSING").Judge(Numbered(1), Numbered(9)).skipped,
      ElementsAre(dossier::v1::STATUS_ACCEPTED));
  EXPECT_THAT(
      graph_of("STATUS_PROCESSING", "STATUS_ACCEPTED").Judge(Numbered(1), Numbered(9)).skipped,
      ElementsAre(dossier::v1::STATUS_PROCESSING));
}

TEST(StatusGraphTest, ABadGraphNamesItsFault) {
  const std::string head = "version: \"test\"\n";
  const std::string edge =
      "edges { from: STATUS_SUBMITTED to: STATUS_ACCEPTED owner: OWNER_RECEIVING }\n";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"not a graph {", "text format"},
      {head + edge + "stages { status: STATUS_FINISHED }",
       "stage STATUS_FINISHED: owner is missing"},
      {head + "edges { from: STATUS_NOWHERE }", "text format"},
      {edge, "version"},
      {head + "edges { from: STATUS_SUBMITTED to: STATUS_ACCEPTED }",
       "STATUS_SUBMITTED -> STATUS_ACCEPTED: owner is missing"},
      {head + edge + edge, "STATUS_SUBMITTED -> STATUS_ACCEPTED: is there twice"},
      {head + edge + "terminal: STATUS_SUBMITTED",
       "STATUS_SUBMITTED -> STATUS_ACCEPTED: starts at a terminal state"},
  };
  for (const auto& [text, problem] : cases) {
    EXPECT_THAT(StatusGraph::Parse(text),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(problem)))
        << text;
  }
}

}  // namespace
}  // namespace lienthong::domain
