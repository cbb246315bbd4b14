#include "adapters/sdk/mapping_plan.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "adapters/sdk/code_tables.h"
#include "adapters/sdk/mapping_describe.h"
#include "adapters/sdk/schema_path.h"
#include "adapters/sdk/yaml_reader.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::sdk {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr std::string_view kVersion = "1";
constexpr int kCharsMaxMax = 1'000'000;
constexpr const char* kDigestPath = "file.sha256";

const std::map<std::string_view, ValueType> kTypes = {{"text", ValueType::kText},
                                                      {"code", ValueType::kCode},
                                                      {"flag", ValueType::kFlag},
                                                      {"time", ValueType::kTime},
                                                      {"integer", ValueType::kInteger},
                                                      {"json_bool", ValueType::kJsonBool},
                                                      {"json_number", ValueType::kJsonNumber}};

class PlanBuilder {
 public:
  PlanBuilder(std::string_view file, int64_t inline_bytes_max)
      : reader_(file), tables_(reader_), inline_bytes_max_(inline_bytes_max) {}

  absl::StatusOr<std::shared_ptr<const MappingPlan>> Build(std::string_view yaml);

 private:
  absl::Status ReadHead(const YamlReader::Map& map, const YAML::Node& root);
  absl::Status ReadLists(const YAML::Node& node);
  absl::Status ReadList(const YAML::Node& node);
  absl::Status ReadContent(const YAML::Node& node, const Descriptor& element, ListPlan& plan);
  absl::Status ReadElements(const YAML::Node& node);
  absl::Status ReadElement(const YAML::Node& node);
  absl::Status ReadConstants(const YAML::Node& node, const Descriptor& message, ElementPlan& plan);
  absl::Status ReadIgnored(const YAML::Node& node);
  // Fields below `message`; `prefix` is where it stands in the schema, e.g. `steps[].`.
  absl::StatusOr<std::vector<FieldPlan>> ReadFields(const YAML::Node& node,
                                                    const Descriptor& message,
                                                    std::string_view prefix, const Chain& above);
  absl::StatusOr<FieldPlan> ReadField(const YAML::Node& node, const Descriptor& message);
  absl::Status ReadChars(const YamlReader::Map& map, FieldPlan& plan);
  absl::StatusOr<const CodeTable*> ReadTable(const YamlReader::Map& map, const YAML::Node& owner,
                                             const FieldPlan& plan);
  absl::StatusOr<std::vector<std::string>> ReadPointer(const YAML::Node& node);
  absl::Status AddPlace(const YAML::Node& node, Place& root, const std::vector<std::string>& keys,
                        const Place& leaf);
  void Cover(const Chain& above, const FieldPlan& field, std::string_view prefix);

  YamlReader reader_;
  std::shared_ptr<MappingPlan> plan_;
  CodeTableReader tables_;
  const int64_t inline_bytes_max_;
};

absl::StatusOr<std::shared_ptr<const MappingPlan>> PlanBuilder::Build(std::string_view yaml) {
  LIENTHONG_ASSIGN_OR_RETURN(const YAML::Node root, reader_.Load(yaml));
  LIENTHONG_ASSIGN_OR_RETURN(
      YamlReader::Map map,
      reader_.Entries(root, "mapping",
                      {"version", "edition", "element_key", "times", "empty", "cleared_as", "codes",
                       "fields", "lists", "elements", "ignore"}));
  LIENTHONG_RETURN_IF_ERROR(ReadHead(map, root));
  plan_->digest = Sha256(yaml);
  if (map.contains("codes")) LIENTHONG_RETURN_IF_ERROR(tables_.Load(map["codes"]));
  if (!map.contains("fields")) return reader_.Error(root, "fields", "missing");
  const Descriptor& dossier = *dossier::v1::Dossier::descriptor();
  LIENTHONG_ASSIGN_OR_RETURN(plan_->fields, ReadFields(map["fields"], dossier, "", {}));
  const std::vector<YAML::Node> nodes(map["fields"].begin(), map["fields"].end());
  for (size_t i = 0; i < plan_->fields.size(); ++i) {
    LIENTHONG_RETURN_IF_ERROR(AddPlace(nodes[i], plan_->root, plan_->fields[i].keys,
                                       {.kind = Place::Kind::kField, .index = i}));
  }
  if (map.contains("lists")) LIENTHONG_RETURN_IF_ERROR(ReadLists(map["lists"]));
  if (map.contains("elements")) LIENTHONG_RETURN_IF_ERROR(ReadElements(map["elements"]));
  if (map.contains("ignore")) LIENTHONG_RETURN_IF_ERROR(ReadIgnored(map["ignore"]));
  LIENTHONG_RETURN_IF_ERROR(tables_.CheckAllUsed());
  plan_->tables = tables_.Take();
  std::sort(plan_->paths.begin(), plan_->paths.end());
  plan_->paths.erase(std::unique(plan_->paths.begin(), plan_->paths.end()), plan_->paths.end());
  return plan_;
}

absl::Status PlanBuilder::ReadHead(const YamlReader::Map& map, const YAML::Node& root) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::string version, reader_.Text(map, root, "version"));
  if (version != kVersion) {
    return reader_.Error(map.at("version"), "version", StrCat("expected ", kVersion));
  }
  if (!map.contains("times")) return reader_.Error(root, "times", "missing");
  const YAML::Node& times = map.at("times");
  LIENTHONG_ASSIGN_OR_RETURN(const YamlReader::Map entries,
                             reader_.Entries(times, "times", {"format", "zone"}));
  LIENTHONG_ASSIGN_OR_RETURN(const std::string format, reader_.Text(entries, times, "format"));
  LIENTHONG_ASSIGN_OR_RETURN(const std::string zone, reader_.Text(entries, times, "zone"));
  absl::StatusOr<TimeFormat> parsed = TimeFormat::Parse(format, zone);
  if (!parsed.ok()) return reader_.Error(times, "times", ToStd(parsed.status().message()));
  plan_ = std::make_shared<MappingPlan>(*std::move(parsed));
  plan_->inline_bytes_max = inline_bytes_max_;
  LIENTHONG_ASSIGN_OR_RETURN(plan_->edition, reader_.Text(map, "edition", ""));
  LIENTHONG_ASSIGN_OR_RETURN(plan_->element_key, reader_.Text(map, root, "element_key"));
  LIENTHONG_ASSIGN_OR_RETURN(const std::string empty, reader_.Text(map, "empty", "clears"));
  if (empty != "clears" && empty != "ignored") {
    return reader_.Error(map.at("empty"), "empty", "expected clears or ignored");
  }
  LIENTHONG_ASSIGN_OR_RETURN(const std::string cleared, reader_.Text(map, "cleared_as", "text"));
  if (cleared != "text" && cleared != "null") {
    return reader_.Error(map.at("cleared_as"), "cleared_as", "expected text or null");
  }
  plan_->empty_clears = empty == "clears";
  plan_->cleared_as_null = cleared == "null";
  return absl::OkStatus();
}

absl::StatusOr<std::vector<FieldPlan>> PlanBuilder::ReadFields(const YAML::Node& node,
                                                               const Descriptor& message,
                                                               std::string_view prefix,
                                                               const Chain& above) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<YAML::Node> items, reader_.Items(node, "fields"));
  std::vector<FieldPlan> plans;
  for (const YAML::Node& item : items) {
    LIENTHONG_ASSIGN_OR_RETURN(FieldPlan plan, ReadField(item, message));
    for (const FieldPlan& other : plans) {
      if (other.path == plan.path) return reader_.Error(item, plan.path, "mapped twice");
    }
    plan.sensitive = plan.sensitive || IsSensitive(above);
    Cover(above, plan, prefix);
    plans.push_back(std::move(plan));
  }
  return plans;
}

absl::StatusOr<FieldPlan> PlanBuilder::ReadField(const YAML::Node& node,
                                                 const Descriptor& message) {
  LIENTHONG_ASSIGN_OR_RETURN(
      const YamlReader::Map map,
      reader_.Entries(node, "fields", {"path", "pointer", "type", "table", "chars"}));
  FieldPlan plan;
  LIENTHONG_ASSIGN_OR_RETURN(plan.path, reader_.Text(map, node, "path"));
  absl::StatusOr<Chain> chain = ResolvePath(message, plan.path);
  if (!chain.ok()) return reader_.Error(node, plan.path, ToStd(chain.status().message()));
  plan.chain = *std::move(chain);
  LIENTHONG_ASSIGN_OR_RETURN(const std::string type, reader_.Text(map, node, "type"));
  const auto known = kTypes.find(type);
  if (known == kTypes.end()) {
    return reader_.Error(map.at("type"), "type",
                         "expected text, code, flag, time, integer, json_bool or json_number");
  }
  plan.type = known->second;
  if (!Fits(plan.type, *plan.chain.back())) {
    return reader_.Error(
        map.at("type"), plan.path,
        StrCat("type ", type, " does not fit a field of ", DescribeKind(*plan.chain.back())));
  }
  if (!map.contains("pointer")) return reader_.Error(node, "pointer", "missing");
  LIENTHONG_ASSIGN_OR_RETURN(plan.keys, ReadPointer(map.at("pointer")));
  plan.name = absl::StrJoin(plan.keys, ".");
  plan.sensitive = IsSensitive(plan.chain);
  LIENTHONG_RETURN_IF_ERROR(ReadChars(map, plan));
  LIENTHONG_ASSIGN_OR_RETURN(plan.table, ReadTable(map, node, plan));
  return plan;
}

absl::Status PlanBuilder::ReadChars(const YamlReader::Map& map, FieldPlan& plan) {
  const auto it = map.find("chars");
  if (it == map.end()) return absl::OkStatus();
  LIENTHONG_ASSIGN_OR_RETURN(const std::string text, reader_.Text(it->second, "chars"));
  int chars = 0;
  if (!absl::SimpleAtoi(text, &chars) || chars < 1 || chars > kCharsMaxMax) {
    return reader_.Error(it->second, "chars", StrCat("expected 1 to ", kCharsMaxMax));
  }
  if (plan.type != ValueType::kText) {
    return reader_.Error(it->second, "chars", "only a text has a bound");
  }
  plan.chars_max = static_cast<size_t>(chars);
  return absl::OkStatus();
}

absl::StatusOr<const CodeTable*> PlanBuilder::ReadTable(const YamlReader::Map& map,
                                                        const YAML::Node& owner,
                                                        const FieldPlan& plan) {
  const auto it = map.find("table");
  if (plan.type != ValueType::kCode && plan.type != ValueType::kFlag) {
    if (it != map.end()) return reader_.Error(it->second, "table", "only code and flag have one");
    return nullptr;
  }
  if (it == map.end() && plan.type == ValueType::kFlag) return &PlainFlags();
  LIENTHONG_ASSIGN_OR_RETURN(const std::string name, reader_.Text(map, owner, "table"));
  return tables_.Find(it->second, name, *plan.chain.back());
}

absl::StatusOr<std::vector<std::string>> PlanBuilder::ReadPointer(const YAML::Node& node) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::string text, reader_.Text(node, "pointer"));
  std::vector<std::string> keys = absl::StrSplit(text, '/');
  if (keys.size() < 2 || !keys.front().empty()) {
    return reader_.Error(node, "pointer", "expected a JSON pointer such as /Email");
  }
  keys.erase(keys.begin());
  for (std::string& key : keys) {
    if (key.empty()) return reader_.Error(node, "pointer", "has an empty step");
    key = absl::StrReplaceAll(key, {{"~1", "/"}, {"~0", "~"}});
  }
  return keys;
}

absl::Status PlanBuilder::AddPlace(const YAML::Node& node, Place& root,
                                   const std::vector<std::string>& keys, const Place& leaf) {
  Place* at = &root;
  for (size_t i = 0; i < keys.size(); ++i) {
    const bool last = i + 1 == keys.size();
    const auto [it, added] = at->places.emplace(keys[i], last ? leaf : Place());
    if (!added && (last || it->second.kind != Place::Kind::kObject)) {
      return reader_.Error(node, StrCat("/", absl::StrJoin(keys, "/")),
                           "this place in the record is already taken");
    }
    at = &it->second;
  }
  return absl::OkStatus();
}

absl::Status PlanBuilder::ReadLists(const YAML::Node& node) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<YAML::Node> items, reader_.Items(node, "lists"));
  for (const YAML::Node& item : items) LIENTHONG_RETURN_IF_ERROR(ReadList(item));
  return absl::OkStatus();
}

absl::Status PlanBuilder::ReadList(const YAML::Node& node) {
  LIENTHONG_ASSIGN_OR_RETURN(
      YamlReader::Map map,
      reader_.Entries(node, "lists", {"path", "pointer", "content", "fields"}));
  ListPlan plan;
  LIENTHONG_ASSIGN_OR_RETURN(plan.path, reader_.Text(map, node, "path"));
  absl::StatusOr<Chain> chain = ResolveListPath(plan.path);
  if (!chain.ok()) return reader_.Error(node, plan.path, ToStd(chain.status().message()));
  plan.chain = *std::move(chain);
  for (const ListPlan& other : plan_->lists) {
    if (other.path == plan.path) return reader_.Error(node, plan.path, "mapped twice");
  }
  if (!map.contains("pointer")) return reader_.Error(node, "pointer", "missing");
  LIENTHONG_ASSIGN_OR_RETURN(plan.keys, ReadPointer(map["pointer"]));
  plan.name = absl::StrJoin(plan.keys, ".");
  const Descriptor& element = *plan.chain.back()->message_type();
  plan.id = element.FindFieldByName("id");
  if (!map.contains("fields")) return reader_.Error(node, "fields", "missing");
  LIENTHONG_ASSIGN_OR_RETURN(
      plan.fields, ReadFields(map["fields"], element, StrCat(plan.path, "[]."), plan.chain));
  if (map.contains("content")) {
    LIENTHONG_RETURN_IF_ERROR(ReadContent(map["content"], element, plan));
  }
  plan.removed = element.FindFieldByName("removed");
  for (size_t i = 0; i < plan.fields.size(); ++i) {
    if (plan.fields[i].chain.back() == plan.removed) plan.removed = nullptr;
    LIENTHONG_RETURN_IF_ERROR(
        AddPlace(node, plan.root, plan.fields[i].keys, {.kind = Place::Kind::kField, .index = i}));
  }
  LIENTHONG_RETURN_IF_ERROR(
      AddPlace(node, plan.root, {plan_->element_key}, {.kind = Place::Kind::kIgnored}));
  LIENTHONG_RETURN_IF_ERROR(AddPlace(node, plan_->root, plan.keys,
                                     {.kind = Place::Kind::kList, .index = plan_->lists.size()}));
  plan_->lists.push_back(std::move(plan));
  return absl::OkStatus();
}

// Its digest is a field of the record only where the content goes there: it is how the counterpart
// tells that it has the content.
absl::Status PlanBuilder::ReadContent(const YAML::Node& node, const Descriptor& element,
                                      ListPlan& plan) {
  LIENTHONG_ASSIGN_OR_RETURN(YamlReader::Map map,
                             reader_.Entries(node, "content", {"pointer", "sha256"}));
  FieldPlan digest = {.path = kDigestPath, .chain = {}, .keys = {}, .name = {}};
  absl::StatusOr<Chain> chain = ResolvePath(element, digest.path);
  if (!chain.ok()) return reader_.Error(node, "content", "only papers and results have content");
  digest.chain = *std::move(chain);
  for (const FieldPlan& other : plan.fields) {
    if (other.path == digest.path) return reader_.Error(node, digest.path, "mapped twice");
  }
  for (const char* key : {"pointer", "sha256"}) {
    if (!map.contains(key)) return reader_.Error(node, key, "missing");
  }
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<std::string> keys, ReadPointer(map["pointer"]));
  LIENTHONG_ASSIGN_OR_RETURN(digest.keys, ReadPointer(map["sha256"]));
  LIENTHONG_RETURN_IF_ERROR(AddPlace(node, plan.root, keys, {.kind = Place::Kind::kIgnored}));
  if (inline_bytes_max_ == 0) {
    return AddPlace(node, plan.root, digest.keys, {.kind = Place::Kind::kIgnored});
  }
  plan.content_keys = keys;
  digest.name = absl::StrJoin(digest.keys, ".");
  Cover(plan.chain, digest, StrCat(plan.path, "[]."));
  plan.fields.push_back(std::move(digest));
  return absl::OkStatus();
}

absl::Status PlanBuilder::ReadElements(const YAML::Node& node) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<YAML::Node> items, reader_.Items(node, "elements"));
  for (const YAML::Node& item : items) LIENTHONG_RETURN_IF_ERROR(ReadElement(item));
  return absl::OkStatus();
}

absl::Status PlanBuilder::ReadElement(const YAML::Node& node) {
  LIENTHONG_ASSIGN_OR_RETURN(
      YamlReader::Map map,
      reader_.Entries(node, "elements", {"path", "id", "constants", "fields"}));
  ElementPlan plan;
  LIENTHONG_ASSIGN_OR_RETURN(plan.path, reader_.Text(map, node, "path"));
  absl::StatusOr<Chain> chain = ResolveListPath(plan.path);
  if (!chain.ok()) return reader_.Error(node, plan.path, ToStd(chain.status().message()));
  plan.chain = *std::move(chain);
  LIENTHONG_ASSIGN_OR_RETURN(plan.id_value, reader_.Text(map, node, "id"));
  const Descriptor& element = *plan.chain.back()->message_type();
  plan.id = element.FindFieldByName("id");
  if (map.contains("constants")) {
    LIENTHONG_RETURN_IF_ERROR(ReadConstants(map["constants"], element, plan));
  }
  if (!map.contains("fields")) return reader_.Error(node, "fields", "missing");
  LIENTHONG_ASSIGN_OR_RETURN(
      plan.fields, ReadFields(map["fields"], element, StrCat(plan.path, "[]."), plan.chain));
  for (size_t i = 0; i < plan.fields.size(); ++i) {
    LIENTHONG_RETURN_IF_ERROR(AddPlace(
        node, plan_->root, plan.fields[i].keys,
        {.kind = Place::Kind::kElementField, .index = plan_->elements.size(), .field = i}));
  }
  plan_->elements.push_back(std::move(plan));
  return absl::OkStatus();
}

absl::Status PlanBuilder::ReadConstants(const YAML::Node& node, const Descriptor& message,
                                        ElementPlan& plan) {
  LIENTHONG_ASSIGN_OR_RETURN(const YamlReader::Map map, reader_.Entries(node, "constants", {}));
  for (const auto& [name, value] : map) {
    ElementPlan::Constant constant = {.field = message.FindFieldByName(name), .text = {}};
    LIENTHONG_ASSIGN_OR_RETURN(const std::string text, reader_.Text(value, name));
    if (constant.field == nullptr || constant.field->is_repeated() || name == "id") {
      return reader_.Error(value, name, StrCat("no such field of ", message.full_name()));
    }
    if (constant.field->enum_type() != nullptr) {
      const auto* known = constant.field->enum_type()->FindValueByName(text);
      if (known == nullptr) return reader_.Error(value, name, "no such value of its enum");
      constant.number = known->number();
    } else if (constant.field->type() == FieldDescriptor::TYPE_STRING) {
      constant.text = text;
    } else {
      return reader_.Error(value, name, "a constant is a text or an enum value");
    }
    FieldPlan covered = {.path = name, .chain = {constant.field}, .keys = {}, .name = {}};
    Cover(plan.chain, covered, StrCat(plan.path, "[]."));
    plan.constants.push_back(std::move(constant));
  }
  return absl::OkStatus();
}

absl::Status PlanBuilder::ReadIgnored(const YAML::Node& node) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<YAML::Node> items, reader_.Items(node, "ignore"));
  for (const YAML::Node& item : items) {
    LIENTHONG_ASSIGN_OR_RETURN(const std::vector<std::string> keys, ReadPointer(item));
    LIENTHONG_RETURN_IF_ERROR(AddPlace(item, plan_->root, keys, {.kind = Place::Kind::kIgnored}));
  }
  return absl::OkStatus();
}

void PlanBuilder::Cover(const Chain& above, const FieldPlan& field, std::string_view prefix) {
  CoverNode* at = &plan_->cover;
  for (const FieldDescriptor* step : above) at = &at->children[step];
  for (const FieldDescriptor* step : field.chain) at = &at->children[step];
  plan_->paths.push_back(StrCat(prefix, field.path));
}

}  // namespace

absl::StatusOr<std::shared_ptr<const MappingPlan>> ParsePlan(std::string_view yaml,
                                                             std::string_view file,
                                                             int64_t inline_bytes_max) {
  return PlanBuilder(file, inline_bytes_max).Build(yaml);
}

}  // namespace lienthong::sdk
