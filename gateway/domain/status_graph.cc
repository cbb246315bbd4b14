#include "gateway/domain/status_graph.h"

#include <algorithm>
#include <cstdlib>
#include <deque>

#include "absl/strings/str_cat.h"
#include "google/protobuf/text_format.h"

#include "gateway/base/log.h"
#include "gateway/domain/status_graph.textproto.h"

namespace lienthong::domain {

using dossier::v1::Status_Name;

absl::StatusOr<StatusGraph> StatusGraph::Parse(std::string_view textproto) {
  v1::StatusGraph data;
  if (!google::protobuf::TextFormat::ParseFromString(std::string(textproto), &data)) {
    return absl::InvalidArgumentError(
        "status graph: not a lienthong.domain.v1.StatusGraph in text format");
  }
  if (data.version().empty()) return absl::InvalidArgumentError("status graph: version is missing");
  StatusGraph graph;
  graph.version_ = data.version();
  for (const int terminal : data.terminal()) graph.terminal_.insert(static_cast<Status>(terminal));
  for (const int waiting : data.waiting()) graph.waiting_.insert(static_cast<Status>(waiting));
  for (const v1::StatusGraph::Stage& stage : data.stages()) {
    if (stage.owner() == v1::StatusGraph::OWNER_UNSPECIFIED) {
      return absl::InvalidArgumentError(
          absl::StrCat("status graph: stage ", Status_Name(stage.status()), ": owner is missing"));
    }
    graph.stages_[stage.status()] = stage.owner();
  }
  for (const v1::StatusGraph::Edge& edge : data.edges()) {
    const std::string name = absl::StrCat(Status_Name(edge.from()), " -> ", Status_Name(edge.to()));
    if (edge.owner() == v1::StatusGraph::OWNER_UNSPECIFIED) {
      return absl::InvalidArgumentError(absl::StrCat("status graph: ", name, ": owner is missing"));
    }
    if (graph.terminal_.contains(edge.from())) {
      return absl::InvalidArgumentError(
          absl::StrCat("status graph: ", name, ": starts at a terminal state"));
    }
    auto& edges = graph.edges_[edge.from()];
    for (const auto& [to, owner] : edges) {
      if (to == edge.to()) {
        return absl::InvalidArgumentError(absl::StrCat("status graph: ", name, ": is there twice"));
      }
    }
    edges.emplace_back(edge.to(), edge.owner());
  }
  return graph;
}

const StatusGraph& StatusGraph::Shipped() {
  static const StatusGraph& graph = *[] {
    auto parsed = Parse(embedded::kStatusGraphTextproto);
    if (!parsed.ok()) {  // our own file: a bug, not the world
      LogError("status_graph_invalid", {{"error", std::string(parsed.status().message())}});
      std::abort();
    }
    return new StatusGraph(*std::move(parsed));
  }();
  return graph;
}

StatusGraph::Judgement StatusGraph::Judge(Status from, Status to) const {
  if (from == to) return {.kind = Judgement::Kind::kSame};
  if (terminal_.contains(from)) return {.kind = Judgement::Kind::kLeavesTerminal};
  // Breadth first: the first time a state is met is by a shortest path.
  std::map<Status, std::pair<Status, Owner>> reached_from;
  std::deque<Status> open = {from};
  while (!open.empty() && !reached_from.contains(to)) {
    const Status at = open.front();
    open.pop_front();
    if (at != from && waiting_.contains(at)) continue;
    const auto edges = edges_.find(at);
    if (edges == edges_.end()) continue;
    for (const auto& [next, owner] : edges->second) {
      if (next != from && reached_from.emplace(next, std::pair(at, owner)).second) {
        open.push_back(next);
      }
    }
  }
  const auto last = reached_from.find(to);
  if (last == reached_from.end()) {
    const auto stage = stages_.find(from);
    return {.kind = Judgement::Kind::kIrregular,
            .owner = stage == stages_.end() ? v1::StatusGraph::OWNER_EITHER : stage->second};
  }
  Judgement judgement{.kind = Judgement::Kind::kRegular, .owner = last->second.second};
  for (Status at = last->second.first; at != from; at = reached_from.at(at).first) {
    judgement.skipped.push_back(at);
  }
  std::reverse(judgement.skipped.begin(), judgement.skipped.end());
  if (!judgement.skipped.empty()) judgement.kind = Judgement::Kind::kPath;
  return judgement;
}

}  // namespace lienthong::domain
