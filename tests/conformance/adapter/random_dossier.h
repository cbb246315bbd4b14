#ifndef LIENTHONG_TESTS_CONFORMANCE_ADAPTER_RANDOM_DOSSIER_H_
#define LIENTHONG_TESTS_CONFORMANCE_ADAPTER_RANDOM_DOSSIER_H_

#include <cstdint>

#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::sdk {

// A dossier with any fields of the schema set or not, empty and over-long texts, every enum value
// and fractions of seconds. The same seed gives the same dossier.
dossier::v1::Dossier RandomDossier(uint64_t seed);

}  // namespace lienthong::sdk

#endif  // LIENTHONG_TESTS_CONFORMANCE_ADAPTER_RANDOM_DOSSIER_H_
