#include "tests/rigs/city/service.h"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "tests/rigs/city/envelope.h"
#include "tests/rigs/shape/text.h"

namespace lienthong::rigs::city {
namespace {

using Json = nlohmann::json;
using Parameters = std::map<std::string, std::string>;

constexpr int64_t kPagesMax = 1'000'000;
// In a CapNhat that makes a record.
constexpr std::string_view kOfNewRecord = R"("IdHoSo":"")";

http::Reply BadParameter(std::string_view name, std::string_view reason) {
  return Failure(400, std::string(name) + ": " + std::string(reason));
}

http::Reply ToReply(const Refusal& refusal) {
  return Failure(refusal.status, refusal.description, refusal.result.dump());
}

// Those named and no others; with nothing returned, `wrong` is the answer.
std::optional<Parameters> ReadParameters(const http::Request& request,
                                         std::initializer_list<std::string_view> names,
                                         http::Reply* wrong) {
  std::optional<Parameters> parameters = http::ParseQuery(request.query);
  if (!parameters) {
    *wrong = BadParameter("URL", "tham số sai định dạng hoặc bị lặp");
    return std::nullopt;
  }
  for (const auto& [name, value] : *parameters) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      *wrong = BadParameter(name, "tham số không có trong API này");
      return std::nullopt;
    }
  }
  return parameters;
}

std::optional<int64_t> NumberIn(const Parameters& parameters, const std::string& name) {
  const auto it = parameters.find(name);
  return it == parameters.end() ? std::nullopt : http::ParseNumber(it->second);
}

std::string TextIn(const Parameters& parameters, const std::string& name) {
  const auto it = parameters.find(name);
  return it == parameters.end() ? "" : it->second;
}

// The body of CapNhat.
struct UpdateCall {
  RecordName name;
  std::optional<int64_t> seen_version;
  Json record;
};

// Returns what is wrong, or "".
std::string ReadUpdate(const std::string& body, UpdateCall& call) {
  Json json = Json::parse(body, nullptr, false);
  if (!json.is_object()) return "Nội dung không phải là một đối tượng JSON (UTF-8)";
  for (const auto& [name, value] : json.items()) {
    if (name != "IdHoSo" && name != "PhienBanTruoc" && name != "HoSo") {
      return name + ": không có trong API này";
    }
  }
  const Json id = json.value("IdHoSo", Json());
  if (!id.is_string()) return "IdHoSo: bắt buộc, phải là chuỗi";
  call.name.id = id.get<std::string>();
  const Json seen = json.value("PhienBanTruoc", Json());
  if (!seen.is_null() && !seen.is_number_integer())
    return "PhienBanTruoc: phải là số nguyên hoặc null";
  if (!seen.is_null() && call.name.id.empty()) return "PhienBanTruoc: hồ sơ mới chưa có phiên bản";
  if (!seen.is_null()) call.seen_version = seen.get<int64_t>();
  if (!json.contains("HoSo")) return "HoSo: bắt buộc phải có";
  call.record = std::move(json["HoSo"]);
  return "";
}

http::Reply ServerError(int status) {
  return status == 500 ? Failure(500, "Lỗi hệ thống") : http::ProxyPage(status);
}

// The answer of a call that a fault keeps from being worked off; nothing when it is worked off.
std::optional<http::Reply> FaultReply(const FaultDecision& decision) {
  if (!decision.kind) return std::nullopt;
  switch (*decision.kind) {
    case FaultKind::kDown:
    case FaultKind::kReset:
      return http::NoAnswer(http::Delivery::kReset);
    case FaultKind::kHang:
      return http::NoAnswer(http::Delivery::kHang, decision.hold);
    case FaultKind::kThrottle:
      return OverQuota((decision.hold.count() + 999) / 1000);
    case FaultKind::kServerError:
      return ServerError(decision.status);
    case FaultKind::kInnerError:
      return InnerFailure(500, "Lỗi hệ thống");
    default:
      return std::nullopt;
  }
  return std::nullopt;
}

std::string FaultText(const FaultDecision& decision) {
  if (decision.kind) return std::string(FaultName(*decision.kind));
  return decision.delay.count() > 0 ? std::string(FaultName(FaultKind::kDelay)) : "";
}

}  // namespace

Service::Service(Gate& gate, Records& records, FaultBoard& faults, CallLog& calls,
                 const papers::Shelf& shelf, papers::Downloader& papers,
                 std::function<int64_t()> now)
    : gate_(gate),
      records_(records),
      faults_(faults),
      calls_(calls),
      shelf_(shelf),
      papers_(papers),
      now_(std::move(now)) {}

http::Reply Service::Handle(const http::Request& request) {
  const int64_t arrived_ms = now_();
  const FaultDecision decision = faults_.Decide(
      {.path = request.path, .body = request.body, .stores = request.path == kUpdatePath});
  std::optional<http::Reply> refused = FaultReply(decision);
  http::Reply reply = refused ? *std::move(refused) : Answer(request, decision);
  Call call;
  call.time_ms = arrived_ms;
  call.method = request.method;
  call.path = request.path;
  call.query = request.query;
  if (const auto trace = request.headers.find("traceparent"); trace != request.headers.end()) {
    call.traceparent = trace->second;
  }
  call.body = request.body.substr(0, kCallBodyBytesMax + 1);
  call.status = reply.status;
  call.fault = FaultText(decision);
  calls_.Add(std::move(call));
  if (decision.kind == FaultKind::kDropReply) reply.delivery = http::Delivery::kClose;
  if (reply.delivery != http::Delivery::kHang) reply.wait = decision.delay;
  return reply;
}

http::Reply Service::Answer(const http::Request& request, const FaultDecision& decision) {
  if (request.path.starts_with(papers::kFilesPath)) return shelf_.Serve(request);
  if (std::optional<http::Reply> refused = gate_.Refuse(request)) return *std::move(refused);
  const bool update = request.path == kUpdatePath;
  if (request.method != (update ? "POST" : "GET")) {
    return Failure(405, "API này không nhận phương thức " + request.method);
  }
  return update ? Update(request, decision) : Read(request);
}

http::Reply Service::Read(const http::Request& request) {
  if (request.path == "/HoSo/ThayDoi") return Changes(request);
  if (request.path == "/HoSo/ChiTiet") return Detail(request);
  if (request.path == "/HoSo/KiemKe") return Inventory(request);
  if (request.path == "/HeThong/KiemTra") return Ping(request);
  return Failure(404, "Không có API " + request.path);
}

http::Reply Service::Changes(const http::Request& request) {
  http::Reply wrong;
  const auto parameters = ReadParameters(request, {"TuPhienBan", "SoLuong"}, &wrong);
  if (!parameters) return wrong;
  const auto after = NumberIn(*parameters, "TuPhienBan");
  if (!after) return BadParameter("TuPhienBan", "bắt buộc, phải là số nguyên không âm");
  const auto limit = NumberIn(*parameters, "SoLuong");
  if (!limit || *limit < 1 || *limit > kChangesItemsMax) {
    return BadParameter("SoLuong", "bắt buộc, từ 1 đến 200");
  }
  return Success(records_.Changes(*after, static_cast<size_t>(*limit)));
}

http::Reply Service::Detail(const http::Request& request) {
  http::Reply wrong;
  const auto parameters = ReadParameters(request, {"IdHoSo", "MaHoSo"}, &wrong);
  if (!parameters) return wrong;
  const RecordName name{TextIn(*parameters, "IdHoSo"), TextIn(*parameters, "MaHoSo")};
  if (name.id.empty() == name.code.empty()) {
    return BadParameter("IdHoSo", "phải có đúng một trong hai IdHoSo, MaHoSo");
  }
  const Outcome<std::string> outcome = records_.Detail(name);
  if (const Refusal* refusal = std::get_if<Refusal>(&outcome)) return ToReply(*refusal);
  return Success(std::get<std::string>(outcome));
}

http::Reply Service::Inventory(const http::Request& request) {
  http::Reply wrong;
  const auto parameters =
      ReadParameters(request, {"Ngay", "TuNgay", "DenNgay", "DonVi", "TongHop", "Trang"}, &wrong);
  if (!parameters) return wrong;
  for (const char* name : {"Ngay", "TuNgay", "DenNgay"}) {
    const std::string day = TextIn(*parameters, name);
    if (!day.empty() && !IsDate(day + "000000")) {
      return BadParameter(name, "phải là ngày có thật, dạng yyyyMMdd");
    }
  }
  const auto page = NumberIn(*parameters, "Trang");
  if (!page || *page < 1 || *page > kPagesMax) return BadParameter("Trang", "bắt buộc, từ 1");
  const std::string agency = TextIn(*parameters, "DonVi");
  const std::string day = TextIn(*parameters, "Ngay");
  if (parameters->contains("TongHop")) {
    if (!day.empty()) return BadParameter("Ngay", "không dùng cùng TongHop");
    return Success(records_.Sums(TextIn(*parameters, "TuNgay"), TextIn(*parameters, "DenNgay"),
                                 agency, static_cast<size_t>(*page)));
  }
  if (day.empty()) return BadParameter("Ngay", "bắt buộc, dạng yyyyMMdd");
  return Success(records_.Inventory(day, static_cast<size_t>(*page), agency));
}

http::Reply Service::Ping(const http::Request& request) {
  if (!request.query.empty()) return BadParameter("URL", "API này không có tham số");
  return Success("{\"ThoiGian\":\"" + LocalTime(now_(), "%Y%m%d%H%M%S") + "\"}");
}

http::Reply Service::Update(const http::Request& request, const FaultDecision& decision) {
  if (!request.content_type.starts_with("application/json")) {
    return BadParameter("Content-Type", "phải là application/json");
  }
  if (!request.query.empty()) return BadParameter("URL", "API này không có tham số");
  UpdateCall call;
  if (const std::string wrong = ReadUpdate(request.body, call); !wrong.empty()) {
    return Failure(400, wrong);
  }
  const Json record = call.record;
  const LongText long_text = decision.truncate ? LongText::kCut : LongText::kRefuse;
  const Outcome<Saved> outcome =
      call.name.id.empty() ? records_.Create(std::move(call.record), long_text)
      : decision.kind == FaultKind::kForget
          ? records_.Pretend(call.name, std::move(call.record), long_text)
          : records_.Patch(call.name, call.seen_version, std::move(call.record), long_text);
  if (const Refusal* refusal = std::get_if<Refusal>(&outcome)) return ToReply(*refusal);
  const Saved& saved = std::get<Saved>(outcome);
  if (saved.texts_cut > 0) faults_.CountTruncation();
  papers_.Follow(record);
  return Success(Json{{"IdHoSo", saved.id}, {"PhienBan", saved.version}}.dump());
}

}  // namespace lienthong::rigs::city
