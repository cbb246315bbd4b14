#include "gateway/files/content_store.h"

#include <openssl/crypto.h>

#include <filesystem>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"

#include "gateway/base/errors.h"
#include "gateway/base/failpoint.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/core/digest.h"
#include "gateway/core/records.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/derived.h"
#include "gateway/files/media_type.h"

namespace lienthong::files {
namespace {

using store::Table;

// Below the folder of the content; no content's folder has such a name.
constexpr std::string_view kWaitingFolder = "tmp";
constexpr size_t kFolderCharacters = 2;
constexpr int kContentById = 1;  // index of Table::kContent

std::string NewName(Random& random) {
  return absl::StrFormat("%016x%016x", random.Next(), random.Next());
}

absl::Status NotHere() { return absl::NotFoundError("no such content is here"); }

// Whether a commit that failed with this left certainly nothing behind.
bool IsCertain(const absl::Status& status) {
  return absl::IsAborted(status) || absl::IsResourceExhausted(status) ||
         absl::IsUnavailable(status);
}

}  // namespace

std::string ContentStore::PathOf(std::string_view sha256) const {
  return StrCat(options_.directory, "/", sha256.substr(0, kFolderCharacters), "/",
                sha256.substr(kFolderCharacters, kFolderCharacters), "/", sha256);
}

std::string ContentStore::WaitingFolder() const {
  return StrCat(options_.directory, "/", kWaitingFolder);
}

std::string ContentStore::WaitingPath(std::string_view name) const {
  return StrCat(WaitingFolder(), "/", name);
}

absl::StatusOr<std::unique_ptr<ContentStore>> ContentStore::Open(Options options,
                                                                 core::Engine& engine) {
  LIENTHONG_RETURN_IF_ERROR(MakeFolder(options.directory));
  std::unique_ptr<ContentStore> store(new ContentStore(std::move(options), engine));
  LIENTHONG_RETURN_IF_ERROR(MakeFolder(store->WaitingFolder()));
  LIENTHONG_RETURN_IF_ERROR(store->RemoveLeftovers());
  return store;
}

absl::Status ContentStore::RemoveLeftovers() {
  std::error_code error;
  std::vector<std::string> names;
  for (std::filesystem::directory_iterator it(WaitingFolder(), error), end; !error && it != end;
       it.increment(error)) {
    names.push_back(it->path().filename().string());
  }
  if (error) return absl::InternalError(StrCat("a folder cannot be read: ", error.message()));
  for (const std::string& name : names) {
    if (domain::IsSha256(name)) LIENTHONG_RETURN_IF_ERROR(Judge(name));
    LIENTHONG_RETURN_IF_ERROR(Remove(WaitingPath(name)));
  }
  if (!names.empty()) LogInfo("paper_leftovers_removed", {{"files", StrCat(names.size())}});
  return absl::OkStatus();
}

// A content whose way into its place was cut short: without a row nobody knows it.
absl::Status ContentStore::Judge(const std::string& leftover) {
  LIENTHONG_ASSIGN_OR_RETURN(const store::Row row, Row(leftover));
  return row.version > 0 ? absl::OkStatus() : Remove(PathOf(leftover));
}

absl::StatusOr<ContentWriter> ContentStore::Begin() {
  std::string path = WaitingPath(NewName(engine_.random));
  LIENTHONG_ASSIGN_OR_RETURN(DiskFile file, DiskFile::Create(path));
  return ContentWriter(*this, std::move(path), ContentFileWriter(std::move(file), engine_.sealer));
}

absl::StatusOr<store::Row> ContentStore::Row(std::string_view sha256) const {
  return engine_.store.Get(Table::kContent, {std::string(sha256)});
}

absl::StatusOr<Content> ContentStore::Parse(const store::Row& row) const {
  Content content{.sha256 = std::get<std::string>(row.columns[0]), .record = {}};
  LIENTHONG_RETURN_IF_ERROR(core::Unseal(engine_, 0, row.body, content.record));
  return content;
}

absl::StatusOr<Content> ContentStore::FindBySha256(std::string_view sha256) const {
  if (!domain::IsSha256(sha256)) return NotHere();
  LIENTHONG_ASSIGN_OR_RETURN(const store::Row row, Row(sha256));
  if (row.version == 0) return NotHere();
  return Parse(row);
}

absl::StatusOr<Content> ContentStore::FindById(std::string_view id) const {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<store::Row> rows,
                             engine_.store.Read({.table = Table::kContent,
                                                 .index = kContentById,
                                                 .prefix = {core::HexSha256(id)},
                                                 .after = {},
                                                 .at_most = {},
                                                 .limit_rows = 1}));
  if (rows.empty()) return NotHere();
  LIENTHONG_ASSIGN_OR_RETURN(Content content, Parse(rows[0]));
  const std::string& known = content.record.id();
  if (known.size() != id.size() || CRYPTO_memcmp(known.data(), id.data(), id.size()) != 0) {
    return NotHere();
  }
  return content;
}

absl::StatusOr<std::unique_ptr<sdk::FileReader>> ContentStore::Read(const Content& content) const {
  return OpenContentFile(PathOf(content.sha256), engine_.sealer,
                         {.sha256 = content.sha256,
                          .size_bytes = content.record.size_bytes(),
                          .stored_bytes = content.record.stored_bytes()});
}

bool ContentStore::IsWhole(const Content& content) const { return Read(content).ok(); }

absl::StatusOr<Content> ContentStore::Publish(const std::string& part,
                                              const WrittenContent& written,
                                              std::string_view media_type) {
  const std::lock_guard lock(publish_mutex_);
  LIENTHONG_ASSIGN_OR_RETURN(const store::Row row, Row(written.sha256));
  Content content{.sha256 = written.sha256, .record = {}};
  if (row.version > 0) {
    LIENTHONG_ASSIGN_OR_RETURN(content, Parse(row));
    if (IsWhole(content)) {
      LIENTHONG_RETURN_IF_ERROR(Remove(part));
      return content;
    }
    LogWarning("paper_content_replaced");  // what was here was damaged
  } else {
    content.record.set_id(NewName(engine_.random));
  }
  content.record.set_size_bytes(written.size_bytes);
  content.record.set_stored_bytes(written.stored_bytes);
  content.record.set_media_type(MediaTypeOf(media_type, written.beginning));
  *content.record.mutable_time() = domain::ToProto(engine_.clock.Now());

  const std::string waiting = WaitingPath(written.sha256);
  PassFailpoint(Failpoint::kPaperWritten);
  LIENTHONG_RETURN_IF_ERROR(Rename(part, waiting));
  PassFailpoint(Failpoint::kPaperWaiting);
  absl::Status status = PutInPlace(waiting, written.sha256);
  PassFailpoint(Failpoint::kPaperNamed);
  if (status.ok()) status = CommitRow(content, row.version);
  if (!status.ok() && (row.version > 0 || !IsCertain(status))) return status;
  if (!status.ok()) LIENTHONG_RETURN_IF_ERROR(Remove(PathOf(written.sha256)));
  LIENTHONG_RETURN_IF_ERROR(Remove(waiting));
  if (!status.ok()) return status;
  return content;
}

absl::Status ContentStore::PutInPlace(const std::string& waiting, std::string_view sha256) {
  const std::string path = PathOf(sha256);
  const std::string inner = path.substr(0, path.find_last_of('/'));
  LIENTHONG_RETURN_IF_ERROR(MakeFolder(inner.substr(0, inner.find_last_of('/'))));
  LIENTHONG_RETURN_IF_ERROR(MakeFolder(inner));
  LIENTHONG_RETURN_IF_ERROR(Link(waiting, path));
  return SyncFolder(inner);
}

absl::Status ContentStore::CommitRow(const Content& content, int64_t version) {
  store::Row row;
  row.columns = {content.sha256, core::HexSha256(content.record.id())};
  row.body = core::Seal(engine_, 0, content.record);
  store::WriteSet set;
  set.conditions.push_back({Table::kContent, {content.sha256}, version});
  set.mutations.push_back({store::Mutation::Kind::kPut, Table::kContent, std::move(row)});
  return engine_.store.CommitAndWait(std::move(set), engine_.clock.Now() + engine_.commit_timeout)
      .status();
}

ContentWriter::ContentWriter(ContentWriter&& other) noexcept
    : store_(other.store_), path_(std::exchange(other.path_, "")), file_(std::move(other.file_)) {}

ContentWriter::~ContentWriter() {
  if (!path_.empty()) Remove(path_).IgnoreError();  // else the next start removes it
}

absl::Status ContentWriter::Append(std::string_view bytes) {
  const int64_t after = file_.size_bytes() + static_cast<int64_t>(bytes.size());
  if (after > store_.file_bytes_max()) {
    return absl::OutOfRangeError(
        StrCat("the content is larger than ", store_.file_bytes_max(), " bytes"));
  }
  return file_.Append(bytes);
}

absl::StatusOr<Content> ContentWriter::Finish(std::string_view media_type) {
  LIENTHONG_ASSIGN_OR_RETURN(const WrittenContent written, file_.Finish());
  return store_.Publish(path_, written, media_type);
}

}  // namespace lienthong::files
