// The reply of the city's platform: {StatusCode, Status, Description, ThrowException,
// ResultObject}, with the same code as HTTP status.
#ifndef LIENTHONG_TESTS_RIGS_CITY_ENVELOPE_H_
#define LIENTHONG_TESTS_RIGS_CITY_ENVELOPE_H_

#include <string>
#include <string_view>

#include "tests/rigs/http/message.h"

namespace lienthong::rigs::city {

// `result` is JSON text.
http::Reply Success(std::string_view result);
http::Reply Failure(int status, std::string_view description, std::string_view result = "null");

// HTTP 200 around a failure.
http::Reply InnerFailure(int status, std::string_view description);

}  // namespace lienthong::rigs::city

#endif  // LIENTHONG_TESTS_RIGS_CITY_ENVELOPE_H_
