#ifndef LIENTHONG_ADAPTERS_SDK_PORTAL_PROCEDURES_H_
#define LIENTHONG_ADAPTERS_SDK_PORTAL_PROCEDURES_H_

#include <map>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "lienthong/dossier/v1/dossier.pb.h"
#include "nlohmann/json.hpp"

namespace lienthong::sdk::portal {

// The administrative procedures, as the portal tells of them: LayDanhSachTTHC, LayThuTuc. The
// façade answers from them; a counterpart that tells only their codes is completed from them.
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
  // Adds name and field to a procedure that is told by its code alone. Of several fields the first
  // one; what is said already, and a code that nobody knows, stay as they are.
  void Complete(dossier::v1::ProcedureReference& procedure) const;

 private:
  std::map<std::string, nlohmann::json, std::less<>> by_code_;
  nlohmann::json list_ = nlohmann::json::array();
};

}  // namespace lienthong::sdk::portal

#endif  // LIENTHONG_ADAPTERS_SDK_PORTAL_PROCEDURES_H_
