#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
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
using sync::v1::DeadLetter;
using sync::v1::SyncService;

constexpr int kPageItems = 500;

absl::StatusOr<sync::v1::DeadLetterFilter> FilterOf(const Arguments& arguments) {
  LIENTHONG_RETURN_IF_ERROR(arguments.RefuseEmpty(
      {"--link", "--direction", "--field", "--contains", "--code", "--before"}));
  sync::v1::DeadLetterFilter filter;
  filter.set_link(arguments.Text("--link"));
  filter.set_field(arguments.Text("--field"));
  filter.set_reason_contains(arguments.Text("--contains"));
  filter.set_code(arguments.Text("--code"));
  const std::string direction = arguments.Text("--direction");
  if (direction == "in") {
    filter.set_direction(DeadLetter::DIRECTION_INBOUND);
  } else if (direction == "out") {
    filter.set_direction(DeadLetter::DIRECTION_OUTBOUND);
  } else if (!direction.empty()) {
    return absl::InvalidArgumentError(
        StrCat("--direction: expected in or out, found '", direction, "'"));
  }
  if (!arguments.Has("--before")) return filter;
  LIENTHONG_ASSIGN_OR_RETURN(const absl::Time before, arguments.Time("--before"));
  filter.mutable_before()->set_seconds(absl::ToUnixSeconds(before));
  return filter;
}

// Calls `take` with each dead letter of a filter, oldest first.
template <typename Take>
grpc::Status ForEach(const Session& session, const sync::v1::DeadLetterFilter& filter,
                     const std::string& purpose, Take take) {
  const auto stub = SyncService::NewStub(session.admin());
  sync::v1::ListDeadLettersRequest request;
  *request.mutable_filter() = filter;
  request.set_purpose(purpose);
  request.set_page_size(kPageItems);
  do {
    sync::v1::ListDeadLettersResponse page;
    grpc::Status status =
        session.Call([&](auto* context) { return stub->ListDeadLetters(context, request, &page); });
    if (!status.ok()) return status;
    for (const DeadLetter& letter : page.dead_letters()) take(letter);
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return grpc::Status::OK;
}

std::vector<std::string> Row(const DeadLetter& letter) {
  return {letter.id(),
          letter.link(),
          LetterJson(letter)["direction"].get<std::string>(),
          ShowTime(letter.time()),
          StrCat(letter.times()),
          letter.code(),
          letter.key(),
          letter.field(),
          letter.reason()};
}

ExitCode List(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const auto filter = FilterOf(arguments);
  if (!filter.ok()) return terminal.Usage(ToStd(filter.status().message()));
  ordered_json items = ordered_json::array();
  std::vector<std::vector<std::string>> rows;
  const grpc::Status status =
      ForEach(session, *filter, arguments.Text("--purpose"), [&](const DeadLetter& letter) {
        rows.push_back(Row(letter));
        items.push_back(LetterJson(letter));
      });
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    terminal.Line(Dump({{"dead_letters", items}}));
  } else {
    terminal.Table({"id", "link", "direction", "since", "times", "code", "key", "field", "reason"},
                   rows);
  }
  return kDone;
}

ExitCode Show(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const auto stub = SyncService::NewStub(session.admin());
  sync::v1::GetDeadLetterRequest request;
  request.set_id(arguments.words()[0]);
  request.set_purpose(arguments.Text("--purpose"));
  DeadLetter letter;
  const grpc::Status status =
      session.Call([&](auto* context) { return stub->GetDeadLetter(context, request, &letter); });
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    terminal.Line(Dump(LetterJson(letter)));
    return kDone;
  }
  terminal.Table({"id", letter.id()},
                 {{"link", letter.link()},
                  {"direction", LetterJson(letter)["direction"].get<std::string>()},
                  {"code", letter.code()},
                  {"key", letter.key()},
                  {"field", letter.field()},
                  {"reason", letter.reason()},
                  {"since", ShowTime(letter.time())},
                  {"last met", ShowTime(letter.last_time())},
                  {"times", StrCat(letter.times())}});
  if (!letter.raw().empty()) terminal.Line(letter.raw());
  return kDone;
}

absl::StatusOr<std::string> ReadFile(std::string_view flag, const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in.good() && !in.eof())
    return absl::InvalidArgumentError(StrCat(flag, ": cannot read ", path));
  if (text.empty()) return absl::InvalidArgumentError(StrCat(flag, ": ", path, " says nothing"));
  return text;
}

// Empty when no edit was given.
absl::StatusOr<sync::v1::LetterEdit> EditOf(const Arguments& arguments) {
  sync::v1::LetterEdit edit;
  if (arguments.Has("--raw") && arguments.Has("--file")) {
    return absl::InvalidArgumentError("an edit is either --raw or --file");
  }
  if (arguments.Has("--raw")) {
    auto raw = ReadFile("--raw", arguments.Text("--raw"));
    if (!raw.ok()) return raw.status();
    edit.set_raw(*std::move(raw));
  }
  if (!arguments.Has("--file")) return edit;
  const auto text = ReadFile("--file", arguments.Text("--file"));
  if (!text.ok()) return text.status();
  auto fields = ParsePush(*text);
  if (!fields.ok()) return BadInput(arguments.Text("--file"), fields.status());
  *edit.mutable_dossier() = std::move(*fields->mutable_dossier());
  *edit.mutable_update_mask() = std::move(*fields->mutable_update_mask());
  return edit;
}

bool IsEdit(const sync::v1::LetterEdit& edit) { return edit.has_dossier() || !edit.raw().empty(); }

void WritePreview(const sync::v1::PreviewDeadLetterResponse& preview, Terminal& terminal) {
  const auto list = [&](const char* what, const auto& values) {
    if (!values.empty()) terminal.Line(StrCat(what, absl::StrJoin(values, ", ")));
  };
  if (!preview.fault().empty()) {
    terminal.Line(StrCat("it would be refused again: ", preview.fault()));
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& change : preview.changes()) {
    rows.push_back({change.path(), ShowValue(change.path(), change.before()),
                    ShowValue(change.path(), change.after())});
  }
  if (!rows.empty()) terminal.Table({"field", "now", "then"}, rows);
  if (rows.empty() && preview.fault().empty()) terminal.Line("nothing in the dossier changes");
  list("conflicts, somebody else owns them: ", preview.conflicts());
  list("said anew since, they stay: ", preview.overtaken());
  list("links with something to deliver then: ", preview.links());
}

ExitCode Preview(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const auto edit = EditOf(arguments);
  if (!edit.ok()) return terminal.Usage(ToStd(edit.status().message()));
  sync::v1::PreviewDeadLetterRequest request;
  request.set_id(arguments.words()[0]);
  request.set_purpose(arguments.Text("--purpose"));
  if (IsEdit(*edit)) *request.mutable_edit() = *edit;
  const auto stub = SyncService::NewStub(session.admin());
  sync::v1::PreviewDeadLetterResponse preview;
  const grpc::Status status = session.Call(
      [&](auto* context) { return stub->PreviewDeadLetter(context, request, &preview); });
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    terminal.Line(ToJson(preview, /*all=*/true));
  } else {
    WritePreview(preview, terminal);
  }
  return kDone;
}

bool HasFilter(const Arguments& arguments) {
  for (const char* flag :
       {"--link", "--direction", "--field", "--contains", "--code", "--before"}) {
    if (arguments.Has(flag)) return true;
  }
  return false;
}

// What replay and discard say alike. Done: the request may be sent.
template <typename Request>
ExitCode Fill(const Session& session, const Arguments& arguments, std::string_view name,
              Terminal& terminal, Request& request) {
  if (!arguments.Has("--reason")) return terminal.Usage(StrCat(name, " needs --reason TEXT"), name);
  const auto most = arguments.Number("--max", 0);
  if (!most.ok()) return terminal.Usage(ToStd(most.status().message()), name);
  const auto filter = FilterOf(arguments);
  if (!filter.ok()) return terminal.Usage(ToStd(filter.status().message()), name);
  if (arguments.words().empty() != HasFilter(arguments)) {
    return terminal.Usage(StrCat(name, " needs either IDs or a filter, e.g. --link city"), name);
  }
  request.set_reason(arguments.Text("--reason"));
  const std::string request_id = arguments.Text("--request-id");
  request.set_request_id(request_id.empty() ? Random::System().Uuid() : request_id);
  request.set_items_max(static_cast<int32_t>(*most));
  for (const std::string& id : arguments.words()) request.add_ids(id);
  if (!HasFilter(arguments)) return kDone;
  *request.mutable_filter() = *filter;
  if (arguments.Has("--yes")) return kDone;
  int64_t count = 0;
  const grpc::Status status =
      ForEach(session, *filter, "", [&count](const DeadLetter& /*letter*/) { ++count; });
  if (!status.ok()) return terminal.Fail(status, session.json());
  terminal.Note(StrCat(count, " dead letters match, and nothing was done: add --yes to do it"));
  return kUsage;
}

ExitCode Replay(const Session& session, const Arguments& arguments, Terminal& terminal) {
  sync::v1::ReplayDeadLettersRequest request;
  const auto edit = EditOf(arguments);
  if (!edit.ok()) return terminal.Usage(ToStd(edit.status().message()), "dlq replay");
  if (IsEdit(*edit)) *request.mutable_edit() = *edit;
  const ExitCode filled = Fill(session, arguments, "dlq replay", terminal, request);
  if (filled != kDone) return filled;
  const auto stub = SyncService::NewStub(session.admin());
  sync::v1::BulkResult result;
  const grpc::Status status = session.Call(
      [&](auto* context) { return stub->ReplayDeadLetters(context, request, &result); });
  return ShowBulk(session, status, request.request_id(), result, terminal);
}

ExitCode Discard(const Session& session, const Arguments& arguments, Terminal& terminal) {
  sync::v1::DiscardDeadLettersRequest request;
  const ExitCode filled = Fill(session, arguments, "dlq discard", terminal, request);
  if (filled != kDone) return filled;
  const auto stub = SyncService::NewStub(session.admin());
  sync::v1::BulkResult result;
  const grpc::Status status = session.Call(
      [&](auto* context) { return stub->DiscardDeadLetters(context, request, &result); });
  return ShowBulk(session, status, request.request_id(), result, terminal);
}

constexpr const char* kListDetails =
    "field and reason say what is wrong, and what is expected; times how often it was met. The\n"
    "item itself, as it came or went, is `raw` in the JSON when --purpose is given; where none "
    "was\n"
    "kept there is no raw. All that is said must hold: --direction in is from the counterpart, "
    "out\n"
    "is to it.\n"
    "\n"
    "Example:\n"
    "  lienthongctl dlq list --link district --field TrangThaiHoSo\n"
    "  lienthongctl dlq list --json --purpose \"ticket 88\"\n";

}  // namespace

CommandGroup DlqGroup() {
  return {"dlq",
          "lienthongctl dlq: dead letters, items that wait for a person.\n"
          "\n"
          "One from a counterpart was not taken in; one to it stops that dossier's lane on that\n"
          "link, and nothing else. Find the cause (show), see what would happen (preview), then\n"
          "  replay it, as it is (its cause was mended) or edited; what came after it stays as it\n"
          "  is, so nothing goes back to what was before, or\n"
          "  discard it: what came is not taken in, what was to go goes without what was refused.\n"
          "A change of the dossier also makes its lane try again. Each act is kept for ever, with\n"
          "your name and --reason.\n"};
}

std::vector<Command> DlqCommands() {
  const std::vector<std::string_view> filters = {"--link",     "--direction", "--field",
                                                 "--contains", "--code",      "--before"};
  const auto with = [&filters](std::vector<std::string_view> more) {
    more.insert(more.begin(), filters.begin(), filters.end());
    return more;
  };
  return {
      {"deadletters", "", 0, 0, with({"--purpose"}),
       "items that wait for a person, oldest first; the same as dlq list", kListDetails, &List},
      {"dlq list", "", 0, 0, with({"--purpose"}), "items that wait for a person, oldest first",
       kListDetails, &List},
      {"dlq show",
       "ID",
       1,
       1,
       {"--purpose"},
       "one of them; with --purpose as it came or went",
       "ID is what `dlq list` shows. Without --purpose no personal data is shown.\n"
       "\n"
       "Example:\n"
       "  lienthongctl dlq show ID --purpose \"ticket 88\"\n",
       &Show},
      {"dlq preview",
       "ID",
       1,
       1,
       {"--file", "--raw", "--purpose"},
       "what a replay would do; changes nothing",
       "Says which fields of the dossier would change (their values with --purpose), which would\n"
       "be conflicts, which stay because they were said anew since, why it would be refused "
       "again,\n"
       "and which links would have something to deliver. An edit is one of two: --raw, the whole\n"
       "item in the counterpart's own form; --file, JSON with fields and which of them are meant:\n"
       "  {\"dossier\": {\"contact\": {\"phone\": \"0901\"}}, \"update_mask\": \"contact.phone\"}\n"
       "For an item from the counterpart they replace what it said; for one to it they correct "
       "the\n"
       "dossier, in your name.\n"
       "\n"
       "Example:\n"
       "  lienthongctl dlq preview ID --file edit.json --purpose \"ticket 88\"\n",
       &Preview},
      {"dlq replay", "[ID...]", 0, kWordsMax,
       with({"--file", "--raw", "--reason", "--max", "--yes", "--request-id"}),
       "takes them up again, each where it belongs",
       "Either IDs, or a filter: then it says how many match, and does it with --yes, oldest "
       "first,\n"
       "100 of them or --max. --file and --raw are as in `dlq preview`, for a single ID. Status 3\n"
       "when some were refused again; they stay. No answer: send it again with the same\n"
       "--request-id; nothing is done twice.\n"
       "\n"
       "Example:\n"
       "  lienthongctl dlq replay ID --file edit.json --reason \"ticket 88\"\n"
       "  lienthongctl dlq replay --link city --field TrangThaiHoSo --reason \"code 12 added\" "
       "--yes\n",
       &Replay},
      {"dlq discard", "[ID...]", 0, kWordsMax, with({"--reason", "--max", "--yes", "--request-id"}),
       "gives them up",
       "IDs or a filter as in `dlq replay`. What came from a counterpart is not taken in. What "
       "was\n"
       "to go to it goes without what it refused; `lanes` says so in its notes. It is tried again\n"
       "when that field changes. A dossier that has no record there gets none until it changes, "
       "or\n"
       "until `links reload`.\n"
       "\n"
       "Example:\n"
       "  lienthongctl dlq discard ID --reason \"a test record\"\n",
       &Discard},
  };
}

}  // namespace lienthong::ctl
