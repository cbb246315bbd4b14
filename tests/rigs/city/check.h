// Whether a HoSo, whole or partial, is one that the city's system takes.
#ifndef LIENTHONG_TESTS_RIGS_CITY_CHECK_H_
#define LIENTHONG_TESTS_RIGS_CITY_CHECK_H_

#include <optional>
#include <string>
#include <string_view>

#include "nlohmann/json.hpp"

namespace lienthong::rigs::city {

struct FieldError {
  std::string field;   // "MaTTHC", "DanhSachLePhi[tp-1].Gia", "QuaTrinhXuLy[0].Id"
  std::string reason;  // Vietnamese; never repeats a free text
};

enum class CheckFor { kCreate, kPatch };
enum class LongText { kRefuse, kCut };

struct CheckResult {
  std::optional<FieldError> error;  // the first one found
  int texts_cut = 0;
};

// With LongText::kCut, over-long texts of `record` are shortened in place instead of refused.
CheckResult CheckRecord(nlohmann::json& record, CheckFor purpose, LongText long_text);

// Whether `text` is yyyyMMddHHmmss and such a moment exists.
bool IsDate(std::string_view text);

// Code points of valid UTF-8.
size_t CountChars(std::string_view text);

}  // namespace lienthong::rigs::city

#endif  // LIENTHONG_TESTS_RIGS_CITY_CHECK_H_
