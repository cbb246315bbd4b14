#include "tests/rigs/portal/whims.h"

#include <array>

namespace lienthong::rigs::portal {

using Json = nlohmann::json;

size_t Whims::Pick(size_t choices) {
  const std::lock_guard lock(mutex_);
  return random_() % choices;
}

Json Whims::OkCode() { return Pick(2) == 0 ? Json(0) : Json("0"); }

Json Whims::ExistsCode() {
  const std::array<Json, 4> kCodes = {Json(3), Json(-3), Json("3"), Json("-3")};
  return kCodes[Pick(kCodes.size())];
}

Json Whims::OddCode() {
  const std::array<Json, 4> kCodes = {Json(99), Json("OK"), Json(), Json(Json::value_t::discarded)};
  return kCodes[Pick(kCodes.size())];
}

std::string Whims::OkText() {
  static constexpr std::array kTexts = {"Đồng bộ thành công", "OK", ""};
  return kTexts[Pick(kTexts.size())];
}

std::string Whims::FailureText() {
  static constexpr std::array kTexts = {"Lỗi hệ thống", "Thành công"};
  return kTexts[Pick(kTexts.size())];
}

}  // namespace lienthong::rigs::portal
