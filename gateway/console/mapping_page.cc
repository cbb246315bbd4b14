#include <algorithm>

#include "absl/strings/str_join.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/console/pages.h"
#include "lienthong/sync/v1/mapping.pb.h"

namespace lienthong::console {
namespace {

using Field = sync::v1::MappingCoverage::Field;

// First what needs a person: values without a code, then what has no place.
int OrderOf(const Field& field) {
  if (!field.values_without_code().empty()) return 0;
  return field.mapped() ? 2 : 1;
}

void Row(const View& view, const Field& field, Html& html) {
  const auto row = html.In("tr", {{"class", OrderOf(field) == 2 ? "same" : "differs"}});
  html.Leaf("th", field.path(), {{"scope", "row"}});
  html.Leaf("td", field.mapped() ? std::string_view(field.name())
                                 : view.Say("has no place there", "không có chỗ"));
  html.Leaf("td", field.chars_max() == 0 ? "" : StrCat(field.chars_max()), {{"class", "number"}});
  html.Leaf("td", absl::StrJoin(field.values_without_code(), ", "));
}

absl::Status Coverage(const ConsoleParts& parts, const View& view, const std::string& link,
                      Html& html) {
  sync::v1::GetMappingCoverageRequest request;
  request.set_link(link);
  LIENTHONG_ASSIGN_OR_RETURN(auto coverage, parts.links.GetMappingCoverage(view.context, request));
  auto& fields = *coverage.mutable_fields();
  std::stable_sort(fields.begin(), fields.end(), [](const Field& one, const Field& other) {
    return OrderOf(one) < OrderOf(other);
  });
  const auto mapped = std::count_if(fields.begin(), fields.end(),
                                    [](const Field& field) { return field.mapped(); });
  html.Leaf("p", StrCat(mapped, " / ", fields.size(),
                        view.Say(" fields have a place at ", " trường có chỗ ở "), link, " · ",
                        view.Say("edition ", "phiên bản "), coverage.version(), " · ",
                        coverage.digest()));
  const Table table(html);
  Heads(html, {view.Say("Field", "Trường"), view.Say("Its name there", "Tên ở đó"),
               view.Say("Cut after (characters)", "Cắt sau (ký tự)"),
               view.Say("Values without a code", "Giá trị không có mã")});
  const auto body = html.In("tbody");
  for (const Field& field : fields) Row(view, field, html);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Page> MappingPage(const ConsoleParts& parts, const View& view) {
  Page page;
  page.title = view.Say("Mapping coverage", "Độ phủ ánh xạ dữ liệu");
  Html& html = page.body;
  const std::vector<std::string> links = parts.links.names();
  const std::string asked = view.query.Get("link");
  const std::string link = asked.empty() && !links.empty() ? links.front() : asked;
  {
    const auto form = html.In("form", {{"method", "get"}, {"class", "filter"}});
    Choice(html, view.Say("Link", "Kết nối"), "link", links, link, "");
    html.Leaf("button", view.Say("Show", "Xem"));
  }
  if (link.empty()) {
    html.Leaf("p", view.Say("No link is configured.", "Chưa cấu hình kết nối nào."));
    return page;
  }
  const absl::Status shown = Coverage(parts, view, link, html);
  if (!shown.ok()) Notice(html, /*good=*/false, TextOf(shown));
  return page;
}

}  // namespace lienthong::console
