#ifndef LIENTHONG_GATEWAY_DOMAIN_CODE_FORMS_H_
#define LIENTHONG_GATEWAY_DOMAIN_CODE_FORMS_H_

#include <string>
#include <string_view>
#include <vector>

namespace lienthong::domain {

// An agency's code as it is read today, from the ministry or province down: `H29.05`. The order
// before 2020 was the other way round, with zeros for levels that were not used: `000.00.05.H29`.
// What is in neither order stays as it is. The result is folded.
std::string TodaysAgencyCode(std::string_view code);

// Every way in which an agency's code is or was written, itself first: in both orders, with and
// without zeros.
std::vector<std::string> AgencyCodeForms(std::string_view code);

// Every way in which a dossier code is written under those of its agency, itself first; the code
// alone when it is of no known shape. Folded.
std::vector<std::string> DossierCodeForms(std::string_view code);

}  // namespace lienthong::domain

#endif  // LIENTHONG_GATEWAY_DOMAIN_CODE_FORMS_H_
