#include "gateway/ctl/show.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "gateway/base/text.h"
#include "gateway/ctl/terminal.h"
#include "gateway/ctl/words.h"
#include "lienthong/options/v1/options.pb.h"

namespace lienthong::ctl {
namespace {

using dossier::v1::Dossier;

constexpr int kVietnamHours = 7;
constexpr size_t kPlacesShownMax = 6;
constexpr size_t kLanePlacesShownMax = 2;

// As the schema calls a code in Vietnamese, else by its name; empty for one that says nothing.
std::string NameOf(const google::protobuf::EnumValueDescriptor* value, const std::string& prefix) {
  if (value == nullptr || value->number() == 0) return "";
  const std::string& name = value->options().GetExtension(options::v1::value).vi();
  return name.empty() ? ShowEnum(value->name(), prefix) : name;
}

std::string StatusOf(dossier::v1::Status status) {
  return NameOf(dossier::v1::Status_descriptor()->FindValueByNumber(status), "STATUS_");
}

// Facts under names in one of the languages.
class Facts {
 public:
  explicit Facts(bool vietnamese) : vietnamese_(vietnamese) {}
  bool vietnamese() const { return vietnamese_; }
  std::string Name(std::string_view english) const {
    return vietnamese_ ? InVietnamese(english) : std::string(english);
  }
  void Add(std::string_view name, const std::string& value) {
    if (value.empty()) return;
    const std::string shown = Name(name);
    const size_t width = WidthOf(shown);
    StrAppend(text_, "  ", shown, std::string(std::max(kWidth, width + 1) - width, ' '), value,
              "\n");
  }
  void Append(const std::string& text) { text_ += text; }
  const std::string& text() const { return text_; }

 private:
  static constexpr size_t kWidth = 18;
  const bool vietnamese_;
  std::string text_;
};

// What of it stands beside its status: it is void, or another one goes on in its place.
std::string EndOf(const Dossier& dossier) {
  if (dossier.has_joined()) return StrCat("joined to ", dossier.joined().survivor());
  return dossier.has_voiding() ? "void" : "";
}

// The enum of a field, e.g. of `steps[a1].status`; null for every other field.
const google::protobuf::EnumDescriptor* EnumAt(const std::string& path) {
  const google::protobuf::Descriptor* message = Dossier::descriptor();
  const google::protobuf::FieldDescriptor* field = nullptr;
  size_t at = 0;
  while (message != nullptr && at < path.size()) {
    const size_t end = std::min(path.find_first_of(".[", at), path.size());
    field = message->FindFieldByName(path.substr(at, end - at));
    if (field == nullptr) return nullptr;
    message = field->message_type();
    at = end;
    if (at < path.size() && path[at] == '[') at = std::min(path.find(']', at), path.size() - 1) + 1;
    if (at < path.size() && path[at] == '.') ++at;
  }
  return field == nullptr ? nullptr : field->enum_type();
}

// "a, b, 3 more".
std::string Some(std::vector<std::string> texts, size_t count_max) {
  if (texts.size() > count_max) {
    const size_t more = texts.size() - count_max;
    texts.resize(count_max);
    texts.push_back(StrCat(more, " more"));
  }
  return absl::StrJoin(texts, ", ");
}

// `contact.phone` -> contact; `steps[nv-7].time` -> steps, with the element.
std::pair<std::string, std::string> PlaceOf(const std::string& path) {
  const size_t open = path.find('[');
  const size_t close = path.rfind(']');
  if (open == std::string::npos || close == std::string::npos || close < open) {
    return {path.substr(0, path.find('.')), ""};
  }
  return {path.substr(0, open), path.substr(open + 1, close - open - 1)};
}

// Names of fields, groups and lists, each once and in the order of the paths, and no values.
std::string WhatChanged(const dossier::v1::Change& change) {
  std::vector<std::pair<std::string, std::set<std::string>>> places;
  for (const std::string& path : change.paths()) {
    auto [name, element] = PlaceOf(path);
    if (name == "status") continue;
    if (places.empty() || places.back().first != name) places.push_back({name, {}});
    if (!element.empty()) places.back().second.insert(std::move(element));
  }
  std::vector<std::string> names;
  names.reserve(places.size());
  for (const auto& [name, elements] : places) {
    names.push_back(elements.empty()       ? name
                    : elements.size() == 1 ? StrCat(name, "[", *elements.begin(), "]")
                                           : StrCat(name, "(", elements.size(), ")"));
  }
  return Some(std::move(names), kPlacesShownMax);
}

void Codes(const Dossier& dossier, Facts& out) {
  for (const auto& code : dossier.codes()) {
    out.Add("known as", StrCat(code.code(), " (", code.issuer(), ")"));
  }
}

void Assignments(const Dossier& dossier, Facts& out) {
  for (const auto& assignment : dossier.assignments()) {
    using dossier::v1::Assignment;
    const std::string answer =
        out.vietnamese()
            ? NameOf(Assignment::Answer_descriptor()->FindValueByNumber(assignment.answer()), "")
            : ShowEnum(Assignment::Answer_Name(assignment.answer()), "ANSWER_");
    out.Add("assigned to", StrCat(assignment.agency(), " ", ShowTime(assignment.assigned_time()),
                                  assignment.has_answer() ? StrCat(", ", answer) : ""));
  }
}

void Steps(const Dossier& dossier, Facts& out) {
  if (dossier.steps().empty()) return;
  std::vector<std::vector<std::string>> rows;
  for (const auto& step : dossier.steps()) {
    rows.push_back({StrCat("  ", ShowTime(step.time())), step.officer(), step.unit(),
                    StatusOf(step.status()), step.content()});
  }
  out.Append(FormatTable({"  " + out.Name("time"), out.Name("officer"), out.Name("unit"),
                          out.Name("status"), out.Name("what")},
                         rows));
}

}  // namespace

std::string ShowTime(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0) return "";
  return absl::FormatTime("%Y-%m-%d %H:%M", absl::FromUnixSeconds(time.seconds()),
                          absl::FixedTimeZone(kVietnamHours * 3600));
}

std::string ShowEnum(const std::string& name, const std::string& prefix) {
  std::string text = name.starts_with(prefix) ? name.substr(prefix.size()) : name;
  if (text == "UNSPECIFIED") return "";
  absl::AsciiStrToLower(&text);
  return absl::StrReplaceAll(text, {{"_", " "}});
}

std::string ShowValue(const std::string& path, const std::string& value) {
  const google::protobuf::EnumDescriptor* type = EnumAt(path);
  int32_t number = 0;
  if (type == nullptr || !absl::SimpleAtoi(value, &number)) return value;
  const std::string name = NameOf(type->FindValueByNumber(number), "");
  return name.empty() ? value : StrCat(value, " (", name, ")");
}

std::string ShowDossier(const Dossier& dossier, bool vietnamese) {
  Facts out(vietnamese);
  out.Append(dossier.code() + "\n");
  out.Add("receipt", dossier.receipt_number());
  out.Add("status", StatusOf(dossier.status()));
  if (dossier.has_voiding()) {
    out.Add("void", StrCat("since ", ShowTime(dossier.voiding().time()), ", by ",
                           dossier.voiding().actor(), ": ", dossier.voiding().reason()));
  }
  if (dossier.has_joined()) {
    out.Add("joined to", StrCat(dossier.joined().survivor(), ", which goes on in its place"));
  }
  out.Add("revision", StrCat(dossier.revision()));
  out.Add("procedure", StrCat(dossier.procedure().code(), " ", dossier.procedure().name()));
  out.Add("subject", dossier.subject());
  out.Add("applicant", dossier.applicant().name());
  out.Add("received by", dossier.reception().agency());
  out.Add("received", ShowTime(dossier.reception().received_time()));
  const auto& deadline = dossier.deadline();
  out.Add("promised due", ShowTime(deadline.promised_due()));
  out.Add("proposed due", ShowTime(deadline.proposed_due()));
  if (deadline.has_statutory_due()) {
    out.Add("statutory due",
            StrCat(ShowTime(deadline.statutory_due()), deadline.statutory_provisional() ? " ?" : "",
                   " (", deadline.statutory_basis(), ")"));
  }
  out.Add("worked on by", dossier.processing_unit());
  out.Add("finished", ShowTime(dossier.outcome().finished_time()));
  out.Add("handed over", ShowTime(dossier.outcome().returned_time()));
  Codes(dossier, out);
  Assignments(dossier, out);
  Steps(dossier, out);
  return out.text();
}

std::string StatusInVietnamese(dossier::v1::Status status) { return StatusOf(status); }

std::vector<std::string> ListHead() {
  return {"code", "revision", "received by", "promised due", "procedure", "status"};
}

std::vector<std::string> ListRow(const Dossier& dossier) {
  return {dossier.code(),
          StrCat(dossier.revision()),
          dossier.reception().agency(),
          ShowTime(dossier.deadline().promised_due()),
          dossier.procedure().code(),
          StrCat(StatusOf(dossier.status()), EndOf(dossier).empty() ? "" : "; ", EndOf(dossier))};
}

std::string ListLine(const std::vector<std::string>& cells) {
  constexpr size_t kWidths[] = {24, 15, 15, 18, 18};
  std::string out;
  for (size_t i = 0; i < std::size(kWidths); ++i) {
    const size_t width = WidthOf(cells[i]);
    StrAppend(out, cells[i], std::string(std::max(kWidths[i], width + 1) - width, ' '));
  }
  return StrCat(out, cells.back());
}

std::string ChangeRow(const dossier::v1::Change& change) {
  const auto& paths = change.paths();
  const bool moved = std::find(paths.begin(), paths.end(), "status") != paths.end();
  const std::string status = moved ? StrCat("→ ", StatusOf(change.after().status()), "; ") : "";
  return absl::StrFormat("%d  %s  %s  r%d  %s  %s%s", change.sequence(),
                         ShowTime(change.commit_time()), change.code(), change.revision(),
                         change.actor(), status, WhatChanged(change));
}

std::string LaneNotes(const sync::v1::Lane& lane) {
  const auto& doubled = lane.possible_duplicates();
  std::vector<std::string> lost;
  for (const std::string& loss : lane.losses()) lost.push_back(loss.substr(0, loss.find(": ")));
  std::vector<std::string> notes;
  if (!doubled.empty()) {
    notes.push_back("may stand twice: " +
                    Some({doubled.begin(), doubled.end()}, kLanePlacesShownMax));
  }
  if (!lost.empty()) notes.push_back("not held: " + Some(std::move(lost), kLanePlacesShownMax));
  return absl::StrJoin(notes, "; ");
}

std::string ShowCoverage(const sync::v1::MappingCoverage& coverage) {
  using Field = sync::v1::MappingCoverage::Field;
  std::vector<const Field*> fields;
  for (const Field& field : coverage.fields()) fields.push_back(&field);
  const auto rank = [](const Field* field) {
    return !field->mapped() ? 0 : field->values_without_code().empty() ? 2 : 1;
  };
  std::ranges::stable_sort(fields, {}, rank);
  std::vector<std::vector<std::string>> rows;
  rows.reserve(fields.size());
  for (const Field* field : fields) {
    rows.push_back({field->path(), !field->mapped() ? "no place" : field->name(),
                    field->chars_max() == 0 ? "" : StrCat(field->chars_max()),
                    absl::StrJoin(field->values_without_code(), ", ")});
  }
  const auto unplaced = std::ranges::count(fields, 0, rank);
  const auto lacking = std::ranges::count(fields, 1, rank);
  return StrCat("link ", coverage.link(), ", mapping ",
                coverage.version().empty() ? "" : StrCat("edition ", coverage.version(), ", "),
                "digest ", coverage.digest(), "\n", fields.size(), " fields: ", unplaced,
                " without a place, ", lacking, " with values that have no code\n\n",
                FormatTable({"field", "there", "cut after", "no code for"}, rows));
}

}  // namespace lienthong::ctl
