#include "gateway/http/facade/reply.h"

#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/numbering.h"
#include "gateway/http/facade/wording.h"
#include "google/protobuf/descriptor.h"
#include "lienthong/dossier/v1/dossier.pb.h"
#include "lienthong/options/v1/options.pb.h"

namespace lienthong::facade {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr std::string_view kRootOfPaths = "dossier.";
constexpr std::string_view kReceiptCode = ":receipt].code";
constexpr size_t kFieldsShownMax = 50;
constexpr absl::Duration kSeriesLook = absl::Minutes(1);  // until people have opened it

Reply Failure(int64_t code, std::string message) {
  Reply reply;
  reply.code = code;
  reply.message = std::move(message);
  return reply;
}

// One problem for each field, the first; more than are shown are counted.
Reply BadFields(const std::vector<FieldViolation>& fields) {
  std::vector<std::string> problems;
  std::set<std::string> named;
  for (const FieldViolation& field : fields) {
    if (!named.insert(field.field).second || named.size() > kFieldsShownMax) continue;
    problems.push_back(StrCat(field.field, ": ", InVietnamese(field.description)));
  }
  std::string message = absl::StrJoin(problems, "; ");
  if (named.size() > kFieldsShownMax) {
    StrAppend(message, "; và ", named.size() - kFieldsShownMax, " trường khác");
  }
  return Failure(portal::kBadField, std::move(message));
}

}  // namespace

Reply Success(std::string_view message, nlohmann::json result) {
  Reply reply = Failure(portal::kOk, std::string(message));
  reply.result = std::move(result);
  return reply;
}

Reply BadField(std::string_view field, std::string_view problem) {
  return Failure(portal::kBadField, StrCat(field, ": ", problem));
}

Reply BadPacket(const std::vector<adapter::v1::ItemError>& errors) {
  std::vector<FieldViolation> fields;
  fields.reserve(errors.size());
  for (const adapter::v1::ItemError& error : errors) {
    fields.push_back({error.field().empty() ? "data" : error.field(), error.reason()});
  }
  return BadFields(fields);
}

Reply Exists(std::string_view code) {
  return Failure(portal::kExists, StrCat("Hồ sơ ", code, " đã tồn tại"));
}

Reply NotThere(std::string_view code) {
  return Failure(portal::kNotThere, StrCat("Không tìm thấy hồ sơ ", code));
}

Reply SessionOver() {
  return Failure(portal::kSessionExpired, "Phiên làm việc không tồn tại hoặc đã hết hạn");
}

Reply UnknownService() {
  return Failure(portal::kFailed, "service: dịch vụ này không có ở địa chỉ này");
}

Reply NotNow(std::optional<absl::Duration> retry_after) {
  Reply reply = Failure(portal::kFailed, "Hệ thống đang bận, đề nghị gửi lại yêu cầu này sau");
  reply.retry_after = retry_after;
  return reply;
}

Reply ReplyOf(const absl::Status& status) {
  ErrorDetails details = DetailsOf(status);
  for (FieldViolation& field : details.fields) field.field = PortalName(field.field);
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
      if (!details.fields.empty()) return BadFields(details.fields);
      return Failure(portal::kBadField, "data: dữ liệu không hợp lệ");
    case absl::StatusCode::kAlreadyExists:
      return BadField("MaHoSo",
                      StrCat("mã ", details.resource_name, " đã được dùng cho hồ sơ khác"));
    case absl::StatusCode::kFailedPrecondition:
      if (core::IsSeriesClosed(status)) return NotNow(kSeriesLook);
      return BadField("MaHoSo", "hồ sơ đã bị hủy bỏ, không nhận thay đổi nữa");
    case absl::StatusCode::kPermissionDenied:
      return NotThere(details.resource_name);
    default:
      return NotNow(details.retry_after);
  }
}

std::string PortalName(std::string_view path) {
  if (path.starts_with(kRootOfPaths)) path.remove_prefix(kRootOfPaths.size());
  if (path.starts_with("codes[")) return path.ends_with(kReceiptCode) ? "SoBienNhan" : "MaHoSo";
  const Descriptor* type = dossier::v1::Dossier::descriptor();
  std::vector<std::string> names;
  std::string_view left = path;
  while (!left.empty() && type != nullptr) {
    const size_t end = left.find_first_of(".[");
    const FieldDescriptor* field = type->FindFieldByName(std::string(left.substr(0, end)));
    if (field == nullptr) return std::string(path);
    left = end == std::string_view::npos ? std::string_view() : left.substr(end);
    const std::string& name = field->options().GetExtension(options::v1::field).portal().name();
    std::string place;
    if (left.starts_with('[')) {  // an id may hold dots
      const size_t close = left.find(']');
      if (close == std::string_view::npos) return std::string(path);
      place = std::string(left.substr(0, close + 1));
      left.remove_prefix(close + 1);
    }
    if (left.starts_with('.')) left.remove_prefix(1);
    if (left.empty() && name.empty()) return std::string(path);
    if (!name.empty()) names.push_back(name + place);
    type = field->message_type();
  }
  return absl::StrJoin(names, ".");
}

http::Response ToResponse(const Reply& reply) {
  http::Response response;
  response.body = portal::WriteReply(reply.code, reply.message, reply.result);
  if (reply.session.has_value()) {
    nlohmann::ordered_json login;
    login["session"] = *reply.session;
    login["error_code"] = reply.code;
    login["message"] = reply.message;
    response.body = login.dump();
  }
  if (reply.retry_after.has_value()) http::SetRetryAfter(*reply.retry_after, response);
  return response;
}

http::Response ToRefusal(const http::Problem& problem) {
  if (problem.status == 413) {
    return ToResponse(Failure(portal::kBadField, "Nội dung yêu cầu quá lớn"));
  }
  if (problem.status >= 500) return ToResponse(NotNow(problem.retry_after));
  return ToResponse(Failure(portal::kFailed, "Yêu cầu không đúng quy cách HTTP"));
}

}  // namespace lienthong::facade
