#include "tests/rigs/city/control.h"

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "tests/rigs/city/schema.h"
#include "tests/rigs/city/service.h"
#include "tests/rigs/http/json.h"

namespace lienthong::rigs::city {
namespace {

using Json = nlohmann::json;

using http::JsonError;
using http::JsonReply;

http::Reply Answer(const Outcome<Saved>& outcome) {
  if (const Refusal* refusal = std::get_if<Refusal>(&outcome)) {
    return JsonError(refusal->status, refusal->description);
  }
  const Saved& saved = std::get<Saved>(outcome);
  return JsonReply(Json{{kRecordId, saved.id}, {"PhienBan", saved.version}});
}

// Returns what is wrong with the members of `body`, or "".
std::string CheckMembers(const Json& body, std::initializer_list<std::string_view> known) {
  for (const auto& [name, value] : body.items()) {
    bool is_known = false;
    for (const std::string_view candidate : known) is_known = is_known || candidate == name;
    if (!is_known) return name + ": unknown member";
  }
  for (const std::string_view name : {kRecordId, kDossierCode}) {
    const auto it = body.find(name);
    if (it != body.end() && !it->is_string()) return std::string(name) + ": must be a string";
  }
  const auto record = body.find("HoSo");
  if (record != body.end() && !record->is_object()) return "HoSo: must be an object";
  return "";
}

RecordName NameIn(const Json& body) {
  return {body.value(std::string(kRecordId), ""), body.value(std::string(kDossierCode), "")};
}

// False when "remove" is not a list of {"list","Id"}.
bool ReadRemovals(const Json& body, std::vector<ElementName>& removals) {
  const Json remove = body.value("remove", Json::array());
  if (!remove.is_array()) return false;
  for (const Json& item : remove) {
    if (!item.is_object() || item.size() != 2) return false;
    const Json list = item.value("list", Json());
    const Json id = item.value("Id", Json());
    if (!list.is_string() || !id.is_string()) return false;
    removals.push_back({list.get<std::string>(), id.get<std::string>()});
  }
  return true;
}

}  // namespace

Control::Control(Gate& gate, Records& records, FaultBoard& faults, CallLog& calls,
                 papers::Shelf& shelf, const papers::Downloader& papers)
    : gate_(gate),
      records_(records),
      faults_(faults),
      calls_(calls),
      shelf_(shelf),
      papers_(papers) {}

http::Reply Control::Handle(const http::Request& request) {
  if (request.method == "POST") return Post(request);
  if (request.method == "GET") return Get(request);
  if (request.method == "DELETE") return Delete(request);
  return JsonError(405, request.method + " is not used here");
}

http::Reply Control::Post(const http::Request& request) {
  Json body = Json::parse(request.body, nullptr, false);
  if (!body.is_object()) return JsonError(400, "the body must be a JSON object in UTF-8");
  if (request.path == "/rig/intake") return Intake(body);
  if (request.path == "/rig/edit") return Edit(body);
  if (request.path == "/rig/tamper") return Tamper(body);
  if (request.path == "/rig/insert") return Insert(body);
  if (request.path == "/rig/fault") return SetFault(body);
  if (request.path == "/rig/rights") return SetRight(body);
  if (request.path == "/rig/file") return shelf_.Make(body);
  return JsonError(404, "no such call: POST " + request.path);
}

http::Reply Control::Get(const http::Request& request) {
  if (request.path == "/rig/stats") return Stats();
  if (request.path != "/rig/records" && request.path != "/rig/calls" &&
      request.path != "/rig/papers") {
    return JsonError(404, "no such call: GET " + request.path);
  }
  const auto page = http::ReadPage(request.query);
  if (!page) return http::BadPage();
  if (request.path == "/rig/papers") return JsonReply(papers_.Page(*page));
  if (request.path == "/rig/calls") return JsonReply(calls_.Page(page->after, page->limit));
  return http::JsonTextReply(records_.Page(page->after, page->limit));
}

http::Reply Control::Delete(const http::Request& request) {
  if (request.path != "/rig/fault") return JsonError(404, "no such call: DELETE " + request.path);
  return JsonReply(Json{{"cleared", faults_.Clear()}});
}

http::Reply Control::Intake(Json& body) {
  if (const std::string wrong = CheckMembers(body, {"HoSo"}); !wrong.empty()) {
    return JsonError(400, wrong);
  }
  if (!body.contains("HoSo")) return JsonError(400, "HoSo: missing");
  Json& record = body["HoSo"];
  for (const char* issued_later : {"MaHoSo", "SoBienNhan"}) {
    if (record.value(issued_later, Json("")) != "") {
      return JsonError(400, std::string(issued_later) + ": a new dossier has none yet");
    }
  }
  return Answer(records_.Create(std::move(record), LongText::kRefuse));
}

http::Reply Control::Edit(Json& body) {
  if (const std::string wrong = CheckMembers(body, {kRecordId, kDossierCode, "HoSo"});
      !wrong.empty()) {
    return JsonError(400, wrong);
  }
  if (!body.contains("HoSo")) return JsonError(400, "HoSo: missing");
  return Answer(records_.Patch(NameIn(body), std::nullopt, body["HoSo"], LongText::kRefuse));
}

http::Reply Control::Tamper(Json& body) {
  if (const std::string wrong = CheckMembers(body, {kRecordId, kDossierCode, "HoSo", "remove"});
      !wrong.empty()) {
    return JsonError(400, wrong);
  }
  std::vector<ElementName> removals;
  if (!ReadRemovals(body, removals)) return JsonError(400, "remove: a list of {list, Id}");
  const Json patch = body.value("HoSo", Json::object());
  if (patch.contains(kRecordId)) return JsonError(400, "IdHoSo: cannot be changed");
  if (patch.empty() && removals.empty()) return JsonError(400, "HoSo or remove: one must be there");
  return Answer(records_.Tamper(NameIn(body), patch, removals));
}

http::Reply Control::Insert(Json& body) {
  if (const std::string wrong = CheckMembers(body, {"HoSo"}); !wrong.empty()) {
    return JsonError(400, wrong);
  }
  if (!body.contains("HoSo")) return JsonError(400, "HoSo: missing");
  return Answer(records_.Insert(body["HoSo"]));
}

http::Reply Control::SetFault(const Json& body) {
  std::string error;
  const auto rule = ParseFaultRule(body, kCityFaults, &error);
  if (!rule) return JsonError(400, error);
  faults_.Set(*rule);
  return JsonReply(Json{{"kind", FaultName(rule->kind)}});
}

http::Reply Control::SetRight(const Json& body) {
  const Json path = body.value("path", Json());
  const Json granted = body.value("granted", Json());
  if (body.size() != 2 || !path.is_string() || !granted.is_boolean()) {
    return JsonError(400, "write {\"path\":\"/HoSo/...\",\"granted\":true or false}");
  }
  gate_.SetGranted(path.get<std::string>(), granted.get<bool>());
  return JsonReply(body);
}

http::Reply Control::Stats() const {
  return JsonReply(Json{{"records", records_.records()},
                        {"versions", records_.versions()},
                        {"calls", calls_.count()},
                        {"faults_injected", faults_.injected()}});
}

}  // namespace lienthong::rigs::city
