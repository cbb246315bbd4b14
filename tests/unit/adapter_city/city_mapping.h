#ifndef LIENTHONG_TESTS_UNIT_ADAPTER_CITY_CITY_MAPPING_H_
#define LIENTHONG_TESTS_UNIT_ADAPTER_CITY_CITY_MAPPING_H_

#include "adapters/city/mapping.yaml.h"
#include "adapters/sdk/mapping.h"

namespace lienthong::adapters::city {

// The mapping that the adapter ships.
inline const sdk::Mapping& CityMapping() {
  static const sdk::Mapping& mapping =
      *new sdk::Mapping(*sdk::Mapping::Parse(embedded::kMappingYaml, "mapping.yaml"));
  return mapping;
}

}  // namespace lienthong::adapters::city

#endif  // LIENTHONG_TESTS_UNIT_ADAPTER_CITY_CITY_MAPPING_H_
