#include "tests/rigs/city/check.h"

#include <algorithm>
#include <set>
#include <span>

#include "tests/rigs/city/base64.h"
#include "tests/rigs/city/schema.h"
#include "tests/rigs/papers/sha256.h"
#include "tests/rigs/shape/text.h"

namespace lienthong::rigs::city {
namespace {

using Json = nlohmann::json;

constexpr size_t kEchoedCodeBytesMax = 20;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

void CutToChars(std::string& text, size_t chars_max) {
  size_t chars = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!IsContinuation(text[i]) && ++chars > chars_max) return text.resize(i);
  }
}

bool IsElementId(std::string_view text) {
  static constexpr std::string_view kOthers = "._:-";
  return std::all_of(text.begin(), text.end(), [](char c) {
    return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kOthers.find(c) != std::string_view::npos;
  });
}

// Walks one record; stops at the first error.
class Checker {
 public:
  explicit Checker(LongText long_text) : long_text_(long_text) {}

  CheckResult Run(Json& record, CheckFor purpose) {
    if (!record.is_object()) {
      Fail("HoSo", "phải là đối tượng");
      return result_;
    }
    for (auto& [name, value] : record.items()) {
      if (!CheckMember(name, value)) return result_;
    }
    if (purpose == CheckFor::kCreate) CheckMandatory(record);
    return result_;
  }

 private:
  bool Fail(std::string field, std::string reason) {
    result_.error = FieldError{std::move(field), std::move(reason)};
    return false;
  }

  bool CheckMember(const std::string& name, Json& value) {
    if (name == kRecordId) return Fail(name, "do hệ thống cấp, không được gửi trong HoSo");
    if (const FieldRule* field = FindField(RecordFields(), name)) {
      return CheckValue(name, *field, value);
    }
    if (const ListRule* list = FindList(name)) return CheckList(*list, value);
    return Fail(name, "không có trong cấu trúc HoSo");
  }

  void CheckMandatory(const Json& record) {
    for (const FieldRule& field : RecordFields()) {
      if (field.mandatory && !record.contains(field.name)) {
        Fail(std::string(field.name), "bắt buộc phải có");
        return;
      }
    }
  }

  bool CheckList(const ListRule& list, Json& elements) {
    if (!elements.is_array()) return Fail(std::string(list.name), "phải là danh sách");
    std::set<std::string> ids;
    for (size_t i = 0; i < elements.size(); ++i) {
      Json& element = elements[i];
      std::string place = std::string(list.name) + "[" + std::to_string(i) + "]";
      if (!element.is_object()) return Fail(place, "phải là đối tượng");
      if (!element.contains(kElementId)) return Fail(place + ".Id", "bắt buộc phải có");
      Json& id = element[std::string(kElementId)];
      if (!CheckValue(place + ".Id", list.fields.front(), id)) return false;
      place = std::string(list.name) + "[" + id.get<std::string>() + "]";
      if (!ids.insert(id.get<std::string>()).second) return Fail(place + ".Id", "bị lặp");
      if (!CheckElement(place, list, element) || !TakeContent(place, list, element)) return false;
    }
    return true;
  }

  bool CheckElement(const std::string& place, const ListRule& list, Json& element) {
    for (auto& [name, value] : element.items()) {
      const FieldRule* field = FindField(list.fields, name);
      if (field == nullptr) {
        return Fail(place + "." + name, "không có trong cấu trúc " + std::string(list.name));
      }
      if (!CheckValue(place + "." + name, *field, value)) return false;
    }
    return true;
  }

  // What is kept of content is its digest, as it was computed here.
  bool TakeContent(const std::string& place, const ListRule& list, Json& element) {
    std::string content;
    std::string hash;
    for (const FieldRule& field : list.fields) {
      if (field.kind == FieldKind::kContent) content = field.name;
      if (field.kind == FieldKind::kHash) hash = field.name;
    }
    if (TextIn(element, content).empty() && TextIn(element, hash).empty()) {
      element.erase(content);
      return true;
    }
    if (!element.contains(content)) {
      return TextIn(element, hash).empty() || Fail(place + "." + hash, "chỉ gửi cùng " + content);
    }
    const std::string text = TextIn(element, content);
    const std::optional<std::string> bytes = text.empty() ? text : DecodeBase64(text);
    if (!bytes) return Fail(place + "." + content, "phải là Base64");
    if (bytes->size() > kContentBytesMax) {
      return Fail(place + "." + content, "tối đa " + std::to_string(kContentBytesMax) + " byte");
    }
    papers::Sha256Sink digest;
    digest.Take(*bytes);
    const std::string computed = digest.Hex();
    if (TextIn(element, hash) != computed) return Fail(place + "." + hash, "không khớp nội dung");
    element[hash] = computed;
    element.erase(content);
    return true;
  }

  bool CheckValue(const std::string& place, const FieldRule& field, Json& value) {
    if (!value.is_string()) return Fail(place, "phải là chuỗi");
    std::string& text = value.get_ref<std::string&>();
    if (text.empty()) return !field.mandatory || Fail(place, "bắt buộc, không được để trống");
    switch (field.kind) {
      case FieldKind::kText:
        return CheckLength(place, field, text);
      case FieldKind::kDate:
        return IsDate(text) || Fail(place, "phải là thời điểm có thật, dạng yyyyMMddHHmmss");
      case FieldKind::kCode:
        return IsListed(field.codes, text) || FailCode(place, field, text);
      case FieldKind::kDigits:
        return (IsAllDigits(text) && text.size() <= field.chars_max) ||
               Fail(place, "chỉ gồm chữ số, tối đa " + std::to_string(field.chars_max));
      case FieldKind::kId:
        return (IsElementId(text) && text.size() <= field.chars_max) ||
               Fail(place, "chỉ gồm A-Z a-z 0-9 . _ : -, tối đa " +
                               std::to_string(field.chars_max) + " ký tự");
      case FieldKind::kHash:
      case FieldKind::kContent:
        return true;  // judged together
    }
    return true;
  }

  bool CheckLength(const std::string& place, const FieldRule& field, std::string& text) {
    const size_t chars = CountChars(text);
    if (chars <= field.chars_max) return true;
    if (long_text_ == LongText::kRefuse) {
      return Fail(place, "dài " + std::to_string(chars) + " ký tự, tối đa " +
                             std::to_string(field.chars_max));
    }
    CutToChars(text, field.chars_max);
    ++result_.texts_cut;
    return true;
  }

  bool FailCode(const std::string& place, const FieldRule& field, const std::string& text) {
    const std::string got = text.size() <= kEchoedCodeBytesMax ? "\"" + text + "\" " : "giá trị ";
    return Fail(place, got + "không thuộc danh mục " + std::string(field.codes));
  }

  const LongText long_text_;
  CheckResult result_;
};

}  // namespace

CheckResult CheckRecord(Json& record, CheckFor purpose, LongText long_text) {
  return Checker(long_text).Run(record, purpose);
}

}  // namespace lienthong::rigs::city
