#include "tests/simulation/oracle.h"

#include <set>

#include "gateway/base/text.h"

namespace lienthong::simulation {
namespace {

constexpr std::string_view kLead = "1";
constexpr std::string_view kAccepted = "1";
constexpr std::string_view kDone = "3";

// Set by the receiving unit, or by whoever leads: it depends.
const std::set<std::string>& StagePaths() {
  static const auto& paths = *new std::set<std::string>{
      "status", "deadline.promised_due", "deadline.change_reason", "processing_unit",
      "outcome.finished_time", "outcome.stop_reason", "results[].name", "results[].result_code",
      // Whoever pays first.
      "fees[].paid_vnd", "fees[].payment_reference",
      // Whoever it is addressed to.
      "assignments[].answer", "assignments[].answer_note"};
  return paths;
}

const std::set<std::string>& AuthorLists() {
  static const auto& lists =
      *new std::set<std::string>{"steps", "fees", "supplements", "assignments", "requests"};
  return lists;
}

// The applicant's own data pass from who handed the dossier in to who accepted it.
bool IsApplicantData(const std::string& path) {
  return path.starts_with("contact.") || path.starts_with("applicant.") ||
         path.starts_with("papers[") || path == "subject" || path == "other_info";
}

}  // namespace

Case& Oracle::Open(Side receiver, Side origin) {
  cases_.emplace_back();
  cases_.back().receiver = receiver;
  cases_.back().origin = origin;
  return cases_.back();
}

void Oracle::Note(Side side, const Fields& written, Case& work) {
  for (const auto& [path, value] : written) {
    if (path == "status" && ValueAt(work.last, path) != value) work.statuses.push_back(value);
    work.edits.push_back({side, path, value});
    work.last[path] = value;
  }
}

void Oracle::Forget(const std::function<bool(const Edit&)>& which, Case& work) {
  std::erase_if(work.edits, which);
  work.last.clear();
  for (const Edit& edit : work.edits) work.last[edit.path] = edit.value;
}

bool HasFixedOwner(std::string_view path, const Case& work, const Cast& cast, Side* owner) {
  const std::string generic = GenericPath(path);
  if (StagePaths().contains(generic)) return false;
  const domain::PathParts parts = domain::SplitPath(path);
  *owner = work.receiver;
  const bool replied = generic == "supplements[].reply_note" || generic == "supplements[].answered";
  const bool passes_on = replied || IsApplicantData(generic);
  if (passes_on && work.origin != work.receiver) return false;
  // A channel takes replies for the receiver's agency, wherever the dossier began.
  if (replied && cast.HasChannel(work.receiver)) return false;
  if (!AuthorLists().contains(std::string(parts.list)) || replied) return true;
  for (Side side = 0; side < cast.sides(); ++side) {
    if (parts.element.starts_with(cast.PrefixOf(side))) *owner = side;
  }
  return true;
}

LeadView LeadOf(const Fields& copy) {
  LeadView view;
  for (const std::string& id : ElementIds(copy, "assignments")) {
    if (ValueAt(copy, ElementPath("assignments", id, "role")) != kLead) continue;
    const std::string answer = ValueAt(copy, ElementPath("assignments", id, "answer"));
    view.asked = view.asked || answer.empty();
    if (answer != kAccepted && answer != kDone) continue;
    view.accepted = true;
    view.agency = ValueAt(copy, ElementPath("assignments", id, "agency"));
  }
  return view;
}

std::string ElementPath(std::string_view list, std::string_view id, std::string_view field) {
  return StrCat(list, "[", id, "].", field);
}

std::vector<std::string> ElementIds(const Fields& fields, std::string_view list) {
  std::set<std::string> ids;
  for (const auto& [path, value] : fields) {
    const domain::PathParts parts = domain::SplitPath(path);
    if (parts.list == list) ids.insert(std::string(parts.element));
  }
  return {ids.begin(), ids.end()};
}

std::string ValueAt(const Fields& fields, const std::string& path) {
  const auto found = fields.find(path);
  return found == fields.end() ? "" : found->second;
}

}  // namespace lienthong::simulation
