#ifndef LIENTHONG_GATEWAY_SYNC_JOINING_H_
#define LIENTHONG_GATEWAY_SYNC_JOINING_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/core/editor.h"
#include "gateway/core/engine.h"
#include "gateway/core/records.h"
#include "gateway/sync/lane_letters.h"
#include "lienthong/storage/v1/storage.pb.h"
#include "lienthong/sync/v1/sync_service.pb.h"

// Two dossiers that are one case: an operator says so, and one of them, the survivor, goes on in
// the place of both. Prepared here, committed by Links while no link does anything: the other's
// journal entry, its codes, which name the survivor from then on, the lanes of both on every link
// and the act are one commit, on the condition that all of it is as it was read.
namespace lienthong::sync {

struct OperatorAct;

inline constexpr const char* kActJoin = "join";
inline constexpr const char* kActPart = "part";

// What becomes of the lanes of two dossiers on one link. A counterpart that has a record of the
// other one alone has the survivor's record from then on: its key, what it is believed to hold and
// what the adapter keeps go over, and the next turn delivers what differs. Where both have a record
// nobody but a person can make one of them.
struct JoinedLanes {
  enum class What {
    kNothing,     // the counterpart knows the survivor only, or none of them
    kMoved,       // its record of the other one is the survivor's
    kTwiceThere,  // it has both
  };
  What what = What::kNothing;
  storage::v1::LaneState survivor;
  storage::v1::LaneState other;
};
// Pure. `revision` is the survivor's newest. Neither lane has a call under way.
JoinedLanes JoinLanes(storage::v1::LaneState survivor, storage::v1::LaneState other,
                      int64_t survivor_id, int64_t revision, const Place& place);

// The codes as a request has them; kept, so that the same request is known whatever they name by
// then. `survivor` is empty when it parts.
struct Named {
  std::string survivor;
  std::string alias;
};

// What joining or parting will write, and what it answers.
struct PreparedJoining {
  core::PreparedEdit edit;
  v1::JoinDossiersResponse answer;
};

// Open conflicts of the other one close, dead letters of lanes that go over too, each with an act
// of its own. DOSSIER_VOID; FailedPrecondition when both are the same dossier, or when an agency
// would lose sight of its case. Aborted while something of either is on its way to a counterpart.
absl::StatusOr<PreparedJoining> PrepareJoin(core::Engine& engine,
                                            const std::vector<std::string>& links,
                                            const core::StoredDossier& survivor,
                                            const core::StoredDossier& other, const Named& named,
                                            const OperatorAct& act);

// Undoes a join: the codes name the other one again, which is a case of its own. What counterparts
// hold by then as the survivor's record stays so; the other one begins there anew.
// FailedPrecondition when it is not joined any more, or when the survivor was joined itself.
// Aborted as above.
absl::StatusOr<PreparedJoining> PreparePart(core::Engine& engine,
                                            const std::vector<std::string>& links,
                                            const storage::v1::JoinRecord& join, const Named& named,
                                            const OperatorAct& act);

// What a former request has done, as it was answered then.
absl::StatusOr<v1::JoinDossiersResponse> AnswerOf(core::Engine& engine,
                                                  const storage::v1::ActRecord& done);

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_JOINING_H_
