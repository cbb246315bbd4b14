#include "adapters/sdk/mapping.h"

#include <utility>

#include "adapters/sdk/mapping_decoder.h"
#include "adapters/sdk/mapping_describe.h"
#include "adapters/sdk/mapping_encoder.h"
#include "adapters/sdk/mapping_plan.h"
#include "gateway/base/errors.h"

namespace lienthong::sdk {
namespace {

void CollectNames(const Place& place, std::set<std::string, std::less<>>& names) {
  for (const auto& [name, below] : place.places) {
    names.insert(name);
    CollectNames(below, names);
  }
}

}  // namespace

absl::StatusOr<Mapping> Mapping::Parse(std::string_view yaml, std::string_view file,
                                       int64_t inline_bytes_max) {
  LIENTHONG_ASSIGN_OR_RETURN(std::shared_ptr<const MappingPlan> plan,
                             ParsePlan(yaml, file, inline_bytes_max));
  return Mapping(std::move(plan));
}

absl::StatusOr<Mapping> Mapping::Load(const Settings& settings, std::string_view key,
                                      int64_t inline_bytes_max) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::string path, settings.FilePath(key));
  LIENTHONG_ASSIGN_OR_RETURN(const std::string yaml, settings.FileContent(key));
  return Parse(yaml, path, inline_bytes_max);
}

Encoded Mapping::Encode(const dossier::v1::Dossier& dossier,
                        const std::vector<std::string>& cleared) const {
  MappingEncoder encoder(*plan_);
  encoder.Add(dossier);
  for (const std::string& path : cleared) encoder.Clear(path);
  return encoder.Take();
}

Decoded Mapping::Decode(const nlohmann::json& record) const {
  MappingDecoder decoder(*plan_);
  decoder.Read(record);
  return decoder.Take();
}

adapter::v1::Representation Mapping::Represent(const dossier::v1::Dossier& dossier) const {
  Encoded encoded = Encode(dossier, {});
  Decoded decoded = Decode(encoded.record);
  adapter::v1::Representation representation;
  *representation.mutable_dossier() = std::move(decoded.dossier);
  for (adapter::v1::Loss& loss : encoded.losses) {
    *representation.add_losses() = std::move(loss);
  }
  if (encoded.error) {
    *representation.mutable_error() = *std::move(encoded.error);
  } else if (decoded.error) {
    *representation.mutable_error() = *std::move(decoded.error);
  }
  return representation;
}

nlohmann::json Mapping::EncodeContent(const InlinePaper& paper, std::string base64) const {
  MappingEncoder encoder(*plan_);
  encoder.AddContent(paper, std::move(base64));
  return encoder.Take().record;
}

int64_t Mapping::InlineBytesMax(std::string_view list) const {
  for (const ListPlan& plan : plan_->lists) {
    if (plan.path == list && !plan.content_keys.empty()) return plan_->inline_bytes_max;
  }
  return 0;
}

adapter::v1::MappingDescription Mapping::Describe() const { return DescribePlan(*plan_); }

const std::vector<std::string>& Mapping::fields() const { return plan_->paths; }

std::set<std::string, std::less<>> Mapping::names() const {
  std::set<std::string, std::less<>> names;
  CollectNames(plan_->root, names);
  for (const ListPlan& list : plan_->lists) CollectNames(list.root, names);
  return names;
}

}  // namespace lienthong::sdk
