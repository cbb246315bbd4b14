#include "gateway/domain/indicators.h"

#include <algorithm>

#include "gateway/domain/deadlines.h"
#include "gateway/domain/derived.h"

namespace lienthong::domain {
namespace {

using dossier::v1::Dossier;
using dossier::v1::Paper;

template <typename Elements, typename Is>
bool AnyOf(const Elements& elements, Is is) {
  return std::any_of(elements.begin(), elements.end(),
                     [&is](const auto& element) { return !element.removed() && is(element); });
}

bool HasContent(const dossier::v1::FileReference& file) {
  return file.has_source() || file.has_id() || file.has_upload_id();
}

bool HasElectronicResult(const Dossier& dossier) {
  return AnyOf(dossier.results(), [](const auto& result) { return HasContent(result.file()); });
}

// Where nobody says when it ended, the step that tells of the status does.
std::optional<absl::Time> StepOfStatus(const Dossier& dossier) {
  std::optional<absl::Time> first;
  for (const auto& step : dossier.steps()) {
    if (step.status() != dossier.status() || !step.has_time()) continue;
    const absl::Time time = FromProto(step.time());
    if (!first.has_value() || time < *first) first = time;
  }
  return first;
}

int Supplements(const Dossier& dossier) {
  return static_cast<int>(std::count_if(dossier.supplements().begin(), dossier.supplements().end(),
                                        [](const auto& round) { return !round.removed(); }));
}

std::optional<absl::Time> SupplementAskedFor(const Dossier& dossier) {
  for (const auto& round : dossier.supplements()) {
    if (!round.removed() && round.has_requested_time()) return FromProto(round.requested_time());
  }
  return StepOfStatus(dossier);
}

std::optional<absl::Time> EndOf(const Dossier& dossier) {
  const auto& outcome = dossier.outcome();
  if (outcome.has_finished_time()) return FromProto(outcome.finished_time());
  if (outcome.has_returned_time()) return FromProto(outcome.returned_time());
  if (dossier.reception().has_refused_time()) return FromProto(dossier.reception().refused_time());
  if (HasEnded(dossier.status())) return StepOfStatus(dossier);
  const bool waits = dossier.status() == dossier::v1::STATUS_SUPPLEMENT_REQUESTED;
  return waits && Supplements(dossier) == 1 ? SupplementAskedFor(dossier) : std::nullopt;
}

bool WasPaidOnline(const Dossier& dossier) {
  const auto how = dossier.online_payment();
  return how == dossier::v1::ONLINE_PAYMENT_PORTAL || how == dossier::v1::ONLINE_PAYMENT_LOCAL;
}

bool IsDigitised(const Dossier& dossier) {
  const auto is_paper = [](const Paper&) { return true; };
  return AnyOf(dossier.papers(), is_paper) &&
         !AnyOf(dossier.papers(), [](const Paper& paper) { return !paper.digitized(); });
}

bool UsesAgain(const Paper& paper) {
  return paper.reuse() == Paper::REUSE_COMPONENT || paper.reuse() == Paper::REUSE_RESULT;
}

// One indicator after the other.
class Facts {
 public:
  void Add(Indicator indicator, bool counted, bool fulfilled) {
    if (!counted) return;
    facts_.counted |= BitOf(indicator);
    if (fulfilled) facts_.fulfilled |= BitOf(indicator);
  }
  IndicatorFacts& operator*() { return facts_; }

 private:
  IndicatorFacts facts_;
};

}  // namespace

std::string_view NameOf(Indicator indicator) {
  return kIndicatorNames.at(static_cast<size_t>(indicator));
}

std::optional<Indicator> IndicatorOf(std::string_view name) {
  const auto* const found = std::find(kIndicatorNames.begin(), kIndicatorNames.end(), name);
  if (found == kIndicatorNames.end()) return std::nullopt;
  return static_cast<Indicator>(found - kIndicatorNames.begin());
}

std::optional<IndicatorFacts> IndicatorFactsOf(const Dossier& dossier) {
  if (!dossier.reception().has_received_time() || dossier.has_voiding() || dossier.has_joined()) {
    return std::nullopt;
  }
  Facts facts;
  IndicatorFacts& made = *facts;
  made.received = FromProto(dossier.reception().received_time());
  made.ended = EndOf(dossier);
  made.due = DueToKeep(dossier.deadline());
  const bool has_result = dossier.status() == dossier::v1::STATUS_FINISHED ||
                          dossier.status() == dossier::v1::STATUS_RETURNED;
  const bool is_electronic = HasElectronicResult(dossier);
  const bool costs = AnyOf(dossier.fees(), [](const auto& fee) { return fee.amount_vnd() > 0; });
  facts.Add(Indicator::k1_4, true, true);
  facts.Add(Indicator::k2_1, true, Supplements(dossier) <= 1);
  facts.Add(Indicator::k2_2, made.ended.has_value() && HasEnded(dossier.status()), false);
  facts.Add(Indicator::k3_3, true,
            dossier.origin().channel() == dossier::v1::CHANNEL_ONLINE && is_electronic);
  facts.Add(Indicator::k3_5, costs, WasPaidOnline(dossier));
  facts.Add(Indicator::k4_1, has_result, is_electronic);
  facts.Add(Indicator::k4_2, has_result, is_electronic && IsDigitised(dossier));
  facts.Add(Indicator::k4_3, true, AnyOf(dossier.papers(), UsesAgain));
  facts.Add(Indicator::k4_4, true, AnyOf(dossier.papers(), [](const Paper& paper) {
              return paper.from_personal_store();
            }));
  facts.Add(Indicator::k4_5, true,
            dossier.origin().account_verified() || !dossier.database_lookups().empty());
  return made;
}

}  // namespace lienthong::domain
