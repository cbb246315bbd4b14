#ifndef LIENTHONG_ADAPTERS_SDK_PORTAL_JSON_TEXT_H_
#define LIENTHONG_ADAPTERS_SDK_PORTAL_JSON_TEXT_H_

#include <string_view>

#include "nlohmann/json.hpp"

namespace lienthong::sdk::portal {

inline constexpr int kJsonDepthMax = 16;  // the packets need 6

// A JSON text from outside, read without a guess.
struct JsonText {
  enum class Fault {
    kNone,
    kNotJson,  // also not UTF-8
    kTooDeep,  // more than kJsonDepthMax levels; nothing was read
    kTwice,    // an object that says a name twice: software differs in which of the two it takes
  };
  Fault fault = Fault::kNone;
  nlohmann::json value;
};
JsonText ReadJson(std::string_view text);

}  // namespace lienthong::sdk::portal

#endif  // LIENTHONG_ADAPTERS_SDK_PORTAL_JSON_TEXT_H_
