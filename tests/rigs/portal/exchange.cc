#include "tests/rigs/portal/exchange.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "tests/rigs/portal/catalogue.h"
#include "tests/rigs/portal/schema.h"
#include "tests/rigs/shape/text.h"

namespace lienthong::rigs::portal {
namespace {

using Json = nlohmann::json;

constexpr const char* kSyncService = "DongBoHoSoMC";
constexpr const char* kProgressService = "CapNhatTienDoHoSoMC";
constexpr const char* kLogin = "auth";
constexpr size_t kLinesMax = 10;
constexpr size_t kUnitCodeCharsMax = 35;

constexpr int kGenericError = -1;
constexpr int kBadLogin = -2;
constexpr int kNoSession = -5;
constexpr int kDataError = 1;
constexpr int kNotFound = 4;

Decided Error(int code, std::string message) {
  Decided decided;
  decided.code = code;
  decided.message = std::move(message);
  decided.rest = {{"result", Json::array()}};
  return decided;
}

Decided Bad(const std::string& field, const std::string& reason) {
  return Error(kDataError, field + ": " + reason);
}

Decided Raw(int status, const std::string& text) {
  Decided decided;
  decided.status = status;
  decided.raw = http::TextReply(status, text + "\n");
  return decided;
}

std::string HeaderOf(const http::Request& request, const std::string& name) {
  const auto it = request.headers.find(name);
  return it == request.headers.end() ? "" : it->second;
}

bool SaysUtf8(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text == "utf-8";
}

// The first header that is not as the contract has it, as an answer.
std::optional<Decided> CheckHeaders(const http::Request& request) {
  if (!request.content_type.starts_with("application/json")) {
    return Bad("Content-Type", "phải là application/json");
  }
  const std::string accept = HeaderOf(request, "accept");
  if (accept.find("application/json") == std::string::npos &&
      accept.find("*/*") == std::string::npos) {
    return Bad("Accept", "phải là application/json");
  }
  if (!SaysUtf8(HeaderOf(request, "charset"))) return Bad("Charset", "phải là utf-8");
  return std::nullopt;
}

// Whether `body` has just these members, all texts but "data".
std::optional<Decided> CheckMembers(const Json& body, std::initializer_list<const char*> names) {
  for (const auto& [name, value] : body.items()) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      return Bad(name, "không có trong dịch vụ này");
    }
  }
  for (const char* name : names) {
    if (!body.contains(name)) return Bad(name, "bắt buộc phải có");
    const bool is_data = std::string_view(name) == "data";
    if (!is_data && !body[name].is_string()) return Bad(name, "phải là chuỗi");
    if (is_data && !body[name].is_array()) return Bad(name, "phải là danh sách");
  }
  const std::string agency = TextIn(body, "madonvi");
  if (agency.empty() || agency.size() > kUnitCodeCharsMax) return Bad("madonvi", "mã không hợp lệ");
  return std::nullopt;
}

Decided StateNotWritten() { return Error(kGenericError, "Không ghi được tệp trạng thái"); }

Decided Missing(const std::string& code) {
  return Error(kNotFound, "Không tìm thấy hồ sơ " + code);
}

}  // namespace

Exchange::Exchange(ExchangeOptions options, Records& records, std::function<int64_t()> now)
    : options_(std::move(options)),
      records_(records),
      now_(std::move(now)),
      sessions_(options_.seed, options_.session_calls_max, 0, now_),
      whims_(options_.seed) {}

PortalCall Exchange::Read(const http::Request& request) const {
  PortalCall call(request);
  call.body = Json::parse(request.body, nullptr, false);
  call.in_session = request.path == "/integration" || request.path == "/share";
  call.service = request.path == "/auth" ? kLogin : TextIn(call.body, "service");
  if (request.path == "/share") call.dossier = TextIn(call.body, "mahoso");
  if (request.path != "/integration") return call;
  const Json data = call.body.is_object() ? call.body.value("data", Json()) : Json();
  if (data.is_array() && !data.empty()) call.dossier = TextIn(data[0], "MaHoSo");
  call.stores = call.service == kSyncService || call.service == kProgressService;
  call.creates = call.service == kSyncService && TextIn(call.body, "isUpdating") == "False";
  if (call.service == kProgressService) call.lines = static_cast<int64_t>(data.size());
  return call;
}

Decided Exchange::Do(const PortalCall& call) {
  const std::string& path = call.request.path;
  if (path != "/auth" && path != "/integration" && path != "/share") return Raw(404, "not found");
  if (call.request.method != "POST") return Raw(405, "POST only");
  if (HeaderOf(call.request, "dstcode") != options_.dstcode) {
    return Raw(403, "dstcode: unknown destination");
  }
  if (auto refused = CheckHeaders(call.request)) return *std::move(refused);
  if (!call.body.is_object()) return Error(kDataError, "Nội dung không phải là đối tượng JSON");
  if (path == "/auth") return LogIn(call.body);
  if (!sessions_.Use(TextIn(call.body, "session"))) {
    return Error(kNoSession, "Phiên làm việc không hợp lệ");
  }
  return path == "/share" ? Share(call) : Integrate(call);
}

Decided Exchange::LogIn(const Json& body) {
  if (body.size() != 2 || !body.contains("username") || !body.contains("password")) {
    return Bad("username, password", "phải có và chỉ có hai trường này");
  }
  if (TextIn(body, "username") != options_.username ||
      TextIn(body, "password") != options_.password) {
    Decided decided = Error(kBadLogin, "Sai tên đăng nhập hoặc mật khẩu");
    decided.rest = Json::object();
    return decided;
  }
  Decided decided = Ok();
  decided.rest = {{"session", sessions_.Open()}};
  return decided;
}

Decided Exchange::Integrate(const PortalCall& call) {
  if (call.service == kSyncService) return SyncRecord(call);
  if (call.service == kProgressService) return AddProgress(call);
  return Bad("service", "không có dịch vụ này");
}

Decided Exchange::SyncRecord(const PortalCall& call) {
  if (auto bad = CheckMembers(call.body, {"session", "madonvi", "service", "isUpdating", "data"})) {
    return *std::move(bad);
  }
  const std::string updating = TextIn(call.body, "isUpdating");
  if (updating != "True" && updating != "False")
    return Bad("isUpdating", "phải là True hoặc False");
  const Json& data = call.body["data"];
  if (data.size() != 1) return Bad("data", "mỗi lần một hồ sơ");
  if (auto error = CheckRecord(data[0])) return Bad(error->field, error->reason);
  const Json record = Completed(data[0], RecordMembers());
  const Wrote wrote = updating == "True" ? records_.Replace(call.dossier, record)
                                         : records_.Create(call.dossier, record);
  if (wrote == Wrote::kExists) return Existing(call.dossier);
  if (wrote == Wrote::kMissing) return Missing(call.dossier);
  if (wrote == Wrote::kNotKept) return StateNotWritten();
  Decided decided = Ok();
  decided.stored = true;
  return decided;
}

Decided Exchange::AddProgress(const PortalCall& call) {
  if (auto bad = CheckMembers(call.body, {"session", "madonvi", "service", "data"})) {
    return *std::move(bad);
  }
  const Json& data = call.body["data"];
  if (data.empty() || data.size() > kLinesMax) return Bad("data", "từ 1 đến 10 bước xử lý");
  std::vector<ForDossier> lines;
  for (size_t i = 0; i < data.size(); ++i) {
    const std::string place = "data[" + std::to_string(i) + "].";
    if (auto error = CheckShape(data[i], ProgressMembers(), place)) {
      return Bad(error->field, error->reason);
    }
    if (TextIn(data[i], "MaHoSo") != call.dossier) {
      return Bad(place + "MaHoSo", "mỗi lần một hồ sơ");
    }
    lines.push_back({call.dossier, "", Completed(data[i], ProgressMembers())});
  }
  const Wrote wrote = records_.Append(lines);
  if (wrote == Wrote::kMissing) return Missing(call.dossier);
  if (wrote != Wrote::kDone) return StateNotWritten();
  Decided decided = Ok();
  decided.stored = true;
  return decided;
}

Decided Exchange::Share(const PortalCall& call) {
  if (call.service == "LayDanhSachTTHC") {
    auto bad = CheckMembers(call.body, {"session", "madonvi", "service"});
    return bad ? *std::move(bad) : Ok(ProcedureList());
  }
  if (call.service == "LayThuTuc") {
    auto bad = CheckMembers(call.body, {"session", "madonvi", "service", "maTTHC"});
    return bad ? *std::move(bad) : Ok(ProcedureDetail(TextIn(call.body, "maTTHC")));
  }
  if (call.service != "TraCuuHoSo") return Bad("service", "không có dịch vụ này");
  if (auto bad = CheckMembers(call.body, {"session", "madonvi", "service", "mahoso"})) {
    return *std::move(bad);
  }
  Json result = Json::array();
  if (auto record = records_.Find(call.dossier)) result.push_back(*std::move(record));
  return Ok(std::move(result));
}

Decided Exchange::Ok(Json result) {
  Decided decided;
  decided.code = whims_.OkCode();
  decided.message = whims_.OkText();
  decided.rest = {{"result", std::move(result)}};
  return decided;
}

Decided Exchange::Existing(const std::string& code) {
  Decided decided = Error(0, "Hồ sơ " + code + " đã tồn tại");
  decided.code = whims_.ExistsCode();
  return decided;
}

Decided Exchange::InnerError() { return Error(kGenericError, whims_.FailureText()); }

Decided Exchange::ServerError() {
  Decided decided = InnerError();
  decided.status = 500;
  return decided;
}

Decided Exchange::OverQuota() {
  Decided decided = Error(kGenericError, "Vượt hạn mức gọi dịch vụ");
  decided.status = 429;
  return decided;
}

Decided Exchange::Expire(const PortalCall& call) {
  sessions_.End(TextIn(call.body, "session"));
  return Error(kNoSession, "Phiên làm việc đã hết hạn");
}

Decided Exchange::AsExisting(const PortalCall& call, Decided done) {
  Decided decided = Existing(call.dossier);
  decided.stored = done.stored;
  return decided;
}

http::Reply Exchange::Render(const Decided& decided) const {
  if (decided.raw) return *decided.raw;
  Json envelope = decided.rest;
  if (!decided.code.is_discarded()) envelope["error_code"] = decided.code;
  envelope["message"] = decided.message;
  http::Reply reply;
  reply.status = decided.status;
  reply.body = envelope.dump(-1, ' ', false, Json::error_handler_t::replace);
  return reply;
}

std::optional<Submission> Exchange::Submit(const std::string& /*agency*/, Json record,
                                           std::string* error) {
  const std::pair<const char*, std::string> known[] = {
      {"TrangThaiHoSo", "1"},
      {"KenhThucHien", "2"},
      {"NoiNopHoSo", "1"},
      {"NgayNopHoSo", LocalTime(now_(), "%Y%m%d%H%M%S")}};
  for (const auto& [name, value] : known) {
    if (!record.contains(name)) record[name] = value;
  }
  if (!record.contains("MaHoSo")) record["MaHoSo"] = NextCode();
  if (const auto wrong = CheckSubmission(record)) {
    *error = wrong->field + ": " + wrong->reason;
    return std::nullopt;
  }
  if (TextIn(record, "TrangThaiHoSo") != "1") {
    *error = "TrangThaiHoSo: a submission has 1";
    return std::nullopt;
  }
  Json kept = record;
  if (kept.contains("TaiLieuNop")) {
    for (Json& paper : kept["TaiLieuNop"]) paper.erase("Base64");
  }
  return Submission{TextIn(record, "MaHoSo"), kSyncService, Completed(kept, RecordMembers()),
                    std::move(record)};
}

std::shared_ptr<http::BodySink> Exchange::SinkFor(const http::Request& /*head*/) const {
  return nullptr;
}

std::string Exchange::NextCode() {
  const std::lock_guard lock(mutex_);
  std::array<char, 40> code{};
  do {
    std::snprintf(code.data(), code.size(), "DVC.%s.%07zu", LocalTime(now_(), "%Y").c_str(),
                  ++last_number_);
  } while (records_.Find(code.data()));
  return code.data();
}

}  // namespace lienthong::rigs::portal
