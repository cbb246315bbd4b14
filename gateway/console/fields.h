#ifndef LIENTHONG_GATEWAY_CONSOLE_FIELDS_H_
#define LIENTHONG_GATEWAY_CONSOLE_FIELDS_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lienthong::console {

// What a form or an address says: application/x-www-form-urlencoded. Of what is not of this form,
// what can be read is taken.
class Fields {
 public:
  static Fields Parse(std::string_view text);

  // The first value without blanks around it; empty when there is none.
  std::string Get(std::string_view name) const;
  // All values, as of boxes that are ticked.
  std::vector<std::string> All(std::string_view name) const;

 private:
  std::multimap<std::string, std::string, std::less<>> fields_;
};

}  // namespace lienthong::console

#endif  // LIENTHONG_GATEWAY_CONSOLE_FIELDS_H_
