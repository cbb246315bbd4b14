#include <string>
#include <utility>
#include <vector>

#include "gateway/base/text.h"
#include "gateway/ctl/command.h"
#include "gateway/ctl/json.h"
#include "gateway/ctl/show.h"
#include "lienthong/sync/v1/sync_service.grpc.pb.h"

namespace lienthong::ctl {
namespace {

using nlohmann::ordered_json;
using sync::v1::Lane;
using sync::v1::SyncService;

constexpr int kPageItems = 500;
constexpr std::string_view kPhasePrefix = "PHASE_";

std::vector<std::string> Row(const Lane& lane) {
  return {lane.link(),
          lane.code(),
          lane.key(),
          ShowEnum(Lane::Phase_Name(lane.phase()), std::string(kPhasePrefix)),
          StrCat(lane.confirmed_revision()),
          ShowTime(lane.pending_since()),
          StrCat(lane.attempts()),
          ShowTime(lane.next_attempt_time()),
          LaneNotes(lane)};
}

ordered_json ToItem(const Lane& lane) {
  ordered_json item = ToJsonValue(lane, /*all=*/true);
  item["phase"] = Lane::Phase_Name(lane.phase()).substr(kPhasePrefix.size());
  return item;
}

ExitCode Lanes(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const auto stub = SyncService::NewStub(session.admin());
  sync::v1::ListLanesRequest request;
  request.set_link(arguments.Text("--link"));
  request.set_code(arguments.Text("--code"));
  request.set_possible_duplicates(arguments.Has("--possible-duplicates"));
  request.set_page_size(kPageItems);
  ordered_json items = ordered_json::array();
  std::vector<std::vector<std::string>> rows;
  do {
    sync::v1::ListLanesResponse page;
    const grpc::Status status =
        session.Call([&](auto* context) { return stub->ListLanes(context, request, &page); });
    if (!status.ok()) return terminal.Fail(status, session.json());
    for (const Lane& lane : page.lanes()) {
      rows.push_back(Row(lane));
      items.push_back(ToItem(lane));
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  if (session.json()) {
    terminal.Line(Dump({{"lanes", items}}));
  } else {
    terminal.Table({"link", "code", "key", "phase", "there up to", "waits since", "tries",
                    "next try", "notes"},
                   rows);
  }
  return kDone;
}

ExitCode Early(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const auto stub = SyncService::NewStub(session.admin());
  sync::v1::ListEarlyItemsRequest request;
  request.set_link(arguments.Text("--link"));
  request.set_page_size(kPageItems);
  ordered_json items = ordered_json::array();
  std::vector<std::vector<std::string>> rows;
  do {
    sync::v1::ListEarlyItemsResponse page;
    const grpc::Status status =
        session.Call([&](auto* context) { return stub->ListEarlyItems(context, request, &page); });
    if (!status.ok()) return terminal.Fail(status, session.json());
    for (const sync::v1::EarlyItem& item : page.items()) {
      rows.push_back({item.link(), item.key(), item.code(),
                      item.version() == 0 ? "" : StrCat(item.version()), ShowTime(item.since()),
                      ShowTime(item.give_up_time()), item.cause()});
      items.push_back(ToJsonValue(item, /*all=*/true));
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  if (session.json()) {
    terminal.Line(Dump({{"items", items}}));
  } else {
    terminal.Table({"link", "key", "code", "version", "since", "given up", "waits because"}, rows);
  }
  return kDone;
}

}  // namespace

std::vector<Command> LaneCommands() {
  return {
      {"lanes",
       "",
       0,
       0,
       {"--link", "--code", "--possible-duplicates"},
       "where each dossier stands on each link",
       "One line per dossier and link. `there up to`: the revision that the counterpart has in\n"
       "full. Phases: idle, nothing waits; ready, it waits for its turn or the next try; in "
       "flight;\n"
       "unknown, a call had no answer; dead, a dead letter stops it (see dlq).\n"
       "Notes name what the counterpart could not hold, and what was sent again without an answer\n"
       "to a counterpart that shows twice what it is sent twice: look there. The table names the\n"
       "first places, --json all of them with the reason. Values are never shown.\n"
       "\n"
       "Example:\n"
       "  lienthongctl lanes --code H29.X05-261121-0001\n"
       "  lienthongctl lanes --link portal --possible-duplicates --json\n",
       &Lanes},
      {"early",
       "",
       0,
       0,
       {"--link"},
       "what counterparts told before its dossier was here, and waits for it",
       "One line an item, by link, oldest first. `given up`: when it becomes a dead letter (dlq) "
       "if\n"
       "its dossier has not come by then. A link with items that wait longer than its objective "
       "is\n"
       "LATE.\n"
       "\n"
       "Example:\n"
       "  lienthongctl early\n"
       "  lienthongctl early --link district --json\n",
       &Early},
  };
}

}  // namespace lienthong::ctl
