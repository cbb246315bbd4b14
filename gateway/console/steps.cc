#include <algorithm>
#include <string>
#include <vector>

#include "gateway/base/text.h"
#include "gateway/console/dossier_parts.h"
#include "gateway/domain/derived.h"
#include "lienthong/options/v1/options.pb.h"

namespace lienthong::console {
namespace {

using dossier::v1::Step;

std::string NameOf(const View& view, dossier::v1::Status status) {
  const auto* value = dossier::v1::Status_descriptor()->FindValueByNumber(status);
  if (status == dossier::v1::STATUS_UNSPECIFIED || value == nullptr) return "";
  if (view.vietnamese) return value->options().GetExtension(options::v1::value).vi();
  std::string name = value->name().substr(sizeof("STATUS_") - 1);
  for (char& c : name) c = c == '_' ? ' ' : static_cast<char>(std::tolower(c));
  return name;
}

// Who did it: a unit or an agency; officers are named among the fields.
std::string UnitOf(const Step& step) {
  const std::string& unit = step.unit().empty() ? step.agency() : step.unit();
  return step.to_unit().empty() ? unit : StrCat(unit, " → ", step.to_unit());
}

}  // namespace

void Steps(const View& view, const dossier::v1::Dossier& dossier, Html& html) {
  std::vector<const Step*> steps;
  for (const Step& step : dossier.steps()) steps.push_back(&step);
  if (steps.empty()) return;
  std::stable_sort(steps.begin(), steps.end(), [](const Step* one, const Step* other) {
    return domain::FromProto(one->time()) < domain::FromProto(other->time());
  });
  html.Leaf("h2", view.Say("Steps of handling", "Quá trình xử lý"));
  const Table table(html);
  Heads(html,
        {view.Say("When", "Lúc"), view.Say("Where", "Đơn vị"), view.Say("Status", "Trạng thái"),
         view.Say("What", "Nội dung"), view.Say("Due", "Hạn")});
  const auto body = html.In("tbody");
  for (const Step* step : steps) {
    const auto row = html.In("tr");
    html.Leaf("th", ShowTime(step->time()), {{"scope", "row"}});
    html.Leaf("td", UnitOf(*step));
    html.Leaf("td", NameOf(view, step->status()));
    html.Leaf("td", step->content());
    html.Leaf("td", ShowTime(step->due_time()));
  }
}

}  // namespace lienthong::console
