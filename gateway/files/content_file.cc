#include "gateway/files/content_file.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "gateway/base/errors.h"

namespace lienthong::files {
namespace {

constexpr std::string_view kMagic = "LTC1";
constexpr size_t kLengthBytes = 4;
constexpr size_t kNumberBytes = 8;
constexpr size_t kHeadBytes = 1 + kNumberBytes;
// What a sealed frame may have beside its part; generous for any kind of sealing.
constexpr size_t kSealBytesMax = 4096;

std::string BigEndian(uint64_t number, size_t bytes) {
  std::string text(bytes, '\0');
  for (size_t i = bytes; i > 0; --i, number >>= 8) text[i - 1] = static_cast<char>(number & 0xff);
  return text;
}

uint64_t FromBigEndian(std::string_view text) {
  uint64_t number = 0;
  for (const char c : text) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

absl::Status Damaged() { return StoreCorrupt("a paper's content is not as it was verified"); }

class ContentFileReader final : public sdk::FileReader {
 public:
  ContentFileReader(DiskFile file, const store::Sealer& sealer, ExpectedContent expected)
      : file_(std::move(file)), sealer_(sealer), expected_(std::move(expected)) {}

  int64_t size_bytes() const override { return expected_.size_bytes; }

  absl::StatusOr<size_t> Read(char* buffer, size_t bytes_max) override {
    if (!failure_.ok()) return failure_;
    size_t bytes = 0;
    while (bytes < bytes_max) {
      if (part_.empty()) {
        if (ended_) break;
        failure_ = NextFrame();
        if (!failure_.ok()) return failure_;
        continue;
      }
      const size_t taken = std::min(bytes_max - bytes, part_.size());
      std::memcpy(buffer + bytes, part_.data(), taken);
      part_.remove_prefix(taken);
      bytes += taken;
    }
    return bytes;
  }

  absl::Status CheckMagic() {
    std::string magic(kMagic.size(), '\0');
    LIENTHONG_ASSIGN_OR_RETURN(const size_t got, file_.Read(magic.data(), magic.size()));
    return got == kMagic.size() && magic == kMagic ? absl::OkStatus() : Damaged();
  }

 private:
  absl::Status NextFrame() {
    LIENTHONG_RETURN_IF_ERROR(ReadFrame());
    const std::string_view frame = frame_;
    if (frame.size() < kHeadBytes) return Damaged();
    if (FromBigEndian(frame.substr(1, kNumberBytes)) != frames_++) return Damaged();
    part_ = frame.substr(kHeadBytes);
    read_bytes_ += static_cast<int64_t>(part_.size());
    digest_.Add(part_);
    ended_ = frame.front() != 0;
    if (!ended_) return part_.empty() ? Damaged() : absl::OkStatus();
    const bool same = read_bytes_ == expected_.size_bytes && digest_.Finish() == expected_.sha256;
    return same ? absl::OkStatus() : Damaged();
  }

  absl::Status ReadFrame() {
    std::string length(kLengthBytes, '\0');
    LIENTHONG_ASSIGN_OR_RETURN(size_t got, file_.Read(length.data(), length.size()));
    if (got != kLengthBytes) return Damaged();
    const uint64_t bytes = FromBigEndian(length);
    if (bytes > kPartBytesMax + kHeadBytes + kSealBytesMax) return Damaged();
    std::string sealed(bytes, '\0');
    LIENTHONG_ASSIGN_OR_RETURN(got, file_.Read(sealed.data(), sealed.size()));
    if (got != bytes) return Damaged();
    LIENTHONG_ASSIGN_OR_RETURN(frame_, sealer_.Open(0, sealed));
    return absl::OkStatus();
  }

  DiskFile file_;
  const store::Sealer& sealer_;
  const ExpectedContent expected_;
  Sha256Stream digest_;
  std::string frame_;      // opened
  std::string_view part_;  // of frame_, what was not read yet
  uint64_t frames_ = 0;
  int64_t read_bytes_ = 0;
  bool ended_ = false;
  absl::Status failure_;
};

}  // namespace

ContentFileWriter::ContentFileWriter(DiskFile file, const store::Sealer& sealer)
    : file_(std::move(file)), sealer_(sealer) {
  part_.reserve(kPartBytesMax);
}

absl::Status ContentFileWriter::Write(std::string_view bytes) {
  written_.stored_bytes += static_cast<int64_t>(bytes.size());
  return file_.Write(bytes);
}

absl::Status ContentFileWriter::WriteFrame(bool last) {
  if (frames_ == 0) LIENTHONG_RETURN_IF_ERROR(Write(kMagic));
  std::string frame(1, last ? '\1' : '\0');
  frame += BigEndian(frames_++, kNumberBytes);
  frame += part_;
  part_.clear();
  const std::string sealed = sealer_.Seal(0, frame);
  LIENTHONG_RETURN_IF_ERROR(Write(BigEndian(sealed.size(), kLengthBytes)));
  return Write(sealed);
}

absl::Status ContentFileWriter::Append(std::string_view bytes) {
  digest_.Add(bytes);
  written_.size_bytes += static_cast<int64_t>(bytes.size());
  written_.beginning.append(bytes.substr(0, kBeginningBytesMax - written_.beginning.size()));
  while (!bytes.empty()) {
    if (part_.size() == kPartBytesMax) LIENTHONG_RETURN_IF_ERROR(WriteFrame(/*last=*/false));
    const size_t taken = std::min(bytes.size(), kPartBytesMax - part_.size());
    part_.append(bytes.substr(0, taken));
    bytes.remove_prefix(taken);
  }
  return absl::OkStatus();
}

absl::StatusOr<WrittenContent> ContentFileWriter::Finish() {
  LIENTHONG_RETURN_IF_ERROR(WriteFrame(/*last=*/true));
  LIENTHONG_RETURN_IF_ERROR(file_.Sync());
  written_.sha256 = digest_.Finish();
  return std::move(written_);
}

absl::StatusOr<std::unique_ptr<sdk::FileReader>> OpenContentFile(const std::string& path,
                                                                 const store::Sealer& sealer,
                                                                 const ExpectedContent& expected) {
  LIENTHONG_ASSIGN_OR_RETURN(DiskFile file, DiskFile::OpenToRead(path));
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t size, file.Size());
  if (size != expected.stored_bytes) return Damaged();
  auto reader = std::make_unique<ContentFileReader>(std::move(file), sealer, expected);
  LIENTHONG_RETURN_IF_ERROR(reader->CheckMagic());
  return std::unique_ptr<sdk::FileReader>(std::move(reader));
}

}  // namespace lienthong::files
