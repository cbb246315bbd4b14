// The portal's catalogue of procedures, as LayDanhSachTTHC and LayThuTuc tell it. Codes and names
// are public ones; times, fees and papers are invented.
#ifndef LIENTHONG_TESTS_RIGS_PORTAL_CATALOGUE_H_
#define LIENTHONG_TESTS_RIGS_PORTAL_CATALOGUE_H_

#include <string>

#include "nlohmann/json.hpp"

namespace lienthong::rigs::portal {

// [{MATTHC, TENTTHC}]
nlohmann::json ProcedureList();
// [{MATTHC, TENTTHC, LINHVUCTHUCHIEN ...}], or [] for a code that is not there.
nlohmann::json ProcedureDetail(const std::string& code);

}  // namespace lienthong::rigs::portal

#endif  // LIENTHONG_TESTS_RIGS_PORTAL_CATALOGUE_H_
