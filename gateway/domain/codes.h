#ifndef LIENTHONG_GATEWAY_DOMAIN_CODES_H_
#define LIENTHONG_GATEWAY_DOMAIN_CODES_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace lienthong::domain {

// A dossier code of a known shape: agency, day of reception, serial of the day. Compared without
// regard to case; the raw text is kept elsewhere.
struct DossierCode {
  std::string agency;  // "H29.X01", "000.00.06.H56"
  std::string day;     // yyMMdd or yyyyMMdd, as written
  std::string serial;  // 4 to 7 digits, as written

  // InvalidArgument for a foreign shape; such codes are accepted elsewhere as they are.
  static absl::StatusOr<DossierCode> Parse(std::string_view text);
  // Whether the day can be one of the calendar, written with the year first or last: both orders
  // are in use.
  bool NamesADay() const;
};

// The form under which codes are compared: ASCII letters in upper case, no surrounding blanks.
std::string FoldCode(std::string_view code);

// Why no code or number can be written so, in words to stand behind the field's name; empty when
// one can. A code has nothing that is not seen: control characters, blanks other than the space,
// marks that turn the direction of writing, characters without width.
std::string CodeProblem(std::string_view code);

bool IsAgencyCode(std::string_view text);
bool IsProcedureCode(std::string_view text);
bool IsElementId(std::string_view text);
bool IsUuid(std::string_view text);
bool IsSha256(std::string_view text);

// Code points in a UTF-8 text; -1 when it is not valid UTF-8.
int64_t CountCharacters(std::string_view text);

// Whether nothing of a text would be seen: it is empty or has only blanks and unseen characters.
bool IsBlank(std::string_view text);

}  // namespace lienthong::domain

#endif  // LIENTHONG_GATEWAY_DOMAIN_CODES_H_
