#include "tests/rigs/portal/control.h"

#include <string>
#include <utility>
#include <vector>

#include "tests/rigs/portal/service.h"

namespace lienthong::rigs::portal {
namespace {

using Json = nlohmann::json;
using http::JsonError;
using http::JsonReply;

http::Reply ToReply(Wrote wrote) {
  if (wrote == Wrote::kDone) return JsonReply(Json::object());
  if (wrote == Wrote::kNotKept) return JsonError(500, "the state file cannot be written");
  return JsonError(404, "no such dossier, or no such element");
}

// False when "remove" is not a list of {"list","index"}.
bool ReadRemovals(const Json& body, std::vector<Records::Place>& places) {
  const Json remove = body.value("remove", Json::array());
  if (!remove.is_array()) return false;
  for (const Json& item : remove) {
    const Json index = item.is_object() ? item.value("index", Json()) : Json();
    if (!index.is_number_unsigned() || item.size() != 2 || TextIn(item, "list").empty()) {
      return false;
    }
    places.push_back({TextIn(item, "list"), index.get<size_t>()});
  }
  return true;
}

}  // namespace

http::Reply Control::Handle(const http::Request& request) {
  if (request.method == "POST") return Post(request);
  if (request.method == "GET") return Get(request);
  if (request.method != "DELETE") return JsonError(405, request.method + " is not used here");
  if (request.path != "/rig/fault") return JsonError(404, "no such call: DELETE " + request.path);
  return JsonReply({{"cleared", parts_.faults.Clear()}});
}

http::Reply Control::Post(const http::Request& request) {
  Json body = Json::parse(request.body, nullptr, false);
  if (!body.is_object()) return JsonError(400, "the body must be a JSON object in UTF-8");
  if (request.path == "/rig/submit") return parts_.citizens.Submit(std::move(body));
  if (request.path == "/rig/supplement") return parts_.citizens.Act("BoSungHoSo", std::move(body));
  if (request.path == "/rig/withdraw") return parts_.citizens.Act("RutHoSo", std::move(body));
  if (request.path == "/rig/pay") return parts_.citizens.Act("ThanhToanHoSo", std::move(body));
  if (request.path == "/rig/call") return parts_.citizens.Call(std::move(body));
  if (request.path == "/rig/file") return MakeFile(body);
  if (request.path == "/rig/tamper") return Tamper(body);
  if (request.path == "/rig/insert") return Insert(body);
  if (request.path == "/rig/fault") return SetFault(body);
  return JsonError(404, "no such call: POST " + request.path);
}

http::Reply Control::Get(const http::Request& request) {
  if (request.path == "/rig/stats") return JsonReply(Stats());
  const auto page = http::ReadPage(request.query);
  if (!page) return http::BadPage();
  if (request.path == "/rig/records") {
    return http::JsonTextReply(parts_.records.Page(page->after, page->limit));
  }
  if (request.path == "/rig/calls") return JsonReply(parts_.calls.Page(page->after, page->limit));
  if (request.path == "/rig/unanswered") return JsonReply(parts_.unanswered.Page(*page));
  if (request.path == "/rig/outgoing") return JsonReply(parts_.outgoing.Page(*page));
  if (request.path == "/rig/papers") return JsonReply(Papers(*page));
  return JsonError(404, "no such call: GET " + request.path);
}

http::Reply Control::MakeFile(const Json& body) {
  http::Reply reply = parts_.shelf.Make(body);
  if (parts_.generation == 1 || reply.status != 200) return reply;
  Json made = Json::parse(reply.body);
  made["IdTepTin"] = body.at("name");
  return JsonReply(made);
}

http::Reply Control::Tamper(const Json& body) {
  for (const auto& [name, value] : body.items()) {
    if (name != "MaHoSo" && name != "HoSo" && name != "remove") {
      return JsonError(400, name + ": unknown member");
    }
  }
  const Json members = body.value("HoSo", Json::object());
  std::vector<Records::Place> remove;
  if (!ReadRemovals(body, remove)) return JsonError(400, "remove: a list of {list, index}");
  if (!members.is_object() || (members.empty() && remove.empty())) {
    return JsonError(400, "HoSo or remove: one must be there");
  }
  const Json lines = members.value("TienDo", Json::array());
  if (members.contains("MaHoSo") || !lines.is_array()) {
    return JsonError(400, "HoSo: MaHoSo cannot be changed, TienDo is a list");
  }
  return ToReply(parts_.records.Tamper(TextIn(body, "MaHoSo"), members, remove));
}

http::Reply Control::Insert(const Json& body) {
  if (body.size() != 1 || !body.value("HoSo", Json()).is_object()) {
    return JsonError(400, "write {\"HoSo\":{...}}");
  }
  if (TextIn(body["HoSo"], "MaHoSo").empty()) return JsonError(400, "HoSo: MaHoSo is missing");
  return ToReply(parts_.records.Insert(body["HoSo"]));
}

http::Reply Control::SetFault(const Json& body) {
  std::string error;
  const auto rule = ParseFaultRule(body, kPortalFaults, &error);
  if (!rule) return JsonError(400, error);
  parts_.faults.Set(*rule);
  return JsonReply({{"kind", FaultName(rule->kind)}});
}

Json Control::Papers(const http::PageAsked& page) const {
  Json papers = parts_.papers.Page(page);
  if (parts_.generation == 2) papers["uploads"] = parts_.uploads.List();
  return papers;
}

Json Control::Stats() const {
  return {{"records", parts_.records.records()},
          {"progress", parts_.records.progress()},
          {"calls", parts_.calls.count()},
          {"logins", parts_.dialect.logins()},
          {"faults_injected", parts_.faults.injected()},
          {"unanswered", parts_.unanswered.CountsByService()},
          {"progress_unanswered", parts_.unanswered.lines()},
          {"outgoing", parts_.outgoing.Counts()},
          {"papers", parts_.papers.Counts()},
          {"issued", parts_.numbers.issued()},
          {"uploads", parts_.uploads.count()}};
}

}  // namespace lienthong::rigs::portal
