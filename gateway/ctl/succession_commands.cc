// What agencies take over from those that ended.
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "gateway/base/random.h"
#include "gateway/base/text.h"
#include "gateway/ctl/catalogue_show.h"
#include "gateway/ctl/command.h"
#include "gateway/ctl/json.h"
#include "gateway/ctl/show.h"
#include "lienthong/catalogue/v1/catalogue_service.grpc.pb.h"

namespace lienthong::ctl {
namespace {

namespace pb = catalogue::v1;
using nlohmann::ordered_json;
using pb::CatalogueService;

constexpr int kPageItems = 500;

std::string RequestId(const Arguments& arguments) {
  std::string given = arguments.Text("--request-id");
  return given.empty() ? Random::System().Uuid() : given;
}

ExitCode ListWaiting(const Session& session, const Arguments& /*arguments*/, Terminal& terminal) {
  const auto stub = CatalogueService::NewStub(session.server());
  pb::ListDispatchRequest request;
  request.set_page_size(kPageItems);
  ordered_json items = ordered_json::array();
  std::vector<std::vector<std::string>> rows;
  do {
    pb::ListDispatchResponse page;
    const grpc::Status status =
        session.Call([&](auto* context) { return stub->ListDispatch(context, request, &page); });
    if (!status.ok()) return terminal.Fail(status, session.json());
    for (const pb::DispatchItem& item : page.items()) {
      items.push_back(ToJsonValue(item));
      rows.push_back({item.code(), item.agency(), absl::StrJoin(item.candidates(), ", "),
                      ShowTime(item.since()),
                      item.has_promised_due() ? ShowTime(item.promised_due()) : ""});
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  if (session.json()) {
    terminal.Line(Dump({{"items", items}}));
    return kDone;
  }
  terminal.Table({"code", "agency", "candidates", "since", "promised"}, rows);
  return kDone;
}

ExitCode Assign(const Session& session, const Arguments& arguments, Terminal& terminal) {
  pb::DispatchDossierRequest request;
  request.set_request_id(RequestId(arguments));
  request.set_code(arguments.words()[0]);
  request.set_agency(arguments.words()[1]);
  request.set_reason(arguments.Text("--reason"));
  if (request.reason().empty()) return terminal.Usage("agency dispatch needs --reason TEXT");
  const auto stub = CatalogueService::NewStub(session.server());
  pb::DispatchDossierResponse response;
  const grpc::Status status = session.Call(
      [&](auto* context) { return stub->DispatchDossier(context, request, &response); });
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    terminal.Line(ToJson(response));
    return kDone;
  }
  terminal.Line(terminal.vietnamese()
                    ? StrCat(response.code(), " do ", request.agency(), " giải quyết tiếp")
                    : StrCat(request.agency(), " goes on with ", response.code()));
  return kDone;
}

std::vector<std::string> GrantRow(const pb::ActingGrant& grant, const Terminal& terminal) {
  return {grant.agency(), grant.acts_for(),
          ShowPeriod(grant.valid_from(), grant.valid_until(), terminal.csv()), grant.reason()};
}

ExitCode Grant(const Session& session, const Arguments& arguments, Terminal& terminal) {
  pb::PutActingGrantRequest request;
  request.set_request_id(RequestId(arguments));
  pb::ActingGrant& grant = *request.mutable_grant();
  grant.set_agency(arguments.words()[0]);
  grant.set_acts_for(arguments.words()[1]);
  grant.set_valid_from(arguments.Text("--valid-from"));
  grant.set_valid_until(arguments.Text("--valid-until"));
  grant.set_reason(arguments.Text("--reason"));
  if (grant.valid_from().empty() || grant.reason().empty()) {
    return terminal.Usage("agency grant needs --valid-from DAY and --reason TEXT");
  }
  const auto stub = CatalogueService::NewStub(session.server());
  pb::ActingGrant response;
  const grpc::Status status = session.Call(
      [&](auto* context) { return stub->PutActingGrant(context, request, &response); });
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    terminal.Line(ToJson(response));
    return kDone;
  }
  terminal.Table({"agency", "acts for", "period", "reason"}, {GrantRow(response, terminal)});
  return kDone;
}

ExitCode ListGrants(const Session& session, const Arguments& /*arguments*/, Terminal& terminal) {
  const auto stub = CatalogueService::NewStub(session.server());
  pb::ListActingGrantsResponse response;
  const grpc::Status status = session.Call([&](auto* context) {
    return stub->ListActingGrants(context, pb::ListActingGrantsRequest(), &response);
  });
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    terminal.Line(ToJson(response, /*all=*/true));
    return kDone;
  }
  std::vector<std::vector<std::string>> rows;
  for (const pb::ActingGrant& grant : response.grants()) rows.push_back(GrantRow(grant, terminal));
  terminal.Table({"agency", "acts for", "period", "reason"}, rows);
  return kDone;
}

}  // namespace

std::vector<Command> SuccessionCommands() {
  return {
      {"agency waiting",
       "",
       0,
       0,
       {},
       "dossiers whose agency ended and that wait for you to name the next",
       "Where an agency ends with one successor, its open dossiers go there by themselves. With\n"
       "several, or none, they wait here, nearest promise first. For operators.\n"
       "\n"
       "Example:\n"
       "  lienthongctl agency waiting --json\n",
       &ListWaiting},
      {"agency dispatch",
       "CODE AGENCY",
       2,
       2,
       {"--reason", "--request-id"},
       "names the agency that goes on with a dossier",
       "AGENCY is one of the candidates that `agency waiting` shows; it leads from now on. The\n"
       "agency that received the dossier, and its code, stay for ever. For operators; --reason\n"
       "is kept.\n"
       "\n"
       "Example:\n"
       "  lienthongctl agency dispatch H29.X01-250620-0007 H29.X05 --reason \"lives in ward 5\"\n",
       &Assign},
      {"agency grant",
       "AGENCY PREDECESSOR",
       2,
       2,
       {"--valid-from", "--valid-until", "--reason", "--request-id"},
       "lets an agency's certificate act for another agency",
       "From --valid-from up to and with --valid-until (open without it) AGENCY sees and handles\n"
       "the dossiers of PREDECESSOR as its own. No new number is given out under an ended code.\n"
       "For operators; --reason is kept.\n"
       "\n"
       "Example:\n"
       "  lienthongctl agency grant H29.X05 H29.X01 --valid-from 2025-07-01 --reason \"Decision "
       "12\"\n",
       &Grant},
      {"agency grants",
       "",
       0,
       0,
       {},
       "which agency acts for which, and from when to when",
       "Example:\n"
       "  lienthongctl agency grants\n",
       &ListGrants},
  };
}

}  // namespace lienthong::ctl
