#ifndef LIENTHONG_TESTS_SUPPORT_ENVIRONMENT_H_
#define LIENTHONG_TESTS_SUPPORT_ENVIRONMENT_H_

#include <cstdlib>
#include <string>

#include "gtest/gtest.h"

namespace lienthong::testing {

// One of the variables that ctest sets (tests/README.md); the test fails, and gets "", without it.
inline std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  EXPECT_NE(value, nullptr) << name << " is not set: run this by ctest or tests/run, or set it";
  return value == nullptr ? "" : value;
}

}  // namespace lienthong::testing

#endif  // LIENTHONG_TESTS_SUPPORT_ENVIRONMENT_H_
