#include "tests/rigs/city/digest.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>

#include "tests/rigs/city/schema.h"

namespace lienthong::rigs::city {
namespace {

constexpr size_t kDigestBytes = 16;

std::string Sha256Start(std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return {digest.begin(), digest.begin() + kDigestBytes};
}

bool SaysNothing(const nlohmann::json& value) {
  return value.is_null() || value == "" || (value.is_array() && value.empty());
}

std::string IdOf(const nlohmann::json& element) {
  return element.is_object() ? element.value(std::string(kElementId), nlohmann::json()).dump() : "";
}

// Only what says something; an element that has nothing but its Id says nothing.
nlohmann::json Said(const nlohmann::json& object) {
  nlohmann::json said = nlohmann::json::object();
  for (const auto& [name, value] : object.items()) {
    if (!SaysNothing(value)) said[name] = value;
  }
  return said;
}

nlohmann::json SaidElements(const nlohmann::json& list) {
  nlohmann::json elements = nlohmann::json::array();
  for (const nlohmann::json& element : list) {
    nlohmann::json said = element.is_object() ? Said(element) : element;
    if (!said.is_object() || said.size() > said.count(std::string(kElementId))) {
      elements.push_back(std::move(said));
    }
  }
  std::sort(elements.begin(), elements.end(),
            [](const nlohmann::json& a, const nlohmann::json& b) { return IdOf(a) < IdOf(b); });
  return elements;
}

}  // namespace

std::string RecordDigest(const nlohmann::json& record) {
  nlohmann::json said = Said(record);
  said.erase(std::string(kRecordId));
  for (auto it = said.begin(); it != said.end();) {
    if (it->is_array()) *it = SaidElements(*it);
    it = SaysNothing(*it) ? said.erase(it) : std::next(it);
  }
  return Sha256Start(said.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

std::string ShareOf(std::string_view code, std::string_view digest) {
  return Sha256Start(std::string(code) + "\n" + std::string(digest));
}

void AddShare(std::string_view share, std::string& sum) {
  sum.resize(kDigestBytes, '\0');
  for (size_t i = 0; i < kDigestBytes; ++i) sum[i] = static_cast<char>(sum[i] ^ share[i]);
}

std::string ToHex(std::string_view digest) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const char c : digest) {
    hex.push_back(kDigits[static_cast<unsigned char>(c) >> 4]);
    hex.push_back(kDigits[static_cast<unsigned char>(c) & 15]);
  }
  return hex;
}

}  // namespace lienthong::rigs::city
