#include "tests/rigs/http/message.h"

#include <charconv>

namespace lienthong::rigs::http {
namespace {

std::optional<int> HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

std::optional<std::string> Decode(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      decoded.push_back(' ');
    } else if (text[i] != '%') {
      decoded.push_back(text[i]);
    } else {
      if (i + 2 >= text.size()) return std::nullopt;
      const std::optional<int> high = HexDigit(text[i + 1]);
      const std::optional<int> low = HexDigit(text[i + 2]);
      if (!high || !low) return std::nullopt;
      decoded.push_back(static_cast<char>(*high * 16 + *low));
      i += 2;
    }
  }
  return decoded;
}

}  // namespace

Reply TextReply(int status, std::string text) {
  Reply reply;
  reply.status = status;
  reply.content_type = "text/plain; charset=utf-8";
  reply.body = std::move(text);
  return reply;
}

Reply ProxyPage(int status) {
  Reply page = TextReply(status, "<html><body>upstream error</body></html>\n");
  page.content_type = "text/html; charset=utf-8";
  return page;
}

Reply NoAnswer(Delivery delivery, std::chrono::milliseconds wait) {
  Reply reply;
  reply.status = 0;
  reply.delivery = delivery;
  reply.wait = wait;
  return reply;
}

std::optional<std::map<std::string, std::string>> ParseQuery(std::string_view query) {
  std::map<std::string, std::string> values;
  while (!query.empty()) {
    const size_t end = query.find('&');
    const std::string_view item = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    if (item.empty()) continue;
    const size_t equals = item.find('=');
    const auto name = Decode(item.substr(0, equals));
    const auto value =
        Decode(equals == std::string_view::npos ? std::string_view() : item.substr(equals + 1));
    if (!name || !value || !values.emplace(*name, *value).second) return std::nullopt;
  }
  return values;
}

std::optional<int64_t> ParseNumber(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0 || text[0] == '-') {
    return std::nullopt;
  }
  return number;
}

}  // namespace lienthong::rigs::http
