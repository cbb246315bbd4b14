#ifndef LIENTHONG_ADAPTERS_NATIONAL_HUB_FIELDS_H_
#define LIENTHONG_ADAPTERS_NATIONAL_HUB_FIELDS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "lienthong/adapter/v1/adapter_service.pb.h"

namespace lienthong::adapters::national {

// What the ministry hub's packets (generation 2) hold of a dossier. Pure.

// Schema paths that the hub takes, sorted.
const std::vector<std::string>& HubFields();
// Characters that the hub takes of the text at a schema path; 0 = no bound. Codes and numbers have
// none: cut, they would be others.
size_t HubCharactersMax(std::string_view path);
// The same with the hub's names and codes.
adapter::v1::MappingDescription DescribeHub();

}  // namespace lienthong::adapters::national

#endif  // LIENTHONG_ADAPTERS_NATIONAL_HUB_FIELDS_H_
