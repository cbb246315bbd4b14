// The example to copy: a counterpart that is two folders of JSON files. README.md tells the rules.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "adapters/folder/mapping.yaml.h"
#include "adapters/sdk/blocking.h"
#include "adapters/sdk/catalogue.h"
#include "adapters/sdk/mapping.h"
#include "adapters/sdk/settings.h"
#include "gateway/base/clock.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"

namespace lienthong::adapters::folder {
namespace {

namespace fs = std::filesystem;
namespace pb = ::lienthong::adapter::v1;
using nlohmann::json;

constexpr int kParallelCallsMax = 4;
constexpr size_t kItemsMax = 200;
constexpr size_t kNameCharsMax = 100;

// Keys become file names.
bool IsFileName(std::string_view key) {
  if (key.empty() || key.size() > kNameCharsMax || key.front() == '.') return false;
  return std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' ||
           c == '-' || c == '_';
  });
}

// An empty object when there is no such file or it is no JSON object.
json ReadJson(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  json parsed = json::parse(text, nullptr, /*allow_exceptions=*/false);
  return parsed.is_object() ? parsed : json::object();
}

bool Sync(const fs::path& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool ok = file >= 0 && fsync(file) == 0;
  if (file >= 0) close(file);
  return ok;
}

// Durable when it returns true: a crash leaves the old file or the new one.
bool WriteJson(const fs::path& path, const json& record) {
  const fs::path draft = path.string() + ".new";
  {
    std::ofstream out(draft, std::ios::binary | std::ios::trunc);
    out << record.dump(2) << '\n';
    if (!out.flush()) return false;
  }
  std::error_code error;
  if (!Sync(draft)) return false;
  fs::rename(draft, path, error);
  return !error && Sync(path.parent_path());
}

// Fields replace, objects and list elements (by id) are merged; what is not named stays.
void Merge(json& into, const json& patch) {
  for (const auto& [name, value] : patch.items()) {
    json& target = into[name];
    if (value.is_object() && target.is_object()) {
      Merge(target, value);
    } else if (value.is_array() && target.is_array()) {
      for (const json& element : value) {
        const auto same = std::find_if(target.begin(), target.end(), [&element](const json& old) {
          return old.is_object() && old.value("id", json()) == element.at("id");
        });
        same == target.end() ? target.push_back(element) : Merge(*same, element);
      }
    } else {
      target = value;
    }
  }
}

class FolderAdapter final : public sdk::BlockingAdapter {
 public:
  FolderAdapter(const fs::path& directory, sdk::Mapping mapping, const Clock& clock)
      : BlockingAdapter({.threads = kParallelCallsMax + 2}, clock),
        in_(directory / "in"),
        out_(directory / "out"),
        mapping_(std::move(mapping)) {
    for (const std::string& path : mapping_.fields()) capabilities_.add_fields(path);
    capabilities_.set_patch(true);
    capabilities_.set_read_back(true);
    capabilities_.set_batch_items_max(1);
    capabilities_.set_parallel_calls_max(kParallelCallsMax);
  }

  const pb::Capabilities& capabilities() const override { return capabilities_; }
  pb::Representation Represent(const dossier::v1::Dossier& dossier) const override {
    return mapping_.Represent(dossier);
  }

 private:
  absl::Status StartNow() override {
    std::error_code error;
    fs::create_directories(in_, error);
    if (!error) fs::create_directories(out_, error);
    return error ? absl::UnavailableError(error.message()) : absl::OkStatus();
  }

  absl::StatusOr<pb::ProbeReply> ProbeNow(absl::Time) override {
    std::error_code error;
    if (!fs::is_directory(in_, error)) return absl::UnavailableError("no folder `in`");
    return pb::ProbeReply();
  }

  // The token is the name of the last file read.
  absl::StatusOr<pb::PullReply> PullNow(const pb::PullRequest& request, absl::Time) override {
    std::set<std::string> names;
    std::error_code error;
    for (fs::directory_iterator it(in_, error), end; !error && it != end; it.increment(error)) {
      const std::string name = it->path().filename().string();
      if (absl::EndsWith(name, ".json") && name > request.token()) names.insert(name);
    }
    if (error) return absl::UnavailableError(StrCat("folder `in`: ", error.message()));
    const size_t asked =
        request.items_max() > 0 ? static_cast<size_t>(request.items_max()) : kItemsMax;
    pb::PullReply reply;
    reply.set_token(request.token());
    for (const std::string& name : names) {
      if (static_cast<size_t>(reply.items_size()) == std::min(asked, kItemsMax)) break;
      *reply.add_items() = ToItem(ReadJson(in_ / name), 0);
      reply.set_token(name);
    }
    reply.set_more(static_cast<size_t>(reply.items_size()) < names.size());
    return reply;
  }

  absl::StatusOr<pb::DeliverReply> DeliverNow(const pb::DeliverRequest& request,
                                              absl::Time) override {
    pb::DeliverReply reply;
    for (const pb::OutboundItem& item : request.items()) *reply.add_outcomes() = DeliverItem(item);
    return reply;
  }

  absl::StatusOr<pb::LookUpReply> LookUpNow(const pb::LookUpRequest& request, absl::Time) override {
    pb::LookUpReply reply;
    for (const pb::LookUpRequest::Key& asked : request.keys()) {
      pb::LookUpReply::Record& record = *reply.add_records();
      const std::string& key = asked.key().empty() ? asked.code() : asked.key();
      std::error_code error;
      record.set_found(IsFileName(key) && fs::is_regular_file(out_ / (key + ".json"), error));
      if (record.found()) *record.mutable_item() = ToItem(ReadJson(out_ / (key + ".json")), 0);
    }
    return reply;
  }

  pb::ItemOutcome DeliverItem(const pb::OutboundItem& item) const {
    pb::ItemOutcome outcome;
    outcome.set_delivery_id(item.delivery_id());
    const std::string& key = item.key().empty() ? item.dossier().code() : item.key();
    const sdk::Encoded encoded =
        mapping_.Encode(item.dossier(), {item.cleared().begin(), item.cleared().end()});
    if (encoded.error || !IsFileName(key)) {
      outcome.set_outcome(pb::OUTCOME_REJECTED);
      outcome.set_field(encoded.error ? encoded.error->field() : "key");
      outcome.set_reason(encoded.error ? encoded.error->reason() : "cannot be a file name");
      return outcome;
    }
    const fs::path path = out_ / (key + ".json");
    json record = ReadJson(path);
    Merge(record, encoded.record);
    record["key"] = key;
    // A failed write says nothing about what the disk holds now: UNKNOWN, the gateway reads it
    // back.
    outcome.set_outcome(WriteJson(path, record) ? pb::OUTCOME_APPLIED : pb::OUTCOME_UNKNOWN);
    outcome.set_key(key);
    return outcome;
  }

  pb::InboundItem ToItem(const json& record, int64_t version) const {
    pb::InboundItem item;
    item.set_version(version);
    const auto key = record.find("key");
    if (key != record.end() && key->is_string()) item.set_key(key->get<std::string>());
    sdk::Decoded decoded = mapping_.Decode(record);
    if (!IsFileName(item.key())) {
      decoded.error.emplace().set_field("key");
      decoded.error->set_reason("expected a key that can be a file name");
    }
    if (decoded.error) {
      item.set_raw(record.dump());
      *item.mutable_error() = *decoded.error;
      return item;
    }
    *item.mutable_dossier() = std::move(decoded.dossier);
    for (std::string& path : decoded.cleared) *item.add_cleared() = std::move(path);
    return item;
  }

  const fs::path in_;
  const fs::path out_;
  const sdk::Mapping mapping_;
  pb::Capabilities capabilities_;
};

absl::StatusOr<std::unique_ptr<sdk::Adapter>> Make(const sdk::Settings& settings) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::string directory, settings.Text("directory"));
  LIENTHONG_ASSIGN_OR_RETURN(
      sdk::Mapping mapping,
      sdk::Mapping::Parse(embedded::kMappingYaml, "adapters/folder/mapping.yaml"));
  LIENTHONG_RETURN_IF_ERROR(settings.CheckAllUsed());
  return std::make_unique<FolderAdapter>(directory, std::move(mapping), Clock::Real());
}

}  // namespace

void Register(sdk::AdapterCatalogue& catalogue) {
  catalogue.Add({.name = "folder",
                 .maturity = sdk::Maturity::kExample,
                 .trusts_far_side = true,
                 .make = Make});
}

}  // namespace lienthong::adapters::folder
