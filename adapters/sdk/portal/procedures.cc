#include "adapters/sdk/portal/procedures.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "adapters/sdk/portal/json_text.h"
#include "gateway/base/text.h"
#include "gateway/domain/codes.h"

namespace lienthong::sdk::portal {
namespace {

using nlohmann::json;

constexpr std::uintmax_t kFileBytesMax = 32 << 20;  // some thousands of procedures, told at length
constexpr const char* kCode = "MATTHC";
constexpr const char* kName = "TENTTHC";
constexpr const char* kFields = "LINHVUCTHUCHIEN";
constexpr const char* kFieldCode = "MALINHVUC";
constexpr const char* kFieldName = "TENLINHVUC";
constexpr const char* kLevel = "CAPTHUCHIEN";
constexpr const char* kLists[] = {kFields,         "COQUANTHUCHIEN", "CACHTHUCTHUCHIEN",
                                  "THANHPHANHOSO", "KETQUATHUCHIEN", "CANCUPHAPLY"};

std::string TextOf(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// What is wrong with one, or nothing.
std::string ProblemOf(const json& procedure) {
  if (!procedure.is_object()) return "expected an object";
  if (!domain::IsProcedureCode(TextOf(procedure, kCode))) {
    return "MATTHC: expected a procedure code like 1.001193";
  }
  if (TextOf(procedure, kName).empty()) return "TENTTHC: missing; expected the name";
  for (const char* list : kLists) {
    if (procedure.contains(list) && !procedure[list].is_array()) {
      return StrCat(list, ": expected a list");
    }
  }
  const auto fields = procedure.find(kFields);
  if (fields == procedure.end() || fields->empty() || TextOf(fields->at(0), kFieldCode).empty() ||
      TextOf(fields->at(0), kFieldName).empty()) {
    return "LINHVUCTHUCHIEN: expected at least one {MALINHVUC, TENLINHVUC}";
  }
  return "";
}

}  // namespace

absl::StatusOr<Procedures> Procedures::Load(const std::string& file) {
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(file, error);
  if (error) return absl::InvalidArgumentError(StrCat(file, ": ", error.message()));
  if (bytes > kFileBytesMax) {
    return absl::InvalidArgumentError(StrCat(file, ": larger than ", kFileBytesMax, " bytes"));
  }
  std::ifstream in(file, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in) return absl::InvalidArgumentError(StrCat(file, ": cannot be read"));
  absl::StatusOr<Procedures> procedures = Parse(text);
  if (procedures.ok()) return procedures;
  return absl::InvalidArgumentError(StrCat(file, ": ", ToStd(procedures.status().message())));
}

absl::StatusOr<Procedures> Procedures::Parse(std::string_view text) {
  JsonText read = ReadJson(text);
  if (read.fault != JsonText::Fault::kNone) {
    return absl::InvalidArgumentError("expected JSON in UTF-8 that says no name twice");
  }
  const json& all = read.value.is_object() ? read.value["result"] : read.value;
  if (!all.is_array()) return absl::InvalidArgumentError("expected a list of procedures");
  Procedures procedures;
  for (size_t i = 0; i < all.size(); ++i) {
    const std::string problem = ProblemOf(all[i]);
    if (!problem.empty()) {
      return absl::InvalidArgumentError(StrCat("procedure ", i + 1, ": ", problem));
    }
    std::string code = TextOf(all[i], kCode);
    if (!procedures.by_code_.emplace(code, all[i]).second) {
      return absl::InvalidArgumentError(StrCat("procedure ", i + 1, ": ", code, " is there twice"));
    }
  }
  for (const auto& [code, procedure] : procedures.by_code_) {
    json shown;
    for (const char* key : {kCode, kName, kFields, kLevel}) {
      if (procedure.contains(key)) shown[key] = procedure[key];
    }
    procedures.list_.push_back(std::move(shown));
  }
  return procedures;
}

json Procedures::Find(std::string_view code) const {
  const auto found = by_code_.find(code);
  return found == by_code_.end() ? json::array() : json::array({found->second});
}

void Procedures::Complete(dossier::v1::ProcedureReference& procedure) const {
  const auto found = by_code_.find(procedure.code());
  if (found == by_code_.end()) return;
  const json& field = found->second.at(kFields).front();
  if (!procedure.has_name()) procedure.set_name(TextOf(found->second, kName));
  if (procedure.has_field_code() || procedure.has_field_name()) return;
  procedure.set_field_code(TextOf(field, kFieldCode));
  procedure.set_field_name(TextOf(field, kFieldName));
}

}  // namespace lienthong::sdk::portal
