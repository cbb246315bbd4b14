#include "tests/conformance/adapter/target.h"

#include <filesystem>
#include <utility>

#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "adapters/register_all.h"
#include "adapters/sdk/catalogue.h"
#include "adapters/sdk/http_client.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "tests/support/environment.h"

namespace lienthong::sdk {
namespace {

using ::lienthong::testing::Environment;

constexpr absl::Duration kControlTimeout = absl::Seconds(10);

const AdapterCatalogue& Catalogue() {
  static const AdapterCatalogue& catalogue = *[] {
    auto* made = new AdapterCatalogue;
    RegisterAllAdapters(*made);
    return made;
  }();
  return catalogue;
}

}  // namespace

std::vector<std::string> AllTargets() {
  std::vector<std::string> names =
      absl::StrSplit(LIENTHONG_CONFORMANCE_VARIANTS, ',', absl::SkipEmpty());
  for (const AdapterCatalogue::Kind& kind : Catalogue().kinds()) names.push_back(kind.name);
  return names;
}

absl::StatusOr<std::unique_ptr<Target>> Target::Open(const std::string& name) {
  const std::string kind = name.substr(0, name.find('_'));
  std::unique_ptr<Target> target(new Target(kind));
  const std::string source = Environment("LIENTHONG_SOURCE_DIR");
  target->variables_ = {{"dir", target->folder_.path()},
                        {"source", source},
                        {"build", Environment("LIENTHONG_BUILD_DIR")}};
  const std::string path =
      StrCat(source, "/adapters/", kind, "/conformance", name.substr(kind.size()), ".yaml");
  try {
    LIENTHONG_RETURN_IF_ERROR(target->Read(YAML::LoadFile(path)));
  } catch (const YAML::Exception& e) {
    return absl::NotFoundError(StrCat(path, ": ", std::string(e.what()),
                                      "; tests/conformance/adapter/README.md has the format"));
  }
  return target;
}

absl::Status Target::Read(const YAML::Node& file) {
  for (const auto& entry : file["files"]) {
    folder_.Write(entry.first.as<std::string>(), entry.second.as<std::string>());
  }
  if (file["postgres"]) LIENTHONG_RETURN_IF_ERROR(StartPostgres(file["postgres"]));
  if (file["far_side"]) LIENTHONG_RETURN_IF_ERROR(StartFarSide(file));
  for (const auto& entry : file["settings"]) {
    settings_[entry.first.as<std::string>()] = Expand(entry.second.as<std::string>());
  }
  for (const YAML::Node& call : file["calls"]) {
    pb::ReceiveRequest& request = calls_.emplace_back();
    request.set_service(call["service"].as<std::string>());
    request.set_body(call["body"].as<std::string>());
  }
  for (const YAML::Node& kept : file["kept"]) {
    kept_.push_back({kept["key"].as<std::string>(), kept["bad"].as<std::string>(),
                     kept["field"].as<std::string>(), kept["good"].as<std::string>()});
  }
  if (const YAML::Node patience = file["patience"]) {
    patience_ = {.url = Expand(patience["url"].as<std::string>()),
                 .body = patience["body"].as<std::string>(),
                 .seconds = patience["seconds"].as<int64_t>()};
  }
  if (file["away"]) stands_for_far_side_ = Expand(file["away"].as<std::string>());
  return absl::OkStatus();
}

void Target::TakeFarSideAway() {
  far_side_.reset();
  if (postgres_ != nullptr) postgres_->Kill();
  if (!stands_for_far_side_.empty()) std::filesystem::remove_all(stands_for_far_side_);
}

std::optional<absl::Duration> Target::AskForPatience() const {
  if (!patience_) return std::nullopt;
  HttpClient::Options options;
  options.base_url = patience_->url;
  const auto client = HttpClient::Create(std::move(options), Clock::Real());
  if (!client.ok()) return absl::ZeroDuration();
  const HttpResponse asked =
      (*client)->Call({.method = "POST", .path = "", .body = patience_->body},
                      Clock::Real().Now() + kControlTimeout);
  return asked.code == 200 ? absl::Seconds(patience_->seconds) : absl::ZeroDuration();
}

absl::Status Target::StartPostgres(const YAML::Node& files) {
  LIENTHONG_ASSIGN_OR_RETURN(postgres_, lienthong::testing::PostgresServer::Start());
  for (const YAML::Node& file : files) {
    LIENTHONG_RETURN_IF_ERROR(
        postgres_->RunFile(StrCat(variables_["source"], "/", file.as<std::string>()),
                           /*variables=*/{{"gateway", "postgres"}}));
  }
  variables_["dsn"] = postgres_->Dsn();
  return absl::OkStatus();
}

absl::Status Target::StartFarSide(const YAML::Node& file) {
  std::vector<std::string> command;
  for (const YAML::Node& word : file["far_side"]) command.push_back(Expand(word.as<std::string>()));
  LIENTHONG_ASSIGN_OR_RETURN(
      far_side_, lienthong::testing::ChildProcess::Start(command, file["ready"].as<std::string>()));
  for (const auto& [name, value] : far_side_->words()) variables_[name] = value;
  return absl::OkStatus();
}

std::string Target::Expand(std::string text) const {
  for (const auto& [name, value] : variables_) {
    text = absl::StrReplaceAll(text, {{StrCat("${", name, "}"), value}});
  }
  return text;
}

absl::StatusOr<std::unique_ptr<Adapter>> Target::Make(
    const std::map<std::string, std::string>& changes) const {
  std::map<std::string, Settings::Entry> entries;
  int line = 0;
  for (const auto& [key, value] : settings_) entries[key] = {.value = value, .line = ++line};
  for (const auto& [key, value] : changes) {
    if (value.empty()) {
      entries.erase(key);
    } else {
      entries[key] = {.value = value, .line = ++line};
    }
  }
  static const NoFiles no_files;
  return Catalogue().Create(kind_, Settings(folder_.PathOf("links.yaml"), entries),
                            {.clock = Clock::Real(), .files = no_files});
}

}  // namespace lienthong::sdk
