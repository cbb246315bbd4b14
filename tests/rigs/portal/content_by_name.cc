#include "tests/rigs/portal/content_by_name.h"

#include <openssl/evp.h>

#include <string_view>

#include "tests/rigs/papers/content.h"

namespace lienthong::rigs::portal {
namespace {

using Json = nlohmann::json;

constexpr const char* kContent = "Base64";
constexpr std::string_view kByName = "file:";

std::string ToBase64(const std::string& bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<size_t>(size));
  return text;
}

std::string NameOne(Json& content, const papers::Shelf& shelf) {
  if (!content.is_object()) return "";
  const Json name = content.value("file", Json());
  if (content.size() != 1 || !name.is_string()) return "Base64: a text, or {\"file\": name}";
  const auto paper = shelf.Find(name.get<std::string>());
  if (!paper) return "Base64: no paper of that name; make it with /rig/file";
  if (paper->bytes > kInlineBytesMax) return "Base64: at most 4 MiB";
  content = std::string(kByName) + name.get<std::string>();
  return "";
}

}  // namespace

std::string NameContent(Json& json, const papers::Shelf& shelf) {
  if (!json.is_structured()) return "";
  for (auto& [name, value] : json.items()) {
    const std::string wrong = name == kContent ? NameOne(value, shelf) : NameContent(value, shelf);
    if (!wrong.empty()) return wrong;
  }
  return "";
}

void PutContent(Json& json, const papers::Shelf& shelf) {
  if (!json.is_structured()) return;
  for (auto& [name, value] : json.items()) {
    const bool by_name = name == kContent && value.is_string() &&
                         value.get_ref<const std::string&>().starts_with(kByName);
    if (!by_name) {
      PutContent(value, shelf);
      continue;
    }
    const auto paper = shelf.Find(value.get<std::string>().substr(kByName.size()));
    if (paper) value = ToBase64(papers::ContentText(paper->seed, paper->bytes));
  }
}

void DropContent(Json& json) {
  if (json.is_object()) json.erase(kContent);
  if (!json.is_structured()) return;
  for (auto& [name, value] : json.items()) DropContent(value);
}

}  // namespace lienthong::rigs::portal
