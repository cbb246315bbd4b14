#include "gateway/domain/derived.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"

#include "gateway/domain/defects.h"
#include "gateway/domain/payments.h"

namespace lienthong::domain {
namespace {

using dossier::v1::Defect;
using dossier::v1::Dossier;
using dossier::v1::OwnerPeriod;
using google::protobuf::Timestamp;

bool Differ(const Timestamp& one, const Timestamp& other) {
  return one.seconds() != other.seconds() || one.nanos() != other.nanos();
}

// Whether the newest element of a list that gave a date gave the one that is promised now.
template <typename Elements, typename Gives>
bool GaveDue(const Elements& elements, const Dossier& dossier, const Gives& gives) {
  const auto newest = std::find_if(elements.rbegin(), elements.rend(), gives);
  return newest != elements.rend() && dossier.deadline().has_promised_due() &&
         !Differ(newest->new_due(), dossier.deadline().promised_due());
}

// Supplement rounds and letters of apology say themselves why they move the date.
bool IsDueOfElement(const Dossier& dossier) {
  return GaveDue(dossier.supplements(), dossier,
                 [](const auto& round) { return round.has_new_due() && !round.removed(); }) ||
         GaveDue(dossier.apologies(), dossier,
                 [](const auto& apology) { return apology.has_new_due(); });
}

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

// Only a reason mends it: not a later date, nor one that is promised again after it was taken back.
void TrackDueReason(const Dossier& before, const Decided& decided, absl::Time now,
                    Dossier& dossier) {
  const bool missing = MovesDueSilently(before, dossier, decided);
  if (!missing && !decided.due_reason && !IsDueOfElement(dossier)) return;
  TrackDefect({"missing-due-reason", Defect::KIND_MISSING_REASON, missing, "deadline.promised_due"},
              now, dossier);
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

Timestamp ToProto(absl::Time time) {
  Timestamp proto;
  const int64_t seconds = absl::ToUnixSeconds(time);
  proto.set_seconds(seconds);
  proto.set_nanos(
      static_cast<int32_t>((time - absl::FromUnixSeconds(seconds)) / absl::Nanoseconds(1)));
  return proto;
}

absl::Time FromProto(const Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

bool MovesDueSilently(const Dossier& before, const Dossier& after, const Decided& decided) {
  if (decided.due_reason || !before.deadline().has_promised_due()) return false;
  return Differ(before.deadline().promised_due(), after.deadline().promised_due()) &&
         !IsDueOfElement(after);
}

void Derive(const Dossier& before, const Decided& decided, const Writer& writer, absl::Time now,
            Dossier& dossier) {
  // An online dossier gets its receiving unit with the first act of one.
  if (dossier.reception().system().empty() && RolesOf(writer, before).receiving &&
      before.status() != dossier.status()) {
    dossier.mutable_reception()->set_system(writer.system);
  }
  TrackLead(now, dossier);
  TrackLegalDefects(now, dossier);
  TrackDueReason(before, decided, now, dossier);
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
