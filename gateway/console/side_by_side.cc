#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/ascii.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/console/dossier_parts.h"
#include "gateway/domain/derived.h"
#include "gateway/domain/fields.h"
#include "gateway/domain/personal.h"
#include "lienthong/options/v1/options.pb.h"
#include "lienthong/sync/v1/copies.pb.h"

namespace lienthong::console {
namespace {

using sync::v1::Copy;
using CopyField = sync::v1::Copy::Field;

constexpr std::string_view kHidden = "•••";

// Who decides about a field.
std::string OwnerOf(std::string_view path) {
  const options::v1::FieldRules* rules = domain::RulesOf(path);
  if (rules == nullptr) return "";
  std::string name = options::v1::Owner_Name(rules->owner()).substr(sizeof("OWNER_") - 1);
  for (char& c : name) c = c == '_' ? ' ' : absl::ascii_tolower(static_cast<unsigned char>(c));
  return name == "unspecified" ? "" : name;
}

std::string_view MarkOf(const View& view, CopyField::State state) {
  switch (state) {
    case CopyField::STATE_SAME:
      return view.Say("✓ same", "✓ như nhau");
    case CopyField::STATE_DIFFERS:
      return view.Say("≠ differs", "≠ khác");
    default:
      return view.Say("? not known", "? chưa rõ");
  }
}

// One column: what one system holds.
class Column {
 public:
  explicit Column(const Copy& copy) : copy_(copy) {
    for (const CopyField& field : copy.fields()) fields_.emplace(field.path(), &field);
  }

  const Copy& copy() const { return copy_; }
  const CopyField* Find(std::string_view path) const {
    const auto found = fields_.find(path);
    return found == fields_.end() ? nullptr : found->second;
  }
  void AddPaths(std::set<std::string>& paths) const {
    for (const auto& [path, field] : fields_) paths.insert(std::string(path));
  }

 private:
  const Copy& copy_;
  std::map<std::string_view, const CopyField*> fields_;
};

// What a person came for stands on top.
std::vector<std::string> DifferingFirst(const std::set<std::string>& paths,
                                        const std::vector<Column>& columns) {
  std::vector<std::string> ordered(paths.begin(), paths.end());
  std::stable_partition(ordered.begin(), ordered.end(), [&columns](const std::string& path) {
    return std::any_of(columns.begin(), columns.end(), [&path](const Column& column) {
      const CopyField* const field = column.Find(path);
      return field != nullptr && field->state() != CopyField::STATE_SAME;
    });
  });
  return ordered;
}

// How fresh what a column shows is.
std::string SourceOf(const ConsoleParts& parts, const View& view, const Copy& copy) {
  if (copy.source() == Copy::SOURCE_MISSING) {
    return std::string(view.Say("has no record of it", "không có hồ sơ này"));
  }
  if (copy.source() == Copy::SOURCE_LIVE) {
    return std::string(view.Say("read now", "vừa đọc"));
  }
  if (!copy.has_time()) return std::string(view.Say("as delivered", "theo lần gửi"));
  const absl::Duration age = parts.engine.clock.Now() - domain::FromProto(copy.time());
  return StrCat(view.Say("as delivered and reported, ", "theo lần gửi và nhận, "),
                ShowAge(view, absl::ToInt64Seconds(age)), view.Say(" ago", " trước"));
}

void Heading(const ConsoleParts& parts, const View& view, const std::vector<Column>& columns,
             Html& html) {
  const auto head = html.In("thead");
  const auto row = html.In("tr");
  for (const std::string_view text : {view.Say("Field", "Trường"), view.Say("Gateway", "Gateway"),
                                      view.Say("Owner", "Bên quyết định")}) {
    html.Leaf("th", text, {{"scope", "col"}});
  }
  for (const Column& column : columns) {
    const auto cell = html.In("th", {{"scope", "col"}});
    html.Text(column.copy().link());
    html.Leaf("small", SourceOf(parts, view, column.copy()));
    if (!column.copy().error().empty()) {
      html.Leaf("small", column.copy().error(), {{"class", "error"}});
    }
  }
}

void Cell(const View& view, const Column& column, const std::string& path, bool shows, Html& html) {
  const CopyField* const field = column.Find(path);
  if (field == nullptr) {
    html.Leaf("td", "");
    return;
  }
  const bool differs = field->state() == CopyField::STATE_DIFFERS;
  const auto cell = html.In("td", {{"class", differs ? "differs" : "same"}});
  html.Text(MarkOf(view, field->state()));
  if (!differs || column.copy().source() != Copy::SOURCE_LIVE) return;
  html.Void("br", {});
  html.Text(!shows                  ? kHidden
            : field->held().empty() ? view.Say("(nothing)", "(trống)")
                                    : std::string_view(field->held()));
}

}  // namespace

absl::Status SideBySide(const ConsoleParts& parts, const View& view,
                        const dossier::v1::Dossier& dossier, const SideBySideOptions& options,
                        Html& html) {
  sync::v1::GetCopiesRequest request;
  request.set_code(dossier.code());
  request.set_live(options.live);
  request.set_purpose(options.purpose);  // recorded there
  LIENTHONG_ASSIGN_OR_RETURN(const sync::v1::Copies copies,
                             parts.links.GetCopies(view.context, request));
  std::vector<Column> columns;
  for (const Copy& copy : copies.copies()) columns.emplace_back(copy);
  const domain::FieldMap own = domain::Flatten(dossier);
  std::set<std::string> paths;
  for (const auto& [path, value] : own) paths.insert(path);
  for (const Column& column : columns) column.AddPaths(paths);
  html.Leaf("h2", view.Say("What every system holds", "Dữ liệu ở từng hệ thống"));
  if (!options.live && !columns.empty()) {
    const auto line = html.In("p");
    html.Leaf(
        "a", view.Say("Read the other systems now", "Đọc trực tiếp các hệ thống khác"),
        {{"href", Url(StrCat(kRoot, "dossier"), {{"number", dossier.code()}, {"live", "yes"}})}});
  }
  const Table table(html, {{"class", "copies"}});
  Heading(parts, view, columns, html);
  const auto body = html.In("tbody");
  for (const std::string& path : DifferingFirst(paths, columns)) {
    const bool shows = !options.purpose.empty() || !domain::IsPersonal(path);
    const auto row = html.In("tr");
    html.Leaf("th", path, {{"scope", "row"}});
    const auto value = own.find(path);
    html.Leaf("td", value == own.end() ? std::string_view()
                    : shows            ? std::string_view(value->second)
                                       : kHidden);
    html.Leaf("td", OwnerOf(path));
    for (const Column& column : columns) Cell(view, column, path, shows, html);
  }
  return absl::OkStatus();
}

}  // namespace lienthong::console
