#include "tests/simulation/reviews.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "gateway/base/text.h"

namespace lienthong::simulation {
namespace {

using sync::StoredFinding;
using sync::StoredRun;
using sync::v1::Finding;
using sync::v1::Reconciliation;

constexpr int64_t kFindingsMax = 1000;
constexpr int kRoundsMax = 5;
// Seconds pass between them: the lease of a gateway that died is believed for ten minutes.
constexpr int kStartsMax = 200;

bool IsText(const std::string& value) { return value.find("-t") != std::string::npos; }

bool IsWorking(const StoredRun& run) {
  return run.record.state() == Reconciliation::STATE_RUNNING ||
         run.record.state() == Reconciliation::STATE_REPAIRING;
}

}  // namespace

std::optional<StoredRun> Reviews::NewestRun(Side side) const {
  const auto runs =
      sync::NewestRuns(*gateway_.engine(), cast_.system(side).name, /*rows_max=*/1).value();
  return runs.empty() ? std::nullopt : std::optional(runs[0]);
}

std::vector<StoredFinding> Reviews::FindingsOf(const StoredRun& run, Finding::State state) const {
  return sync::FindingsAfter(*gateway_.engine(), run.id, state, "", kFindingsMax).value();
}

bool Reviews::Act() {
  const Side side = static_cast<Side>(dice_.Below(static_cast<int>(cast_.size())));
  const bool automatic = dice_.Happens(0.5);
  const bool gives_up = dice_.Happens(0.2);
  const uint64_t which = dice_.Next();
  if (!gateway_.running() || !IsComparable(side)) return false;
  const std::optional<StoredRun> run = NewestRun(side);
  if (!run.has_value() || sync::HasEnded(run->record)) return Start(side, automatic);
  if (gives_up) return Cancel(side, *run);
  const std::vector<StoredFinding> open = FindingsOf(*run, Finding::STATE_OPEN);
  if (IsWorking(*run) || open.empty()) return false;
  return Approve(side, *run, open[which % open.size()]);
}

bool Reviews::Start(Side side, bool automatic) {
  const sync::OperatorAct act = operators_.NewAct();
  storage::v1::RunRecord wanted;
  wanted.set_actor(act.actor);
  wanted.set_reason(act.reason);
  wanted.set_request_id(act.request_id);
  wanted.set_automatic(automatic);
  const absl::Status status =
      gateway_.Operate(side, [&](auto& engine) { return engine.StartComparison(wanted); });
  operators_.NoteAsked("reconcile", cast_.system(side).name, act.request_id, status);
  return status.ok();
}

bool Reviews::Cancel(Side side, const StoredRun& run) {
  const sync::OperatorAct act = operators_.NewAct();
  const absl::Status status =
      gateway_.Operate(side, [&](auto& engine) { return engine.CancelComparison(run.id, act); });
  operators_.NoteAsked("reconcile_cancel", run.id, act.request_id, status);
  return status.ok();
}

bool Reviews::Approve(Side side, const StoredRun& run, const StoredFinding& finding) {
  const sync::OperatorAct act = operators_.NewAct();
  const absl::Status status = gateway_.Operate(
      side, [&](auto& engine) { return engine.ApproveFinding(run.id, finding.id, act); });
  operators_.NoteAsked(sync::kActApprove, finding.id, act.request_id, status);
  return status.ok();
}

bool Reviews::Damage(int number) {
  const Side side = static_cast<Side>(dice_.Below(static_cast<int>(cast_.size())));
  const uint64_t which = dice_.Next();
  if (!IsComparable(cast_.system(side)) || oracle_.cases().empty()) return false;
  Case& work = oracle_.cases()[which % oracle_.cases().size()];
  const Counterpart::Record* record = systems_[side].FindByCode(work.code);
  if (record == nullptr) return false;
  std::vector<std::pair<std::string, Side>> paths;
  for (const auto& [path, value] : record->fields) {
    Side owner = kOperator;
    if (!IsText(value) || !HasFixedOwner(path, work, cast_, &owner)) continue;
    paths.emplace_back(path, owner);
  }
  if (paths.empty()) return false;
  const auto [path, owner] = paths[dice_.Next() % paths.size()];
  systems_[side].Alter(record->key, path, StrCat(cast_.PrefixOf(side), "t-a", number));
  const std::string value = record->fields.at(path);
  trace_.Add(clock_.elapsed(), cast_.NameOf(side), " alters ", record->key, " ", path, " = ",
             value);
  if (owner != side) return true;
  Oracle::Note(side, {{path, value}}, work);
  work.edits.back().is_untold = true;
  return true;
}

bool Reviews::IsIdle() const {
  for (Side side = 0; side < cast_.size(); ++side) {
    if (!IsComparable(side)) continue;
    const std::optional<StoredRun> run = NewestRun(side);
    if (run.has_value() && IsWorking(*run)) return false;
  }
  return true;
}

void Reviews::Conclude(Side side) {
  const std::optional<StoredRun> run = NewestRun(side);
  if (!run.has_value() || sync::HasEnded(run->record)) return;
  for (const StoredFinding& finding : FindingsOf(*run, Finding::STATE_OPEN)) {
    Approve(side, *run, finding);
  }
}

// What changed while it was being repaired is for the next comparison.
void Reviews::Settle(const std::function<void()>& drain, Findings& findings) {
  if (!gateway_.running()) return;
  for (int round = 0; round < kRoundsMax; ++round) {
    for (Side side = 0; side < cast_.size(); ++side) {
      if (IsComparable(side)) Conclude(side);
    }
    drain();
    for (Side side = 0; side < cast_.size(); ++side) {
      const bool automatic = dice_.Happens(0.5);
      if (!IsComparable(side)) continue;
      const std::optional<StoredRun> last = NewestRun(side);
      if (last.has_value() && !sync::HasEnded(last->record)) Cancel(side, *last);
      bool started = Start(side, automatic);
      for (int again = 1; again < kStartsMax && !started; ++again) {
        drain();
        started = Start(side, automatic);
      }
      findings.Check(started, cast_.system(side).name + ": cannot be compared");
    }
    drain();
    if (round > 0 && Complaints().empty()) return;
  }
  for (const std::string& complaint : Complaints()) findings.Check(false, complaint);
}

std::vector<std::string> Reviews::Complaints() const {
  std::vector<std::string> complaints;
  for (Side side = 0; side < cast_.size(); ++side) {
    if (!IsComparable(side)) continue;
    const std::string& name = cast_.system(side).name;
    const std::optional<StoredRun> newest = NewestRun(side);
    if (!newest.has_value()) {
      complaints.push_back(name + ": was never compared");
      continue;
    }
    const StoredRun& run = *newest;
    for (const StoredFinding& finding : FindingsOf(run, Finding::STATE_UNSPECIFIED)) {
      if (finding.record.state() == Finding::STATE_MANUAL) continue;
      complaints.push_back(StrCat(name, " ", finding.record.code(),
                                  ": differs once more: ", finding.record.ShortDebugString()));
    }
    const bool has_moved = run.record.counts().contains("in_motion");
    if (sync::HasEnded(run.record) && run.record.error().empty() && !has_moved) continue;
    complaints.push_back(
        StrCat(name, ": a comparison did not come to its end: ", run.record.ShortDebugString()));
  }
  return complaints;
}

bool Reviews::WasWritten(Side side, const std::string& code, const std::string& path,
                         const std::string& value) const {
  return std::any_of(oracle_.cases().begin(), oracle_.cases().end(), [&](const Case& work) {
    return work.code == code &&
           std::any_of(work.edits.begin(), work.edits.end(), [&](const Edit& edit) {
             return edit.side == side && edit.path == path && edit.value == value;
           });
  });
}

// What somebody there wrote is found where the feed told of it in an item that cannot be read.
void Reviews::CheckFound(Findings& findings) const {
  for (Side side = 0; side < cast_.size(); ++side) {
    const std::string& name = cast_.system(side).name;
    const auto runs = sync::NewestRuns(*gateway_.engine(), name, kFindingsMax).value();
    for (const StoredRun& run : runs) {
      for (const StoredFinding& finding : FindingsOf(run, Finding::STATE_UNSPECIFIED)) {
        const std::string& code = finding.record.code();
        if (finding.record.class_() == Finding::CLASS_MISSING_HERE) continue;  // told unreadably
        findings.Check(!finding.record.fields().empty(),
                       StrCat(name, " ", code, ": ", finding.record.ShortDebugString()));
        for (const auto& field : finding.record.fields()) {
          findings.Check(
              systems_[side].HasDamaged(code, field.path()) ||
                  WasWritten(side, code, field.path(), field.held()),
              StrCat(name, " ", code, ": ", field.path(), " is said to be '", field.held(),
                     "' and not '", field.expected(), "', and was never damaged"));
        }
      }
    }
  }
}

}  // namespace lienthong::simulation
