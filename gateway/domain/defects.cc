#include "gateway/domain/defects.h"

#include <algorithm>

#include "gateway/domain/codes.h"
#include "gateway/domain/derived.h"

namespace lienthong::domain {
namespace {

using dossier::v1::Defect;
using dossier::v1::Dossier;
using dossier::v1::Status;

// Of the statuses that end a dossier by word alone.
struct EndWords {
  bool ended = false;
  std::string reason;
  std::string legal_basis;
};

EndWords WordsOf(const Dossier& dossier) {
  switch (dossier.status()) {
    case dossier::v1::STATUS_REFUSED:
      return {true, dossier.reception().refusal_reason(),
              dossier.reception().refusal_legal_basis()};
    case dossier::v1::STATUS_STOPPED:
      return {true, dossier.outcome().stop_reason(), dossier.outcome().stop_legal_basis()};
    default:
      return {};
  }
}

// From reception on the citizen holds a promise. One who withdraws gives it back.
bool NeedsPromise(const Dossier& dossier) {
  if (!dossier.reception().has_received_time()) return false;
  const Status status = dossier.status();
  return status != dossier::v1::STATUS_UNSPECIFIED && status != dossier::v1::STATUS_SUBMITTED &&
         status != dossier::v1::STATUS_REFUSED && status != dossier::v1::STATUS_WITHDRAWN;
}

int64_t Rounds(const Dossier& dossier) {
  return std::count_if(dossier.supplements().begin(), dossier.supplements().end(),
                       [](const auto& round) { return !round.removed(); });
}

}  // namespace

void TrackDefect(const DefectState& state, absl::Time now, Dossier& dossier) {
  auto& defects = *dossier.mutable_defects();
  const auto known = std::find_if(defects.begin(), defects.end(), [&state](const Defect& defect) {
    return defect.id() == state.id;
  });
  if (known != defects.end() && !state.present) defects.erase(known);
  if (known != defects.end() || !state.present) return;
  Defect* defect = dossier.add_defects();
  defect->set_id(state.id);
  defect->set_kind(state.kind);
  defect->set_detail(state.detail);
  *defect->mutable_noted_time() = ToProto(now);
}

void TrackLegalDefects(absl::Time now, Dossier& dossier) {
  const EndWords words = WordsOf(dossier);
  const std::string status = dossier::v1::Status_Name(dossier.status());
  TrackDefect(
      {"missing-reason", Defect::KIND_MISSING_REASON, words.ended && IsBlank(words.reason), status},
      now, dossier);
  TrackDefect({"missing-legal-basis", Defect::KIND_MISSING_LEGAL_BASIS,
               words.ended && IsBlank(words.legal_basis), status},
              now, dossier);
  TrackDefect(
      {"missing-promised-due", Defect::KIND_MISSING_PROMISED_DUE,
       NeedsPromise(dossier) && !dossier.deadline().has_promised_due(), "deadline.promised_due"},
      now, dossier);
  TrackDefect(
      {"repeated-supplement", Defect::KIND_REPEATED_SUPPLEMENT, Rounds(dossier) > 1, "supplements"},
      now, dossier);
}

}  // namespace lienthong::domain
