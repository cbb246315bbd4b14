#include "gateway/sync/joining.h"

#include <algorithm>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/act_log.h"
#include "gateway/core/conflicts.h"
#include "gateway/core/view.h"
#include "gateway/domain/derived.h"
#include "gateway/domain/fields.h"
#include "gateway/sync/delivery_plan.h"
#include "gateway/sync/lane_store.h"
#include "gateway/sync/letters.h"
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
        LIENTHONG_RETURN_IF_ERROR(CloseLetter(lane->state.dead_letter_id()));
      }
    } else {
      AskPeople(link, joined.other);
    }
    lanes.Put(survivor, joined.survivor, set());
    lanes.Put(other, joined.other, set());
    return absl::OkStatus();
  }

  // Nobody can decide them any more: the other one takes no changes.
  absl::Status CloseConflicts() {
    LIENTHONG_ASSIGN_OR_RETURN(const std::vector<core::StoredConflict> open,
                               core::OpenConflicts(engine_, other_.id));
    if (static_cast<int64_t>(open.size()) >= core::kOpenConflictsMax) {
      return absl::FailedPreconditionError(
          StrCat(other_.dossier.code(), " has ", open.size(), " conflicts; decide some first"));
    }
    for (const core::StoredConflict& conflict : open) {
      core::CloseConflict(engine_, conflict,
                          {.actor = act_.actor,
                           .kind = kActJoin,
                           .result = "STORED",
                           .reason = act_.reason,
                           .request_id = act_.request_id,
                           .time = edit_.time,
                           .revision = Revision()},
                          domain::GetField(other_.dossier, conflict.record.path()).value_or(""),
                          set());
    }
    return absl::OkStatus();
  }

  // A lane that never was need not begin: where the dossier concerns the link, its journal tells.
  absl::Status PartOn(const std::string& link) {
    const LaneStore lanes(engine_, link);
    LIENTHONG_ASSIGN_OR_RETURN(const StoredLane other, lanes.Load(other_.id));
    if (other.version == 0) {
      set().conditions.push_back({Table::kLane, {link, other_.id}, 0});
      return absl::OkStatus();
    }
    if (IsUnderWay(other.state)) return UnderWay(other_.dossier.code(), link);
    LaneState next = other.state;
    next.clear_joined_into();
    if (HasRecord(next)) AskPeople(link, next);
    lanes.Put(other, next, set());
    return absl::OkStatus();
  }

  // What the joining had asked of people is not wanted any more.
  absl::Status WithdrawTasks(const JoinRecord& join) {
    for (const std::string& id : join.tasks()) {
      LIENTHONG_ASSIGN_OR_RETURN(const StoredTask task, FindTask(engine_, id));
      if (task.version == 0) continue;
      set().conditions.push_back({Table::kTask, {id}, task.version});
      set().mutations.push_back({store::Mutation::Kind::kDelete, Table::kTask, {.columns = {id}}});
    }
    return absl::OkStatus();
  }

  PreparedJoining Finish(std::string result, const Named& named, JoinRecord join) {
    join.set_survivor_named(named.survivor);
    join.set_alias_named(named.alias);
    *join.mutable_tasks() = answer_.tasks();
    ActRecord record = ActOn(other_.dossier.code());
    record.set_revision(Revision());
    record.set_result(std::move(result));
    *record.mutable_join() = std::move(join);
    core::PutAct(engine_, record, set());
    answer_.set_survivor(survivor_.dossier.code());
    answer_.set_alias(other_.dossier.code());
    answer_.set_alias_revision(Revision());
    return {.edit = std::move(edit_), .answer = std::move(answer_)};
  }

 private:
  store::WriteSet& set() { return edit_.set; }
  int64_t Revision() const { return other_.dossier.revision() + 1; }

  ActRecord ActOn(const std::string& target) const {
    const bool joins = kind_ == storage::v1::REASONED_ACT_JOIN;
    ActRecord record;
    record.set_actor(act_.actor);
    record.set_kind(joins ? kActJoin : kActPart);
    record.set_target(target);
    record.set_reason(act_.reason);
    *record.mutable_time() = domain::ToProto(edit_.time);
    record.set_dossier_id(joins ? survivor_.id : other_.id);  // under whom its codes find it
    record.set_code(other_.dossier.code());
    record.set_request_id(act_.request_id);
    return record;
  }

  // What was refused of a lane that goes over, or of one whose place it takes, is not sent again as
  // it was: the act has it.
  absl::Status CloseLetter(const std::string& id) {
    if (id.empty()) return absl::OkStatus();
    LIENTHONG_ASSIGN_OR_RETURN(const StoredLetter letter, FindLetter(engine_, id));
    set().conditions.push_back({Table::kDeadLetter, {id}, letter.version});
    LaneStore(engine_, letter.record.link()).RemoveDeadLetter(id, set());
    ActRecord record = ActOn(id);
    record.set_result("JOINED");
    *record.mutable_letter() = letter.record;
    core::PutAct(engine_, record, set());
    return absl::OkStatus();
  }

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
    record.set_survivor(survivor_.dossier.code());
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

// So does what a person has to know of what was sent before.
void KeepMarks(const LaneState& from, LaneState& lane) {
  lane.mutable_losses()->MergeFrom(from.losses());
  for (const std::string& element : from.possible_duplicates()) {
    const auto& known = lane.possible_duplicates();
    if (std::find(known.begin(), known.end(), element) != known.end()) continue;
    lane.add_possible_duplicates(element);
  }
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
  KeepMarks(survivor, lane);
  lane.set_confirmed_revision(revision);  // what differs is found by what is believed to be there
  lane.set_wanted_revision(revision);
  lane.set_acted_revision(revision);  // the other one's revisions are not the survivor's
  lane.clear_stopped_revision();
  lane.clear_later_since();
  // What may have been appended before a restore may stand there whoever's it is now.
  if (lane.doubtful_revision() > 0) lane.set_doubtful_revision(revision);
  TryAgain(place, lane);
  return joined;
}

absl::StatusOr<PreparedJoining> PrepareJoin(core::Engine& engine,
                                            const std::vector<std::string>& links,
                                            const StoredDossier& survivor,
                                            const StoredDossier& other, const Named& named,
                                            const OperatorAct& act) {
  LIENTHONG_RETURN_IF_ERROR(CheckJoin(survivor, other));
  Preparation joining(engine, survivor, other, act, storage::v1::REASONED_ACT_JOIN);
  JoinRecord join;
  join.set_survivor_id(survivor.id);
  join.set_alias_id(other.id);
  LIENTHONG_RETURN_IF_ERROR(joining.MoveCodesOver(join));
  for (const std::string& link : links) LIENTHONG_RETURN_IF_ERROR(joining.JoinOn(link, join));
  LIENTHONG_RETURN_IF_ERROR(joining.CloseConflicts());
  return joining.Finish(StrCat("joined into ", survivor.dossier.code()), named, std::move(join));
}

absl::StatusOr<PreparedJoining> PreparePart(core::Engine& engine,
                                            const std::vector<std::string>& links,
                                            const JoinRecord& join, const Named& named,
                                            const OperatorAct& act) {
  LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier survivor,
                             core::LoadDossier(engine, join.survivor_id()));
  LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier other, core::LoadDossier(engine, join.alias_id()));
  if (!other.dossier.has_joined()) {
    return absl::FailedPreconditionError(
        StrCat(other.dossier.code(), " is not joined into another dossier"));
  }
  Preparation parting(engine, survivor, other, act, storage::v1::REASONED_ACT_PART);
  LIENTHONG_RETURN_IF_ERROR(parting.MoveCodesBack(join));
  LIENTHONG_RETURN_IF_ERROR(parting.WithdrawTasks(join));
  for (const std::string& link : links) LIENTHONG_RETURN_IF_ERROR(parting.PartOn(link));
  return parting.Finish(StrCat("parted from ", survivor.dossier.code()), named, join);
}

absl::StatusOr<v1::JoinDossiersResponse> AnswerOf(core::Engine& engine, const ActRecord& done) {
  LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier survivor,
                             core::LoadDossier(engine, done.join().survivor_id()));
  v1::JoinDossiersResponse answer;
  answer.set_survivor(survivor.dossier.code());
  answer.set_alias(done.code());
  answer.set_alias_revision(done.revision());
  *answer.mutable_tasks() = done.join().tasks();
  return answer;
}

}  // namespace lienthong::sync
