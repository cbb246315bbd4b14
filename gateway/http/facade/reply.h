#ifndef LIENTHONG_GATEWAY_HTTP_FACADE_REPLY_H_
#define LIENTHONG_GATEWAY_HTTP_FACADE_REPLY_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "adapters/sdk/portal/envelope.h"
#include "gateway/http/message.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"
#include "nlohmann/json.hpp"

namespace lienthong::facade {

namespace portal = sdk::portal;

// What a service answers. Success has `thành công` in its words and nothing else has: there is
// software that goes by them. Every error has a number, since there is software that reads a code
// it cannot read as 0; and stands in an HTTP 200, since there is software that takes an HTTP error
// for a delivery.
struct Reply {
  int64_t code = portal::kFailed;
  std::string message;  // Vietnamese; names fields, never shows a value of one
  nlohmann::json result = nlohmann::json::array();
  std::optional<absl::Duration> retry_after;
  std::optional<std::string> session;  // of a login
};
using Done = std::function<void(Reply)>;

Reply Success(std::string_view message, nlohmann::json result = nlohmann::json::array());
// A data error: the portal's name of the field, and what is wrong with it, in Vietnamese.
Reply BadField(std::string_view field, std::string_view problem);
// The same for all that the packets' reader found, in English.
Reply BadPacket(const std::vector<adapter::v1::ItemError>& errors);
Reply Exists(std::string_view code);
Reply NotThere(std::string_view code);
Reply SessionOver();
Reply UnknownService();
// Nothing was done, and may be asked again.
Reply NotNow(std::optional<absl::Duration> retry_after = std::nullopt);
// An error of core.
Reply ReplyOf(const absl::Status& status);

// The portal's name of the field at a path of core, `dossier.papers[dvc-77].name` ->
// `TaiLieuNop[dvc-77].TenTepDinhKem`; the path itself where the portal has no name.
std::string PortalName(std::string_view path);

http::Response ToResponse(const Reply& reply);
// How the listener refuses on the façade's behalf.
http::Response ToRefusal(const http::Problem& problem);

}  // namespace lienthong::facade

#endif  // LIENTHONG_GATEWAY_HTTP_FACADE_REPLY_H_
