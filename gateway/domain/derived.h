#ifndef LIENTHONG_GATEWAY_DOMAIN_DERIVED_H_
#define LIENTHONG_GATEWAY_DOMAIN_DERIVED_H_

#include <vector>

#include "absl/time/time.h"
#include "gateway/domain/roles.h"
#include "google/protobuf/timestamp.pb.h"
#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::domain {

// Fields that follow from others, which the writer of a change decided itself: they stay as it
// said.
struct Decided {
  bool finance_state = false;
  bool online_payment = false;
};

// Whether the date promised to the citizen is another now, or gone, and nothing of the change tells
// why: it `says_why` in words, or the date is the new one of a supplement round.
bool MovesDueSilently(const dossier::v1::Dossier& before, const dossier::v1::Dossier& after,
                      bool says_why);

// What the gateway itself writes into a dossier after a merge: who received and led it when,
// missing reasons (`due_moved_silently` is one), and what fee lines and payments make of the money
// side (payments.h). `before` is the dossier as it was.
void Derive(const dossier::v1::Dossier& before, const Decided& decided, bool due_moved_silently,
            const Writer& writer, absl::Time now, dossier::v1::Dossier& dossier);

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
