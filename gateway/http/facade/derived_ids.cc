#include "gateway/http/facade/derived_ids.h"

#include <initializer_list>
#include <vector>

#include "absl/strings/escaping.h"
#include "adapters/sdk/portal/envelope.h"
#include "gateway/base/text.h"
#include "gateway/core/digest.h"

namespace lienthong::facade {
namespace {

constexpr size_t kStepDigits = 32;

// Of parts with their lengths, so that no two lists of parts look alike.
std::string DigestOfParts(std::initializer_list<std::string_view> parts) {
  std::string all;
  for (const std::string_view part : parts) StrAppend(all, part.size(), ":", part);
  return core::Sha256(all);
}

}  // namespace

std::string RequestId(std::string_view agency, std::string_view service,
                      const nlohmann::json& parameters, int64_t base_revision) {
  std::string bytes = DigestOfParts({"facade-request", agency, service,
                                     sdk::portal::Dump(parameters), StrCat(base_revision)})
                          .substr(0, 16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x80);
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  const std::string digits = absl::BytesToHexString(bytes);
  return StrCat(digits.substr(0, 8), "-", digits.substr(8, 4), "-", digits.substr(12, 4), "-",
                digits.substr(16, 4), "-", digits.substr(20));
}

bool IsDerived(std::string_view request_id) {
  constexpr size_t kVersionAt = 14;  // of a UUID: 8, as RequestId makes them
  return request_id.size() > kVersionAt && request_id[kVersionAt] == '8';
}

std::string StepIds::Next(const dossier::v1::Step& step) {
  dossier::v1::Step said = step;
  said.clear_id();
  const std::string content = core::DigestOf(said);
  const int64_t before = equal_[content]++;
  const std::string digest =
      DigestOfParts({"facade-step", agency_, code_, content, StrCat(before)});
  return StrCat(agency_, ":td-", absl::BytesToHexString(digest).substr(0, kStepDigits));
}

}  // namespace lienthong::facade
