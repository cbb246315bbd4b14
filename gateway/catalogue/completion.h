#ifndef LIENTHONG_GATEWAY_CATALOGUE_COMPLETION_H_
#define LIENTHONG_GATEWAY_CATALOGUE_COMPLETION_H_

#include "gateway/catalogue/snapshot.h"
#include "gateway/catalogue/tables.h"

namespace lienthong::catalogue {

// Makes what was read of procedures whole, by the versions that are known of them.
//
// * A source that does not say all of a procedure (ReadEntry::said) leaves the rest as it was: the
//   portal's list knows no limits, and taking it in must not take them away. Where it then says
//   nothing new, there is no new version.
// * A new version ends the one before it, on the day before, and holds as long as that one would
//   have. A table that itself names the version before has said when that ends.
void Complete(const Snapshot& snapshot, ReadTable& table);

}  // namespace lienthong::catalogue

#endif  // LIENTHONG_GATEWAY_CATALOGUE_COMPLETION_H_
