#include "gateway/base/text.h"
#include "gateway/console/dossier_parts.h"

namespace lienthong::console {
namespace {

using dossier::v1::Deadline;
using dossier::v1::Dossier;

void Row(Html& html, std::string_view what, const std::string& time, std::string_view how) {
  if (time.empty()) return;
  const auto row = html.In("tr");
  html.Leaf("th", what, {{"scope", "row"}});
  html.Leaf("td", time);
  html.Leaf("td", how);
}

std::string Until(const View& view, const google::protobuf::Timestamp& start, bool has_end,
                  const google::protobuf::Timestamp& end) {
  return StrCat(ShowTime(start), " – ",
                has_end ? ShowTime(end) : std::string(view.Say("still", "đến nay")));
}

}  // namespace

void DueDates(const View& view, const Dossier& dossier, Html& html) {
  const Deadline& deadline = dossier.deadline();
  html.Leaf("h2", view.Say("Due dates, and how they came about", "Hạn và cách tính"));
  const Table table(html);
  Heads(html,
        {view.Say("What", "Mục"), view.Say("When", "Thời điểm"), view.Say("How", "Cách tính")});
  const auto body = html.In("tbody");
  Row(html, view.Say("Promised to the citizen", "Hẹn trả kết quả"),
      ShowTime(deadline.promised_due()), deadline.change_reason());
  Row(html, view.Say("By law", "Theo quy định"), ShowTime(deadline.statutory_due()),
      StrCat(deadline.statutory_basis(),
             deadline.statutory_provisional()
                 ? view.Say(" (holidays not certain yet)", " (ngày nghỉ chưa chính thức)")
                 : ""));
  Row(html, view.Say("Proposed as the new promise", "Đề nghị hẹn lại"),
      ShowTime(deadline.proposed_due()),
      view.Say("its owner has not decided yet", "bên quyết định chưa chốt"));
  for (const auto& former : deadline.superseded()) {
    Row(html, view.Say("Former date", "Hạn trước đây"), ShowTime(former.due()), former.reason());
  }
  for (const auto& step : deadline.step_dues()) {
    Row(html, StrCat(view.Say("Step ", "Bước "), step.id()), ShowTime(step.due()), step.basis());
  }
  for (const auto& pause : dossier.pauses()) {
    Row(html, view.Say("Pause", "Tạm dừng"),
        Until(view, pause.start_time(), pause.has_end_time(), pause.end_time()),
        dossier::v1::Pause::Reason_Name(pause.reason()));
  }
  for (const auto& standing : deadline.standing()) {
    Row(html, view.Say("Clock stood", "Dừng tính giờ"),
        Until(view, standing.start_time(), standing.has_end_time(), standing.end_time()),
        view.Say("supplement or payment was waited for", "chờ bổ sung hoặc nộp phí"));
  }
}

}  // namespace lienthong::console
