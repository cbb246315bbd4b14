#ifndef LIENTHONG_ADAPTERS_SDK_PORTAL_ENVELOPE_H_
#define LIENTHONG_ADAPTERS_SDK_PORTAL_ENVELOPE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "nlohmann/json.hpp"

namespace lienthong::sdk::portal {

// What every call of the portal's first generation is wrapped in, in both directions. Pure
// functions; nothing here throws.

// Codes of `error_code`, the same in both directions: as seen or assumed, adapters/national/
// ASSUMPTIONS.md. A code that is not here means nothing to us. 3 and -3 are read as "exists" and
// turn a caller's create into an update, 4 the other way round: they are never written for
// anything else.
inline constexpr int64_t kOk = 0;
inline constexpr int64_t kFailed = -1;          // could not be done now: call again
inline constexpr int64_t kBadLogin = -2;        // user name or password
inline constexpr int64_t kSessionExpired = -5;  // or never given
inline constexpr int64_t kBadField = 1;         // a data error, its message begins with the field
inline constexpr int64_t kExists = 3;           // also as -3
inline constexpr int64_t kNotThere = 4;         // no such dossier

// 0, "0", "00", -3, "-3" … as a number; nothing for what is no whole number. Never guesses 0.
std::optional<int64_t> ReadCode(const nlohmann::json& value);

// The field that a message names, when it begins `NgayTiepNhan: ...`; else "". What follows may
// quote the data.
std::string FieldIn(std::string_view message);

struct Reply {
  // Nothing: there is no code, or one that is no number. Such a reply tells nothing.
  std::optional<int64_t> code;
  std::string message;  // for people; decides nothing
  nlohmann::json result = nlohmann::json::array();
  nlohmann::json body;  // the whole object, for `session` and the like
};
// Nothing unless the text is a JSON object. A missing, null or "" result is an empty list.
std::optional<Reply> ReadReply(std::string_view text);
std::string WriteReply(int64_t code, std::string_view message,
                       const nlohmann::json& result = nlohmann::json::array());

// A call of a service. Names of the parameters are compared as they are written; absent texts are
// empty.
struct ServiceCall {
  std::string session;
  std::string agency;  // madonvi
  std::string service;
  std::optional<bool> is_updating;                // isUpdating; "True", "true", 1, true …
  nlohmann::json data = nlohmann::json::array();  // one object alone is taken as a list of one
  nlohmann::json body;                            // the whole object: mahoso, maTTHC …
};
// Nothing unless the text is a JSON object whose `data`, if any, is a list or an object and whose
// isUpdating, if any, is a yes or no.
std::optional<ServiceCall> ReadCall(std::string_view text);

// A text of a JSON object; numbers as their digits. Empty when it is not there or something else.
std::string TextAt(const nlohmann::json& object, const char* key);

// Never throws, whatever the texts hold.
std::string Dump(const nlohmann::json& value);

}  // namespace lienthong::sdk::portal

#endif  // LIENTHONG_ADAPTERS_SDK_PORTAL_ENVELOPE_H_
