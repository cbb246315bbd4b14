// What a link's engine does for operators who see to its dead letters.
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/base/trace.h"
#include "gateway/domain/fields.h"
#include "gateway/sync/commit_group.h"
#include "gateway/sync/link_engine.h"
#include "gateway/sync/local_ids.h"

namespace lienthong::sync {
namespace {

// Others may change the dossier meanwhile; more often than this in a row they do not.
constexpr int kRoundsMax = 10;

}  // namespace

absl::StatusOr<PreparedLetter> LinkEngine::Prepare(const LetterAct& act) {
  LIENTHONG_ASSIGN_OR_RETURN(StoredLetter letter, FindLetter(engine_, act.id));
  const LetterLink link{
      .engine = engine_, .inbound = inbound_, .adapter = adapter_, .state = StateNow()};
  return act.kind == kActReplay ? PrepareReplay(link, std::move(letter), act)
                                : PrepareDiscard(engine_, &link, std::move(letter), act);
}

absl::Status LinkEngine::Do(const LetterAct& act) {
  const TraceScope trace(TraceOfReport());
  if (fence_ == 0) return absl::UnavailableError("the link has not begun its work yet");
  for (int round = 0; round < kRoundsMax; ++round) {
    LIENTHONG_ASSIGN_OR_RETURN(PreparedLetter prepared, Prepare(act));
    if (prepared.fault.has_value()) {
      return absl::FailedPreconditionError(StrCat(prepared.fault->field,
                                                  prepared.fault->field.empty() ? "" : ": ",
                                                  prepared.fault->reason));
    }
    kept_.Forget(prepared.dossier_id);
    aims_.erase(prepared.dossier_id);
    CommitGroup group;
    Submit(std::move(prepared.edit), std::move(prepared.set), group.Add());
    const absl::Status status = group.Wait(engine_.commit_timeout)[0];
    if (!absl::IsAborted(status)) {
      if (status.ok()) {
        LogInfo(StrCat("dead_letter_", act.kind),
                {{"link", options_.name}, {"id", act.id}, {"by", act.actor}});
      }
      return status;
    }
  }
  return Busy("this dossier changes too fast", absl::Milliseconds(200));
}

bool LinkEngine::WouldShow(const dossier::v1::Dossier& before,
                           const dossier::v1::Dossier& after) const {
  if (!inbound_.Concerns(after)) return false;
  const auto shown = [this](dossier::v1::Dossier dossier) {
    DropLocalIds(dossier);
    return domain::Flatten(adapter_.Represent(dossier).dossier());
  };
  return shown(before) != shown(after);
}

}  // namespace lienthong::sync
