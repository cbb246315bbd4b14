#ifndef LIENTHONG_GATEWAY_HTTP_FACADE_PROCEDURES_H_
#define LIENTHONG_GATEWAY_HTTP_FACADE_PROCEDURES_H_

#include <map>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "nlohmann/json.hpp"

namespace lienthong::facade {

// The administrative procedures, as the portal tells of them: LayDanhSachTTHC, LayThuTuc.
// Immutable.
class Procedures {
 public:
  Procedures() = default;  // none
  // A JSON file: a list of procedures in the shape of LayThuTuc's result, or an object whose
  // `result` is that list. InvalidArgument names the procedure and the key that is wrong.
  static absl::StatusOr<Procedures> Load(const std::string& file);
  static absl::StatusOr<Procedures> Parse(std::string_view text);

  // MATTHC, TENTTHC, LINHVUCTHUCHIEN and CAPTHUCHIEN of each, by code.
  const nlohmann::json& list() const { return list_; }
  // A list of the one, whole; empty when nobody knows the code.
  nlohmann::json Find(std::string_view code) const;

 private:
  std::map<std::string, nlohmann::json, std::less<>> by_code_;
  nlohmann::json list_ = nlohmann::json::array();
};

}  // namespace lienthong::facade

#endif  // LIENTHONG_GATEWAY_HTTP_FACADE_PROCEDURES_H_
