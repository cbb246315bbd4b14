#ifndef LIENTHONG_GATEWAY_DOMAIN_PERSONAL_H_
#define LIENTHONG_GATEWAY_DOMAIN_PERSONAL_H_

#include <string_view>

namespace lienthong::domain {

// Whether the field of a dossier at a path, or anything that it is part of, is marked as personal
// data. True for a path that the schema does not know.
bool IsPersonal(std::string_view path);

}  // namespace lienthong::domain

#endif  // LIENTHONG_GATEWAY_DOMAIN_PERSONAL_H_
