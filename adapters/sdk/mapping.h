#ifndef LIENTHONG_ADAPTERS_SDK_MAPPING_H_
#define LIENTHONG_ADAPTERS_SDK_MAPPING_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "adapters/sdk/settings.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"
#include "lienthong/dossier/v1/dossier.pb.h"
#include "nlohmann/json.hpp"

namespace lienthong::sdk {

struct MappingPlan;

// A dossier as the counterpart's record.
struct Encoded {
  nlohmann::json record = nlohmann::json::object();
  // What the record cannot hold: cut texts, fields without a place.
  std::vector<adapter::v1::Loss> losses;
  // The first value that has no code there, by the record's field name; that field is left out of
  // the record. Such a record must not be sent: it would be a guess.
  std::optional<adapter::v1::ItemError> error;
};

// The counterpart's record as a dossier.
struct Decoded {
  dossier::v1::Dossier dossier;
  // Domain paths that the record reports as empty, e.g. `contact.email`, `steps[nv-7].content`.
  std::vector<std::string> cleared;
  // The first field that could not be understood, by the record's field name. `dossier` and
  // `cleared` then hold what was read before it and are of no use but for showing.
  std::optional<adapter::v1::ItemError> error;
};

// A paper whose content goes inline.
struct InlinePaper {
  std::string list;  // `papers` or `results`
  std::string id;
  std::string sha256;
};

// Which field of the counterpart's JSON record is which field of the dossier, and how its values
// are written there: data, read once from YAML (the format is told in README.md beside this file).
//
// Strict in both directions: Decode refuses unknown fields, wrong types, dates that do not exist,
// codes outside their table and list elements without an id; Encode refuses enum values without a
// code. Errors and losses name fields, never a personal value.
//
// Immutable: any thread; copies share their plan.
class Mapping {
 public:
  // InvalidArgument "FILE:LINE: KEY: what was expected". `file` is only for that text. Papers whose
  // content is not above `inline_bytes_max` go with it where the mapping has a place for it
  // (inline_papers.h); 0: none do.
  static absl::StatusOr<Mapping> Parse(std::string_view yaml, std::string_view file,
                                       int64_t inline_bytes_max = 0);
  // From the file that the settings name under `key`.
  static absl::StatusOr<Mapping> Load(const Settings& settings, std::string_view key,
                                      int64_t inline_bytes_max = 0);

  // The set fields of `dossier`, with `cleared` paths written as the system's empty value. Works
  // for whole dossiers and for patches alike: what is not set is not in the record.
  Encoded Encode(const dossier::v1::Dossier& dossier,
                 const std::vector<std::string>& cleared) const;
  // Reads a record, whole or partial.
  Decoded Decode(const nlohmann::json& record) const;
  // Decode(Encode(dossier)): what the counterpart would report back.
  adapter::v1::Representation Represent(const dossier::v1::Dossier& dossier) const;

  // A record that says of one paper its digest and its content.
  nlohmann::json EncodeContent(const InlinePaper& paper, std::string base64) const;
  // The most that goes inline of one paper of a list, by its path; 0 where nothing does.
  int64_t InlineBytesMax(std::string_view list) const;

  // How fields and codes correspond, with the file's own `edition` and its digest.
  adapter::v1::MappingDescription Describe() const;
  // Schema paths that are covered, sorted: `contact.phone`, `steps[].content`.
  const std::vector<std::string>& fields() const;
  // The system's own names of fields, lists and groups, each without what it stands in.
  std::set<std::string, std::less<>> names() const;

 private:
  explicit Mapping(std::shared_ptr<const MappingPlan> plan) : plan_(std::move(plan)) {}

  std::shared_ptr<const MappingPlan> plan_;
};

}  // namespace lienthong::sdk

#endif  // LIENTHONG_ADAPTERS_SDK_MAPPING_H_
