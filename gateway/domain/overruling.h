#ifndef LIENTHONG_GATEWAY_DOMAIN_OVERRULING_H_
#define LIENTHONG_GATEWAY_DOMAIN_OVERRULING_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/domain/merge.h"
#include "gateway/domain/roles.h"
#include "gateway/domain/status_graph.h"
#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::domain {

// Merges what an operator decides: as Merge, but the writer owns every field that is not the
// gateway's own or the issuer's of a code, set once or not. A status is judged by the graph alone,
// whoever's it is: skipped ones are noted, an irregular one is flagged. What stays a proposal: a
// field of an issuer, a change of a dossier that is void, a status after a terminal one.
absl::StatusOr<MergeResult> MergeOverruling(const dossier::v1::Dossier& current,
                                            const Change& change, const Writer& writer,
                                            const StatusGraph& graph, absl::Time now);

}  // namespace lienthong::domain

#endif  // LIENTHONG_GATEWAY_DOMAIN_OVERRULING_H_
