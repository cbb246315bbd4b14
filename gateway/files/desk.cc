#include "gateway/files/desk.h"

#include "gateway/base/log.h"
#include "gateway/files/media_type.h"

namespace lienthong::files {
namespace {

constexpr int kOk = 200;
constexpr int kNotFound = 404;
constexpr int kDamaged = 500;
constexpr int kNotNow = 503;

PaperAnswer Failure(const absl::Status& status) {
  LogError("paper_cannot_be_read", {{"error", std::string(status.message())}});
  return {.http_status = absl::IsUnavailable(status) ? kNotNow : kDamaged};
}

}  // namespace

PaperAnswer Desk::Get(std::string_view id) {
  const absl::StatusOr<Content> content = content_.FindById(id);
  if (absl::IsNotFound(content.status())) {
    ++unknown_;
    return {.http_status = kNotFound};
  }
  if (!content.ok()) return Failure(content.status());
  absl::StatusOr<std::unique_ptr<sdk::FileReader>> body = content_.Read(*content);
  if (!body.ok()) return Failure(body.status());
  ++handed_out_;
  return {.http_status = kOk,
          .content_type = std::string(ServedType(content->record.media_type())),
          .headers = {{"Content-Disposition", "attachment"}},
          .body = *std::move(body)};
}

}  // namespace lienthong::files
