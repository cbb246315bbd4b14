#include "gateway/domain/payments.h"

#include <cstdint>
#include <map>
#include <string>
#include <tuple>

namespace lienthong::domain {
namespace {

using dossier::v1::Dossier;
using dossier::v1::Fee;
using dossier::v1::FinanceState;
using dossier::v1::OnlinePayment;

// Lines by id with what was paid and paid back and how; lines without any of it are left out.
using Payments = std::map<std::string, std::tuple<int64_t, int64_t, OnlinePayment>>;

Payments PaymentsOf(const Dossier& dossier) {
  Payments payments;
  for (const Fee& fee : dossier.fees()) {
    const bool says = fee.paid_vnd() != 0 || fee.refunded_vnd() != 0 || fee.has_payment_channel();
    if (fee.removed() || !says) continue;
    payments[fee.id()] = {fee.paid_vnd(), fee.refunded_vnd(), fee.payment_channel()};
  }
  return payments;
}

// Lines by id with what they ask for; lines that ask for nothing are left out.
std::map<std::string, int64_t> AssessmentsOf(const Dossier& dossier) {
  std::map<std::string, int64_t> assessments;
  for (const Fee& fee : dossier.fees()) {
    if (!fee.removed() && fee.amount_vnd() > 0) assessments[fee.id()] = fee.amount_vnd();
  }
  return assessments;
}

int RankOf(OnlinePayment channel) {
  switch (channel) {
    case dossier::v1::ONLINE_PAYMENT_PORTAL:
      return 4;
    case dossier::v1::ONLINE_PAYMENT_LOCAL:
      return 3;
    case dossier::v1::ONLINE_PAYMENT_OTHER:
      return 2;
    case dossier::v1::ONLINE_PAYMENT_NONE:
      return 1;
    default:
      return 0;
  }
}

}  // namespace

FinanceState FinanceStateOf(const Dossier& dossier) {
  bool assessed = false, refunded = false, owed = false;
  for (const Fee& fee : dossier.fees()) {
    if (fee.removed()) continue;
    assessed = assessed || fee.amount_vnd() > 0;
    refunded = refunded || fee.refunded_vnd() > 0;
    owed = owed || fee.paid_vnd() < fee.amount_vnd();
  }
  if (!assessed) return dossier::v1::FINANCE_STATE_NOTHING_DUE;
  if (refunded) return dossier::v1::FINANCE_STATE_REFUNDED;
  return owed ? dossier::v1::FINANCE_STATE_DUE : dossier::v1::FINANCE_STATE_PAID;
}

OnlinePayment OnlinePaymentOf(const Dossier& dossier) {
  OnlinePayment best = dossier::v1::ONLINE_PAYMENT_UNSPECIFIED;
  for (const Fee& fee : dossier.fees()) {
    if (!fee.removed() && RankOf(fee.payment_channel()) > RankOf(best)) {
      best = fee.payment_channel();
    }
  }
  return best;
}

bool AssessmentsDiffer(const Dossier& before, const Dossier& after) {
  return AssessmentsOf(before) != AssessmentsOf(after);
}

bool PaymentsDiffer(const Dossier& before, const Dossier& after) {
  return PaymentsOf(before) != PaymentsOf(after);
}

}  // namespace lienthong::domain
