#include "gateway/console/html.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"

namespace lienthong::console {
namespace {

void AppendEscaped(std::string_view text, std::string& out) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
}

void AppendEncoded(std::string_view text, std::string& out) {
  for (const char c : text) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' || c == '_') {
      out += c;
    } else {
      absl::StrAppendFormat(&out, "%%%02X", static_cast<unsigned char>(c));
    }
  }
}

}  // namespace

Html::Element Html::In(std::string_view tag, const Attributes& attributes) {
  Open(tag, attributes);
  return Element(*this);
}

void Html::Leaf(std::string_view tag, std::string_view text, const Attributes& attributes) {
  const Element element = In(tag, attributes);
  Text(text);
}

void Html::Void(std::string_view tag, const Attributes& attributes) {
  Open(tag, attributes);
  open_.pop_back();
}

void Html::Text(std::string_view text) { AppendEscaped(text, out_); }

void Html::Open(std::string_view tag, const Attributes& attributes) {
  out_ += '<';
  out_ += tag;
  for (const auto& [name, value] : attributes) {
    out_ += ' ';
    out_ += name;
    out_ += "=\"";
    AppendEscaped(value, out_);
    out_ += '"';
  }
  out_ += '>';
  open_.emplace_back(tag);
}

void Html::Close() {
  out_ += "</";
  out_ += open_.back();
  out_ += '>';
  open_.pop_back();
}

std::string Url(std::string_view path,
                const std::vector<std::pair<std::string_view, std::string>>& parameters) {
  std::string url(path);
  char before = '?';
  for (const auto& [name, value] : parameters) {
    url += before;
    url += name;
    url += '=';
    AppendEncoded(value, url);
    before = '&';
  }
  return url;
}

}  // namespace lienthong::console
