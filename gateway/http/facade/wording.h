#ifndef LIENTHONG_GATEWAY_HTTP_FACADE_WORDING_H_
#define LIENTHONG_GATEWAY_HTTP_FACADE_WORDING_H_

#include <string>
#include <string_view>

namespace lienthong::facade {

// What core and the packets' reader say of a bad field, in Vietnamese. What it does not know is
// "giá trị không hợp lệ": nothing English is ever shown. Pure.
std::string InVietnamese(std::string_view reason);

}  // namespace lienthong::facade

#endif  // LIENTHONG_GATEWAY_HTTP_FACADE_WORDING_H_
