#ifndef LIENTHONG_GATEWAY_DOMAIN_STATUS_GRAPH_H_
#define LIENTHONG_GATEWAY_DOMAIN_STATUS_GRAPH_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "lienthong/domain/v1/status_graph.pb.h"

namespace lienthong::domain {

// Which changes of status are regular and whose they are. The graph is data with a version (our
// synthesis, no public text prints one); the shipped one is status_graph.textproto. Immutable,
// thread-safe.
class StatusGraph {
 public:
  using Status = dossier::v1::Status;
  using Owner = v1::StatusGraph::Owner;

  // How a reported status relates to the stored one.
  struct Judgement {
    enum class Kind { kSame, kRegular, kPath, kIrregular, kLeavesTerminal };
    Kind kind;
    // Who may make the last edge, or the irregular change.
    Owner owner = v1::StatusGraph::OWNER_UNSPECIFIED;
    std::vector<Status> skipped = {};  // for kPath: the states jumped over, in order
  };

  // InvalidArgument names the edge at fault.
  static absl::StatusOr<StatusGraph> Parse(std::string_view textproto);
  // The shipped graph; lives for ever.
  static const StatusGraph& Shipped();

  // `from` STATUS_UNSPECIFIED is a dossier that does not exist yet. Of several paths the shortest
  // is taken, the first in the file's order among equals; none leads through a waiting state.
  Judgement Judge(Status from, Status to) const;
  bool IsTerminal(Status status) const { return terminal_.contains(status); }
  const std::string& version() const { return version_; }

 private:
  std::string version_;
  std::map<Status, std::vector<std::pair<Status, Owner>>> edges_;
  std::set<Status> terminal_;
  std::set<Status> waiting_;
  std::map<Status, Owner> stages_;
};

}  // namespace lienthong::domain

#endif  // LIENTHONG_GATEWAY_DOMAIN_STATUS_GRAPH_H_
