#include "gateway/domain/derived.h"

#include <string>

#include "absl/strings/str_cat.h"

#include "gateway/domain/payments.h"

namespace lienthong::domain {
namespace {

using dossier::v1::Defect;
using dossier::v1::Dossier;
using dossier::v1::OwnerPeriod;

void TrackLead(absl::Time now, Dossier& dossier) {
  const std::string lead(LeadAgency(dossier));
  auto& history = *dossier.mutable_owner_history();
  OwnerPeriod* last = history.empty() ? nullptr : &*history.rbegin();
  if (last != nullptr && !last->has_end_time()) {
    if (last->agency() == lead) return;
    *last->mutable_end_time() = ToProto(now);
  }
  if (lead.empty()) return;
  OwnerPeriod* period = dossier.add_owner_history();
  period->set_id(absl::StrCat(history.size()));
  period->set_agency(lead);
  *period->mutable_start_time() = ToProto(now);
}

// A missing written reason is counted and shown; it is never a ground to withhold a status.
void TrackMissingReason(absl::Time now, Dossier& dossier) {
  const bool missing =
      (dossier.status() == dossier::v1::STATUS_REFUSED &&
       dossier.reception().refusal_reason().empty()) ||
      (dossier.status() == dossier::v1::STATUS_STOPPED && dossier.outcome().stop_reason().empty());
  auto& defects = *dossier.mutable_defects();
  for (auto it = defects.begin(); it != defects.end(); ++it) {
    if (it->kind() != Defect::KIND_MISSING_REASON) continue;
    if (!missing) defects.erase(it);
    return;
  }
  if (!missing) return;
  Defect* defect = dossier.add_defects();
  defect->set_id("missing-reason");
  defect->set_kind(Defect::KIND_MISSING_REASON);
  defect->set_detail(dossier::v1::Status_Name(dossier.status()));
  *defect->mutable_noted_time() = ToProto(now);
}

// Who assesses or collects need not own the financial state, and who owns it need not know of it.
void FollowFees(const Dossier& before, const Decided& decided, Dossier& dossier) {
  const bool payments_differ = PaymentsDiffer(before, dossier);
  if (!decided.finance_state && (payments_differ || AssessmentsDiffer(before, dossier))) {
    dossier.set_finance_state(FinanceStateOf(dossier));
  }
  if (!payments_differ) return;
  const dossier::v1::OnlinePayment channel = OnlinePaymentOf(dossier);
  if (!decided.online_payment && channel != dossier::v1::ONLINE_PAYMENT_UNSPECIFIED) {
    dossier.set_online_payment(channel);
  }
}

}  // namespace

google::protobuf::Timestamp ToProto(absl::Time time) {
  google::protobuf::Timestamp proto;
  const int64_t seconds = absl::ToUnixSeconds(time);
  proto.set_seconds(seconds);
  proto.set_nanos(
      static_cast<int32_t>((time - absl::FromUnixSeconds(seconds)) / absl::Nanoseconds(1)));
  return proto;
}

absl::Time FromProto(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

void Derive(const Dossier& before, const Decided& decided, const Writer& writer, absl::Time now,
            Dossier& dossier) {
  // An online dossier gets its receiving unit with the first act of one.
  if (dossier.reception().system().empty() && RolesOf(writer, before).receiving &&
      before.status() != dossier.status()) {
    dossier.mutable_reception()->set_system(writer.system);
  }
  TrackLead(now, dossier);
  TrackMissingReason(now, dossier);
  FollowFees(before, decided, dossier);
}

void NoteSkipped(const std::vector<dossier::v1::Status>& skipped, const Writer& writer,
                 absl::Time now, Dossier& dossier) {
  for (const dossier::v1::Status status : skipped) {
    auto* note = dossier.add_unobserved();
    note->set_id(absl::StrCat(dossier.unobserved_size()));
    note->set_status(status);
    note->set_reporter(writer.system);
    *note->mutable_noted_time() = ToProto(now);
  }
}

void NoteIrregular(dossier::v1::Status from, dossier::v1::Status to, absl::Time now,
                   Dossier& dossier) {
  Defect* defect = dossier.add_defects();
  defect->set_id(absl::StrCat("irregular-", dossier.defects_size()));
  defect->set_kind(Defect::KIND_IRREGULAR_TRANSITION);
  defect->set_detail(absl::StrCat(static_cast<int>(from), " -> ", static_cast<int>(to)));
  *defect->mutable_noted_time() = ToProto(now);
}

}  // namespace lienthong::domain
