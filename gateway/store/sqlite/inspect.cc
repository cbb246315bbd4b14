#include "gateway/store/sqlite/inspect.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/store/sqlite/connection.h"
#include "gateway/store/sqlite/file.h"
#include "gateway/store/sqlite/log_mark.h"

namespace lienthong::store {
namespace {

// The database header, sqlite.org/fileformat2.html section 1.3.
constexpr std::string_view kMagic("SQLite format 3\0", 16);
constexpr size_t kHeaderBytes = 100;
constexpr size_t kPagesAt = 28;
constexpr size_t kUserVersionAt = 60;
constexpr size_t kApplicationIdAt = 68;
using Header = std::array<char, kHeaderBytes>;

absl::Status Unusable(const std::string& path, std::string_view problem) {
  return absl::FailedPreconditionError(StrCat("store ", path, ": ", problem));
}

int64_t NumberAt(const Header& header, size_t at) {
  int64_t number = 0;
  for (size_t i = at; i < at + 4; ++i) number = number << 8 | static_cast<unsigned char>(header[i]);
  return number;
}

// Who holds the lock of FileLock; nothing when nobody does. It is ours for no longer than it takes
// to look.
std::optional<std::string> HolderOf(const std::string& path) {
  const int descriptor = open(StrCat(path, ".lock").c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return std::nullopt;
  std::optional<std::string> holder;
  if (flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    char text[24] = {};
    const ssize_t size = pread(descriptor, text, sizeof(text) - 1, 0);
    const std::string_view pid(text, size > 0 ? size : 0);
    holder = std::string(pid.substr(0, pid.find('\n')));
  }
  close(descriptor);
  return holder;
}

absl::StatusOr<StoreState> InspectFolder(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  if (access(folder.c_str(), W_OK | X_OK) != 0) {
    return Unusable(path, StrCat("cannot be made: ", std::strerror(errno),
                                 "; create the folder and give it to the gateway's user"));
  }
  return StoreState{.text = "not there yet, would be made"};
}

// Empty for a file that SQLite has not written anything to yet.
absl::StatusOr<std::optional<Header>> ReadHeader(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return Unusable(path, StrCat("cannot be read: ", std::strerror(errno)));
  Header header{};
  const ssize_t size = read(descriptor, header.data(), header.size());
  close(descriptor);
  if (size == 0) return std::nullopt;
  if (size != static_cast<ssize_t>(header.size()) ||
      std::string_view(header.data(), kMagic.size()) != kMagic) {
    return Unusable(path, "is not an SQLite database; restore a backup or choose another path");
  }
  return header;
}

// What stands in the log counts more than the file, and is taken in when the store is opened.
bool HasLog(const std::string& path) {
  struct stat log {};
  return stat(StrCat(path, "-wal").c_str(), &log) == 0 && log.st_size > 0;
}

// "ok", or the first fault.
absl::StatusOr<std::string> QuickCheck(const std::string& path) {
  LIENTHONG_ASSIGN_OR_RETURN(const auto connection,
                             Connection::Open(path, Connection::Role::kReader));
  return connection->QueryText("PRAGMA quick_check(1)");
}

absl::StatusOr<StoreState> InspectHeader(const std::string& path, const Header& header) {
  const int64_t id = NumberAt(header, kApplicationIdAt);
  const int64_t version = NumberAt(header, kUserVersionAt);
  // The first page is no table's: a start that was cut short before it made any.
  if (id == 0 && version == 0 && NumberAt(header, kPagesAt) <= 1) {
    return StoreState{.text = "empty, would be filled"};
  }
  if (id == 0 && HasLog(path)) return StoreState{.text = "there, with a log to be taken in"};
  if (id != kApplicationId) {
    return Unusable(path, "is an SQLite database of another program; choose another path");
  }
  if (version > kSchemaVersion) {
    return Unusable(path, StrCat("was written by a newer version (schema ", version,
                                 ", this one knows ", kSchemaVersion, "); install that version"));
  }
  return StoreState{.text = version == kSchemaVersion
                                ? "there"
                                : StrCat("there, would be brought from schema ", version, " to ",
                                         kSchemaVersion)};
}

}  // namespace

absl::StatusOr<StoreState> InspectSqliteFile(const std::string& path) {
  if (path.empty()) {
    return absl::FailedPreconditionError(
        "the store has no path; write sqlite:/var/lib/lienthong/gateway.db");
  }
  if (const std::optional<std::string> holder = HolderOf(path)) {
    return StoreState{.text = StrCat("in use by a gateway (pid ", *holder, ")"), .in_use = true};
  }
  if (access(path.c_str(), F_OK) != 0) return InspectFolder(path);
  if (access(path.c_str(), R_OK | W_OK) != 0) {
    return Unusable(path, StrCat("cannot be opened for writing: ", std::strerror(errno),
                                 "; give it to the gateway's user"));
  }
  LIENTHONG_ASSIGN_OR_RETURN(const std::optional<Header> header, ReadHeader(path));
  if (!header.has_value()) return StoreState{.text = "empty, would be filled"};
  return InspectHeader(path, *header);
}

absl::Status CheckRestoredFile(const std::string& path) {
  LIENTHONG_ASSIGN_OR_RETURN(const StoreState state, InspectSqliteFile(path));
  if (state.in_use) return Unusable(path, StrCat("is ", state.text, "; stop it first"));
  if (access(path.c_str(), F_OK) != 0) return Unusable(path, "is not there; put the backup there");
  const absl::StatusOr<std::string> found = QuickCheck(path);
  if (found.ok() && *found == "ok") return RemoveMark(path);
  const std::string log = HasLog(path) ? StrCat(" (if the log ", path,
                                                "-wal is of the store that was replaced, put the "
                                                "same one there once more, without that log)")
                                       : "";
  return Unusable(path, StrCat("is damaged; put another backup in its place", log, ": ",
                               found.ok() ? *found : ToStd(found.status().message())));
}

}  // namespace lienthong::store
