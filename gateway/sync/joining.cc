#include "gateway/sync/joining.h"

#include <algorithm>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/act_log.h"
#include "gateway/core/view.h"
#include "gateway/domain/derived.h"
#include "gateway/sync/delivery_plan.h"
#include "gateway/sync/lane_store.h"
#include "gateway/sync/link_engine.h"
#include "gateway/sync/tasks.h"

namespace lienthong::sync {
namespace {

using core::StoredDossier;
using storage::v1::ActRecord;
using storage::v1::JoinRecord;
using storage::v1::LaneState;
using store::Row;
using store::Table;

constexpr int kAliasByDossier = 1;  // as in tables.cc
constexpr int64_t kCodesMax = 1000;
constexpr const char* kSurvivorPath = "joined.survivor";

// Also one that had no answer, or has stopped without one.
bool IsUnderWay(const LaneState& lane) { return lane.has_intent(); }

absl::Status UnderWay(std::string_view code, std::string_view link) {
  return absl::AbortedError(StrCat("a delivery of ", code, " to ", link,
                                   " is under way, or its dead letter waits; try again"));
}

// Everybody whom the other dossier concerns finds the survivor by its codes, and must see it.
absl::Status CheckAgencies(const StoredDossier& survivor, const StoredDossier& other) {
  const std::vector<std::string> seen_by = core::AgenciesOf(survivor.dossier);
  for (const std::string& agency : core::AgenciesOf(other.dossier)) {
    if (std::find(seen_by.begin(), seen_by.end(), agency) != seen_by.end()) continue;
    return absl::FailedPreconditionError(StrCat(agency, " works on ", other.dossier.code(),
                                                " and has no part in ", survivor.dossier.code(),
                                                "; assign that one to it first"));
  }
  return absl::OkStatus();
}

absl::Status CheckJoin(const StoredDossier& survivor, const StoredDossier& other) {
  if (survivor.id == other.id) {
    return absl::FailedPreconditionError(
        StrCat("both codes name the same dossier, ", survivor.dossier.code()));
  }
  LIENTHONG_RETURN_IF_ERROR(core::CheckOpen(survivor.dossier));
  LIENTHONG_RETURN_IF_ERROR(core::CheckOpen(other.dossier));
  return CheckAgencies(survivor, other);
}

absl::StatusOr<std::vector<Row>> CodesOf(core::Engine& engine, int64_t dossier_id) {
  return engine.store.Read({.table = Table::kAlias,
                            .index = kAliasByDossier,
                            .prefix = {dossier_id},
                            .after = {},
                            .at_most = {},
                            .limit_rows = kCodesMax});
}

// Makes a row of the cross-reference name another dossier, on the condition that it is as it was.
void MoveCode(const Row& row, int64_t dossier_id, store::WriteSet& set) {
  const std::string& folded = std::get<std::string>(row.columns[0]);
  const std::string& issuer = std::get<std::string>(row.columns[1]);
  set.conditions.push_back({Table::kAlias, {folded, issuer}, row.version});
  set.mutations.push_back(core::PutAlias({folded, issuer, dossier_id}));
}

// One joining, or its undoing, while it is prepared.
class Preparation {
 public:
  Preparation(core::Engine& engine, const StoredDossier& survivor, const StoredDossier& other,
              const OperatorAct& act, storage::v1::ReasonedAct kind)
      : engine_(engine), survivor_(survivor), other_(other), act_(act), kind_(kind) {
    const bool joins = kind == storage::v1::REASONED_ACT_JOIN;
    dossier::v1::Joining joining;
    joining.set_survivor(survivor.dossier.code());
    *joining.mutable_time() = domain::ToProto(engine.clock.Now());
    joining.set_reason(act.reason);
    joining.set_actor(act.actor);
    core::EditContext context;
    context.actor = act.actor;
    context.reason = act.reason;
    context.act = kind;
    edit_ = core::PrepareJoining(engine, other, joins ? &joining : nullptr, std::move(context));
    set().conditions.push_back({Table::kDossier, {survivor.id}, survivor.version});
  }

  absl::Status MoveCodesOver(JoinRecord& join) {
    LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> rows, CodesOf(engine_, other_.id));
    for (const Row& row : rows) {
      MoveCode(row, survivor_.id, set());
      JoinRecord::Code& code = *join.add_codes();
      code.set_folded(std::get<std::string>(row.columns[0]));
      code.set_issuer(std::get<std::string>(row.columns[1]));
    }
    return absl::OkStatus();
  }

  absl::Status MoveCodesBack(const JoinRecord& join) {
    for (const JoinRecord::Code& code : join.codes()) {
      LIENTHONG_ASSIGN_OR_RETURN(const Row row,
                                 engine_.store.Get(Table::kAlias, {code.folded(), code.issuer()}));
      if (row.version == 0 || std::get<int64_t>(row.columns[2]) != survivor_.id) {
        return absl::FailedPreconditionError(
            StrCat(survivor_.dossier.code(), " was joined into another dossier; part it first"));
      }
      MoveCode(row, other_.id, set());
    }
    return absl::OkStatus();
  }

  absl::Status JoinOn(const std::string& link, JoinRecord& join) {
    const LaneStore lanes(engine_, link);
    LIENTHONG_ASSIGN_OR_RETURN(const StoredLane survivor, lanes.Load(survivor_.id));
    LIENTHONG_ASSIGN_OR_RETURN(const StoredLane other, lanes.Load(other_.id));
    if (IsUnderWay(survivor.state)) return UnderWay(survivor_.dossier.code(), link);
    if (IsUnderWay(other.state)) return UnderWay(other_.dossier.code(), link);
    JoinedLanes joined = JoinLanes(survivor.state, other.state, survivor_.id,
                                   survivor_.dossier.revision(), NowAndHere());
    if (joined.what == JoinedLanes::What::kNothing) {
      set().conditions.push_back({Table::kLane, {link, survivor_.id}, survivor.version});
      set().conditions.push_back({Table::kLane, {link, other_.id}, other.version});
      return absl::OkStatus();
    }
    if (joined.what == JoinedLanes::What::kMoved) {
      join.add_links(link);
      for (const StoredLane* lane : {&survivor, &other}) {
        if (lane->state.dead_letter_id().empty()) continue;
        lanes.RemoveDeadLetter(lane->state.dead_letter_id(), set());
      }
    } else {
      AskPeople(link, joined.other);
    }
    lanes.Put(survivor, joined.survivor, set());
    lanes.Put(other, joined.other, set());
    return absl::OkStatus();
  }

  absl::Status PartOn(const std::string& link) {
    const LaneStore lanes(engine_, link);
    LIENTHONG_ASSIGN_OR_RETURN(const StoredLane other, lanes.Load(other_.id));
    if (IsUnderWay(other.state)) return UnderWay(other_.dossier.code(), link);
    LaneState next = other.state;
    next.clear_joined_into();
    if (HasRecord(next)) AskPeople(link, next);
    lanes.Put(other, next, set());
    return absl::OkStatus();
  }

  PreparedJoining Finish(const char* kind, std::string result, const JoinRecord& join) {
    ActRecord record;
    record.set_actor(act_.actor);
    record.set_kind(kind);
    record.set_target(other_.dossier.code());
    record.set_reason(act_.reason);
    *record.mutable_time() = domain::ToProto(edit_.time);
    // Under whom its codes find it.
    record.set_dossier_id(kind_ == storage::v1::REASONED_ACT_JOIN ? survivor_.id : other_.id);
    record.set_code(other_.dossier.code());
    record.set_revision(Revision());
    record.set_result(std::move(result));
    record.set_request_id(act_.request_id);
    *record.mutable_join() = join;
    core::PutAct(engine_, record, set());
    answer_.set_survivor(survivor_.dossier.code());
    answer_.set_alias(other_.dossier.code());
    answer_.set_alias_revision(Revision());
    return {.edit = std::move(edit_), .answer = std::move(answer_)};
  }

 private:
  store::WriteSet& set() { return edit_.set; }
  int64_t Revision() const { return other_.dossier.revision() + 1; }

  Place NowAndHere() const {
    return {.now = engine_.clock.Now(), .sequence = engine_.store.Info().last_sequence};
  }

  void AskPeople(const std::string& link, const LaneState& lane) {
    storage::v1::TaskRecord record;
    record.set_link(link);
    record.set_code(other_.dossier.code());
    record.set_key(lane.key());
    record.set_act(kind_);
    record.add_paths(kSurvivorPath);
    record.set_reason(act_.reason);
    *record.mutable_time() = domain::ToProto(edit_.time);
    record.set_dossier_id(other_.id);
    record.set_revision(Revision());
    answer_.add_tasks(PutTask(engine_, record, set()));
  }

  core::Engine& engine_;
  const StoredDossier& survivor_;
  const StoredDossier& other_;
  const OperatorAct& act_;
  const storage::v1::ReasonedAct kind_;
  core::PreparedEdit edit_;
  v1::JoinDossiersResponse answer_;
};

// What a lane has counted goes on: names of deliveries never come twice.
void KeepCounts(const LaneState& from, LaneState& lane) {
  lane.set_deliveries(std::max(lane.deliveries(), from.deliveries()));
  lane.set_reports(std::max(lane.reports(), from.reports()));
}

}  // namespace

JoinedLanes JoinLanes(LaneState survivor, LaneState other, int64_t survivor_id, int64_t revision,
                      const Place& place) {
  JoinedLanes joined;
  if (!HasRecord(other)) {
    joined.survivor = std::move(survivor);
    joined.other = std::move(other);
    return joined;
  }
  if (HasRecord(survivor)) {
    joined.what = JoinedLanes::What::kTwiceThere;
    joined.survivor = std::move(survivor);
    joined.other = std::move(other);
    joined.other.set_joined_into(survivor_id);
    return joined;
  }
  joined.what = JoinedLanes::What::kMoved;
  KeepCounts(other, joined.other);
  joined.other.set_joined_into(survivor_id);
  joined.survivor = std::move(other);
  LaneState& lane = joined.survivor;
  KeepCounts(survivor, lane);
  lane.set_confirmed_revision(revision);  // what differs is found by what is believed to be there
  lane.set_wanted_revision(revision);
  lane.set_acted_revision(revision);  // the other one's revisions are not the survivor's
  lane.clear_stopped_revision();
  lane.clear_later_since();
  lane.clear_doubtful_revision();
  TryAgain(place, lane);
  return joined;
}

absl::StatusOr<PreparedJoining> PrepareJoin(core::Engine& engine,
                                            const std::vector<std::string>& links,
                                            const StoredDossier& survivor,
                                            const StoredDossier& other, const OperatorAct& act) {
  LIENTHONG_RETURN_IF_ERROR(CheckJoin(survivor, other));
  Preparation joining(engine, survivor, other, act, storage::v1::REASONED_ACT_JOIN);
  JoinRecord join;
  join.set_survivor_id(survivor.id);
  join.set_alias_id(other.id);
  LIENTHONG_RETURN_IF_ERROR(joining.MoveCodesOver(join));
  for (const std::string& link : links) LIENTHONG_RETURN_IF_ERROR(joining.JoinOn(link, join));
  return joining.Finish(kActJoin, StrCat("joined into ", survivor.dossier.code()), join);
}

absl::StatusOr<PreparedJoining> PreparePart(core::Engine& engine,
                                            const std::vector<std::string>& links,
                                            const JoinRecord& join, const OperatorAct& act) {
  LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier survivor,
                             core::LoadDossier(engine, join.survivor_id()));
  LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier other, core::LoadDossier(engine, join.alias_id()));
  if (!other.dossier.has_joined()) {
    return absl::FailedPreconditionError(
        StrCat(other.dossier.code(), " is not joined into another dossier"));
  }
  Preparation parting(engine, survivor, other, act, storage::v1::REASONED_ACT_PART);
  LIENTHONG_RETURN_IF_ERROR(parting.MoveCodesBack(join));
  for (const std::string& link : links) LIENTHONG_RETURN_IF_ERROR(parting.PartOn(link));
  return parting.Finish(kActPart, StrCat("parted from ", survivor.dossier.code()), join);
}

absl::StatusOr<v1::JoinDossiersResponse> AnswerOf(core::Engine& engine,
                                                  const std::vector<std::string>& links,
                                                  const ActRecord& done) {
  const JoinRecord& join = done.join();
  LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier survivor,
                             core::LoadDossier(engine, join.survivor_id()));
  v1::JoinDossiersResponse answer;
  answer.set_survivor(survivor.dossier.code());
  answer.set_alias(done.code());
  answer.set_alias_revision(done.revision());
  for (const std::string& link : links) {
    const std::string id = TaskId(link, join.alias_id(), done.revision());
    LIENTHONG_ASSIGN_OR_RETURN(const StoredTask task, FindTask(engine, id));
    if (task.version > 0) answer.add_tasks(id);
  }
  return answer;
}

}  // namespace lienthong::sync
