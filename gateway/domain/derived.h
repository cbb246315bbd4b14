#ifndef LIENTHONG_GATEWAY_DOMAIN_DERIVED_H_
#define LIENTHONG_GATEWAY_DOMAIN_DERIVED_H_

#include <vector>

#include "absl/time/time.h"
#include "gateway/domain/roles.h"
#include "google/protobuf/timestamp.pb.h"
#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::domain {

// What the writer of a change decided itself.
struct Decided {
  bool finance_state = false;  // stays as it said, and so does
  bool online_payment = false;
  bool due_reason = false;  // it says in new words why the promised date moves
};

// Whether the date promised to the citizen is another now, or gone, and nothing of the change tells
// why: neither words nor a supplement round or a letter of apology whose new date it is.
bool MovesDueSilently(const dossier::v1::Dossier& before, const dossier::v1::Dossier& after,
                      const Decided& decided);

// What the gateway itself writes into a dossier after a merge: who received and led it when,
// missing reasons (that of a moved due date until one is given), and what fee lines and payments
// make of the money side (payments.h). `before` is the dossier as it was.
void Derive(const dossier::v1::Dossier& before, const Decided& decided, const Writer& writer,
            absl::Time now, dossier::v1::Dossier& dossier);

// Notes states that were jumped over, and a change of status that the graph does not know.
void NoteSkipped(const std::vector<dossier::v1::Status>& skipped, const Writer& writer,
                 absl::Time now, dossier::v1::Dossier& dossier);
void NoteIrregular(dossier::v1::Status from, dossier::v1::Status to, absl::Time now,
                   dossier::v1::Dossier& dossier);

// Instants on the border of protobuf.
google::protobuf::Timestamp ToProto(absl::Time time);
absl::Time FromProto(const google::protobuf::Timestamp& time);

}  // namespace lienthong::domain

#endif  // LIENTHONG_GATEWAY_DOMAIN_DERIVED_H_
