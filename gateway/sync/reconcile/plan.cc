#include "gateway/sync/reconcile/plan.h"

#include <algorithm>
#include <map>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/digest.h"
#include "gateway/core/ownership_check.h"
#include "gateway/domain/derived.h"
#include "gateway/domain/fields.h"
#include "gateway/domain/ownership.h"
#include "gateway/sync/declared.h"
#include "gateway/sync/delivery_plan.h"
#include "gateway/sync/local_ids.h"
#include "gateway/sync/reconcile/compared_fields.h"
#include "gateway/sync/shadow.h"
#include "gateway/sync/target.h"

namespace lienthong::sync {
namespace {

using dossier::v1::Dossier;
using storage::v1::FindingRecord;
using storage::v1::JournalEntry;
using storage::v1::ShadowField;
using Field = v1::Finding::Field;

// A finding names so many fields; the next comparison finds what is left.
constexpr int kFieldsMax = 200;
constexpr size_t kNoteBytesMax = 1000;

struct Difference {
  std::string held;      // "": not set
  std::string expected;  // "": not set
  bool was_ours = false;
  bool is_last_word_theirs = false;  // the newest change of the field was the counterpart's own
};
using Differences = std::map<std::string, Difference, std::less<>>;

class Classifier {
 public:
  Classifier(const BothSides& sides, bool feed_read)
      : sides_(sides),
        feed_read_(feed_read),
        compared_(sides.can),
        updatable_(sides.can.updatable().begin(), sides.can.updatable().end()) {}

  absl::StatusOr<Verdict> Run() {
    if (sides_.lane.joined_into() != 0) return Verdict{};
    if (sides_.lane.phase() == LaneState::PHASE_DEAD) return Said(Verdict::Kind::kDeadLettered);
    if (!IsSettled(sides_.lane, sides_.head.revision())) return Said(Verdict::Kind::kInMotion);
    finding_.set_code(sides_.head.code());
    finding_.set_key(sides_.lane.key());
    finding_.set_revision(sides_.head.revision());
    if (sides_.held == nullptr) return Missing();
    if (sides_.held->has_error()) return NotUnderstood();
    return Compare();
  }

 private:
  static Verdict Said(Verdict::Kind kind) { return {.kind = kind}; }

  bool IsClosed() const { return sides_.head.has_voiding() || sides_.head.has_joined(); }

  // By versions what it holds is known to be behind, or as far as, what its feed has told. Without
  // them only the feed can tell.
  bool IsUnsettled() const {
    if (feed_read_) return false;
    return !sides_.can.feed_versions() || sides_.held == nullptr ||
           sides_.held->version() > VersionTold();
  }

  // What answered a delivery may be further than that delivery: others may have written before it.
  // Where the feed repeats what we have written, it alone counts.
  int64_t VersionTold() const {
    const int64_t source = sides_.lane.source_version();
    return sides_.can.reports_echoes() ? source : std::max(source, sides_.lane.delivered_version());
  }

  Verdict Differs(v1::Finding::Class how, v1::Finding::State state) {
    if (IsUnsettled()) return Said(Verdict::Kind::kUnsettled);
    finding_.set_class_(how);
    finding_.set_state(state);
    return {.kind = Verdict::Kind::kDiffers, .finding = std::move(finding_)};
  }

  Verdict Missing() {
    if (IsClosed()) return Verdict{};
    if (NeverBegins(sides_.lane, sides_.head.revision())) {
      finding_.set_given_up(true);
      Note("", "an operator has given it up there: a repair delivers it again");
    }
    return Differs(v1::Finding::CLASS_MISSING_THERE, v1::Finding::STATE_OPEN);
  }

  Verdict NotUnderstood() {
    Note(sides_.held->error().field(), sides_.held->error().reason());
    return Differs(v1::Finding::CLASS_DIVERGED, v1::Finding::STATE_MANUAL);
  }

  absl::StatusOr<Verdict> Compare() {
    // People close its record there by hand: put back as it was here, it would be alive again.
    if (IsClosed()) return Verdict{};
    Differences differences = FindDifferences();
    if (differences.empty()) return Verdict{};
    if (IsUnsettled()) return Said(Verdict::Kind::kUnsettled);
    LIENTHONG_ASSIGN_OR_RETURN(const std::vector<JournalEntry> entries, sides_.history());
    LookBack(entries, differences);
    for (const auto& [path, difference] : differences) AddField(path, difference);
    if (finding_.fields().empty()) return Verdict{};
    finding_.set_overdue(OverdueNow());
    return Differs(v1::Finding::CLASS_DIVERGED,
                   repairable_ ? v1::Finding::STATE_OPEN : v1::Finding::STATE_MANUAL);
  }

  domain::FieldMap Shown(Dossier dossier) const {
    DropLocalIds(dossier);
    return domain::Flatten(sides_.represent(dossier).dossier());
  }

  Differences FindDifferences() const {
    Dossier there = sides_.held->dossier();
    DropLocalIds(there);
    std::map<std::string, const ShadowField*, std::less<>> shadow;
    for (const ShadowField& field : sides_.lane.shadow()) shadow.emplace(field.path(), &field);
    Differences all;
    for (const auto& [path, value] : domain::Flatten(there)) all[path].held = value;
    for (const auto& [path, value] : Shown(sides_.head)) all[path].expected = value;
    std::erase_if(all, [&](const auto& entry) {
      const auto& [path, difference] = entry;
      if (difference.held == difference.expected || !compared_.Has(path)) return true;
      const auto known = shadow.find(path);
      return known != shadow.end() && IsGivenUp(*known->second);
    });
    return all;
  }

  // Goes back through the dossier's changes, until each value that the counterpart holds was met.
  void LookBack(const std::vector<JournalEntry>& entries, Differences& differences) const {
    Dossier dossier = sides_.head;
    size_t open = differences.size();
    std::set<std::string, std::less<>> said;  // fields whose newest change was met
    for (auto entry = entries.rbegin(); entry != entries.rend() && open > 0; ++entry) {
      if (entry->revision() <= 1) return;  // before it there was no dossier
      for (const std::string& path : entry->paths()) {
        const auto found = differences.find(path);
        if (!said.insert(path).second || found == differences.end()) continue;
        found->second.is_last_word_theirs = entry->actor() == sides_.self;
      }
      dossier = GoBack(std::move(dossier), {*entry}, entry->revision() - 1, sides_.self).dossier;
      const domain::FieldMap earlier = Shown(dossier);
      for (auto& [path, difference] : differences) {
        if (difference.was_ours) continue;
        const auto value = earlier.find(path);
        difference.was_ours = difference.held == (value == earlier.end() ? "" : value->second);
        open -= difference.was_ours ? 1 : 0;
      }
    }
  }

  bool OwnsField(const std::string& path) const {
    const std::vector<const core::Party*> owners =
        core::OwnersOf(sides_.parties, sides_.graph, sides_.head, path, sides_.held->dossier());
    return std::find(owners.begin(), owners.end(), &sides_.party) != owners.end();
  }

  bool IsNews(const std::string& path, const std::string& held) const {
    const std::string digest = held.empty() ? "" : ValueDigest(held);
    for (const ShadowField& field : sides_.lane.shadow()) {
      if (field.path() == path) return field.reported() != digest;
    }
    return !digest.empty();
  }

  // It has told newer ones, and was set back since, perhaps to a backup of its own: what it holds
  // now is nobody's word.
  bool IsSetBack() const {
    const int64_t version = sides_.held->version();
    return version > 0 && version < sides_.lane.source_version();
  }

  Field::Kind KindOf(const std::string& path, const Difference& difference) const {
    const bool is_theirs = IsNews(path, difference.held) && OwnsField(path) && !IsSetBack();
    if (difference.was_ours && !(is_theirs && difference.is_last_word_theirs)) {
      return Field::KIND_STALE;
    }
    return is_theirs ? Field::KIND_THEIRS : Field::KIND_ALTERED;
  }

  void AddField(const std::string& path, const Difference& difference) {
    const Field::Kind kind = KindOf(path, difference);
    const bool is_fixed = !updatable_.empty() && !Declares(updatable_, path);
    if (is_fixed && kind == Field::KIND_STALE) return;
    if (finding_.fields_size() >= kFieldsMax) return;
    FindingRecord::Field& field = *finding_.add_fields();
    field.set_path(path);
    field.set_kind(kind);
    field.set_held(difference.held);
    field.set_expected(difference.expected);
    const bool is_ours = kind != Field::KIND_THEIRS;
    if (is_ours && is_fixed) {
      return Note(path, "cannot be changed there any more; correct it there");
    }
    if (is_ours && !domain::SplitPath(path).list.empty() &&
        !domain::ElementExists(sides_.head, path)) {
      return Note(path, "is of an element that is not here; remove it there");
    }
    repairable_ = true;
  }

  void Note(std::string_view field, std::string_view text) {
    std::string& note = *finding_.mutable_note();
    if (note.size() > kNoteBytesMax) return;
    StrAppend(note, note.empty() ? "" : "; ", field, field.empty() ? "" : " ", text);
  }

  static bool HasEnded(const Dossier& dossier) {
    switch (dossier.status()) {
      case dossier::v1::STATUS_REFUSED:
      case dossier::v1::STATUS_WITHDRAWN:
      case dossier::v1::STATUS_STOPPED:
      case dossier::v1::STATUS_FINISHED:
      case dossier::v1::STATUS_RETURNED:
        return true;
      default:
        return false;
    }
  }

  bool IsOverdue(const Dossier& dossier) const {
    return dossier.deadline().has_promised_due() && !HasEnded(dossier) &&
           domain::FromProto(dossier.deadline().promised_due()) < sides_.now;
  }

  v1::Finding::Overdue OverdueNow() const {
    Dossier there = sides_.held->dossier();
    if (!there.deadline().has_promised_due() && sides_.head.deadline().has_promised_due()) {
      *there.mutable_deadline()->mutable_promised_due() = sides_.head.deadline().promised_due();
    }
    if (!IsOverdue(there)) return v1::Finding::OVERDUE_UNSPECIFIED;
    return IsOverdue(sides_.head) ? v1::Finding::OVERDUE_REALLY : v1::Finding::OVERDUE_UNSYNCED;
  }

  const BothSides& sides_;
  const bool feed_read_;
  const ComparedFields compared_;
  const std::vector<std::string> updatable_;
  FindingRecord finding_;
  bool repairable_ = false;
};

bool IsSameField(const FindingRecord::Field& a, const FindingRecord::Field& b) {
  return a.path() == b.path() && a.kind() == b.kind() && a.held() == b.held();
}

}  // namespace

std::string RecordDigest(const adapter::v1::LookUpReply::Record& record) {
  return core::Sha256(record.SerializeAsString());
}

bool NeverBegins(const LaneState& lane, int64_t head_revision) {
  return lane.phase() == LaneState::PHASE_IDLE && !lane.has_intent() && !HasRecord(lane) &&
         lane.refused_revision() >= head_revision;
}

bool IsSettled(const LaneState& lane, int64_t head_revision) {
  if (NeverBegins(lane, head_revision)) return true;
  return lane.phase() == LaneState::PHASE_IDLE && !lane.has_intent() &&
         lane.confirmed_revision() == head_revision;
}

absl::StatusOr<Verdict> Classify(const BothSides& sides, bool feed_read) {
  return Classifier(sides, feed_read).Run();
}

bool NeedsNoJudgement(const FindingRecord& finding) {
  const bool is_ours = finding.class_() == v1::Finding::CLASS_DIVERGED ||
                       finding.class_() == v1::Finding::CLASS_MISSING_THERE;
  if (finding.state() != v1::Finding::STATE_OPEN || !is_ours || finding.given_up()) return false;
  return std::none_of(
      finding.fields().begin(), finding.fields().end(),
      [](const FindingRecord::Field& field) { return field.kind() == Field::KIND_ALTERED; });
}

std::optional<Repair> RepairOf(const FindingRecord& approved, const Verdict& now) {
  if (now.kind != Verdict::Kind::kDiffers || now.finding.class_() != approved.class_()) {
    return std::nullopt;
  }
  Repair repair{.creates = approved.class_() == v1::Finding::CLASS_MISSING_THERE};
  for (const FindingRecord::Field& field : now.finding.fields()) {
    const bool is_approved = std::any_of(
        approved.fields().begin(), approved.fields().end(),
        [&field](const FindingRecord::Field& known) { return IsSameField(known, field); });
    if (!is_approved) continue;
    (field.kind() == Field::KIND_THEIRS ? repair.pull : repair.push).insert(field.path());
  }
  if (!repair.creates && repair.push.empty() && repair.pull.empty()) return std::nullopt;
  return repair;
}

}  // namespace lienthong::sync
