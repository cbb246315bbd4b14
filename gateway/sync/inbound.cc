#include "gateway/sync/inbound.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/records.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/fields.h"
#include "gateway/domain/validate.h"
#include "lienthong/sync/v1/sync_service.pb.h"

namespace lienthong::sync {
namespace {

using adapter::v1::InboundItem;
using core::StoredDossier;
using dossier::v1::CodeReference;

// A party's own key is one of the dossier's codes for ever.
void AddKey(const std::string& party, const std::string& key, const StoredDossier& stored,
            domain::Change& change) {
  for (const CodeReference& reference : stored.dossier.codes()) {
    if (reference.issuer() == party && reference.code() == key) return;
  }
  const std::string id = StrCat(party, ":local");
  CodeReference* reference = change.dossier.add_codes();
  reference->set_id(id);
  reference->set_issuer(party);
  reference->set_kind(CodeReference::KIND_LOCAL_ID);
  reference->set_code(key);
  for (const char* field : {"issuer", "kind", "code"}) {
    change.set.push_back(StrCat("codes[", id, "].", field));
  }
}

// Whether the counterpart knows all of the dossier's new revision because it said it all itself: it
// had the one before, what changed is what it reported, or what the gateway notes for itself, and
// no delivery of ours came after what it said. `next` is the lane after its report.
bool SaidAll(const storage::v1::LaneState& lane, const storage::v1::LaneState& next,
             const StoredDossier& stored, const domain::Change& change,
             const core::PreparedEdit& edit) {
  if (edit.creating || !edit.changed || !edit.merge.proposals.empty()) return false;
  if (lane.phase() != storage::v1::LaneState::PHASE_IDLE) return false;
  if (lane.confirmed_revision() != stored.dossier.revision()) return false;
  std::set<std::string> said(change.set.begin(), change.set.end());
  said.insert(change.clear.begin(), change.clear.end());
  const bool overtaken = std::any_of(next.shadow().begin(), next.shadow().end(),
                                     [&said](const storage::v1::ShadowField& field) {
                                       return field.sent_size() > 0 && said.contains(field.path());
                                     });
  if (overtaken) return false;
  return std::all_of(edit.merge.paths.begin(), edit.merge.paths.end(),
                     [&](const std::string& path) {
                       const options::v1::FieldRules* rules = domain::RulesOf(path);
                       return said.contains(path) ||
                              (rules != nullptr && rules->owner() == options::v1::OWNER_GATEWAY);
                     });
}

void Settle(int64_t revision, storage::v1::LaneState& lane) {
  lane.set_phase(storage::v1::LaneState::PHASE_IDLE);
  lane.set_confirmed_revision(revision);
  lane.set_wanted_revision(revision);
  lane.clear_pending_since();
}

std::string Join(const std::vector<FieldViolation>& bad) {
  std::string text;
  for (const FieldViolation& violation : bad) {
    StrAppend(text, text.empty() ? "" : "; ", violation.field, " ", violation.description);
  }
  return text;
}

}  // namespace

PreparedItem Inbound::DeadLetter(const InboundItem& item, std::string field, std::string reason,
                                 std::string code) const {
  storage::v1::DeadLetterRecord record;
  record.set_direction(v1::DeadLetter::DIRECTION_INBOUND);
  record.set_code(std::move(code));
  record.set_key(item.key());
  record.set_field(std::move(field));
  record.set_reason(std::move(reason));
  record.set_raw(item.raw());
  *record.mutable_item() = item;
  PreparedItem prepared;
  const std::string identity = StrCat("in\n", item.key(), "\n", item.version(), "\n", item.raw());
  lanes_.PutDeadLetter(std::move(record), identity, prepared.set);
  return prepared;
}

// Whether an item carries a shared code that is not this dossier's.
absl::StatusOr<bool> Inbound::NamesAnother(const StoredDossier& stored,
                                           const domain::Change& change) const {
  const std::string& code = change.dossier.code();
  if (code.empty() || domain::FoldCode(code) == domain::FoldCode(stored.dossier.code()))
    return false;
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t id, core::FindDossier(engine_, code));
  return id != stored.id;
}

absl::StatusOr<StoredLane> Inbound::FindLane(const InboundItem& item) const {
  LIENTHONG_ASSIGN_OR_RETURN(const StoredLane known, lanes_.LoadByKey(item.key()));
  if (known.version > 0) return known;
  LIENTHONG_ASSIGN_OR_RETURN(int64_t id, core::FindDossier(engine_, item.key(), party_.name));
  if (id == 0 && !item.dossier().code().empty()) {
    LIENTHONG_ASSIGN_OR_RETURN(id, core::FindDossier(engine_, item.dossier().code()));
  }
  if (id == 0) return StoredLane{};
  return lanes_.Load(id);
}

absl::StatusOr<PreparedItem> Inbound::Prepare(const InboundItem& item,
                                              const LinkState& state) const {
  if (item.has_error()) return DeadLetter(item, item.error().field(), item.error().reason(), "");
  if (item.key().empty()) return DeadLetter(item, "", "the item has no key of its dossier", "");
  LIENTHONG_ASSIGN_OR_RETURN(StoredLane lane, FindLane(item));
  if (lane.version > 0 && !lane.state.key().empty() && lane.state.key() != item.key()) {
    return DeadLetter(item, "",
                      StrCat("the counterpart holds this dossier twice: as ", lane.state.key(),
                             " and as ", item.key()),
                      item.dossier().code());
  }
  const Effects effects = Step(lane.state, state, "", Reported{&item});
  if (effects.duplicate) return PreparedItem{.edit = {}, .set = {}, .nothing = true};
  return PrepareStep(lane, effects, item);
}

absl::StatusOr<PreparedItem> Inbound::PrepareStep(const StoredLane& lane, const Effects& effects,
                                                  const InboundItem& item) const {
  PreparedItem prepared;
  prepared.echoes = effects.echoes;
  const bool known = lane.state.source_version() > 0 && lane.state.key() == item.key();
  if (!effects.edit.has_value() && known) {
    lanes_.Put(lane, effects.lane, prepared.set);  // it only repeats what is known
    return prepared;
  }
  StoredDossier stored;
  if (lane.dossier_id != 0) {
    LIENTHONG_ASSIGN_OR_RETURN(stored, core::LoadDossier(engine_, lane.dossier_id));
  }
  const bool creating = stored.version == 0;
  domain::Change change = effects.edit.value_or(domain::Change{});
  std::vector<FieldViolation> bad = domain::Validate(change.dossier, creating, "");
  if (!creating) {
    for (FieldViolation& cleared : domain::ValidateClears(stored.dossier, change.clear, "")) {
      bad.push_back(std::move(cleared));
    }
    LIENTHONG_ASSIGN_OR_RETURN(const bool other, NamesAnother(stored, change));
    if (other) bad.push_back({"code", "is not the shared code of the dossier that has this key"});
  }
  if (creating && bad.empty() &&
      (!party_.receives || !party_.agencies.contains(change.dossier.reception().agency()))) {
    bad.push_back({"reception.agency",
                   "names no agency that this counterpart receives for, and the "
                   "dossier is not known here"});
  }
  if (!bad.empty()) {
    return DeadLetter(item, bad[0].field, Join(bad), stored.dossier.code());
  }
  AddKey(party_.name, item.key(), stored, change);
  absl::StatusOr<core::PreparedEdit> edit = core::PrepareEdit(engine_, stored, change,
                                                              {.actor = StrCat("link/", link_),
                                                               .writer = core::WriterOf(party_),
                                                               .reason = "",
                                                               .trace_id = "",
                                                               .request_id = "",
                                                               .request_digest = ""});
  if (absl::IsAlreadyExists(edit.status()) || absl::IsInvalidArgument(edit.status())) {
    return DeadLetter(item, "", std::string(edit.status().message()), stored.dossier.code());
  }
  if (!edit.ok()) return edit.status();
  StoredLane target = lane;
  target.dossier_id = edit->id;
  storage::v1::LaneState next = effects.lane;
  if (effects.edit.has_value() && SaidAll(lane.state, next, stored, *effects.edit, *edit))
    Settle(edit->merge.next.revision(), next);
  lanes_.Put(target, next, edit->set);
  prepared.edit = *std::move(edit);
  return prepared;
}

}  // namespace lienthong::sync
