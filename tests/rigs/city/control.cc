#include "tests/rigs/city/control.h"

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "tests/rigs/city/schema.h"

namespace lienthong::rigs::city {
namespace {

using Json = nlohmann::json;

constexpr int64_t kPageItemsDefault = 200;
constexpr int64_t kPageItemsMax = 10'000;

http::Reply Answer(int status, std::string body) {
  http::Reply reply;
  reply.status = status;
  reply.body = std::move(body);
  return reply;
}

http::Reply Answer(const Json& body) {
  return Answer(200, body.dump(-1, ' ', false, Json::error_handler_t::replace));
}

http::Reply Error(int status, const std::string& text) {
  const Json body = {{"error", text}};
  return Answer(status, body.dump(-1, ' ', false, Json::error_handler_t::replace));
}

http::Reply Answer(const Outcome<Saved>& outcome) {
  if (const Refusal* refusal = std::get_if<Refusal>(&outcome)) {
    return Error(refusal->status, refusal->description);
  }
  const Saved& saved = std::get<Saved>(outcome);
  return Answer(Json{{kRecordId, saved.id}, {"PhienBan", saved.version}});
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

struct PageAsked {
  int64_t after = 0;
  int64_t limit = kPageItemsDefault;
};

std::optional<PageAsked> ReadPage(const std::string& query) {
  PageAsked page;
  const auto parameters = http::ParseQuery(query);
  if (!parameters) return std::nullopt;
  for (const auto& [name, value] : *parameters) {
    const auto number = http::ParseNumber(value);
    if (!number || (name != "after" && name != "limit")) return std::nullopt;
    (name == "after" ? page.after : page.limit) = *number;
  }
  if (page.limit < 1 || page.limit > kPageItemsMax) return std::nullopt;
  return page;
}

}  // namespace

Control::Control(Gate& gate, Records& records, FaultBoard& faults, CallLog& calls)
    : gate_(gate), records_(records), faults_(faults), calls_(calls) {}

http::Reply Control::Handle(const http::Request& request) {
  if (request.method == "POST") return Post(request);
  if (request.method == "GET") return Get(request);
  if (request.method == "DELETE") return Delete(request);
  return Error(405, request.method + " is not used here");
}

http::Reply Control::Post(const http::Request& request) {
  Json body = Json::parse(request.body, nullptr, false);
  if (!body.is_object()) return Error(400, "the body must be a JSON object in UTF-8");
  if (request.path == "/rig/intake") return Intake(body);
  if (request.path == "/rig/edit") return Edit(body);
  if (request.path == "/rig/tamper") return Tamper(body);
  if (request.path == "/rig/insert") return Insert(body);
  if (request.path == "/rig/fault") return SetFault(body);
  if (request.path == "/rig/rights") return SetRight(body);
  return Error(404, "no such call: POST " + request.path);
}

http::Reply Control::Get(const http::Request& request) {
  if (request.path == "/rig/stats") return Stats();
  if (request.path != "/rig/records" && request.path != "/rig/calls") {
    return Error(404, "no such call: GET " + request.path);
  }
  const auto page = ReadPage(request.query);
  if (!page) return Error(400, "after: a number; limit: 1 to 10000");
  const size_t limit = static_cast<size_t>(page->limit);
  if (request.path == "/rig/calls") return Answer(calls_.Page(page->after, limit));
  return Answer(200, records_.Page(page->after, limit));
}

http::Reply Control::Delete(const http::Request& request) {
  if (request.path != "/rig/fault") return Error(404, "no such call: DELETE " + request.path);
  return Answer(Json{{"cleared", faults_.Clear()}});
}

http::Reply Control::Intake(Json& body) {
  if (const std::string wrong = CheckMembers(body, {"HoSo"}); !wrong.empty()) {
    return Error(400, wrong);
  }
  if (!body.contains("HoSo")) return Error(400, "HoSo: missing");
  Json& record = body["HoSo"];
  for (const char* issued_later : {"MaHoSo", "SoBienNhan"}) {
    if (record.value(issued_later, Json("")) != "") {
      return Error(400, std::string(issued_later) + ": a new dossier has none yet");
    }
  }
  return Answer(records_.Create(std::move(record), LongText::kRefuse));
}

http::Reply Control::Edit(Json& body) {
  if (const std::string wrong = CheckMembers(body, {kRecordId, kDossierCode, "HoSo"});
      !wrong.empty()) {
    return Error(400, wrong);
  }
  if (!body.contains("HoSo")) return Error(400, "HoSo: missing");
  return Answer(records_.Patch(NameIn(body), std::nullopt, body["HoSo"], LongText::kRefuse));
}

http::Reply Control::Tamper(Json& body) {
  if (const std::string wrong = CheckMembers(body, {kRecordId, kDossierCode, "HoSo", "remove"});
      !wrong.empty()) {
    return Error(400, wrong);
  }
  std::vector<ElementName> removals;
  if (!ReadRemovals(body, removals)) return Error(400, "remove: a list of {list, Id}");
  const Json patch = body.value("HoSo", Json::object());
  if (patch.contains(kRecordId)) return Error(400, "IdHoSo: cannot be changed");
  if (patch.empty() && removals.empty()) return Error(400, "HoSo or remove: one must be there");
  return Answer(records_.Tamper(NameIn(body), patch, removals));
}

http::Reply Control::Insert(Json& body) {
  if (const std::string wrong = CheckMembers(body, {"HoSo"}); !wrong.empty()) {
    return Error(400, wrong);
  }
  if (!body.contains("HoSo")) return Error(400, "HoSo: missing");
  return Answer(records_.Insert(body["HoSo"]));
}

http::Reply Control::SetFault(const Json& body) {
  std::string error;
  const auto rule = ParseFaultRule(body, &error);
  if (!rule) return Error(400, error);
  faults_.Set(*rule);
  return Answer(Json{{"kind", FaultName(rule->kind)}});
}

http::Reply Control::SetRight(const Json& body) {
  const Json path = body.value("path", Json());
  const Json granted = body.value("granted", Json());
  if (body.size() != 2 || !path.is_string() || !granted.is_boolean()) {
    return Error(400, "write {\"path\":\"/HoSo/...\",\"granted\":true or false}");
  }
  gate_.SetGranted(path.get<std::string>(), granted.get<bool>());
  return Answer(body);
}

http::Reply Control::Stats() const {
  return Answer(Json{{"records", records_.records()},
                     {"versions", records_.versions()},
                     {"calls", calls_.count()},
                     {"faults_injected", faults_.injected()}});
}

}  // namespace lienthong::rigs::city
