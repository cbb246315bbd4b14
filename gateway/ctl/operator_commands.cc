#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "gateway/base/random.h"
#include "gateway/base/text.h"
#include "gateway/ctl/command.h"
#include "gateway/ctl/json.h"
#include "gateway/ctl/show.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "lienthong/admin/v1/admin_service.grpc.pb.h"
#include "lienthong/sync/v1/sync_service.grpc.pb.h"

namespace lienthong::ctl {
namespace {

using nlohmann::ordered_json;
using sync::v1::SyncService;

constexpr absl::Duration kWatchEvery = absl::Seconds(2);

ordered_json LinkJson(const sync::v1::Link& link) {
  ordered_json json = ToJsonValue(link, /*all=*/true);
  DropPrefix(json, "state", "STATE_");
  return json;
}

std::vector<std::string> LinkRow(const sync::v1::Link& link) {
  return {link.name(),
          LinkJson(link)["state"].get<std::string>(),
          StrCat(link.pending()),
          StrCat(link.early()),
          StrCat(link.oldest_pending_seconds(), " s"),
          StrCat(link.dead_letters()),
          StrCat(link.conflicts()),
          StrCat(link.tasks()),
          StrCat(link.delivered()),
          StrCat(link.received()),
          link.last_error()};
}

void ShowLinks(const std::vector<sync::v1::Link>& links, Terminal& terminal) {
  std::vector<std::vector<std::string>> rows;
  rows.reserve(links.size());
  for (const auto& link : links) rows.push_back(LinkRow(link));
  terminal.Table({"link", "state", "pending", "early", "oldest", "dead letters", "conflicts",
                  "tasks", "delivered", "received", "last error"},
                 rows);
}

ExitCode ListLinks(const Session& session, Terminal& terminal) {
  const auto stub = SyncService::NewStub(session.admin());
  sync::v1::ListLinksResponse response;
  const grpc::Status status =
      session.Call([&](auto* context) { return stub->ListLinks(context, {}, &response); });
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (!session.json()) {
    ShowLinks({response.links().begin(), response.links().end()}, terminal);
    return kDone;
  }
  ordered_json json;
  json["links"] = ordered_json::array();
  for (const auto& link : response.links()) json["links"].push_back(LinkJson(link));
  terminal.Line(Dump(json));
  return kDone;
}

// What fails while somebody watches is told, and asked for again.
ExitCode Links(const Session& session, const Arguments& arguments, Terminal& terminal) {
  if (!arguments.Has("--watch")) return ListLinks(session, terminal);
  const absl::StatusOr<int64_t> times = arguments.Number("--count", 0);
  if (!times.ok()) return terminal.Usage(ToStd(times.status().message()));
  ExitCode last = kDone;
  for (int64_t i = 0; *times == 0 || i < *times; ++i) {
    if (i > 0) absl::SleepFor(kWatchEvery);
    if (!session.json() && !terminal.csv()) terminal.Clear();
    last = ListLinks(session, terminal);
  }
  return last;
}

ExitCode OneLink(const Session& session, Terminal& terminal, const grpc::Status& status,
                 const sync::v1::Link& link) {
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    terminal.Line(Dump(LinkJson(link)));
  } else {
    ShowLinks({link}, terminal);
  }
  return kDone;
}

ExitCode Pause(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const auto stub = SyncService::NewStub(session.admin());
  sync::v1::PauseLinkRequest request;
  request.set_name(arguments.words()[0]);
  request.set_reason(arguments.Text("--reason"));
  sync::v1::Link link;
  const grpc::Status status =
      session.Call([&](auto* context) { return stub->PauseLink(context, request, &link); });
  return OneLink(session, terminal, status, link);
}

ExitCode Resume(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const auto stub = SyncService::NewStub(session.admin());
  sync::v1::ResumeLinkRequest request;
  request.set_name(arguments.words()[0]);
  request.set_reason(arguments.Text("--reason"));
  sync::v1::Link link;
  const grpc::Status status =
      session.Call([&](auto* context) { return stub->ResumeLink(context, request, &link); });
  return OneLink(session, terminal, status, link);
}

// Rewinding and reloading are asked for alike.
template <typename Request, typename Call>
ExitCode Steer(const Session& session, const Arguments& arguments, Terminal& terminal, Call call) {
  if (arguments.Text("--reason").empty()) {
    return terminal.Usage("--reason is missing: say why; it is kept with your name");
  }
  Request request;
  request.set_name(arguments.words()[0]);
  request.set_reason(arguments.Text("--reason"));
  request.set_request_id(arguments.Has("--request-id") ? arguments.Text("--request-id")
                                                       : Random::System().Uuid());
  const auto stub = SyncService::NewStub(session.admin());
  sync::v1::Link link;
  const grpc::Status status =
      session.Call([&](auto* context) { return call(*stub, context, request, &link); });
  if (!status.ok()) terminal.Note(StrCat("request ", request.request_id()));
  return OneLink(session, terminal, status, link);
}

ExitCode Rewind(const Session& session, const Arguments& arguments, Terminal& terminal) {
  return Steer<sync::v1::RewindLinkRequest>(
      session, arguments, terminal, [](auto& stub, auto* context, const auto& request, auto* link) {
        return stub.RewindLink(context, request, link);
      });
}

ExitCode Reload(const Session& session, const Arguments& arguments, Terminal& terminal) {
  return Steer<sync::v1::ReloadLinkRequest>(
      session, arguments, terminal, [](auto& stub, auto* context, const auto& request, auto* link) {
        return stub.ReloadLink(context, request, link);
      });
}

ExitCode Info(const Session& session, const Arguments& /*arguments*/, Terminal& terminal) {
  const auto stub = admin::v1::AdminService::NewStub(session.admin());
  admin::v1::ServerInfo info;
  const grpc::Status status =
      session.Call([&](auto* context) { return stub->GetServerInfo(context, {}, &info); });
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    terminal.Line(ToJson(info, /*all=*/true));
    return kDone;
  }
  terminal.Table({"version", info.version()},
                 {{"store", StrCat(info.store(), ", epoch ", info.store_epoch())},
                  {"journal", StrCat("up to sequence ", info.last_sequence())},
                  {"evidence", StrCat(info.evidence_leaves(), " leaves, root ",
                                      absl::BytesToHexString(info.evidence_root()))},
                  {"running since", ShowTime(info.start_time())},
                  {"state", info.draining() ? "draining" : "serving"},
                  {"links", absl::StrJoin(info.links(), ", ")}});
  return kDone;
}

ExitCode Drain(const Session& session, const Arguments& arguments, Terminal& terminal) {
  // Without --timeout the gateway's own.
  const absl::StatusOr<absl::Duration> timeout = arguments.Time("--timeout", absl::ZeroDuration());
  if (!timeout.ok()) return terminal.Usage(ToStd(timeout.status().message()));
  const auto stub = admin::v1::AdminService::NewStub(session.admin());
  admin::v1::DrainRequest request;
  request.mutable_timeout()->set_seconds(absl::ToInt64Seconds(*timeout));
  admin::v1::DrainResponse response;
  const grpc::Status status =
      session.Call([&](auto* context) { return stub->Drain(context, request, &response); });
  if (!status.ok()) return terminal.Fail(status, session.json());
  terminal.Line(session.json() ? "{}" : "the gateway takes no more calls and will end");
  return kDone;
}

ExitCode Health(const Session& session, const Arguments& arguments, Terminal& terminal) {
  using grpc::health::v1::HealthCheckResponse;
  const auto stub = grpc::health::v1::Health::NewStub(session.admin());
  grpc::health::v1::HealthCheckRequest request;
  if (!arguments.words().empty()) request.set_service(arguments.words()[0]);
  HealthCheckResponse response;
  const grpc::Status status =
      session.Call([&](auto* context) { return stub->Check(context, request, &response); });
  if (!status.ok()) return terminal.Fail(status, session.json());
  const std::string state = HealthCheckResponse::ServingStatus_Name(response.status());
  terminal.Line(session.json() ? StrCat("{\"status\":\"", state, "\"}") : state);
  return response.status() == HealthCheckResponse::SERVING ? kDone : kUnavailable;
}

}  // namespace

std::vector<Command> OperatorCommands() {
  return {
      {"links",
       "",
       0,
       0,
       {"--watch", "--count"},
       "how well each counterpart is kept equal",
       "OK: nothing waits longer than its objective and there is no dead letter. LATE: something\n"
       "does. DEGRADED: the counterpart fails, refuses us or is silent; it is tried again by "
       "itself.\n"
       "LOADING: new, or looking at all dossiers again. RESYNC: the store was restored from a\n"
       "backup; nothing is delivered before all feeds were read to the end.\n"
       "PAUSED. `pending`: dossiers with something to deliver; `early`: items that came before "
       "their\n"
       "dossier and wait for it; --json also has how long changes and calls took and what failed.\n"
       "\n"
       "Example:\n"
       "  lienthongctl links\n"
       "  lienthongctl links --json\n"
       "  lienthongctl links --watch\n",
       &Links},
      {"links pause",
       "NAME",
       1,
       1,
       {"--reason"},
       "stops a link; what would go waits",
       "NAME is one of those that `links` lists. It is kept, as one of `acts`, who did it and "
       "why.\n"
       "\n"
       "Example:\n"
       "  lienthongctl links pause city --reason \"the city updates its system\"\n",
       &Pause},
      {"links resume",
       "NAME",
       1,
       1,
       {"--reason"},
       "lets a paused link go on",
       "It is kept, as one of `acts`, who did it and why.\n"
       "\n"
       "Example:\n"
       "  lienthongctl links resume city --reason \"the city is ready\"\n",
       &Resume},
      {"links rewind",
       "NAME",
       1,
       1,
       {"--reason", "--request-id"},
       "reads a paused link's feed from the beginning again",
       "For a counterpart that says it has told us things that are not here. What was taken in\n"
       "before changes nothing. Pause the link first and resume it afterwards. A feed without\n"
       "versions cannot be rewound: compare both sides then (reconcile start).\n"
       "\n"
       "Example:\n"
       "  lienthongctl links pause city --reason \"rewinding\"\n"
       "  lienthongctl links rewind city --reason \"the city lost our place in its feed\"\n"
       "  lienthongctl links resume city\n",
       &Rewind},
      {"links reload",
       "NAME",
       1,
       1,
       {"--reason", "--request-id"},
       "looks at all dossiers again and delivers what a counterpart lacks",
       "After its mapping has learnt a field, say (then it begins by itself), or when it has lost\n"
       "what it had. Only what differs from what the gateway believes to be there goes out; to "
       "find\n"
       "out what really is there, compare both sides (reconcile start). `links --json` tells how "
       "far\n"
       "it is. Changes go first meanwhile.\n"
       "\n"
       "Example:\n"
       "  lienthongctl links reload city --reason \"the city can hold pauses now\"\n",
       &Reload},
      {"info",
       "",
       0,
       0,
       {},
       "which gateway answers: version, store, journal, links",
       "Asked at the port for operators (--admin).\n"
       "\n"
       "Example:\n"
       "  lienthongctl info\n",
       &Info},
      {"drain",
       "",
       0,
       0,
       {},
       "tells the gateway to end: no new calls, accepted ones end first",
       "--timeout is how long accepted calls may take; without it 10 s.\n"
       "\n"
       "Example:\n"
       "  lienthongctl drain --timeout 20s\n",
       &Drain},
      {"health",
       "[SERVICE]",
       0,
       1,
       {},
       "whether the gateway serves; status 0 when it does, else 5",
       "Without SERVICE it asks for the gateway as a whole, at the port for operators (--admin).\n"
       "\n"
       "Example:\n"
       "  until lienthongctl health; do sleep 1; done\n",
       &Health},
  };
}

}  // namespace lienthong::ctl
