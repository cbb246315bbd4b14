#include "gateway/ctl/catalogue_show.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "gateway/base/text.h"

namespace lienthong::ctl {
namespace {

using catalogue::v1::TimeLimit;

}  // namespace

std::string ShowPeriod(const std::string& from, const std::string& until, bool csv) {
  if (csv) return StrCat(from, "/", until.empty() ? ".." : until);
  return StrCat(from, " – ", until);
}

std::string ShowLimit(const TimeLimit& limit, bool vietnamese) {
  std::string amount = StrCat(limit.amount());
  if (limit.minutes() > 0) amount = absl::StrFormat("%d:%02d", limit.amount(), limit.minutes());
  switch (limit.unit()) {
    case TimeLimit::UNIT_WORKING_DAYS:
      return StrCat(amount, vietnamese ? " ngày làm việc" : " working days");
    case TimeLimit::UNIT_DAYS:
      return StrCat(amount, vietnamese ? " ngày" : " days");
    case TimeLimit::UNIT_WORKING_HOURS:
      return StrCat(amount, vietnamese ? " giờ làm việc" : " working hours");
    case TimeLimit::UNIT_SAME_DAY:
      return StrCat(vietnamese ? "trong ngày" : "same day", limit.cut_off().empty() ? "" : " ",
                    limit.cut_off());
    default:
      return "";
  }
}

std::string ShowImport(const catalogue::v1::ImportCatalogueResponse& told, bool dry_run,
                       bool vietnamese) {
  std::string text;
  for (const auto& change : told.changes()) {
    const bool added = change.kind() == catalogue::v1::CatalogueChange::KIND_ADDED;
    StrAppend(text, added ? "+ " : "~ ", change.entry(), "\n");
    for (const std::string& line : change.differences()) StrAppend(text, "    ", line, "\n");
  }
  if (!told.changes().empty() && told.changes_size() < told.changed_count()) {
    StrAppend(text, "…\n");
  }
  for (const std::string& warning : told.warnings()) {
    StrAppend(text, vietnamese ? "cảnh báo: " : "warning: ", warning, "\n");
  }
  if (vietnamese) {
    StrAppend(text, dry_run ? "sẽ thay đổi " : "đã thay đổi ", told.changed_count(),
              ", giữ nguyên ", told.unchanged_count(), "\n");
  } else {
    StrAppend(text, dry_run ? "would change " : "changed ", told.changed_count(), ", unchanged ",
              told.unchanged_count(), "\n");
  }
  if (dry_run && told.deadlines_moved() > 0) {
    StrAppend(text,
              vietnamese ? "hồ sơ đang giải quyết có hạn theo quy định sẽ đổi: "
                         : "open dossiers whose statutory due date would move: ",
              told.deadlines_moved(), "\n");
  }
  return text;
}

}  // namespace lienthong::ctl
