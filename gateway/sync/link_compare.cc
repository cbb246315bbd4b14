// How a link compares what both sides hold: one bounded step in a tick, one call at a time.
#include <algorithm>
#include <iterator>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/core/records.h"
#include "gateway/domain/derived.h"
#include "gateway/sync/link_engine.h"
#include "gateway/sync/link_mailbox.h"
#include "gateway/sync/local_ids.h"
#include "gateway/sync/reconcile/comparing.h"
#include "gateway/sync/reconcile/plan.h"

namespace lienthong::sync {
namespace {

using adapter::v1::InboundItem;
using adapter::v1::InventoryReply;
using v1::Reconciliation;
using Stage = Comparing::Stage;

constexpr int64_t kScanRowsMax = 200;
constexpr int64_t kDossiersMax = 2'000'000;
constexpr int64_t kClearRowsMax = 500;
// Dossiers that are passed over in one step because they are on their way.
constexpr size_t kPassedMax = 200;
// A counterpart that sums up without an end is not to fill the memory.
constexpr int64_t kGroupsMax = 1'000'000;
// Of one agency and day: what is known here is looked up one by one in any case.
constexpr int64_t kGroupEntriesMax = 100'000;
// A feed that is not read to its end by then says nothing of what is on its way.
constexpr absl::Duration kFeedWaitMin = absl::Minutes(1);  // more where it is asked seldom
// The one that comes to its end first may have begun before the question.
constexpr int64_t kFeedEnds = 2;

bool IsWanted(const storage::v1::RunRecord& run, const BucketName& bucket) {
  if (!run.agency().empty() && bucket.agency != run.agency()) return false;
  if (!run.from_day().empty() && bucket.day < run.from_day()) return false;
  return run.to_day().empty() || bucket.day <= run.to_day();
}

StoredFinding TooLarge(const BucketName& bucket) {
  StoredFinding finding{.id = StrCat("group-", bucket.agency, "-", bucket.day), .record = {}};
  finding.record.set_class_(v1::Finding::CLASS_MISSING_HERE);
  finding.record.set_state(v1::Finding::STATE_MANUAL);
  finding.record.set_note(
      StrCat("the counterpart lists more than ", kGroupEntriesMax, " records of the agency ",
             bucket.agency, " on the day ", bucket.day,
             ": those known here are compared, but some that only it holds may not be among them"));
  return finding;
}

}  // namespace

// The newest run of the link goes on, if it has not ended.
absl::Status LinkEngine::LoadComparison() {
  comparing_.reset();
  LIENTHONG_ASSIGN_OR_RETURN(std::vector<StoredRun> runs,
                             NewestRuns(engine_, options_.name, /*rows_max=*/1));
  last_comparison_ = absl::InfinitePast();
  if (runs.empty()) return absl::OkStatus();
  last_comparison_ = domain::FromProto(runs[0].record.started());
  if (!HasEnded(runs[0].record)) comparing_ = std::make_unique<Comparing>(Comparing{runs[0]});
  return absl::OkStatus();
}

absl::Status LinkEngine::Compare(bool* more) {
  LIENTHONG_RETURN_IF_ERROR(StartDueComparison());
  LIENTHONG_RETURN_IF_ERROR(DropOldRuns(more));
  if (comparing_ == nullptr || comparing_->call != 0) return absl::OkStatus();
  const int state = comparing_->run.record.state();
  const bool repairs = state == Reconciliation::STATE_REPAIRING;
  if (!repairs && state != Reconciliation::STATE_RUNNING) return absl::OkStatus();
  if (repairs && record_.paused()) return absl::OkStatus();  // that writes, here and there
  if (comparing_->probes) {
    AskWhetherItAnswers();
    return absl::OkStatus();
  }
  if (repairs) return AskForRepairs(more);
  switch (comparing_->stage) {
    case Stage::kClear:
      return ClearFindings(more);
    case Stage::kScan:
      return ScanDossiers(more);
    case Stage::kSum:
    case Stage::kList:
      return AskForInventory();
    case Stage::kLook:
      return AskForRecords(more);
    case Stage::kWait:
      return WaitForFeed(more);
  }
  return absl::OkStatus();
}

// The run as it is to be, with what else belongs to it.
absl::Status LinkEngine::CommitRun(storage::v1::RunRecord next, store::WriteSet set) {
  StoredRun run{
      .id = comparing_->run.id, .record = std::move(next), .order = comparing_->run.order};
  PutRun(engine_, run, set);
  std::vector<store::WriteSet> sets;
  sets.push_back(std::move(set));
  std::vector<bool> committed;
  LIENTHONG_RETURN_IF_ERROR(CommitAll(std::move(sets), &committed));
  if (!committed[0]) return absl::UnavailableError("what was compared changed; done again");
  comparing_->run = std::move(run);
  comparing_->saved = clock_.Now();
  if (!HasEnded(comparing_->run.record)) return absl::OkStatus();
  comparing_.reset();
  drops_runs_ = true;
  return absl::OkStatus();
}

absl::Status LinkEngine::FailRun(std::string_view error) {
  storage::v1::RunRecord next = comparing_->run.record;
  next.set_state(Reconciliation::STATE_FAILED);
  next.set_error(std::string(error));
  *next.mutable_ended() = domain::ToProto(engine_.clock.Now());
  LogWarning("comparison_failed", {{"link", options_.name}, {"error", std::string(error)}});
  return CommitRun(std::move(next), {});
}

absl::Status LinkEngine::ClearFindings(bool* more) {
  *more = true;
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<StoredFinding> old,
                             FindingsAfter(engine_, comparing_->run.id,
                                           v1::Finding::STATE_UNSPECIFIED, "", kClearRowsMax));
  storage::v1::RunRecord next = comparing_->run.record;
  next.clear_counts();
  next.clear_answer_bytes();
  next.clear_looked_up();
  if (old.empty()) {
    comparing_->run.record = std::move(next);
    comparing_->stage = Stage::kScan;
    return absl::OkStatus();
  }
  store::WriteSet set;
  for (const StoredFinding& finding : old) RemoveFinding(comparing_->run.id, finding.id, set);
  return CommitRun(std::move(next), std::move(set));
}

// What is equal on both sides is never looked at one by one where sums can tell.
absl::Status LinkEngine::ScanDossiers(bool* more) {
  *more = true;
  Comparing& now = *comparing_;
  const bool by_digest = adapter_.capabilities().inventory_digests();
  LIENTHONG_ASSIGN_OR_RETURN(
      const std::vector<store::Row> rows,
      engine_.store.Read(
          {.table = store::Table::kDossier, .after = now.after, .limit_rows = kScanRowsMax}));
  for (const store::Row& row : rows) {
    LIENTHONG_ASSIGN_OR_RETURN(core::StoredDossier stored, core::ReadDossier(engine_, row));
    now.after = stored.id;
    if (!inbound_.Concerns(stored.dossier)) continue;
    DropLocalIds(stored.dossier);
    const adapter::v1::Representation shown = adapter_.Represent(stored.dossier);
    const BucketName bucket = BucketOf(shown.dossier());
    if (!IsWanted(now.run.record, bucket)) continue;
    if (by_digest) {
      now.own.Add(stored.id, bucket, stored.dossier.code(), adapter_.Digest(shown.dossier()));
    } else {
      now.candidates.push_back(stored.id);
    }
  }
  const int64_t held = now.own.count() + static_cast<int64_t>(now.candidates.size());
  if (held > kDossiersMax) {
    return FailRun(StrCat("more than ", kDossiersMax, " dossiers: name fewer days, or one agency"));
  }
  if (!rows.empty()) return absl::OkStatus();
  now.sequence = engine_.store.Info().last_sequence;
  now.stage = by_digest ? Stage::kSum : Stage::kLook;
  return absl::OkStatus();
}

absl::Status LinkEngine::AskForRecords(bool* more) {
  Comparing& now = *comparing_;
  if (now.looked == now.candidates.size() && now.unknown.empty() && now.retry.empty()) {
    *more = true;
    if (now.again.empty()) return EndComparing();
    now.stage = Stage::kWait;
    now.feed_end = feed_ends_ + kFeedEnds;
    now.wait_until =
        clock_.Now() +
        std::max(kFeedWaitMin, (kFeedEnds + 1) * (options_.poll_interval + options_.call_timeout));
    return absl::OkStatus();
  }
  if (!MayAsk()) return absl::OkStatus();
  LIENTHONG_ASSIGN_OR_RETURN(std::vector<Comparing::Asked> asked, NextToAskFor());
  if (asked.empty()) {
    *more = true;
  } else {
    AskFor(std::move(asked));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string_view> LinkEngine::AddKnown(int64_t id,
                                                      std::vector<Comparing::Asked>* asked) const {
  LIENTHONG_ASSIGN_OR_RETURN(const StoredLane lane, lanes_.Load(id));
  LIENTHONG_ASSIGN_OR_RETURN(const core::StoredDossier stored, core::LoadDossier(engine_, id));
  const bool is_settled =
      IsUntold(lane, stored) || IsSettled(lane.state, stored.dossier.revision());
  if (!is_settled) {
    return lane.state.phase() == LaneState::PHASE_DEAD ? kCountDeadLettered : kCountInMotion;
  }
  asked->push_back({.dossier_id = id,
                    .key = lane.state.key(),
                    .code = stored.dossier.code(),
                    .lane_version = lane.version});
  return "";
}

// None when all that it came to are on their way.
absl::StatusOr<std::vector<Comparing::Asked>> LinkEngine::NextToAskFor() {
  Comparing& now = *comparing_;
  std::vector<Comparing::Asked> asked;
  const size_t keys_max = static_cast<size_t>(KeysMax());
  size_t retried = 0;
  size_t looked = now.looked;
  std::vector<std::string_view> passed;
  const auto add = [&](int64_t id) -> absl::Status {
    LIENTHONG_ASSIGN_OR_RETURN(const std::string_view why, AddKnown(id, &asked));
    if (!why.empty()) passed.push_back(why);
    return absl::OkStatus();
  };
  for (; asked.size() < keys_max && retried < now.retry.size(); ++retried) {
    const Comparing::Asked& one = now.retry[retried];
    if (one.dossier_id == 0) {
      asked.push_back(one);
      continue;
    }
    LIENTHONG_RETURN_IF_ERROR(add(one.dossier_id));
  }
  while (asked.size() < keys_max && passed.size() < kPassedMax && looked < now.candidates.size()) {
    LIENTHONG_RETURN_IF_ERROR(add(now.candidates[looked++]));
  }
  now.retry.erase(now.retry.begin(), now.retry.begin() + static_cast<std::ptrdiff_t>(retried));
  now.looked = looked;
  for (const std::string_view why : passed) Count(std::string(why), 1, now.run.record);
  while (asked.size() < keys_max && !now.unknown.empty()) {
    asked.push_back(std::move(now.unknown.front()));
    now.unknown.pop_front();
  }
  return asked;
}

// What may only have been on its way is looked at once more when the feed was read since.
absl::Status LinkEngine::WaitForFeed(bool* more) {
  Comparing& now = *comparing_;
  const bool is_over = record_.paused() || clock_.Now() >= now.wait_until;
  if (feed_ends_ < now.feed_end && !is_over) return absl::OkStatus();
  *more = true;
  now.stage = Stage::kLook;
  std::vector<Comparing::Asked> again = std::exchange(now.again, {});
  if (feed_ends_ < now.feed_end) {  // nobody knows
    Count(kCountInMotion, static_cast<int64_t>(again.size()), now.run.record);
    return absl::OkStatus();
  }
  now.feed_read = true;
  for (Comparing::Asked& one : again) {
    if (one.dossier_id == 0) {
      now.unknown.push_back(std::move(one));
    } else {
      now.candidates.push_back(one.dossier_id);
    }
  }
  return absl::OkStatus();
}

absl::Status LinkEngine::EndComparing() {
  storage::v1::RunRecord next = comparing_->run.record;
  const std::string& id = comparing_->run.id;
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t approved,
                             CountFindings(engine_, id, v1::Finding::STATE_APPROVED));
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t open,
                             CountFindings(engine_, id, v1::Finding::STATE_OPEN));
  next.set_state(approved > 0 ? Reconciliation::STATE_REPAIRING
                 : open > 0   ? Reconciliation::STATE_COMPARED
                              : Reconciliation::STATE_DONE);
  if (HasEnded(next)) *next.mutable_ended() = domain::ToProto(engine_.clock.Now());
  LogInfo("link_compared", {{"link", options_.name},
                            {"run", id},
                            {"waiting", StrCat(open)},
                            {"approved", StrCat(approved)}});
  const std::string run = id;
  LIENTHONG_RETURN_IF_ERROR(CommitRun(std::move(next), {}));
  if (comparing_ != nullptr) comparing_ = std::make_unique<Comparing>(Comparing{comparing_->run});
  return absl::OkStatus();
}

absl::Status LinkEngine::TakeSums(const InventoryReply& reply, int64_t bytes) {
  Comparing& now = *comparing_;
  if (reply.buckets().empty() && !reply.next_page_token().empty()) return NoProgress();
  int64_t records = now.their_records;
  for (const InventoryReply::Bucket& bucket : reply.buckets()) {
    if (bucket.count() < 0 || bucket.count() > kDossiersMax - records) {
      return FailRun(StrCat("the counterpart sums up more than ", kDossiersMax, " records (",
                            bucket.count(), " of one day): name fewer days, or one agency"));
    }
    records += bucket.count();
  }
  if (now.their_groups + reply.buckets_size() > kGroupsMax) {
    return FailRun(StrCat("the counterpart sums up more than ", kGroupsMax,
                          " agencies and days: name fewer days, or one agency"));
  }
  now.their_records = records;
  now.their_groups += reply.buckets_size();
  for (const InventoryReply::Bucket& bucket : reply.buckets()) {
    const BucketName name{.agency = bucket.agency(), .day = bucket.day()};
    if (IsWanted(now.run.record, name)) now.own.AddTheirs(bucket);
  }
  now.run.record.set_answer_bytes(now.run.record.answer_bytes() + bytes);
  now.page_token = reply.next_page_token();
  if (!now.page_token.empty()) return absl::OkStatus();
  int64_t equal = 0;
  const std::vector<BucketName> differing = now.own.TakeDiffering(&equal, &now.candidates);
  Count("equal", equal, now.run.record);
  now.differing = {differing.begin(), differing.end()};
  now.stage = now.differing.empty() ? Stage::kLook : Stage::kList;
  return absl::OkStatus();
}

// A record that says the same on both sides is equal; all others of a day that differs are looked
// at, theirs and ours.
absl::Status LinkEngine::TakeEntries(const InventoryReply& reply, int64_t bytes) {
  Comparing& now = *comparing_;
  const BucketName bucket = now.differing.front();
  if (reply.entries().empty() && !reply.next_page_token().empty()) return NoProgress();
  if (now.entries + reply.entries_size() > kDossiersMax) {
    return FailRun(StrCat("the counterpart lists more than ", kDossiersMax,
                          " records: name fewer days, or one agency"));
  }
  storage::v1::RunRecord next = now.run.record;
  std::vector<StoredFinding> findings;
  std::vector<Comparing::Asked> unknown;
  std::vector<int64_t> known;
  int64_t equal = 0;
  for (const InventoryReply::Entry& entry : reply.entries()) {
    const auto first = now.listed.find(entry.code());
    if (!entry.code().empty() && first != now.listed.end() && first->second != entry.key()) {
      LIENTHONG_ASSIGN_OR_RETURN(StoredFinding twice, TwiceThere(first->second, entry));
      findings.push_back(std::move(twice));
      continue;
    }
    now.listed.emplace(entry.code(), entry.key());
    if (now.own.TakeEqual(bucket, entry.code(), entry.digest())) {
      ++equal;
      continue;
    }
    InboundItem item;
    item.set_key(entry.key());
    item.mutable_dossier()->set_code(entry.code());
    LIENTHONG_ASSIGN_OR_RETURN(const int64_t id, inbound_.DossierOf(item));
    if (id != 0) {
      known.push_back(id);
      LIENTHONG_ASSIGN_OR_RETURN(const StoredLane lane, lanes_.Load(id));
      const std::string& ours = lane.state.key();
      if (!ours.empty() && ours != entry.key()) now.elsewhere.insert_or_assign(id, entry.key());
    }
    if (id == 0) unknown.push_back({.key = entry.key(), .code = entry.code()});
  }
  const int64_t listed = now.group_entries + reply.entries_size();
  const bool is_too_large = listed > kGroupEntriesMax;
  if (is_too_large) findings.push_back(TooLarge(bucket));
  Count("equal", equal, next);
  next.set_answer_bytes(next.answer_bytes() + bytes);
  LIENTHONG_RETURN_IF_ERROR(CommitFindings(std::move(next), std::move(findings)));
  now.entries += reply.entries_size();
  now.group_entries = listed;
  now.candidates.insert(now.candidates.end(), known.begin(), known.end());
  std::move(unknown.begin(), unknown.end(), std::back_inserter(now.unknown));
  now.page_token = is_too_large ? "" : reply.next_page_token();
  if (!now.page_token.empty()) return absl::OkStatus();
  now.group_entries = 0;
  EndBucket(bucket);
  return absl::OkStatus();
}

// What was not found equal in a bucket may differ; after the last one all of it is known.
void LinkEngine::EndBucket(const BucketName& bucket) {
  Comparing& now = *comparing_;
  const std::vector<int64_t> left = now.own.TakeLeft(bucket);
  now.candidates.insert(now.candidates.end(), left.begin(), left.end());
  now.differing.pop_front();
  if (!now.differing.empty()) return;
  std::sort(now.candidates.begin(), now.candidates.end());
  now.candidates.erase(std::unique(now.candidates.begin(), now.candidates.end()),
                       now.candidates.end());
  const auto by_key = [](const auto& a, const auto& b) { return a.key < b.key; };
  const auto same_key = [](const auto& a, const auto& b) { return a.key == b.key; };
  std::sort(now.unknown.begin(), now.unknown.end(), by_key);  // some may have been listed twice
  now.unknown.erase(std::unique(now.unknown.begin(), now.unknown.end(), same_key),
                    now.unknown.end());
  now.listed.clear();
  now.stage = Stage::kLook;
}

}  // namespace lienthong::sync
