#ifndef LIENTHONG_GATEWAY_CATALOGUE_AGENCY_CODE_H_
#define LIENTHONG_GATEWAY_CATALOGUE_AGENCY_CODE_H_

#include <string>
#include <string_view>

namespace lienthong::catalogue {

// The form under which identifiers of agencies are compared: upper case, levels from left to right,
// H29.05. One that is written from right to left (QCVN 102:2016, 000.00.05.H29) is turned round and
// loses its unused levels. It is told by its shape alone: groups of digits, and at last a letter
// with two digits. Every other code stays in its order.
std::string FoldAgencyCode(std::string_view code);

// 000.00.05.H29 for H29.05; empty where QCVN 102:2016 has no place for it.
std::string QcvnCode(std::string_view code);

}  // namespace lienthong::catalogue

#endif  // LIENTHONG_GATEWAY_CATALOGUE_AGENCY_CODE_H_
