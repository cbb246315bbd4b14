// The example to copy: a counterpart that is two folders of JSON files. README.md tells the rules.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "adapters/folder/mapping.yaml.h"
#include "adapters/sdk/blocking.h"
#include "adapters/sdk/catalogue.h"
#include "adapters/sdk/items.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"

namespace lienthong::adapters::folder {
namespace {

namespace fs = std::filesystem;
namespace pb = ::lienthong::adapter::v1;
using nlohmann::json;

constexpr int kParallelCallsMax = 4;
constexpr size_t kItemsMax = 200;
constexpr size_t kKeyCharsMax = 100;

// Keys become file names.
bool IsKey(std::string_view key) {
  return !key.empty() && key.size() <= kKeyCharsMax && key.front() != '.' &&
         std::ranges::all_of(key, [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '.' || c == '-' || c == '_';
         });
}

// An empty object when there is no such file or it is no JSON object.
json ReadJson(const fs::path& path) {
  std::ostringstream
      text;  // takes what cannot be read for nothing, where a stream of its own throws
  text << std::ifstream(path).rdbuf();
  json parsed = json::parse(text.str(), nullptr, /*allow_exceptions=*/false);
  return parsed.is_object() ? parsed : json::object();
}

bool Sync(const fs::path& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = file >= 0 && fsync(file) == 0;
  return file >= 0 && close(file) == 0 && synced;
}

// Durable when it returns true: a crash leaves the old file or the new one.
bool WriteJson(const fs::path& path, const json& record) {
  const fs::path draft = path.string() + ".new";
  std::ofstream out(draft);
  if (!(out << record.dump(2) << std::endl) || !Sync(draft)) return false;
  std::error_code error;
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
        const auto same = std::ranges::find(
            target, element.at("id"), [](const json& old) { return old.value("id", json()); });
        same == target.end() ? target.push_back(element) : Merge(*same, element);
      }
    } else {
      target = value;
    }
  }
}

class FolderAdapter final : public sdk::BlockingAdapter {
 public:
  FolderAdapter(const fs::path& directory, sdk::Mapping mapping)
      : BlockingAdapter({.threads = kParallelCallsMax + 2}, Clock::Real()),
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
  absl::StatusOr<pb::InboundItem> Interpret(const pb::InterpretRequest& request) const override {
    return sdk::InterpretJson(request, "key", [this](const json& kept) { return ToItem(kept); });
  }
  pb::MappingDescription DescribeMapping() const override { return mapping_.Describe(); }

 private:
  absl::Status StartNow() override {
    std::error_code error;
    if (fs::create_directories(in_, error); !error) fs::create_directories(out_, error);
    return error ? absl::UnavailableError(error.message()) : absl::OkStatus();
  }

  absl::StatusOr<pb::ProbeReply> ProbeNow(absl::Time) override {
    if (access(in_.c_str(), R_OK) != 0) return absl::UnavailableError("folder `in` is away");
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
    pb::PullReply reply;
    reply.set_token(request.token());
    for (const std::string& name : names) {
      if (static_cast<size_t>(reply.items_size()) ==
          std::min<size_t>(request.items_max(), kItemsMax))
        break;
      *reply.add_items() = ToItem(ReadJson(in_ / name));
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

  pb::ItemOutcome DeliverItem(const pb::OutboundItem& item) const {
    const std::string& id = item.delivery_id();
    const std::string& key = item.key().empty() ? item.dossier().code() : item.key();
    if (!IsKey(key)) {
      return sdk::MakeOutcome(id, pb::OUTCOME_REJECTED, "key", "cannot be a file name");
    }
    const sdk::Encoded encoded =
        mapping_.Encode(item.dossier(), {item.cleared().begin(), item.cleared().end()});
    if (encoded.error) return sdk::Rejected(id, *encoded.error);
    json record = ReadJson(FileOf(key));
    Merge(record, encoded.record);
    record["key"] = key;
    // A failed write says nothing about what the disk holds now: the gateway reads it back.
    const bool written = WriteJson(FileOf(key), record);
    auto outcome = sdk::MakeOutcome(id, written ? pb::OUTCOME_APPLIED : pb::OUTCOME_UNKNOWN);
    outcome.set_key(key);
    return outcome;
  }

  absl::StatusOr<pb::LookUpReply> LookUpNow(const pb::LookUpRequest& request, absl::Time) override {
    pb::LookUpReply reply;
    for (const pb::LookUpRequest::Key& asked : request.keys()) {
      pb::LookUpReply::Record& found = *reply.add_records();
      const std::string& key = asked.key().empty() ? asked.code() : asked.key();
      const json record = IsKey(key) ? ReadJson(FileOf(key)) : json::object();
      if (found.set_found(!record.empty()); found.found()) *found.mutable_item() = ToItem(record);
    }
    return reply;
  }

  fs::path FileOf(const std::string& key) const { return out_ / (key + ".json"); }

  pb::InboundItem ToItem(const json& record) const {
    const auto at = record.find("key");
    const std::string key = at != record.end() && at->is_string() ? at->get<std::string>() : "";
    return sdk::ToInboundItem(mapping_, IsKey(key) ? key : "", 0, record);
  }

  const fs::path in_;
  const fs::path out_;
  const sdk::Mapping mapping_;
  pb::Capabilities capabilities_;
};

absl::StatusOr<std::unique_ptr<sdk::Adapter>> Make(const sdk::Settings& settings,
                                                   const sdk::AdapterContext& /*context*/) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::string directory, settings.Text("directory"));
  LIENTHONG_ASSIGN_OR_RETURN(sdk::Mapping mapping,
                             sdk::Mapping::Parse(embedded::kMappingYaml, "folder/mapping.yaml"));
  LIENTHONG_RETURN_IF_ERROR(settings.CheckAllUsed());
  return std::make_unique<FolderAdapter>(directory, std::move(mapping));
}

}  // namespace

void Register(sdk::AdapterCatalogue& catalogue) {
  catalogue.Add({"folder", sdk::Maturity::kExample, /*trusts_far_side=*/true, Make});
}

}  // namespace lienthong::adapters::folder
