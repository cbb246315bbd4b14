#include "gateway/files/papers.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"

namespace lienthong::files {
namespace {

absl::StatusOr<std::string> MakeTemporaryFolder() {
  std::error_code error;
  std::string pattern =
      (std::filesystem::temp_directory_path(error) / "lienthong-papers.XXXXXX").string();
  if (error || mkdtemp(pattern.data()) == nullptr) {
    return absl::FailedPreconditionError(
        StrCat("no temporary folder can be made for papers: ", std::strerror(errno)));
  }
  return pattern;
}

}  // namespace

Papers::Papers(PapersOptions options, Sources sources)
    : options_(std::move(options)), addresses_(options_.public_url), sources_(std::move(sources)) {}

Papers::~Papers() {
  Stop();
  fetcher_.reset();
  std::error_code ignored;
  if (!temporary_folder_.empty()) std::filesystem::remove_all(temporary_folder_, ignored);
}

absl::StatusOr<std::unique_ptr<Papers>> Papers::Make(PapersOptions options, const Clock& clock) {
  LIENTHONG_ASSIGN_OR_RETURN(Sources sources, Sources::Make(options.sources, clock));
  return std::unique_ptr<Papers>(new Papers(std::move(options), std::move(sources)));
}

absl::Status Papers::Start(core::Engine& engine) {
  if (options_.directory.empty()) {
    LIENTHONG_ASSIGN_OR_RETURN(temporary_folder_, MakeTemporaryFolder());
    options_.directory = temporary_folder_;
  }
  LIENTHONG_ASSIGN_OR_RETURN(
      content_,
      ContentStore::Open(
          {.directory = options_.directory, .file_bytes_max = options_.file_bytes_max}, engine));
  desk_ = std::make_unique<Desk>(*content_);
  fetcher_ = std::make_unique<Fetcher>(engine, *content_, std::move(sources_));
  return fetcher_->Start();
}

void Papers::Stop() {
  if (fetcher_ != nullptr) fetcher_->Stop();
}

absl::StatusOr<std::unique_ptr<sdk::FileReader>> Papers::Open(std::string_view sha256) const {
  if (content_ == nullptr) return absl::UnavailableError("the gateway is starting");
  LIENTHONG_ASSIGN_OR_RETURN(const Content content, content_->FindBySha256(sha256));
  return content_->Read(content);
}

std::string Papers::UrlOf(const dossier::v1::FileReference& file) const {
  const bool verified = file.fetch_state() == dossier::v1::FileReference::FETCH_STATE_VERIFIED;
  return verified ? addresses_.Of(file.id()) : "";
}

absl::Status Papers::Resolve(const dossier::v1::Dossier& stored, domain::Change& change) const {
  if (content_ == nullptr) return absl::UnavailableError("the gateway is starting");
  return ResolveSources(addresses_, *content_, stored, change);
}

}  // namespace lienthong::files
