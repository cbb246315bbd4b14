// How links and copies of dossiers are at this moment.
#include <algorithm>
#include <string>
#include <vector>

#include "gateway/base/text.h"
#include "gateway/ctl/command.h"
#include "gateway/ctl/json.h"
#include "gateway/ctl/show.h"
#include "lienthong/sync/v1/sync_service.grpc.pb.h"

namespace lienthong::ctl {
namespace {

using sync::v1::Copy;
using sync::v1::SyncService;

constexpr int64_t kMinutesShown = 60;

ExitCode Probe(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const auto stub = SyncService::NewStub(session.admin());
  sync::v1::ProbeLinkRequest request;
  request.set_name(arguments.words()[0]);
  sync::v1::ProbeLinkResponse response;
  const grpc::Status status =
      session.Call([&](auto* context) { return stub->ProbeLink(context, request, &response); });
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    terminal.Line(ToJson(response, /*all=*/true));
  } else if (response.answered()) {
    terminal.Line(StrCat(request.name(), terminal.Text(" answered in ", " trả lời sau "),
                         response.took_ms(), " ms"));
  } else {
    terminal.Line(StrCat(request.name(), terminal.Text(" does not answer: ", " không trả lời: "),
                         response.error()));
  }
  return response.answered() ? kDone : kUnavailable;
}

ExitCode Lag(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const auto stub = SyncService::NewStub(session.admin());
  sync::v1::GetLagHistoryRequest request;
  request.set_name(arguments.words()[0]);
  sync::v1::LagHistory history;
  const grpc::Status status =
      session.Call([&](auto* context) { return stub->GetLagHistory(context, request, &history); });
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    terminal.Line(ToJson(history, /*all=*/true));
    return kDone;
  }
  const auto& samples = history.samples();
  const int first = terminal.csv() ? 0 : std::max<int>(0, samples.size() - kMinutesShown);
  std::vector<std::vector<std::string>> rows;
  for (int i = first; i < samples.size(); ++i) {
    rows.push_back({ShowTime(samples[i].time()), StrCat(samples[i].oldest_pending_seconds()),
                    StrCat(samples[i].pending())});
  }
  terminal.Table({"time", "oldest change (s)", "pending"}, rows);
  return kDone;
}

std::string SourceWord(const Copy& copy) {
  return ShowEnum(Copy::Source_Name(copy.source()), "SOURCE_");
}

ExitCode Copies(const Session& session, const Arguments& arguments, Terminal& terminal) {
  sync::v1::GetCopiesRequest request;
  request.set_code(arguments.words()[0]);
  request.set_live(arguments.Has("--live"));
  request.set_purpose(arguments.Text("--purpose"));
  const auto stub = SyncService::NewStub(session.admin());
  sync::v1::Copies copies;
  const grpc::Status status =
      session.Call([&](auto* context) { return stub->GetCopies(context, request, &copies); });
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    terminal.Line(ToJson(copies, /*all=*/true));
    return kDone;
  }
  std::vector<std::vector<std::string>> rows;
  bool differs = false;
  for (const Copy& copy : copies.copies()) {
    std::vector<const Copy::Field*> fields;
    for (const auto& field : copy.fields()) {
      if (field.state() != Copy::Field::STATE_SAME) fields.push_back(&field);
    }
    const std::string source =
        StrCat(SourceWord(copy), copy.error().empty() ? "" : ": ", copy.error());
    if (fields.empty()) {
      const bool is_missing = copy.source() == Copy::SOURCE_MISSING;
      rows.push_back({copy.link(), source, ShowTime(copy.time()), "",
                      is_missing ? "no record there" : "same", "", ""});
      differs = differs || is_missing;
    }
    for (const auto* field : fields) {
      differs = true;
      rows.push_back({copy.link(), source, ShowTime(copy.time()), field->path(),
                      ShowEnum(Copy::Field::State_Name(field->state()), "STATE_"),
                      field->expected(), field->held()});
    }
  }
  terminal.Caption(StrCat(copies.code(), ", revision ", copies.revision()));
  terminal.Table({"link", "known from", "as of", "field", "state", "should hold", "holds"}, rows);
  return differs ? kRefused : kDone;
}

}  // namespace

std::vector<Command> SignCommands() {
  return {
      {"links probe",
       "NAME",
       1,
       1,
       {},
       "whether a link's counterpart answers now; status 0 when it does, else 5",
       "Also while the link is paused. It waits 5 s at most.\n"
       "\n"
       "Example:\n"
       "  lienthongctl links probe city\n",
       &Probe},
      {"links lag",
       "NAME",
       1,
       1,
       {},
       "how late a link was, minute by minute",
       "The last hour; --output csv and --json: the last 24 hours, as far as the gateway has run.\n"
       "\n"
       "Example:\n"
       "  lienthongctl links lag city --output csv > lag.csv\n",
       &Lag},
      {"dossier copies",
       "CODE",
       1,
       1,
       {"--live", "--purpose"},
       "what every counterpart holds of a dossier; status 3 when something differs",
       "Without --live by what was delivered and reported; with it each counterpart is asked now.\n"
       "Fields that are the same are not listed (--json has all).\n"
       "\n"
       "Example:\n"
       "  lienthongctl dossier copies H29.X05-261121-0001 --live\n",
       &Copies},
  };
}

}  // namespace lienthong::ctl
