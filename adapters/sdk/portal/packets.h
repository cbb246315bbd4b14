#ifndef LIENTHONG_ADAPTERS_SDK_PORTAL_PACKETS_H_
#define LIENTHONG_ADAPTERS_SDK_PORTAL_PACKETS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sdk/mapping.h"
#include "adapters/sdk/time_format.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"
#include "lienthong/dossier/v1/dossier.pb.h"
#include "nlohmann/json.hpp"

namespace lienthong::sdk::portal {

// The packets of the National Public Service Portal's first generation, as the portal's adapter and
// the façade (we in the portal's place) both speak them: DongBoHoSoMC and CapNhatTienDoHoSoMC.
//
// Names, lengths and codes are the `portal` options of the schema, read by reflection: a field with
// such an option is a field of the packet, and nothing else is written anywhere. Strict in what is
// written (every text of the record is there, "" where nothing is known; lists are always there; a
// paper that is not removed says so; HoSoBoSungId is a number, RoundNumberOf the id),
// lenient in what is read. Errors name the portal's field (`TaiLieuNop[2].DuocSoHoa`), losses the
// schema's path; neither shows a personal value. Pure functions, any thread.

// How element ids of the gateway meet those of the other side.
struct ElementIds {
  // The other side's own ids are the gateway's with this in front: `dvc-` makes TepDinhKemId 77 the
  // paper `dvc-77`, which is written as 77 again.
  std::string own_prefix;
  // All other ids are written with this in front, and read without it. Where it is empty, what
  // comes back under such an id is taken for one of the other side's own.
  std::string others_mark = {};
  // An element that comes without an id is named by its place in its list, counted from 1:
  // `dvc-n1`.
  std::string position_prefix = "n";
};

// --- DongBoHoSoMC ---

struct EncodeOptions {
  // MaHoSo: the code under which the other side knows the dossier; empty = the dossier's own.
  std::string code;
  ElementIds ids = {};
};
// The whole record: it replaces what the other side has. `file.source` is written as it stands: the
// caller has put there where the other side can fetch the paper, or nothing. Tombstoned elements
// are left out where the portal has no word for them.
Encoded EncodeDossier(const dossier::v1::Dossier& dossier, const EncodeOptions& options);

// HoSoBoSungId of a round.
int64_t RoundNumberOf(std::string_view id, const ElementIds& ids);

// The mandatory fields that a record lacks at its status, and those that may not be there.
// Mandatory is what the schema says, and of the dates: NgayNopHoSo with statuses 1 and 3,
// NgayTuChoi with 3, NgayNopHoSo or NgayTiepNhan with 5 and 7, NgayTiepNhan with all others.
std::vector<adapter::v1::ItemError> CheckRecord(const nlohmann::json& record);

// The error of a mandatory field that is not there.
adapter::v1::ItemError Missing(std::string_view name);

struct DecodeOptions {
  ElementIds ids = {};
};
struct DecodedDossier : Decoded {
  // All fields that could not be understood, in the packet's order; `error` is the first.
  std::vector<adapter::v1::ItemError> errors;
  // Names that the record has with a value, and the packet has not.
  std::vector<std::string> ignored;
};
// A record, whole or in part. Absent (and null) is not said, "" is cleared, an absent or empty list
// says nothing. Texts may come as numbers, codes and dates as numbers, flags as "True", "1", 1 or
// true. MaHoSo becomes `code` as it stands, SoBienNhan `receipt_number`. Papers of a supplement
// round are added to the dossier's papers, and its fee lines to the dossier's fees unless they are
// there (by MaPhiLePhi). A paper may carry `Base64` with a content token (content_token.h) in place
// of a link: it becomes the file's source.
DecodedDossier DecodeDossier(const nlohmann::json& record, const DecodeOptions& options);

// What the other side would hold of a dossier that was written there, steps included: texts cut,
// times in whole seconds, fields without a place left out, the dossier's status at steps that carry
// none. Element ids stay the gateway's.
adapter::v1::Representation Represent(const dossier::v1::Dossier& dossier);

// Schema paths that the two packets hold, sorted: `contact.phone`, `papers[].name`,
// `steps[].officer`.
const std::vector<std::string>& Fields();

// How the schema and the two packets correspond. It has no version of its own: it is the schema's.
adapter::v1::MappingDescription Describe();

// The portal's name of the field at a schema's path, for error texts: `TaiLieuNop[a1].DuocSoHoa`
// for `papers[a1].digitized`; the path itself where the portal has no name.
std::string NameOf(std::string_view path);

// A name that came from outside, fit for a log line and a message.
std::string PrintableName(std::string_view name);

// --- CapNhatTienDoHoSoMC ---

// One progress line. Required fields that are missing are an error. `status` is the dossier's, for
// a step that carries none.
Encoded EncodeStep(const dossier::v1::Step& step, std::string_view code,
                   dossier::v1::Status status);

struct DecodedStep {
  std::string code;                            // MaHoSo, as it stands
  dossier::v1::Step step;                      // without an id: the packet has none
  std::vector<adapter::v1::ItemError> errors;  // as DecodedDossier's, and what is missing
};
// Read as DecodeDossier reads, but that "" says nothing, since a line is only ever added, and what
// is mandatory must be there.
DecodedStep DecodeStep(const nlohmann::json& line);

// --- both ---

// The portal's wall time: yyyyMMddHHmmss, Asia/Ho_Chi_Minh.
const TimeFormat& WallTime();

}  // namespace lienthong::sdk::portal

#endif  // LIENTHONG_ADAPTERS_SDK_PORTAL_PACKETS_H_
