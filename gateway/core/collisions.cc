#include "gateway/core/collisions.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/core/act_log.h"
#include "gateway/core/digest.h"
#include "gateway/core/number_requests.h"
#include "gateway/core/records.h"
#include "gateway/core/requests.h"
#include "gateway/core/timed_pages.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/derived.h"
#include "lienthong/storage/v1/numbers.pb.h"

namespace lienthong::core {
namespace {

namespace pb = receipt::v1;
using storage::v1::CollisionRecord;
using store::Mutation;
using store::Row;
using store::Table;
using store::WriteSet;

constexpr size_t kCaseIdCharacters = 12;
constexpr int kByTime = 1;  // as in tables.cc
constexpr size_t kTimeColumn = 1;
constexpr int64_t kReasonCharactersMax = 1000;

absl::StatusOr<CollisionRecord> Open(const Engine& engine, const Row& row) {
  CollisionRecord record;
  LIENTHONG_RETURN_IF_ERROR(Unseal(engine, 0, row.body, record));
  return record;
}

void Put(const Engine& engine, const std::string& id, const CollisionRecord& record,
         int64_t version, WriteSet& set) {
  set.conditions.push_back({Table::kCollision, {id}, version});
  Row row{.columns = {id, absl::ToUnixMicros(domain::FromProto(record.time()))},
          .version = 0,
          .body = Seal(engine, 0, record)};
  set.mutations.push_back({Mutation::Kind::kPut, Table::kCollision, std::move(row)});
}

absl::StatusOr<pb::Collision> Show(const Engine& engine, const std::string& id,
                                   const CollisionRecord& record) {
  pb::Collision shown;
  shown.set_id(id);
  shown.set_code(record.code());
  shown.set_claimant(record.claimant());
  shown.set_claimant_dossier(record.claimant_dossier());
  shown.set_times(record.times());
  *shown.mutable_time() = record.time();
  *shown.mutable_last_time() = record.last_time();
  shown.set_closed_by(record.closed_by());
  shown.set_reason(record.reason());
  if (record.holder() != 0) {
    LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier holder, LoadDossier(engine, record.holder()));
    shown.set_holder(holder.dossier.code());
  }
  return shown;
}

}  // namespace

std::string CollisionId(const Claim& claim) {
  return HexSha256(StrCat(claim.code, "\n", claim.claimant)).substr(0, kCaseIdCharacters);
}

void RecordCollision(const Engine& engine, const Claim& claim) {
  const std::string id = CollisionId(claim);
  const auto row = engine.store.Get(Table::kCollision, {id});
  if (!row.ok()) return LogWarning("collision_not_kept", {{"case", id}});
  CollisionRecord record;
  if (row->version > 0 && !Unseal(engine, 0, row->body, record).ok()) {
    return LogWarning("collision_not_kept", {{"case", id}});
  }
  record.set_code(claim.code);
  record.set_holder(claim.holder);
  record.set_claimant(claim.claimant);
  if (!claim.dossier.empty()) record.set_claimant_dossier(claim.dossier);
  if (record.times() < std::numeric_limits<int32_t>::max()) record.set_times(record.times() + 1);
  const auto now = domain::ToProto(engine.clock.Now());
  if (!record.has_time()) *record.mutable_time() = now;
  *record.mutable_last_time() = now;
  record.clear_closed_by();  // claimed again, so it was not seen to
  record.clear_reason();
  WriteSet set;
  Put(engine, id, record, row->version, set);
  engine.store.Commit(std::move(set), [id](const absl::StatusOr<store::CommitResult>& committed) {
    // Aborted: the same claim was kept by another call meanwhile.
    if (committed.ok() || absl::IsAborted(committed.status())) return;
    LogWarning("collision_not_kept", {{"case", id}});
  });
}

absl::StatusOr<pb::ListCollisionsResponse> Collisions::List(
    const RequestContext&, const pb::ListCollisionsRequest& request) const {
  const TimedList list{
      .table = Table::kCollision, .index = kByTime, .prefix = {}, .time_column = kTimeColumn};
  const RowFilter is_wanted = [&](const Row& row) -> absl::StatusOr<bool> {
    LIENTHONG_ASSIGN_OR_RETURN(const CollisionRecord record, Open(engine_, row));
    return request.closed_too() || record.closed_by().empty();
  };
  LIENTHONG_ASSIGN_OR_RETURN(const TimedPage page, ReadTimedPage(engine_, list, request.page_size(),
                                                                 request.page_token(), is_wanted));
  pb::ListCollisionsResponse response;
  response.set_next_page_token(page.next_token);
  for (const Row& row : page.rows) {
    LIENTHONG_ASSIGN_OR_RETURN(const CollisionRecord record, Open(engine_, row));
    LIENTHONG_ASSIGN_OR_RETURN(*response.add_collisions(),
                               Show(engine_, std::get<std::string>(row.columns[0]), record));
  }
  return response;
}

absl::StatusOr<pb::CloseCollisionResponse> Collisions::Close(
    const RequestContext& context, const pb::CloseCollisionRequest& request) {
  if (domain::IsBlank(request.reason())) return FieldInvalid("reason", "is required and is kept");
  if (domain::CountCharacters(request.reason()) > kReasonCharactersMax) {
    return FieldInvalid("reason", StrCat("is longer than ", kReasonCharactersMax, " characters"));
  }
  const std::string digest = DigestOfRequest(request);
  for (int attempt = 0; attempt < kNumberAttemptsMax; ++attempt) {
    LIENTHONG_ASSIGN_OR_RETURN(
        const auto done, FindRequest(engine_, context.caller.name, request.request_id(), digest));
    if (done.has_value()) return pb::CloseCollisionResponse();
    LIENTHONG_ASSIGN_OR_RETURN(const Row row, engine_.store.Get(Table::kCollision, {request.id()}));
    if (row.version == 0) return NotFound("collision", request.id());
    LIENTHONG_ASSIGN_OR_RETURN(CollisionRecord record, Open(engine_, row));
    if (!record.closed_by().empty()) {
      return NotNow("COLLISION_CLOSED", "id", request.id(),
                    StrCat("collision ", request.id(), " was closed by ", record.closed_by()));
    }
    record.set_closed_by(context.caller.name);
    record.set_reason(request.reason());
    storage::v1::ActRecord act;
    act.set_actor(context.caller.name);
    act.set_kind("close-collision");
    act.set_target(StrCat("collision/", request.id()));
    act.set_reason(request.reason());
    *act.mutable_time() = domain::ToProto(engine_.clock.Now());
    act.set_request_id(request.request_id());
    WriteSet set;
    Put(engine_, request.id(), record, row.version, set);
    PutAct(engine_, act, set);
    AddRequest(engine_, context, request.request_id(), digest, "", "", set);
    const auto committed =
        engine_.store.CommitAndWait(std::move(set), DeadlineOf(engine_, context));
    if (committed.ok()) return pb::CloseCollisionResponse();
    if (!absl::IsAborted(committed.status())) return committed.status();
  }
  return Busy("this collision changes too fast", absl::Milliseconds(200));
}

}  // namespace lienthong::core
