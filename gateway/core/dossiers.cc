#include "gateway/core/dossiers.h"

#include <utility>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/core/lookup.h"
#include "gateway/core/pusher.h"
#include "gateway/core/records.h"
#include "gateway/core/requests.h"
#include "gateway/core/tokens.h"
#include "gateway/core/view.h"

namespace lienthong::core {
namespace {

namespace pb = dossier::v1;

constexpr int kBatchCodesMax = 100;
constexpr int64_t kScanRowsMax = 2000;

}  // namespace

void Dossiers::Push(const RequestContext& context, const pb::PushDossierRequest& request,
                    PushDone done) {
  RunPush(engine_, context, {.request = request, .digest = DigestOfRequest(request)},
          std::move(done));
}

void Dossiers::Register(const RequestContext& context, const pb::PushDossierRequest& request,
                        PushDone done) {
  RunPush(engine_, context,
          {.request = request, .digest = DigestOfRequest(request), .brings_code = true},
          std::move(done));
}

absl::StatusOr<pb::Dossier> Dossiers::Get(const RequestContext& context,
                                          const pb::GetDossierRequest& request) const {
  if (request.code().empty()) return FieldInvalid("code", "is empty; give any code of the dossier");
  LIENTHONG_ASSIGN_OR_RETURN(const View view, View::Of(context, true));
  LIENTHONG_ASSIGN_OR_RETURN(StoredDossier stored, FindOne(engine_, view, request.code()));
  view.Reduce(stored.dossier);
  return std::move(stored.dossier);
}

absl::StatusOr<pb::BatchGetDossiersResponse> Dossiers::BatchGet(
    const RequestContext& context, const pb::BatchGetDossiersRequest& request) const {
  if (request.codes_size() > kBatchCodesMax) {
    return FieldInvalid("codes", "has more than 100 codes; ask in several calls");
  }
  LIENTHONG_ASSIGN_OR_RETURN(const View view, View::Of(context, true));
  pb::BatchGetDossiersResponse response;
  for (const std::string& code : request.codes()) {
    absl::StatusOr<StoredDossier> stored = FindOne(engine_, view, code);
    if (absl::IsPermissionDenied(stored.status())) {
      response.add_missing(code);
      continue;
    }
    if (!stored.ok()) return stored.status();
    view.Reduce(stored->dossier);
    *response.add_dossiers() = std::move(stored->dossier);
  }
  return response;
}

absl::StatusOr<pb::ListDossiersResponse> Dossiers::List(
    const RequestContext& context, const pb::ListDossiersRequest& request) const {
  LIENTHONG_ASSIGN_OR_RETURN(const View view, View::Of(context, true));
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t rows, PageRows(request.page_size()));
  const int64_t epoch = engine_.store.Info().epoch;
  LIENTHONG_ASSIGN_OR_RETURN(
      ListPosition position,
      ReadListToken(request.page_token(), epoch, engine_.store.Info().last_sequence));
  pb::ListDossiersResponse response;
  response.set_resume_token(MakeToken(kChangesToken, epoch, position.sequence));
  // A caller that sees few of many dossiers gets short pages rather than long waits.
  for (int64_t scanned = 0; scanned < kScanRowsMax && response.dossiers_size() < rows;) {
    const int64_t wanted = rows - response.dossiers_size();
    LIENTHONG_ASSIGN_OR_RETURN(const std::vector<store::Row> page,
                               engine_.store.Read({.table = store::Table::kDossier,
                                                   .prefix = {},
                                                   .after = position.after_id,
                                                   .at_most = {},
                                                   .limit_rows = wanted}));
    for (const store::Row& row : page) {
      LIENTHONG_ASSIGN_OR_RETURN(StoredDossier stored, ReadDossier(engine_, row));
      position.after_id = stored.id;
      if (!view.Covers(stored.dossier)) continue;
      view.Reduce(stored.dossier);
      *response.add_dossiers() = std::move(stored.dossier);
    }
    scanned += static_cast<int64_t>(page.size());
    if (static_cast<int64_t>(page.size()) < wanted) return response;  // the end
  }
  response.set_next_page_token(MakeListToken(epoch, position));
  return response;
}

}  // namespace lienthong::core
