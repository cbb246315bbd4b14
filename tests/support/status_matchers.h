// Matchers for absl::Status and absl::StatusOr, which this Abseil does not bring.
//
//   EXPECT_THAT(store->Commit(sets), IsOk());
//   EXPECT_THAT(ParseDate("2026-01-31"), IsOkAndHolds(Eq(date)));
//   EXPECT_THAT(ParseDate("x"), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("date")));
//   LIENTHONG_ASSERT_OK_AND_ASSIGN(auto date, ParseDate("2026-01-31"));
#ifndef LIENTHONG_TESTS_SUPPORT_STATUS_MATCHERS_H_
#define LIENTHONG_TESTS_SUPPORT_STATUS_MATCHERS_H_

#include <ostream>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lienthong::testing {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }

template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

MATCHER(IsOk, negation ? "is not OK" : "is OK") {
  *result_listener << StatusOf(arg);
  return arg.ok();
}

MATCHER_P(StatusIs, code, "has code " + absl::StatusCodeToString(code)) {
  *result_listener << StatusOf(arg);
  return StatusOf(arg).code() == code;
}

MATCHER_P2(StatusIs, code, message_matcher,
           "has code " + absl::StatusCodeToString(code) + " and a message that " +
               ::testing::DescribeMatcher<std::string>(message_matcher)) {
  *result_listener << StatusOf(arg);
  return StatusOf(arg).code() == code &&
         ::testing::Value(std::string(StatusOf(arg).message()), message_matcher);
}

MATCHER_P(IsOkAndHolds, value_matcher, "is OK and holds what is expected") {
  if (!arg.ok()) {
    *result_listener << arg.status();
    return false;
  }
  return ::testing::ExplainMatchResult(value_matcher, *arg, result_listener);
}

}  // namespace lienthong::testing

#define LIENTHONG_TEST_CONCAT_INNER(a, b) a##b
#define LIENTHONG_TEST_CONCAT(a, b) LIENTHONG_TEST_CONCAT_INNER(a, b)
#define LIENTHONG_ASSERT_OK_AND_ASSIGN(target, expression)                                       \
  LIENTHONG_ASSERT_OK_AND_ASSIGN_IMPL(LIENTHONG_TEST_CONCAT(status_or_value_, __LINE__), target, \
                                      expression)
#define LIENTHONG_ASSERT_OK_AND_ASSIGN_IMPL(result, target, expression) \
  auto result = (expression);                                           \
  ASSERT_THAT(result, ::lienthong::testing::IsOk());                    \
  target = *std::move(result)

#endif  // LIENTHONG_TESTS_SUPPORT_STATUS_MATCHERS_H_
