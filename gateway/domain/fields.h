#ifndef LIENTHONG_GATEWAY_DOMAIN_FIELDS_H_
#define LIENTHONG_GATEWAY_DOMAIN_FIELDS_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "lienthong/dossier/v1/dossier.pb.h"
#include "lienthong/options/v1/options.pb.h"

namespace lienthong::domain {

// A dossier seen as single fields: path -> value as text. Merge, shadows, echoes and comparisons
// work on this view; the message keeps what the view does not know (unknown protobuf fields).
//
// Paths: `contact.phone`; an element of a list by its id, `steps[nv-7].content`. Elements without
// an id have no path. Values: text as it is, integers and enums in decimal, booleans
// `true`/`false`, instants RFC 3339 in UTC (`2026-03-02T01:15:00Z`), lists of text joined by
// U+001F.
using FieldMap = std::map<std::string, std::string, std::less<>>;

// All set fields. `id` of an element is not a field of its own.
FieldMap Flatten(const dossier::v1::Dossier& dossier);
// The paths of Flatten whose value is not empty text, without the cost of the values.
absl::flat_hash_set<std::string> SaidPaths(const dossier::v1::Dossier& dossier);

// The value at a path, or nothing when it is not set or when there is no such path.
std::optional<std::string> GetField(const dossier::v1::Dossier& dossier, std::string_view path);
// Sets a path, making its element when it is not there. InvalidArgument names the path and what was
// expected.
absl::Status SetField(dossier::v1::Dossier& dossier, std::string_view path, std::string_view value);
// Clears a path. Clearing what is not set is no error.
absl::Status ClearField(dossier::v1::Dossier& dossier, std::string_view path);

// A path taken apart: `steps[nv-7].content` -> {list "steps", element "nv-7", rest "content"}.
struct PathParts {
  std::string_view list;     // empty for a path outside lists
  std::string_view element;  // empty for a path outside lists
  std::string_view rest;
};
PathParts SplitPath(std::string_view path);

// What the schema says about the field at a path: its own rules, with the owner taken from the
// nearest enclosing field that names one. Nothing when there is no such path.
const options::v1::FieldRules* RulesOf(std::string_view path);

// All paths of the schema, list elements written with an empty id (`steps[].content`).
const std::vector<std::string>& SchemaPaths();

}  // namespace lienthong::domain

#endif  // LIENTHONG_GATEWAY_DOMAIN_FIELDS_H_
