#include "gateway/store/sqlite/log_mark.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"

namespace lienthong::store {
namespace {

constexpr mode_t kOwnerOnly = 0600;

// The head of the log, sqlite.org/fileformat2.html section 4.1.
constexpr size_t kHeadBytes = 32;
constexpr uint32_t kHeadMagic = 0x377f0682;  // its last bit: the checksums are big-endian
constexpr size_t kSaltsAt = 16;
constexpr size_t kSaltsBytes = 8;
constexpr size_t kCheckedBytes = 24;

// The mark: salts, frames, and a checksum of both.
constexpr size_t kFramesAt = kSaltsBytes;
constexpr size_t kChecksumAt = kFramesAt + sizeof(uint32_t);
constexpr size_t kMarkBytes = kChecksumAt + sizeof(uint32_t);

std::string MarkPath(const std::string& database_path) { return StrCat(database_path, ".mark"); }

absl::Status Failed(const std::string& path, std::string_view what) {
  return absl::InternalError(StrCat(path, " cannot be ", what, ": ", std::strerror(errno)));
}

absl::Status LogDamaged(std::string_view what) {
  return StoreCorrupt(
      StrCat("its log ", what,
             ", so changes that were acknowledged are lost; restore the newest backup, or, to go "
             "on with what is left, say so with lienthongd --restored"));
}

// As much of the beginning as there is; "" when there is no file.
std::string BeginningOf(const std::string& path, size_t bytes) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return "";
  std::string text(bytes, '\0');
  const ssize_t size = pread(descriptor, text.data(), text.size(), 0);
  close(descriptor);
  text.resize(size < 0 ? 0 : static_cast<size_t>(size));
  return text;
}

uint32_t NumberAt(std::string_view bytes, size_t at, bool big_endian) {
  uint32_t number = 0;
  for (size_t i = 0; i < sizeof(number); ++i) {
    const size_t from = big_endian ? at + i : at + sizeof(number) - 1 - i;
    number = number << 8 | static_cast<unsigned char>(bytes[from]);
  }
  return number;
}

bool IsHeadIntact(std::string_view head) {
  if (head.size() < kHeadBytes) return false;
  const uint32_t magic = NumberAt(head, 0, true);
  if ((magic & ~1U) != kHeadMagic) return false;
  const bool big_endian = (magic & 1U) != 0;
  uint32_t first = 0;
  uint32_t second = 0;
  for (size_t at = 0; at < kCheckedBytes; at += 2 * sizeof(uint32_t)) {
    first += NumberAt(head, at, big_endian) + second;
    second += NumberAt(head, at + sizeof(uint32_t), big_endian) + first;
  }
  return first == NumberAt(head, kCheckedBytes, true) &&
         second == NumberAt(head, kCheckedBytes + sizeof(uint32_t), true);
}

uint32_t ChecksumOf(std::string_view mark) {
  return static_cast<uint32_t>(
      crc32_z(crc32(0, nullptr, 0), reinterpret_cast<const Bytef*>(mark.data()), kChecksumAt));
}

// Of a mark as it lies on the disk; empty when there is none, or it was being written.
struct Mark {
  std::string salts = {};
  uint32_t frames = 0;
};
Mark ReadMark(const std::string& database_path) {
  const std::string bytes = BeginningOf(MarkPath(database_path), kMarkBytes);
  if (bytes.size() != kMarkBytes) return {};
  uint32_t checksum = 0;
  Mark mark{.salts = bytes.substr(0, kSaltsBytes)};
  std::memcpy(&mark.frames, bytes.data() + kFramesAt, sizeof(mark.frames));
  std::memcpy(&checksum, bytes.data() + kChecksumAt, sizeof(checksum));
  return checksum == ChecksumOf(bytes) ? mark : Mark{};
}

std::string SaltsOf(const std::string& database_path) {
  const std::string head = BeginningOf(StrCat(database_path, "-wal"), kHeadBytes);
  return head.size() < kHeadBytes ? "" : head.substr(kSaltsAt, kSaltsBytes);
}

}  // namespace

absl::StatusOr<std::unique_ptr<LogMark>> LogMark::Open(const std::string& database_path) {
  const std::string path = MarkPath(database_path);
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly);
  if (descriptor < 0) return Failed(path, "opened");
  return std::unique_ptr<LogMark>(new LogMark(database_path, descriptor));
}

LogMark::~LogMark() {
  close(descriptor_);
  unlink(MarkPath(database_path_).c_str());
}

absl::Status LogMark::Note(int frames) {
  if (salts_.empty()) salts_ = SaltsOf(database_path_);
  return Write(static_cast<uint32_t>(frames));
}

absl::Status LogMark::LetGo() {
  LIENTHONG_RETURN_IF_ERROR(Write(0));
  salts_.clear();
  return fdatasync(descriptor_) == 0 ? absl::OkStatus()
                                     : Failed(MarkPath(database_path_), "made durable");
}

absl::Status LogMark::Write(uint32_t frames) {
  if (salts_.size() != kSaltsBytes) return absl::OkStatus();  // there is no log yet
  std::array<char, kMarkBytes> bytes;
  std::memcpy(bytes.data(), salts_.data(), kSaltsBytes);
  std::memcpy(bytes.data() + kFramesAt, &frames, sizeof(frames));
  const uint32_t checksum = ChecksumOf({bytes.data(), bytes.size()});
  std::memcpy(bytes.data() + kChecksumAt, &checksum, sizeof(checksum));
  ssize_t written = 0;
  do {
    written = pwrite(descriptor_, bytes.data(), bytes.size(), 0);
  } while (written < 0 && errno == EINTR);
  // Half a mark is none, and asks for nothing.
  return written < 0 ? Failed(MarkPath(database_path_), "written") : absl::OkStatus();
}

absl::StatusOr<MarkedLog> ReadMarkedLog(const std::string& database_path) {
  const Mark mark = ReadMark(database_path);
  if (mark.salts.empty()) return MarkedLog{};
  const std::string head = BeginningOf(StrCat(database_path, "-wal"), kHeadBytes);
  if (head.empty()) {
    if (mark.frames == 0) return MarkedLog{};
    return LogDamaged("is missing");
  }
  if (!IsHeadIntact(head)) return LogDamaged("has a damaged head");
  if (head.substr(kSaltsAt, kSaltsBytes) != mark.salts) return MarkedLog{};  // begun anew since
  return MarkedLog{.frames = mark.frames};
}

absl::Status CheckMarkedLog(const MarkedLog& marked, int frames_found) {
  if (frames_found >= 0 && static_cast<uint32_t>(frames_found) >= marked.frames) {
    return absl::OkStatus();
  }
  if (marked.frames == 0) return absl::OkStatus();
  return LogDamaged(StrCat("is intact up to frame ", frames_found, " of ", marked.frames));
}

absl::Status LetGoOfMark(const std::string& database_path) {
  const std::string path = MarkPath(database_path);
  const int descriptor = open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
  if (descriptor < 0) return errno == ENOENT ? absl::OkStatus() : Failed(path, "opened");
  const absl::Status done =
      fdatasync(descriptor) == 0 ? absl::OkStatus() : Failed(path, "made durable");
  close(descriptor);
  return done;
}

absl::Status RemoveMark(const std::string& database_path) {
  const std::string path = MarkPath(database_path);
  if (unlink(path.c_str()) == 0 || errno == ENOENT) return absl::OkStatus();
  return Failed(path, "removed");
}

}  // namespace lienthong::store
