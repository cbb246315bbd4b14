// What operators read of items that came before their dossier.
#include <algorithm>
#include <string>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/tokens.h"
#include "gateway/sync/early.h"
#include "gateway/sync/link_runner.h"
#include "gateway/sync/links.h"
#include "gateway/sync/operators.h"

namespace lienthong::sync {
namespace {

using core::RequestContext;

// A position among them is the link's place among the links and the time when the item is given up.
constexpr int kDueBits = 52;

absl::StatusOr<v1::EarlyItem> ToPublic(const std::string& link, const EarlyItems& items,
                                       const EarlyItems::Waiting& waiting) {
  const storage::v1::EarlyItemRecord& record = waiting.record;
  v1::EarlyItem shown;
  shown.set_link(link);
  shown.set_key(record.item().key());
  shown.set_code(record.item().dossier().code());
  shown.set_version(record.item().version());
  *shown.mutable_since() = record.since();
  *shown.mutable_give_up_time() = record.give_up_time();
  LIENTHONG_ASSIGN_OR_RETURN(*shown.mutable_cause(), items.CauseOf(waiting));
  return shown;
}

}  // namespace

absl::StatusOr<v1::ListEarlyItemsResponse> Links::ListEarlyItems(
    const RequestContext& context, const v1::ListEarlyItemsRequest& request) const {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "read early items"));
  LIENTHONG_RETURN_IF_ERROR(CheckName(request.link()));
  std::vector<std::string> links = {request.link()};
  if (request.link().empty()) links = names();
  std::sort(links.begin(), links.end());
  const std::string kind = StrCat("early/", request.link());
  const int64_t epoch = engine_.store.Info().epoch;
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t position,
                             core::ReadToken(kind, request.page_token(), epoch));
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t rows, core::PageRows(request.page_size()));
  v1::ListEarlyItemsResponse response;
  int64_t after = position & ((int64_t{1} << kDueBits) - 1);
  for (size_t i = static_cast<size_t>(position >> kDueBits); i < links.size(); ++i, after = 0) {
    const EarlyItems items(engine_, links[i], /*wait=*/absl::ZeroDuration(), /*items_max=*/0);
    const int64_t wanted = rows - response.items_size();
    LIENTHONG_ASSIGN_OR_RETURN(const std::vector<EarlyItems::Waiting> page,
                               items.After(after, wanted));
    for (const EarlyItems::Waiting& waiting : page) {
      LIENTHONG_ASSIGN_OR_RETURN(*response.add_items(), ToPublic(links[i], items, waiting));
    }
    if (static_cast<int64_t>(page.size()) < wanted) continue;
    const int64_t here = (static_cast<int64_t>(i) << kDueBits) | page.back().position;
    response.set_next_page_token(core::MakeToken(kind, epoch, here));
    break;
  }
  return response;
}

}  // namespace lienthong::sync
