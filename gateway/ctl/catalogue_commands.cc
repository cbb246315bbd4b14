#include <cctype>
#include <fstream>
#include <sstream>
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
using Content = pb::ImportCatalogueRequest;

constexpr int kPageItems = 1000;

std::string RequestId(const Arguments& arguments) {
  std::string given = arguments.Text("--request-id");
  return given.empty() ? Random::System().Uuid() : given;
}

// Reads all pages of a list: `ask` makes a call, `take` one entry to a row of the table.
template <typename Request, typename Response, typename Ask, typename Take>
ExitCode ListAll(const Session& session, Terminal& terminal, Request request,
                 const std::vector<std::string>& heads, const char* name, const Ask& ask,
                 const Take& take) {
  request.set_page_size(kPageItems);
  ordered_json items = ordered_json::array();
  std::vector<std::vector<std::string>> rows;
  do {
    Response page;
    const grpc::Status status =
        session.Call([&](auto* context) { return ask(context, request, &page); });
    if (!status.ok()) return terminal.Fail(status, session.json());
    take(page, rows, items);
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  if (session.json()) {
    terminal.Line(Dump({{name, items}}));
  } else {
    terminal.Table(heads, rows);
  }
  return kDone;
}

ExitCode ResolveAgency(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const auto stub = CatalogueService::NewStub(session.server());
  pb::ResolveAgencyRequest request;
  request.set_code(arguments.words()[0]);
  request.set_date(arguments.Text("--date"));
  pb::ResolveAgencyResponse response;
  const grpc::Status status =
      session.Call([&](auto* context) { return stub->ResolveAgency(context, request, &response); });
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    terminal.Line(ToJson(response));
    return kDone;
  }
  const pb::Agency& agency = response.agency();
  terminal.Table({"code", "QCVN 102", "name", "period", "parent", "today", "calendar"},
                 {{agency.code(), response.qcvn_code(), agency.name(),
                   ShowPeriod(agency.valid_from(), agency.valid_until(), terminal.csv()),
                   agency.parent(), absl::StrJoin(response.current(), ", "), response.calendar()}});
  return kDone;
}

ExitCode ListAgencies(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const auto stub = CatalogueService::NewStub(session.server());
  pb::ListAgenciesRequest request;
  request.set_date(arguments.Text("--date"));
  request.set_parent(arguments.Text("--parent"));
  return ListAll<pb::ListAgenciesRequest, pb::ListAgenciesResponse>(
      session, terminal, request, {"code", "name", "period", "parent"}, "agencies",
      [&](auto* context, const auto& asked, auto* page) {
        return stub->ListAgencies(context, asked, page);
      },
      [&terminal](const auto& page, auto& rows, auto& items) {
        for (const pb::Agency& agency : page.agencies()) {
          rows.push_back({agency.code(), agency.name(),
                          ShowPeriod(agency.valid_from(), agency.valid_until(), terminal.csv()),
                          agency.parent()});
          items.push_back(ToJsonValue(agency));
        }
      });
}

std::vector<std::string> UnitRow(const pb::AdministrativeUnit& unit, const Terminal& terminal) {
  return {unit.code(), unit.name(),
          terminal.Word(ShowEnum(pb::AdministrativeUnit::Kind_Name(unit.kind()), "KIND_")),
          ShowPeriod(unit.valid_from(), unit.valid_until(), terminal.csv()), unit.parent()};
}

ExitCode ResolveUnit(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const auto stub = CatalogueService::NewStub(session.server());
  pb::ResolveUnitRequest request;
  request.set_code(arguments.words()[0]);
  request.set_date(arguments.Text("--date"));
  pb::ResolveUnitResponse response;
  const grpc::Status status =
      session.Call([&](auto* context) { return stub->ResolveUnit(context, request, &response); });
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    terminal.Line(ToJson(response));
    return kDone;
  }
  std::vector<std::string> row = UnitRow(response.unit(), terminal);
  std::vector<std::string> current;
  for (const auto& unit : response.current()) {
    current.push_back(StrCat(unit.code(), " ", unit.name()));
  }
  row.push_back(absl::StrJoin(current, ", "));
  terminal.Table({"code", "name", "kind", "period", "parent", "today"}, {row});
  return kDone;
}

ExitCode ListUnits(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const auto stub = CatalogueService::NewStub(session.server());
  pb::ListUnitsRequest request;
  request.set_date(arguments.Text("--date"));
  request.set_parent(arguments.Text("--parent"));
  return ListAll<pb::ListUnitsRequest, pb::ListUnitsResponse>(
      session, terminal, request, {"code", "name", "kind", "period", "parent"}, "units",
      [&](auto* context, const auto& asked, auto* page) {
        return stub->ListUnits(context, asked, page);
      },
      [&terminal](const auto& page, auto& rows, auto& items) {
        for (const pb::AdministrativeUnit& unit : page.units()) {
          rows.push_back(UnitRow(unit, terminal));
          items.push_back(ToJsonValue(unit));
        }
      });
}

std::vector<std::string> ProcedureRow(const pb::Procedure& procedure, const Terminal& terminal) {
  std::vector<std::string> limits;
  for (const auto& channel : procedure.channels()) {
    if (!channel.has_limit()) continue;
    const std::string name = ShowEnum(dossier::v1::Channel_Name(channel.channel()), "CHANNEL_");
    limits.push_back(
        StrCat(terminal.Word(name), ": ", ShowLimit(channel.limit(), terminal.vietnamese())));
  }
  return {procedure.code(), procedure.name(), procedure.field_name(),
          ShowPeriod(procedure.valid_from(), procedure.valid_until(), terminal.csv()),
          absl::StrJoin(limits, "; ")};
}

// False for a word that is none.
bool ReadLevel(const std::string& word, pb::Level& level) {
  if (word.empty()) return true;
  std::string name = StrCat("LEVEL_", word);
  for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return pb::Level_Parse(name, &level);
}

ExitCode GetProcedure(const Session& session, const Arguments& arguments, Terminal& terminal) {
  pb::GetProcedureRequest request;
  pb::Level level = pb::LEVEL_UNSPECIFIED;
  if (!ReadLevel(arguments.Text("--level"), level)) {
    return terminal.Usage("--level: expected ministry, province, district or commune");
  }
  request.set_level(level);
  request.set_code(arguments.words()[0]);
  request.set_date(arguments.Text("--date"));
  const auto stub = CatalogueService::NewStub(session.server());
  pb::GetProcedureResponse response;
  const grpc::Status status =
      session.Call([&](auto* context) { return stub->GetProcedure(context, request, &response); });
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    terminal.Line(ToJson(response));
    return kDone;
  }
  terminal.Table({"code", "name", "field of work", "period", "limits"},
                 {ProcedureRow(response.procedure(), terminal)});
  return kDone;
}

ExitCode ListProcedures(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const auto stub = CatalogueService::NewStub(session.server());
  pb::ListProceduresRequest request;
  request.set_date(arguments.Text("--date"));
  return ListAll<pb::ListProceduresRequest, pb::ListProceduresResponse>(
      session, terminal, request, {"code", "name", "field of work", "period", "limits"},
      "procedures",
      [&](auto* context, const auto& asked, auto* page) {
        return stub->ListProcedures(context, asked, page);
      },
      [&terminal](const auto& page, auto& rows, auto& items) {
        for (const pb::Procedure& procedure : page.procedures()) {
          rows.push_back(ProcedureRow(procedure, terminal));
          items.push_back(ToJsonValue(procedure));
        }
      });
}

ExitCode Changes(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const auto stub = CatalogueService::NewStub(session.server());
  pb::ListProcedureChangesRequest request;
  request.set_from(arguments.words()[0]);
  if (arguments.words().size() > 1) request.set_until(arguments.words()[1]);
  pb::ListProcedureChangesResponse response;
  const grpc::Status status = session.Call(
      [&](auto* context) { return stub->ListProcedureChanges(context, request, &response); });
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    terminal.Line(ToJson(response));
    return kDone;
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& change : response.changes()) {
    const auto& details = change.fields().empty() ? change.replaced_by() : change.fields();
    rows.push_back({change.date(), change.code(),
                    terminal.Word(ShowEnum(pb::ProcedureChange::Kind_Name(change.kind()), "KIND_")),
                    change.name(), absl::StrJoin(details, ", ")});
  }
  terminal.Table({"date", "code", "change", "name", "details"}, rows);
  return kDone;
}

ExitCode Import(const Session& session, const Arguments& arguments, Terminal& terminal,
                Content::Content content) {
  const bool dry_run = arguments.Has("--dry-run");
  if (!dry_run && !arguments.Has("--reason")) {
    return terminal.Usage("import needs --reason TEXT, or --dry-run to see what it would change");
  }
  const std::string& path = arguments.words()[0];
  std::ifstream file(path, std::ios::binary);
  if (!file) return terminal.Usage(StrCat(path, " cannot be read; name a file with the table"));
  std::stringstream text;
  text << file.rdbuf();
  const absl::Status utf8 = CheckUtf8(text.str());
  if (!utf8.ok()) {
    return terminal.Usage(StrCat(path, " ", ToStd(utf8.message()), "; save it as CSV UTF-8"));
  }
  Content request;
  request.set_request_id(RequestId(arguments));
  request.set_content(content);
  request.set_text(text.str());
  request.set_dry_run(dry_run);
  request.set_reason(arguments.Text("--reason"));
  request.set_valid_from(arguments.Text("--valid-from"));
  const auto stub = CatalogueService::NewStub(session.server());
  pb::ImportCatalogueResponse response;
  const grpc::Status status = session.Call(
      [&](auto* context) { return stub->ImportCatalogue(context, request, &response); });
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    terminal.Line(ToJson(response, /*all=*/true));
  } else {
    terminal.Write(ShowImport(response, dry_run, terminal.vietnamese()));
  }
  return kDone;
}

template <Content::Content content>
ExitCode ImportOf(const Session& session, const Arguments& arguments, Terminal& terminal) {
  return Import(session, arguments, terminal, content);
}

ExitCode ImportProcedures(const Session& session, const Arguments& arguments, Terminal& terminal) {
  if (arguments.Has("--mappings") && arguments.Has("--portal")) {
    return terminal.Usage("--mappings and --portal are two kinds of table; give one of them");
  }
  return Import(session, arguments, terminal,
                arguments.Has("--mappings") ? Content::CONTENT_MAPPINGS
                : arguments.Has("--portal") ? Content::CONTENT_PORTAL_PROCEDURES
                                            : Content::CONTENT_PROCEDURES);
}

}  // namespace

CommandGroup AgencyGroup() {
  return {"agency",
          "Agencies (cơ quan) by code and date, in either order of a code's levels; who has their\n"
          "work today, and who may act for whom. Tables are taken in whole or not at all.\n"};
}

CommandGroup UnitGroup() {
  return {"unit",
          "Administrative units (đơn vị hành chính) by code and date. Most codes came to mean\n"
          "another unit in July 2025: those need --date.\n"};
}

CommandGroup ProcedureGroup() {
  return {"procedure",
          "Administrative procedures (thủ tục hành chính) by date, their time limits, and what\n"
          "became of them. A dossier goes by the version of the day of its reception.\n"};
}

std::vector<Command> CatalogueCommands() {
  return {
      {"agency resolve",
       "CODE",
       1,
       1,
       {"--date"},
       "the agency behind a code, and who has its work today",
       "CODE in either order of its levels, H29.05 or 000.00.05.H29. A code that has meant "
       "several\n"
       "needs --date; status 3 then names the periods.\n"
       "\n"
       "Example:\n"
       "  lienthongctl agency resolve 000.00.05.H29 --date 2025-06-30\n",
       &ResolveAgency},
      {"agency list",
       "",
       0,
       0,
       {"--date", "--parent"},
       "agencies, by code and period",
       "Example:\n"
       "  lienthongctl agency list --date 2026-03-02 --parent H29\n",
       &ListAgencies},
      {"agency import",
       "FILE",
       1,
       1,
       {"--dry-run", "--reason", "--request-id"},
       "takes in a table of agencies, whole or not at all",
       "FILE is CSV in UTF-8 whose first line names the columns (deploy/catalogue/README.md).\n"
       "--dry-run says what would change, by the same rules; otherwise --reason is required and\n"
       "kept. Status 3 names each bad line and column. For operators.\n"
       "\n"
       "Example:\n"
       "  lienthongctl agency import agencies.csv --dry-run\n",
       &ImportOf<Content::CONTENT_AGENCIES>},
      {"unit resolve",
       "CODE",
       1,
       1,
       {"--date"},
       "the administrative unit behind a code, and what it is today",
       "In July 2025 most codes came to mean another unit: a code that was used twice needs "
       "--date,\n"
       "and is refused without it. --date has no default here.\n"
       "\n"
       "Example:\n"
       "  lienthongctl unit resolve 26737 --date 2025-06-30\n",
       &ResolveUnit},
      {"unit list",
       "",
       0,
       0,
       {"--date", "--parent"},
       "units, by code and period",
       "Example:\n"
       "  lienthongctl unit list --date 2026-03-02 --parent 79\n",
       &ListUnits},
      {"unit import",
       "FILE",
       1,
       1,
       {"--dry-run", "--reason", "--request-id"},
       "takes in a table of units; as `agency import`",
       "Example:\n"
       "  lienthongctl unit import deploy/catalogue/units.csv --dry-run\n",
       &ImportOf<Content::CONTENT_UNITS>},
      {"procedure get",
       "CODE",
       1,
       1,
       {"--date", "--level"},
       "a procedure as it held on a day",
       "CODE is national, local, or one that a mapping knows; --level chooses the mapping. The "
       "day\n"
       "is that of the dossier's reception; without --date, today.\n"
       "\n"
       "Example:\n"
       "  lienthongctl procedure get 1.001193 --date 2025-08-01\n",
       &GetProcedure},
      {"procedure list",
       "",
       0,
       0,
       {"--date"},
       "procedures that hold on a day",
       "Example:\n"
       "  lienthongctl procedure list --lang vi\n",
       &ListProcedures},
      {"procedure changes",
       "FROM [UNTIL]",
       1,
       2,
       {},
       "what was added, amended, replaced or repealed",
       "FROM and UNTIL are days, both counted; UNTIL is today when it is not given.\n"
       "\n"
       "Example:\n"
       "  lienthongctl procedure changes 2025-07-01 2025-09-30\n",
       &Changes},
      {"procedure import",
       "FILE",
       1,
       1,
       {"--dry-run", "--reason", "--request-id", "--portal", "--mappings", "--valid-from"},
       "takes in procedures; as `agency import`",
       "--portal: FILE is what LayDanhSachTTHC or LayThuTuc answered, which does not say since "
       "when\n"
       "it holds: --valid-from does. A time in it that cannot be computed with is a warning and "
       "no\n"
       "limit. --mappings: FILE is a table of reviewed mappings of codes.\n"
       "\n"
       "Example:\n"
       "  lienthongctl procedure import answer.json --portal --valid-from 2026-04-01 --dry-run\n",
       &ImportProcedures},
      {"calendar import",
       "FILE",
       1,
       1,
       {"--dry-run", "--reason", "--request-id"},
       "takes in calendars as `calendar list --json` prints them",
       "Example:\n"
       "  lienthongctl calendar import calendars.json --reason \"holidays of 2028\"\n",
       &ImportOf<Content::CONTENT_CALENDARS>},
  };
}

}  // namespace lienthong::ctl
