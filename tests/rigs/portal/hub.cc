#include "tests/rigs/portal/hub.h"

#include <string_view>
#include <utility>
#include <vector>

#include "tests/rigs/papers/sha256.h"
#include "tests/rigs/portal/hub_schema.h"
#include "tests/rigs/shape/text.h"

namespace lienthong::rigs::portal {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kBearer = "Bearer ";
constexpr std::string_view kListCodes = "5|6|9";  // statuses that carry fees and results
constexpr const char* kStatusLists[] = {"DanhSachLePhi", "DanhSachGiayToKetQua"};
constexpr size_t kFileNameCharsMax = 255;
constexpr size_t kIdDigits = 10;

Decided Say(int status, int code, std::string message, Json data = nullptr) {
  Decided decided;
  decided.status = status;
  decided.code = code;
  decided.message = std::move(message);
  decided.rest = {{"data", std::move(data)}};
  return decided;
}

Decided Ok(Json data = nullptr) { return Say(200, 200, "OK", std::move(data)); }

Decided Bad(const std::string& text) { return Say(400, 400, text); }

Decided NotKept() { return Say(500, 500, "Không ghi được tệp trạng thái"); }

std::string WhatIsWrong(const std::optional<FieldError>& error) {
  return error ? error->field + ": " + error->reason : "";
}

std::string TokenOf(const http::Request& request) {
  if (!request.authorization.starts_with(kBearer)) return "";
  return request.authorization.substr(kBearer.size());
}

// What is wrong with a list of `members`, or "".
std::string CheckItems(const Json& items, std::span<const Member> members) {
  if (!items.is_array() || items.empty() || items.size() > kHubItemsMax) {
    return "data: phải là danh sách từ 1 đến 100 phần tử";
  }
  for (size_t i = 0; i < items.size(); ++i) {
    const std::string place = "[" + std::to_string(i) + "].";
    if (const auto error = CheckShape(items[i], members, place)) return WhatIsWrong(error);
  }
  return "";
}

// The id of a dossier follows from its code, and says nothing about it to who does not know that.
std::string IdFor(const std::string& code) {
  papers::Sha256Sink sink;
  sink.Take("hub:" + code);
  return "HUB-" + sink.Hex().substr(0, kIdDigits);
}

Json Keys(const std::string& code) { return {{"idHoSo", IdFor(code)}, {"maHoSo", code}}; }

// What the hub holds of a dossier beside what NoiHoSo said.
Json Whole(const Json& record, const Json& status) {
  Json whole = Completed(record, HubRecordMembers());
  whole["IdHoSo"] = IdFor(TextIn(record, "MaHoSo"));
  whole["TrangThai"] = status;
  whole["NoiDungYKien"] = "";
  whole["DanhSachLePhi"] = Json::array();
  whole["DanhSachGiayToKetQua"] = Json::array();
  return whole;
}

Decided FromWrote(Wrote wrote) {
  if (wrote == Wrote::kMissing) return Say(404, 404, "Không tìm thấy hồ sơ");
  if (wrote == Wrote::kNotKept) return NotKept();
  Decided decided = Ok();
  decided.stored = true;
  return decided;
}

}  // namespace

Hub::Hub(HubOptions options, Records& records, Numbers& numbers, Uploads& uploads,
         const papers::Shelf& shelf, std::function<int64_t()> now)
    : options_(std::move(options)),
      records_(records),
      numbers_(numbers),
      uploads_(uploads),
      shelf_(shelf),
      now_(std::move(now)),
      sessions_(options_.seed, options_.session_calls_max, options_.token_seconds, now_) {}

PortalCall Hub::Read(const http::Request& request) const {
  PortalCall call(request);
  if (!request.sink) call.body = Json::parse(request.body, nullptr, false);
  call.service = request.path.substr(1);
  call.in_session = call.service != "token";
  call.creates = call.service == "NoiHoSo";
  const bool adds_lines = call.service == "CapNhatTienTrinh";
  call.stores = call.creates || adds_lines || call.service == "CapNhatTrangThai" ||
                call.service == "GetNextValue" || call.service == "UploadFile";
  const bool is_list = call.body.is_array() && !call.body.empty();
  call.dossier = TextIn(is_list ? call.body[0] : call.body, "MaHoSo");
  if (adds_lines && is_list) call.lines = static_cast<int64_t>(call.body.size());
  return call;
}

Decided Hub::Do(const PortalCall& call) {
  const http::Request& request = call.request;
  if (request.method != "POST") return Say(405, 405, "Chỉ nhận POST");
  const auto destination = request.headers.find("dstcode");
  if (!options_.dstcode.empty() &&
      (destination == request.headers.end() || destination->second != options_.dstcode)) {
    return Say(403, 403, "dstcode: không có đích này");
  }
  const bool is_upload = call.service == "UploadFile";
  const std::string_view type = is_upload ? "application/octet-stream" : "application/json";
  if (!request.content_type.starts_with(type)) {
    return Bad("Content-Type: phải là " + std::string(type));
  }
  if (!is_upload && call.body.is_discarded()) return Bad("Nội dung không phải là JSON");
  if (call.service == "token") return LogIn(call.body);
  if (!sessions_.Use(TokenOf(request))) return Say(401, 401, "Token không hợp lệ");
  if (is_upload) return Upload(request);
  if (call.service == "GetNextValue") return IssueNumber(call.body);
  if (call.service == "NoiHoSo") return Create(call.body);
  if (call.service == "CapNhatTienTrinh") return AddProgress(call.body);
  if (call.service == "CapNhatTrangThai") return SetStatus(call.body);
  return Say(404, 404, "Không có dịch vụ này");
}

Decided Hub::LogIn(const Json& body) {
  if (!body.is_object() || body.size() != 2) return Bad("client_id, client_secret: chỉ hai trường");
  if (TextIn(body, "client_id") != options_.client_id ||
      TextIn(body, "client_secret") != options_.client_secret) {
    return Say(401, 401, "Sai client_id hoặc client_secret");
  }
  const Json token = {{"access_token", sessions_.Open()},
                      {"expires_in", options_.token_seconds},
                      {"token_type", "Bearer"},
                      {"scope", "hub"}};
  Decided decided;
  decided.code = 200;
  decided.raw.emplace().body = token.dump();
  return decided;
}

Decided Hub::IssueNumber(const Json& body) {
  const std::string agency = TextIn(body, "code");
  if (!body.is_object() || body.size() != 1 || !IsAgency(agency)) {
    return Bad("code: phải là mã định danh cơ quan");
  }
  const std::string code = numbers_.Issue(agency);
  if (code.empty()) return NotKept();
  Decided decided = Ok(code);
  decided.stored = true;
  return decided;
}

Decided Hub::Upload(const http::Request& request) {
  const auto parameters = http::ParseQuery(request.query);
  if (!parameters || parameters->size() != 1 || !parameters->contains("name")) {
    return Bad("name: phải có trong URL, và không có tham số khác");
  }
  const std::string& name = parameters->at("name");
  if (name.empty() || CountChars(name) > kFileNameCharsMax) return Bad("name: từ 1 đến 255 ký tự");
  auto* content = dynamic_cast<papers::Sha256Sink*>(request.sink.get());
  if (content == nullptr || content->bytes() == 0) return Bad("Tệp không có nội dung");
  const std::string sha256 = content->Hex();
  const std::string id = uploads_.Add(name, content->bytes(), sha256);
  if (id.empty()) return NotKept();
  Decided decided = Ok({{"IdTepTin", id}, {"HashTepTin", sha256}});
  decided.stored = true;
  return decided;
}

bool Hub::IsContent(const std::string& id, const std::string& sha256) const {
  if (const auto uploaded = uploads_.Find(id)) return uploaded->sha256 == sha256;
  const auto paper = shelf_.Find(id);
  return paper && paper->sha256 == sha256;
}

std::string Hub::CheckFiles(const Json& components) const {
  for (size_t i = 0; i < components.size(); ++i) {
    const Json files = components[i].value("GiayToDinhKem", Json::array());
    for (size_t k = 0; k < files.size(); ++k) {
      if (IsContent(TextIn(files[k], "IdGiayTo"), TextIn(files[k], "HashTepTin"))) continue;
      return "ThanhPhanHoSo[" + std::to_string(i) + "].GiayToDinhKem[" + std::to_string(k) +
             "].IdGiayTo: chưa được tải lên, hoặc HashTepTin khác";
    }
  }
  return "";
}

Decided Hub::Create(const Json& body) {
  if (const auto error = CheckShape(body, HubRecordMembers())) return Bad(WhatIsWrong(error));
  const std::string code = TextIn(body, "MaHoSo");
  if (!IsAgency(TextIn(body, "MaDonViTiepNhan"))) {
    return Bad("MaDonViTiepNhan: phải là mã định danh cơ quan");
  }
  if (!numbers_.IsIssued(code)) return Bad("MaHoSo: chưa được cấp");
  const std::string wrong = CheckFiles(body.value("ThanhPhanHoSo", Json::array()));
  if (!wrong.empty()) return Bad(wrong);
  const Wrote wrote = records_.Create(code, Whole(body, nullptr));
  if (wrote == Wrote::kExists) return Existing(code);
  if (wrote == Wrote::kNotKept) return NotKept();
  Decided decided = Ok(Keys(code));
  decided.stored = true;
  return decided;
}

Decided Hub::AddProgress(const Json& body) {
  if (const std::string wrong = CheckItems(body, HubProgressMembers()); !wrong.empty()) {
    return Bad(wrong);
  }
  std::vector<ForDossier> lines;
  for (const Json& line : body) {
    lines.push_back(
        {TextIn(line, "MaHoSo"), TextIn(line, "IDHoSo"), Completed(line, HubProgressMembers())});
  }
  return FromWrote(records_.Append(lines));
}

std::string Hub::CheckLists(const Json& status) const {
  for (const char* list : kStatusLists) {
    const bool carried = status.contains(list) && !status[list].empty();
    if (carried && !IsListed(kListCodes, status["TrangThai"].dump())) {
      return std::string(list) + ": chỉ có khi TrangThai là 5, 6, 9";
    }
  }
  for (const Json& result : status.value("DanhSachGiayToKetQua", Json::array())) {
    const std::string id = TextIn(result, "IdGiayTo");
    const std::string sha256 = TextIn(result, "HashTepTin");
    if (id.empty() ? !sha256.empty() : !IsContent(id, sha256)) {
      return "DanhSachGiayToKetQua.IdGiayTo: chưa được tải lên, hoặc HashTepTin khác";
    }
  }
  return "";
}

Decided Hub::SetStatus(const Json& body) {
  if (const std::string wrong = CheckItems(body, HubStatusMembers()); !wrong.empty()) {
    return Bad(wrong);
  }
  std::vector<ForDossier> changes;
  for (size_t i = 0; i < body.size(); ++i) {
    const std::string wrong = CheckLists(body[i]);
    if (!wrong.empty()) return Bad("[" + std::to_string(i) + "]." + wrong);
    Json change = Completed(body[i], HubStatusMembers());
    const bool may_carry = IsListed(kListCodes, change["TrangThai"].dump());
    for (const char* list : kStatusLists) {
      if (!may_carry || !body[i].contains(list)) change.erase(list);  // it says nothing
    }
    changes.push_back({TextIn(body[i], "MaHoSo"), TextIn(body[i], "IdHoSo"), std::move(change)});
  }
  return FromWrote(records_.Update(changes));
}

Decided Hub::Existing(const std::string& code) const {
  return Say(400, 409, "Hồ sơ " + code + " đã tồn tại", Keys(code));
}

Decided Hub::InnerError() {
  Decided decided = ServerError();
  decided.status = 200;
  return decided;
}

Decided Hub::ServerError() { return Say(500, 500, "Lỗi hệ thống"); }

Decided Hub::OverQuota() { return Say(429, 429, "Vượt hạn mức gọi dịch vụ"); }

Decided Hub::Expire(const PortalCall& call) {
  sessions_.End(TokenOf(call.request));
  return Say(401, 401, "Token đã hết hạn");
}

Decided Hub::AsExisting(const PortalCall& call, Decided done) {
  Decided decided = Existing(call.dossier);
  decided.stored = done.stored;
  return decided;
}

http::Reply Hub::Render(const Decided& decided) const {
  if (decided.raw) return *decided.raw;
  Json envelope = decided.rest;
  if (!decided.code.is_discarded()) envelope["code"] = decided.code;
  envelope["message"] = decided.message;
  http::Reply reply;
  reply.status = decided.status;
  reply.body = envelope.dump(-1, ' ', false, Json::error_handler_t::replace);
  return reply;
}

std::optional<Submission> Hub::Submit(const std::string& agency, Json record, std::string* error) {
  if (!record.contains("MaHoSo")) record["MaHoSo"] = numbers_.Issue(agency);
  if (!record.contains("MaDonViTiepNhan")) record["MaDonViTiepNhan"] = agency;
  if (!record.contains("NgayNop")) record["NgayNop"] = LocalTime(now_(), "%Y-%m-%d %H:%M:%S");
  const std::string code = TextIn(record, "MaHoSo");
  record["IdHoSo"] = IdFor(code);
  *error = WhatIsWrong(CheckShape(record, HubSubmissionMembers()));
  if (error->empty()) *error = CheckFiles(record.value("ThanhPhanHoSo", Json::array()));
  if (error->empty() && !numbers_.IsIssued(code)) *error = "MaHoSo: was never issued";
  if (!error->empty()) return std::nullopt;
  return Submission{code, "NoiHoSo", Whole(record, 1), std::move(record)};
}

std::shared_ptr<http::BodySink> Hub::SinkFor(const http::Request& head) const {
  if (head.path != "/UploadFile") return nullptr;
  return std::make_shared<papers::Sha256Sink>();
}

}  // namespace lienthong::rigs::portal
