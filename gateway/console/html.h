#ifndef LIENTHONG_GATEWAY_CONSOLE_HTML_H_
#define LIENTHONG_GATEWAY_CONSOLE_HTML_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lienthong::console {

// Writes HTML. Text and values of attributes are escaped wherever they come from, and elements are
// closed in the order in which they were opened: there is no other way to write.
//
//   Html html;
//   {
//     const auto list = html.In("ul", {{"class", "links"}});
//     for (const auto& link : links) html.Leaf("li", link.name());
//   }
//   return html.Take();
class Html {
 public:
  using Attributes = std::vector<std::pair<std::string_view, std::string>>;

  // An element that ends with its scope.
  class Element {
   public:
    explicit Element(Html& html) : html_(html) {}
    ~Element() { html_.Close(); }
    Element(const Element&) = delete;
    Element& operator=(const Element&) = delete;

   private:
    Html& html_;
  };
  [[nodiscard]] Element In(std::string_view tag, const Attributes& attributes = {});
  // An element with nothing but text.
  void Leaf(std::string_view tag, std::string_view text, const Attributes& attributes = {});
  // An element that has no content: `input`, `meta`, `link`.
  void Void(std::string_view tag, const Attributes& attributes);
  void Text(std::string_view text);
  // What was written elsewhere, here.
  void Append(Html&& other) { out_ += other.Take(); }

  // All of it; every element has ended.
  std::string Take() { return std::move(out_); }

 private:
  void Open(std::string_view tag, const Attributes& attributes);
  void Close();

  std::string out_;
  std::vector<std::string> open_;
};

// Where a link leads: a path, with its parameters in their order.
std::string Url(std::string_view path,
                const std::vector<std::pair<std::string_view, std::string>>& parameters = {});

}  // namespace lienthong::console

#endif  // LIENTHONG_GATEWAY_CONSOLE_HTML_H_
