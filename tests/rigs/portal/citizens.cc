#include "tests/rigs/portal/citizens.h"

#include <initializer_list>
#include <utility>

#include "tests/rigs/http/json.h"
#include "tests/rigs/portal/content_by_name.h"
#include "tests/rigs/portal/numbers.h"

namespace lienthong::rigs::portal {
namespace {

using Json = nlohmann::json;
using http::JsonError;
using http::JsonReply;

// What is wrong with the members of `body`, or "".
std::string CheckMembers(const Json& body, std::initializer_list<std::string_view> known) {
  for (const auto& [name, value] : body.items()) {
    bool is_known = false;
    for (const std::string_view candidate : known) is_known = is_known || candidate == name;
    if (!is_known) return name + ": unknown member";
  }
  return "";
}

// The hub names a dossier by both its codes wherever it speaks of one.
void AddId(const Records& records, Json& data) {
  if (!data.is_array()) return;
  for (Json& object : data) {
    if (!object.is_object() || object.contains("IdHoSo")) continue;
    const auto record = records.Find(TextIn(object, "MaHoSo"));
    if (record && record->contains("IdHoSo")) object["IdHoSo"] = record->at("IdHoSo");
  }
}

http::Reply NoGateway() { return JsonError(409, "no gateway: start the rig with --gateway"); }

}  // namespace

Citizens::Citizens(Dialect& dialect, Records& records, Outgoing& outgoing,
                   const papers::Shelf& shelf)
    : dialect_(dialect), records_(records), outgoing_(outgoing), shelf_(shelf) {}

http::Reply Citizens::Submit(Json body) {
  if (!outgoing_.started()) return NoGateway();
  std::string wrong = CheckMembers(body, {"madonvi", "HoSo"});
  const std::string agency = TextIn(body, "madonvi");
  if (wrong.empty() && !IsAgency(agency)) wrong = "madonvi: an agency's code";
  if (wrong.empty() && !body.value("HoSo", Json()).is_object()) wrong = "HoSo: must be an object";
  if (wrong.empty()) wrong = NameContent(body, shelf_);
  if (!wrong.empty()) return JsonError(400, wrong);
  const auto submission = dialect_.Submit(agency, std::move(body["HoSo"]), &wrong);
  if (!submission) return JsonError(400, wrong);
  Json sent = submission->data;
  DropContent(sent);
  const Json born = {{"madonvi", agency}, {"SoBienNhan", ""}, {"HoSo", std::move(sent)}};
  const Wrote wrote = records_.Create(submission->code, submission->record, born);
  if (wrote == Wrote::kExists) return JsonError(409, "MaHoSo: the portal has this dossier");
  if (wrote != Wrote::kDone) return JsonError(500, "the state file cannot be written");
  return Send(submission->service, submission->code, agency, Json::array({submission->data}));
}

http::Reply Citizens::Act(const std::string& service, Json body) {
  if (!outgoing_.started()) return NoGateway();
  std::string wrong = CheckMembers(body, {"madonvi", "service", "data"});
  if (wrong.empty() && body.contains("service") && TextIn(body, "service") != service) {
    wrong = "service: leave it out or write " + service;
  }
  if (wrong.empty()) wrong = NameContent(body, shelf_);
  if (!wrong.empty()) return JsonError(400, wrong);
  Json data = body.value("data", Json());
  AddId(records_, data);
  const std::string code = data.is_array() && data.size() == 1 ? TextIn(data[0], "MaHoSo") : "";
  if (code.empty()) return JsonError(400, "data: a list of one object with MaHoSo");
  std::string agency = TextIn(body, "madonvi");
  if (agency.empty()) agency = records_.AgencyOf(code);
  if (agency.empty()) return JsonError(400, "madonvi: needed, the dossier was not submitted here");
  return Send(service, code, agency, data);
}

http::Reply Citizens::Send(const std::string& service, const std::string& code,
                           const std::string& agency, const Json& data) {
  const auto n = outgoing_.Add(service, code, agency, data);
  if (!n) return JsonError(503, "too many calls wait for the gateway");
  return JsonReply({{"MaHoSo", code}, {"n", *n}});
}

http::Reply Citizens::Call(Json body) {
  if (!outgoing_.started()) return NoGateway();
  std::string wrong = CheckMembers(body, {"madonvi", "service", "data"});
  if (wrong.empty()) wrong = NameContent(body, shelf_);
  if (wrong.empty() && TextIn(body, "service").empty()) wrong = "service: missing";
  if (!wrong.empty()) return JsonError(400, wrong);
  Json data = body.value("data", Json());
  AddId(records_, data);
  const http::Answer answer =
      outgoing_.CallNow(TextIn(body, "service"), TextIn(body, "madonvi"), data);
  if (answer.status == 0) return JsonError(502, answer.error);
  const Json said = Json::parse(answer.body, nullptr, false);
  return JsonReply(
      {{"http", answer.status}, {"answer", said.is_discarded() ? Json(answer.body) : said}});
}

void Citizens::OnDone(const OutgoingCall& call) {
  const Json result = call.answer.is_object() ? call.answer.value("result", Json()) : Json();
  if (!result.is_array() || result.empty()) return;
  const std::string receipt = TextIn(result[0], "SoBienNhan");
  if (!receipt.empty()) records_.SetReceipt(call.dossier, receipt);
}

}  // namespace lienthong::rigs::portal
