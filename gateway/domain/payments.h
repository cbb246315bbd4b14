#ifndef LIENTHONG_GATEWAY_DOMAIN_PAYMENTS_H_
#define LIENTHONG_GATEWAY_DOMAIN_PAYMENTS_H_

#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::domain {

// What the fee lines of a dossier say about its money. Lines that were removed say nothing.

// Nothing assessed: NOTHING_DUE. Anything paid back: REFUNDED. A line that is not fully paid: DUE.
// Else PAID. What was paid too much on one line pays for no other.
dossier::v1::FinanceState FinanceStateOf(const dossier::v1::Dossier& dossier);

// How it was paid, by the lines that say so: through the portal before a local gateway before
// another way before not online. UNSPECIFIED when no line says it.
dossier::v1::OnlinePayment OnlinePaymentOf(const dossier::v1::Dossier& dossier);

// Whether what is owed was assessed anew from one to the other: a line with an amount came or left
// the count, or its amount is another.
bool AssessmentsDiffer(const dossier::v1::Dossier& before, const dossier::v1::Dossier& after);

// Whether something was paid, paid back, taken out of the count, or its way was told, from one to
// the other.
bool PaymentsDiffer(const dossier::v1::Dossier& before, const dossier::v1::Dossier& after);

}  // namespace lienthong::domain

#endif  // LIENTHONG_GATEWAY_DOMAIN_PAYMENTS_H_
