#include "gateway/console/lag_plot.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "absl/strings/str_format.h"
#include "gateway/base/text.h"
#include "gateway/domain/derived.h"

namespace lienthong::console {
namespace {

constexpr double kWidth = 288, kHeight = 48;
constexpr absl::Duration kShown = absl::Hours(24);

// Seconds and days both have to be seen: the height goes by the logarithm.
double HeightOf(double seconds, double most) {
  return most <= 0 ? kHeight : kHeight - kHeight * std::log1p(seconds) / std::log1p(most);
}

}  // namespace

void LagPlot(const View& view, const sync::v1::LagHistory& history, int64_t objective_seconds,
             absl::Time now, Html& html) {
  int64_t worst = 0;
  for (const auto& sample : history.samples()) {
    worst = std::max(worst, sample.oldest_pending_seconds());
  }
  const std::string text =
      StrCat(view.Say("Latest in 24 h: ", "Chậm nhất trong 24 giờ: "), ShowAge(view, worst));
  if (history.samples_size() > 1) {
    const double most = static_cast<double>(std::max(worst, 2 * objective_seconds));
    const absl::Time begin = now - kShown;
    std::string points;
    for (const auto& sample : history.samples()) {
      const double place = absl::FDivDuration(domain::FromProto(sample.time()) - begin, kShown);
      absl::StrAppendFormat(&points, "%s%.1f,%.1f", points.empty() ? "" : " ",
                            kWidth * std::clamp(place, 0.0, 1.0),
                            HeightOf(static_cast<double>(sample.oldest_pending_seconds()), most));
    }
    const std::string line =
        absl::StrFormat("%.1f", HeightOf(static_cast<double>(objective_seconds), most));
    const auto plot = html.In(
        "svg",
        {{"class", "plot"},
         {"viewBox", StrCat("0 0 ", static_cast<int>(kWidth), " ", static_cast<int>(kHeight))},
         {"role", "img"},
         {"aria-label", text}});
    html.Leaf("line", "",
              {{"x1", "0"}, {"x2", StrCat(static_cast<int>(kWidth))}, {"y1", line}, {"y2", line}});
    html.Leaf("polyline", "", {{"points", points}});
  }
  html.Leaf("p", text, {{"class", "small"}});
}

}  // namespace lienthong::console
