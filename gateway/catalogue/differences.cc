#include "gateway/catalogue/differences.h"

#include "gateway/base/text.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/text_format.h"

namespace lienthong::catalogue {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::TextFormat;

std::string ValueText(const TextFormat::Printer& printer, const Message& message,
                      const FieldDescriptor* field) {
  std::string all;
  std::string text;
  if (!field->is_repeated()) {
    printer.PrintFieldValueToString(message, field, -1, &all);
    return all;
  }
  for (int i = 0; i < message.GetReflection()->FieldSize(message, field); ++i) {
    printer.PrintFieldValueToString(message, field, i, &text);
    StrAppend(all, i == 0 ? "" : " | ", text);
  }
  return all;
}

// Without half a character at its end.
std::string Short(std::string text) {
  if (text.size() <= kValueBytesMax) return text;
  size_t end = kValueBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return StrCat(text.substr(0, end), "…");
}

template <typename Take>
void ForEachDifference(const Message& before, const Message& after, const Take& take) {
  TextFormat::Printer printer;
  printer.SetUseUtf8StringEscaping(true);
  printer.SetSingleLineMode(true);
  const auto* type = before.GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    std::string old_text = ValueText(printer, before, field);
    std::string new_text = ValueText(printer, after, field);
    if (old_text != new_text) take(field->name(), std::move(old_text), std::move(new_text));
  }
}

}  // namespace

std::vector<std::string> DifferentFields(const Message& before, const Message& after) {
  std::vector<std::string> names;
  ForEachDifference(before, after,
                    [&](const std::string& name, const std::string& /*before*/,
                        const std::string& /*after*/) { names.push_back(name); });
  return names;
}

std::vector<std::string> Differences(const Message& before, const Message& after) {
  std::vector<std::string> lines;
  ForEachDifference(
      before, after, [&](const std::string& name, std::string old_text, std::string new_text) {
        lines.push_back(
            StrCat(name, ": ", Short(std::move(old_text)), " -> ", Short(std::move(new_text))));
      });
  return lines;
}

}  // namespace lienthong::catalogue
