#ifndef LIENTHONG_GATEWAY_CATALOGUE_TABLES_H_
#define LIENTHONG_GATEWAY_CATALOGUE_TABLES_H_

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/catalogue/entry.h"
#include "lienthong/catalogue/v1/catalogue_service.pb.h"

namespace lienthong::catalogue {

// An entry and where it stands in what was handed in: "line 3", "result[2]".
struct ReadEntry {
  std::string place;
  Entry entry;
  // Of a source that does not say all of a procedure: the fields of the schema that it does say,
  // and the limits and fees of channels (SaidLimit, SaidFees). Empty: all of it is said.
  std::set<std::string> said = {};
};
std::string SaidLimit(dossier::v1::Channel channel);
std::string SaidFees(dossier::v1::Channel channel);

// What a table says. Problems have the place and column as their field.
struct ReadTable {
  std::vector<ReadEntry> entries;
  std::vector<FieldViolation> problems;
  std::vector<std::string> warnings;
};

// A table of any content; `valid_from` is for the portal's answers. Columns and shapes stand in
// deploy/catalogue/README.md.
ReadTable Read(pb::ImportCatalogueRequest::Content content, std::string_view text,
               std::string_view valid_from);

// The portal's LayDanhSachTTHC or LayThuTuc.
ReadTable ReadPortalProcedures(std::string_view text, std::string_view valid_from);
// JSON of ListCalendarsResponse.
ReadTable ReadCalendars(std::string_view text);

}  // namespace lienthong::catalogue

#endif  // LIENTHONG_GATEWAY_CATALOGUE_TABLES_H_
