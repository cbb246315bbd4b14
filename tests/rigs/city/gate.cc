#include "tests/rigs/city/gate.h"

#include <utility>

#include "nlohmann/json.hpp"
#include "tests/rigs/city/base64.h"
#include "tests/rigs/city/envelope.h"

namespace lienthong::rigs::city {
namespace {

using Json = nlohmann::json;

bool Says(const Json& keys, std::string_view name, const std::string& value) {
  const auto it = keys.find(name);
  return it != keys.end() && it->is_string() && *it == value;
}

}  // namespace

Gate::Gate(CallerKeys keys, int64_t quota_per_second, std::function<int64_t()> now)
    : keys_(std::move(keys)), quota_(quota_per_second, std::move(now)) {}

std::optional<http::Reply> Gate::Refuse(const http::Request& request) {
  if (!KnowsCaller(request.authorization)) {
    return Failure(401, "Authorization: thông tin kết nối không đúng");
  }
  const std::lock_guard lock(mutex_);
  if (denied_.contains(request.path)) {
    return Failure(403, "Chưa được cấp quyền gọi API " + request.path);
  }
  if (!quota_.Take()) return OverQuota(1);
  return std::nullopt;
}

bool Gate::KnowsCaller(std::string_view authorization) const {
  const auto text = DecodeBase64(authorization);
  if (!text) return false;
  const Json keys = Json::parse(*text, nullptr, false);
  if (!keys.is_object()) return false;
  const auto customer = keys.find("PartnerCodeCus");
  return customer != keys.end() && customer->is_string() &&
         Says(keys, "AccessKey", keys_.access_key) && Says(keys, "SecretKey", keys_.secret_key) &&
         Says(keys, "AppName", keys_.app_name) && Says(keys, "PartnerCode", keys_.partner_code);
}

void Gate::SetGranted(const std::string& path, bool granted) {
  const std::lock_guard lock(mutex_);
  if (granted) {
    denied_.erase(path);
  } else {
    denied_.insert(path);
  }
}

http::Reply OverQuota(int64_t retry_after_s) {
  http::Reply reply = Failure(429, "Vượt hạn mức gọi API");
  reply.headers.emplace_back("Retry-After", std::to_string(retry_after_s));
  return reply;
}

}  // namespace lienthong::rigs::city
