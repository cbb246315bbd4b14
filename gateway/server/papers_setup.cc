#include "gateway/server/papers_setup.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/server/tls.h"

namespace lienthong {
namespace {

constexpr std::string_view kMemoryStore = "memory:";
constexpr std::string_view kSqliteStore = "sqlite:";
constexpr std::string_view kFolderName = "files";
constexpr int kHttpOk = 200;
constexpr int kHttpNotFound = 404;
constexpr absl::Duration kHandOutTime = absl::Seconds(10);

// Empty: a temporary one.
absl::StatusOr<std::string> FolderOf(const ConfigFile& config) {
  const std::string_view url = config.config().store().url();
  if (IsMemoryStore(config.config())) return std::string();
  if (!config.config().files().directory().empty()) return config.config().files().directory();
  if (url.starts_with(kSqliteStore)) {
    const std::filesystem::path database(url.substr(kSqliteStore.size()));
    return (database.parent_path() / kFolderName).string();
  }
  return config.Problem("files.directory", "missing; expected a folder, since this store has none");
}

absl::StatusOr<files::SourceOptions> SourceOf(const ConfigFile& config, int index) {
  const config::v1::FileSourceConfig& source = config.config().files().sources(index);
  files::SourceOptions options;
  options.url_prefix = source.url_prefix();
  if (!source.ca_file().empty()) {
    const std::string key = StrCat("files.sources[", index, "].ca_file");
    LIENTHONG_RETURN_IF_ERROR(CheckAuthorities(config, key, source.ca_file()));
    LIENTHONG_ASSIGN_OR_RETURN(options.ca_file, config.FileNamedBy(key, source.ca_file()));
  }
  if (source.retry_min_ms() > 0) options.retry_min = absl::Milliseconds(source.retry_min_ms());
  if (source.retry_max_ms() > 0) options.retry_max = absl::Milliseconds(source.retry_max_ms());
  options.retry_max = std::max(options.retry_max, options.retry_min);
  if (source.dead_after_seconds() > 0) {
    options.dead_after = absl::Seconds(source.dead_after_seconds());
  }
  return options;
}

http::Response ToResponse(files::PaperAnswer answer) {
  if (answer.http_status == kHttpNotFound) return http::Refusal({kHttpNotFound, "no such paper"});
  if (answer.http_status != kHttpOk) {
    return http::Refusal({answer.http_status, "the paper cannot be read now"});
  }
  http::Response response;
  response.content_type = std::move(answer.content_type);
  response.headers = std::move(answer.headers);
  response.content = std::move(answer.body);
  return response;
}

}  // namespace

bool IsMemoryStore(const config::v1::GatewayConfig& config) {
  return std::string_view(config.store().url()).starts_with(kMemoryStore);
}

absl::StatusOr<std::unique_ptr<files::Papers>> PreparePapers(const ConfigFile& config,
                                                             const Clock& clock) {
  const config::v1::FilesConfig& configured = config.config().files();
  files::PapersOptions options;
  LIENTHONG_ASSIGN_OR_RETURN(options.directory, FolderOf(config));
  if (!config.config().listen().https().empty()) options.public_url = configured.public_url();
  if (configured.file_bytes_max() > 0) options.file_bytes_max = configured.file_bytes_max();
  for (int i = 0; i < configured.sources_size(); ++i) {
    LIENTHONG_ASSIGN_OR_RETURN(files::SourceOptions source, SourceOf(config, i));
    options.sources.push_back(std::move(source));
  }
  absl::StatusOr<std::unique_ptr<files::Papers>> papers =
      files::Papers::Make(std::move(options), clock);
  if (!papers.ok()) return config.Problem("files.sources", ToStd(papers.status().message()));
  return papers;
}

http::Route PapersRoute(files::Papers& papers) {
  http::Route route;
  route.method = "GET";
  route.prefix = "/papers/";
  route.timeout = kHandOutTime;
  route.handler = [&papers](const std::shared_ptr<const http::Request>& request,
                            const http::Answer& answer) {
    answer(ToResponse(papers.desk().Get(request->rest)));
  };
  return route;
}

}  // namespace lienthong
