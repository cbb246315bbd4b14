// Whether a HoSo, whole or partial, is one that the city's system takes.
#ifndef LIENTHONG_TESTS_RIGS_CITY_CHECK_H_
#define LIENTHONG_TESTS_RIGS_CITY_CHECK_H_

#include <optional>

#include "nlohmann/json.hpp"
#include "tests/rigs/shape/shape.h"

namespace lienthong::rigs::city {

enum class CheckFor { kCreate, kPatch };
enum class LongText { kRefuse, kCut };

struct CheckResult {
  std::optional<FieldError> error;  // the first one found, e.g. of "DanhSachLePhi[tp-1].Gia"
  int texts_cut = 0;
};

// With LongText::kCut, over-long texts of `record` are shortened in place instead of refused. The
// content of papers (NoiDungTepTin) is taken out: what is kept of it is HashTepTin.
CheckResult CheckRecord(nlohmann::json& record, CheckFor purpose, LongText long_text);

}  // namespace lienthong::rigs::city

#endif  // LIENTHONG_TESTS_RIGS_CITY_CHECK_H_
