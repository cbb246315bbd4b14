#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gateway/base/errors.h"
#include "gateway/base/random.h"
#include "gateway/base/text.h"
#include "gateway/ctl/bulk.h"
#include "gateway/ctl/command.h"
#include "gateway/ctl/json.h"
#include "gateway/ctl/show.h"
#include "lienthong/sync/v1/sync_service.grpc.pb.h"

namespace lienthong::ctl {
namespace {

using nlohmann::ordered_json;
using sync::v1::Conflict;
using sync::v1::SyncService;
using Resolving = sync::v1::ResolveConflictsRequest;

constexpr int kPageItems = 500;
constexpr const char* kFilterFlags[] = {"--proposer", "--field", "--code", "--before"};

bool HasFilter(const Arguments& arguments) {
  for (const char* flag : kFilterFlags) {
    if (arguments.Has(flag)) return true;
  }
  return false;
}

absl::StatusOr<sync::v1::ConflictFilter> FilterOf(const Arguments& arguments) {
  LIENTHONG_RETURN_IF_ERROR(arguments.RefuseEmpty({"--proposer", "--field", "--code", "--before"}));
  sync::v1::ConflictFilter filter;
  filter.set_proposer(arguments.Text("--proposer"));
  filter.set_path(arguments.Text("--field"));
  filter.set_code(arguments.Text("--code"));
  if (!arguments.Has("--before")) return filter;
  LIENTHONG_ASSIGN_OR_RETURN(const absl::Time before, arguments.Time("--before"));
  filter.mutable_before()->set_seconds(absl::ToUnixSeconds(before));
  return filter;
}

// Calls `take` with each conflict of a filter, oldest first.
template <typename Take>
grpc::Status ForEach(const Session& session, const sync::v1::ConflictFilter& filter,
                     const std::string& purpose, Take take) {
  const auto stub = SyncService::NewStub(session.admin());
  sync::v1::ListConflictsRequest request;
  *request.mutable_filter() = filter;
  request.set_purpose(purpose);
  request.set_page_size(kPageItems);
  do {
    sync::v1::ListConflictsResponse page;
    grpc::Status status =
        session.Call([&](auto* context) { return stub->ListConflicts(context, request, &page); });
    if (!status.ok()) return status;
    for (const Conflict& conflict : page.conflicts()) take(conflict);
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return grpc::Status::OK;
}

ExitCode List(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const auto filter = FilterOf(arguments);
  if (!filter.ok()) return terminal.Usage(ToStd(filter.status().message()), "conflicts");
  ordered_json items = ordered_json::array();
  std::vector<std::vector<std::string>> rows;
  const grpc::Status status =
      ForEach(session, *filter, arguments.Text("--purpose"), [&](const Conflict& conflict) {
        rows.push_back({conflict.id(), conflict.code(), conflict.path(), conflict.owner_party(),
                        conflict.proposer(), ShowTime(conflict.time()),
                        ShowValue(conflict.path(), conflict.stored_value()),
                        ShowValue(conflict.path(), conflict.current_value()),
                        ShowValue(conflict.path(), conflict.proposed_value())});
        items.push_back(ToJsonValue(conflict, /*all=*/true));
      });
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    terminal.Line(Dump({{"conflicts", items}}));
  } else {
    terminal.Table({"id", "code", "field", "owner", "proposer", "since", "stored then",
                    "stored now", "proposed"},
                   rows);
  }
  return kDone;
}

ExitCode Show(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const auto stub = SyncService::NewStub(session.admin());
  sync::v1::GetConflictRequest request;
  request.set_id(arguments.words()[0]);
  request.set_purpose(arguments.Text("--purpose"));
  Conflict conflict;
  const grpc::Status status =
      session.Call([&](auto* context) { return stub->GetConflict(context, request, &conflict); });
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    terminal.Line(ToJson(conflict, /*all=*/true));
    return kDone;
  }
  const bool knows_base = conflict.base_revision() > 0;
  terminal.Table(
      {"id", conflict.id()},
      {{"code", conflict.code()},
       {"field", conflict.path()},
       {"owner", StrCat(conflict.owner_party(), conflict.owner_party().empty() ? "" : ", as ",
                        conflict.owner())},
       {"proposer", conflict.proposer()},
       {"since", ShowTime(conflict.time())},
       {"stored then", StrCat(ShowValue(conflict.path(), conflict.stored_value()), " (revision ",
                              conflict.revision(), ")")},
       {"stored now", ShowValue(conflict.path(), conflict.current_value())},
       {"proposed", ShowValue(conflict.path(), conflict.proposed_value())},
       {"started from", knows_base ? StrCat(ShowValue(conflict.path(), conflict.base_value()),
                                            " (revision ", conflict.base_revision(), ")")
                                   : "not known"}});
  return kDone;
}

// Which of the three; an error when it is none or several of them.
absl::StatusOr<Resolving::Resolution> ResolutionOf(const Arguments& arguments) {
  std::vector<Resolving::Resolution> said;
  if (arguments.Has("--stored")) said.push_back(Resolving::RESOLUTION_STORED);
  if (arguments.Has("--proposed")) said.push_back(Resolving::RESOLUTION_PROPOSED);
  if (arguments.Has("--value")) said.push_back(Resolving::RESOLUTION_EDITED);
  if (said.size() == 1) return said[0];
  return absl::InvalidArgumentError(
      "conflicts resolve needs one of --stored, --proposed and --value TEXT");
}

absl::StatusOr<Resolving> ResolvingOf(const Arguments& arguments) {
  Resolving request;
  const auto resolution = ResolutionOf(arguments);
  if (!resolution.ok()) return resolution.status();
  if (!arguments.Has("--reason")) {
    return absl::InvalidArgumentError("conflicts resolve needs --reason TEXT");
  }
  const auto most = arguments.Number("--max", 0);
  if (!most.ok()) return most.status();
  const auto filter = FilterOf(arguments);
  if (!filter.ok()) return filter.status();
  if (arguments.words().empty() != HasFilter(arguments)) {
    return absl::InvalidArgumentError(
        "conflicts resolve needs either IDs or a filter, e.g. --proposer link/city");
  }
  request.set_resolution(*resolution);
  request.set_value(arguments.Text("--value"));
  request.set_reason(arguments.Text("--reason"));
  const std::string request_id = arguments.Text("--request-id");
  request.set_request_id(request_id.empty() ? Random::System().Uuid() : request_id);
  request.set_items_max(static_cast<int32_t>(*most));
  for (const std::string& id : arguments.words()) request.add_ids(id);
  if (HasFilter(arguments)) *request.mutable_filter() = *filter;
  return request;
}

ExitCode TellCount(const Session& session, const sync::v1::ConflictFilter& filter,
                   Terminal& terminal) {
  int64_t count = 0;
  const grpc::Status status =
      ForEach(session, filter, "", [&count](const Conflict& /*conflict*/) { ++count; });
  if (!status.ok()) return terminal.Fail(status, session.json());
  terminal.Note(StrCat(count, " conflicts match, and nothing was done: add --yes to do it"));
  return kUsage;
}

ExitCode Resolve(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const auto request = ResolvingOf(arguments);
  if (!request.ok()) {
    return terminal.Usage(ToStd(request.status().message()), "conflicts resolve");
  }
  if (request->has_filter() && !arguments.Has("--yes")) {
    return TellCount(session, request->filter(), terminal);
  }
  const auto stub = SyncService::NewStub(session.admin());
  sync::v1::BulkResult result;
  const grpc::Status status = session.Call(
      [&](auto* context) { return stub->ResolveConflicts(context, *request, &result); });
  return ShowBulk(session, status, request->request_id(), result, terminal);
}

ExitCode Acts(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const auto stub = SyncService::NewStub(session.admin());
  sync::v1::ListActsRequest request;
  if (!arguments.words().empty()) request.set_code(arguments.words()[0]);
  request.set_page_size(kPageItems);
  ordered_json items = ordered_json::array();
  std::vector<std::vector<std::string>> rows;
  do {
    sync::v1::ListActsResponse page;
    const grpc::Status status =
        session.Call([&](auto* context) { return stub->ListActs(context, request, &page); });
    if (!status.ok()) return terminal.Fail(status, session.json());
    for (const auto& act : page.acts()) {
      rows.push_back({ShowTime(act.time()), act.actor(), act.kind(), act.result(), act.code(),
                      act.revision() == 0 ? "" : StrCat(act.revision()), act.target(),
                      act.reason()});
      items.push_back(ToJsonValue(act, /*all=*/true));
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  if (session.json()) {
    terminal.Line(Dump({{"acts", items}}));
  } else {
    terminal.Table({"when", "who", "act", "result", "code", "revision", "of", "reason"}, rows);
  }
  return kDone;
}

}  // namespace

std::vector<Command> ConflictCommands() {
  return {
      {"conflicts",
       "",
       0,
       0,
       {"--proposer", "--field", "--code", "--before", "--purpose"},
       "proposals that differ from what the owner says, oldest first",
       "A system that said of a field what is not its to say was not obeyed; the stored value is\n"
       "brought back to it. The conflict stays here until a person decides it (resolve), its "
       "owner\n"
       "says the proposed value, or the proposer the stored one. Values are shown only with\n"
       "--purpose.\n"
       "\n"
       "Example:\n"
       "  lienthongctl conflicts --proposer link/district\n"
       "  lienthongctl conflicts --field contact.phone --purpose \"ticket 88\"\n",
       &List},
      {"conflicts show",
       "ID",
       1,
       1,
       {"--purpose"},
       "one of them, with what the proposer started from",
       "ID is what `conflicts` shows. Values are shown only with --purpose.\n"
       "\n"
       "Example:\n"
       "  lienthongctl conflicts show ID --purpose \"ticket 88\"\n",
       &Show},
      {"conflicts resolve",
       "[ID...]",
       0,
       kWordsMax,
       {"--stored", "--proposed", "--value", "--reason", "--proposer", "--field", "--code",
        "--before", "--max", "--yes", "--request-id"},
       "decides them; kept for ever with your name and --reason",
       "--stored: what stands stays, and the same proposal is asked no more while it stands.\n"
       "--proposed: the dossier takes the proposed value, in your name and whoever owns the "
       "field;\n"
       "where the field was changed since, it is left open. --value: takes a third one, for a\n"
       "single ID (codes of a status in decimal, times like 2026-03-02T08:00:00Z, empty text\n"
       "clears). Either IDs, or a filter: then it says how many match, and does it with --yes,\n"
       "oldest first, 100 of them or --max. Status 3 when some are left open. No answer: send it\n"
       "again with the same --request-id; nothing is done twice.\n"
       "\n"
       "Example:\n"
       "  lienthongctl conflicts resolve ID --proposed --reason \"citizen confirmed\"\n"
       "  lienthongctl conflicts resolve --proposer link/district --field note --stored \\\n"
       "    --reason \"ticket 88\" --yes\n",
       &Resolve},
      {"acts",
       "[CODE]",
       0,
       1,
       {},
       "what was done to links, dead letters, conflicts and tasks, by whom and why",
       "Oldest first; with CODE, any code of a dossier, only to that dossier, and then also that "
       "it\n"
       "was corrected, void, joined or parted, or had its procedure replaced. `agreed` is what no\n"
       "operator did: a conflict closed because both sides said the same. No values are shown.\n"
       "\n"
       "Example:\n"
       "  lienthongctl acts H29.X05-261121-0001\n",
       &Acts},
  };
}

}  // namespace lienthong::ctl
