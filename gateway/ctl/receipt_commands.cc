#include <string>
#include <utility>
#include <vector>

#include "gateway/base/text.h"
#include "gateway/ctl/command.h"
#include "gateway/ctl/json.h"
#include "gateway/ctl/receipt_call.h"
#include "gateway/ctl/show.h"

namespace lienthong::ctl {
namespace {

using receipt::v1::ReceiptService;
using receipt::v1::Reservation;

std::string Show(const Reservation& reservation, const Terminal& terminal) {
  const std::string state = ShowEnum(Reservation::State_Name(reservation.state()), "STATE_");
  std::string text = StrCat(reservation.receipt_number(), terminal.Text("  code ", "  mã "),
                            reservation.code(), "  ", terminal.Word(state),
                            terminal.Text("  reservation ", "  mã giữ chỗ "), reservation.id());
  if (reservation.state() == Reservation::STATE_RESERVED) {
    StrAppend(text, terminal.Text("  until ", "  đến "), ShowTime(reservation.expire_time()));
  }
  return text;
}

ExitCode Answer(const Session& session, Terminal& terminal, const grpc::Status& status,
                const Reservation& reservation) {
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    nlohmann::ordered_json json = ToJsonValue(reservation);
    json["state"] = Reservation::State_Name(reservation.state()).substr(sizeof("STATE_") - 1);
    terminal.Line(Dump(json));
  } else {
    terminal.Line(Show(reservation, terminal));
  }
  return kDone;
}

ExitCode Reserve(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const absl::StatusOr<absl::Duration> lifetime =
      arguments.Time("--lifetime", absl::ZeroDuration());
  if (!lifetime.ok()) return terminal.Usage(ToStd(lifetime.status().message()));
  if (!arguments.Has("--agency")) return terminal.Usage("receipt reserve needs --agency CODE");
  receipt::v1::ReserveReceiptRequest request;
  request.set_request_id(RequestId(arguments));
  request.set_agency(arguments.Text("--agency"));
  absl::Duration below_a_second;
  request.mutable_lifetime()->set_seconds(
      absl::IDivDuration(*lifetime, absl::Seconds(1), &below_a_second));
  request.mutable_lifetime()->set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(below_a_second)));
  const auto stub = ReceiptService::NewStub(session.server());
  Reservation reservation;
  const grpc::Status status = session.Call(
      [&](auto* context) { return stub->ReserveReceipt(context, request, &reservation); });
  return Answer(session, terminal, status, reservation);
}

ExitCode Commit(const Session& session, const Arguments& arguments, Terminal& terminal) {
  receipt::v1::CommitReceiptRequest request;
  request.set_request_id(RequestId(arguments));
  request.set_reservation_id(arguments.words()[0]);
  const auto stub = ReceiptService::NewStub(session.server());
  Reservation reservation;
  const grpc::Status status = session.Call(
      [&](auto* context) { return stub->CommitReceipt(context, request, &reservation); });
  return Answer(session, terminal, status, reservation);
}

ExitCode Release(const Session& session, const Arguments& arguments, Terminal& terminal) {
  if (!arguments.Has("--reason")) return terminal.Usage("receipt release needs --reason TEXT");
  receipt::v1::ReleaseReceiptRequest request;
  request.set_request_id(RequestId(arguments));
  request.set_reservation_id(arguments.words()[0]);
  request.set_reason(arguments.Text("--reason"));
  const auto stub = ReceiptService::NewStub(session.server());
  Reservation reservation;
  const grpc::Status status = session.Call(
      [&](auto* context) { return stub->ReleaseReceipt(context, request, &reservation); });
  return Answer(session, terminal, status, reservation);
}

ExitCode Register(const Session& session, const Arguments& arguments, Terminal& terminal) {
  if (!arguments.Has("--issuer")) {
    return terminal.Usage("receipt register needs --issuer agency/CODE");
  }
  receipt::v1::RegisterExternalReceiptRequest request;
  request.set_request_id(RequestId(arguments));
  request.set_code(arguments.words()[0]);
  request.set_number(arguments.words()[1]);
  request.set_issuer(arguments.Text("--issuer"));
  const auto stub = ReceiptService::NewStub(session.server());
  receipt::v1::RegisterExternalReceiptResponse response;
  const grpc::Status status = session.Call(
      [&](auto* context) { return stub->RegisterExternalReceipt(context, request, &response); });
  if (!status.ok()) return terminal.Fail(status, session.json());
  terminal.Line(session.json()
                    ? ToJson(response, /*all=*/true)
                    : StrCat(request.number(), terminal.Text(" belongs to ", " thuộc hồ sơ "),
                             response.code(), terminal.Text(", revision ", ", phiên bản "),
                             response.revision()));
  return kDone;
}

std::string Show(const std::string& number, const receipt::v1::ResolveReceiptResponse& response,
                 const Terminal& terminal) {
  if (response.code().empty()) return StrCat(number, ": ", Show(response.reservation(), terminal));
  std::string text =
      StrCat(number, terminal.Text(": dossier ", ": hồ sơ "), response.code(),
             terminal.Text("  receipt ", "  số tiếp nhận "), response.receipt_number());
  for (const auto& code : response.codes()) {
    StrAppend(text, "\n  ", code.code(), " (", code.issuer(), ")");
  }
  return text;
}

ExitCode Resolve(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const auto stub = ReceiptService::NewStub(session.server());
  ExitCode exit_code = kDone;
  for (const std::string& number : arguments.words()) {
    receipt::v1::ResolveReceiptRequest request;
    request.set_number(number);
    request.set_issuer(arguments.Text("--issuer"));
    receipt::v1::ResolveReceiptResponse response;
    const grpc::Status status = session.Call(
        [&](auto* context) { return stub->ResolveReceipt(context, request, &response); });
    if (!status.ok()) {
      exit_code = terminal.Fail(status, session.json());
      if (exit_code >= kUnavailable) return exit_code;
      continue;
    }
    terminal.Line(session.json() ? ToJson(response) : Show(number, response, terminal));
  }
  return exit_code;
}

}  // namespace

CommandGroup ReceiptGroup() {
  return {
      "receipt",
      "lienthongctl receipt: the numbers that are printed for citizens.\n"
      "\n"
      "A number is unique for ever. Where a dossier is pushed without one, the gateway gives it\n"
      "one; a counter that must print it first reserves it, prints, and then\n"
      "  pushes the dossier with {\"reservation_id\": RESERVATION, \"dossier\": {...}}, or\n"
      "  commits it, when the dossier comes later by another way: it is then found by its number\n"
      "  and gets it, also when the agency's other software sends it, or\n"
      "  releases it, when nothing comes of it: the gap is recorded with its reason.\n"
      "A reservation nobody takes up is released when its time is over. A number that another\n"
      "system issued is registered: it then leads to the dossier and is never issued again.\n"};
}

std::vector<Command> ReceiptCommands() {
  return {
      {"receipt reserve",
       "",
       0,
       0,
       {"--agency", "--lifetime", "--request-id"},
       "takes the next number of an agency's day",
       "Prints NUMBER  code CODE  reserved  reservation RESERVATION  until TIME. It is held for\n"
       "--lifetime (1s to 24h, default 30m) and then given back by itself. Only the agency itself\n"
       "can take of its series. No answer: call again with the same --request-id; it gives the\n"
       "same number.\n"
       "\n"
       "Example:\n"
       "  lienthongctl receipt reserve --agency H29.X05 --lifetime 1h\n"
       "  lienthongctl receipt reserve --agency H29.X05 --json\n",
       &Reserve},
      {"receipt commit",
       "RESERVATION",
       1,
       1,
       {"--request-id"},
       "makes a reserved number final",
       "RESERVATION is what `receipt reserve` printed. It does not expire any more, and cannot be\n"
       "given back. Committing it again changes nothing. Only who reserved it can; status 3 when "
       "it\n"
       "was released, has its dossier already or its time is over.\n"
       "\n"
       "Example:\n"
       "  lienthongctl receipt commit RESERVATION\n",
       &Commit},
      {"receipt release",
       "RESERVATION",
       1,
       1,
       {"--reason", "--request-id"},
       "gives a reserved number back; it becomes a recorded gap",
       "The number itself is not issued again: series have gaps, never two of the same. --reason\n"
       "is required and kept. Only who reserved it can; status 3 when it was committed, as the\n"
       "citizen may hold it by then: push its dossier, and void that when nothing comes of it.\n"
       "\n"
       "Example:\n"
       "  lienthongctl receipt release RESERVATION --reason \"the citizen left\"\n",
       &Release},
      {"receipt register",
       "CODE NUMBER",
       2,
       2,
       {"--issuer", "--request-id"},
       "adds a number issued elsewhere to a dossier",
       "CODE is any code of the dossier, NUMBER what stands on the paper, --issuer who gave it: "
       "an\n"
       "agency can only name itself, agency/CODE. The dossier is then found by it too. Status 3\n"
       "when another dossier has it.\n"
       "\n"
       "Example:\n"
       "  lienthongctl receipt register H29.X05-261121-0001 X05/2026/000123 --issuer "
       "agency/H29.X05\n",
       &Register},
      {"receipt resolve",
       "NUMBER...",
       1,
       kWordsMax,
       {"--issuer"},
       "finds the dossier behind any code or number",
       "Prints the dossier's shared code, receipt number and all other codes, or the reservation\n"
       "when there is no dossier yet. A number that two issuers gave needs --issuer. What is not\n"
       "shared with you and what does not exist answer alike (status 3). With --json one line per\n"
       "number.\n"
       "\n"
       "Example:\n"
       "  lienthongctl receipt resolve X01/2026/000123\n",
       &Resolve},
  };
}

}  // namespace lienthong::ctl
