#include "tests/simulation/invariants.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "gateway/base/text.h"
#include "gateway/domain/ownership.h"

namespace lienthong::simulation {
namespace {

using dossier::v1::Dossier;
using storage::v1::JournalEntry;

std::optional<Dossier> DossierOf(const Scene& scene, const Case& work) {
  if (!work.code.empty()) return scene.gateway.Find(work.code, "");
  return scene.gateway.Find(work.key, std::string(scene.cast.NameOf(work.origin)));
}

Fields SetOnly(const Fields& fields) {
  Fields set;
  for (const auto& [path, value] : fields) {
    if (!value.empty()) set[path] = value;
  }
  return set;
}

// The first difference, in words; empty when there is none.
std::string Difference(const Fields& expected, const Fields& found) {
  for (const auto& [path, value] : expected) {
    const std::string there = ValueAt(found, path);
    if (there != value) return StrCat(path, ": expected '", value, "', is '", there, "'");
  }
  for (const auto& [path, value] : found) {
    if (!expected.contains(path)) return StrCat(path, ": is '", value, "', expected nothing");
  }
  return "";
}

std::string Join(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) StrAppend(text, text.empty() ? "" : " ", item);
  return text;
}

// Statuses of a dossier in the order of commit, with who set them.
std::vector<std::pair<std::string, std::string>> StatusChain(const Gateway& gateway,
                                                             const std::string& code) {
  std::vector<std::pair<std::string, std::string>> chain;
  for (const JournalEntry& entry : gateway.journal()) {
    if (entry.code() != code || !entry.status_changed()) continue;
    chain.emplace_back(StrCat(static_cast<int>(entry.after().status())), entry.actor());
  }
  return chain;
}

// What was refused goes out again from there on: only the end is sure.
bool EndAlike(const std::vector<std::string>& some, const std::vector<std::string>& others) {
  if (some.empty() || others.empty()) return some.empty() == others.empty();
  return some.back() == others.back();
}

// What the gateway writes itself, or for its own sake.
bool IsGatewaysOwn(std::string_view path) {
  return path == "code" || path == "receipt_number" || path.starts_with("codes[");
}

// What was refused, as far as the reports of conflicts tell.
class Refusals {
 public:
  explicit Refusals(const Gateway& gateway) {
    for (const storage::v1::ConflictRecord& conflict : gateway.Conflicts()) {
      refused_.emplace(conflict.code(), conflict.proposer(), conflict.path());
      refused_paths_.emplace(conflict.code(), conflict.path());
    }
  }

  // An element that a counterpart added without having a part in the dossier stays there: nothing
  // is ever deleted elsewhere. But it must have been reported.
  bool IsRefusedElement(const Counterpart& counterpart, const Dossier& dossier,
                        const std::string& path) const {
    return IsAbsentElement(dossier, path) &&
           refused_.contains({dossier.code(), StrCat("link/", counterpart.traits().name), path});
  }
  // Whoever it was that added it, and whatever of it was refused.
  bool IsRefusedElement(const Dossier& dossier, const std::string& path) const {
    const std::string element = path.substr(0, path.find(']') + 1);
    const auto found = refused_paths_.lower_bound({dossier.code(), element});
    return IsAbsentElement(dossier, path) && found != refused_paths_.end() &&
           found->first == dossier.code() && found->second.starts_with(element);
  }

 private:
  static bool IsAbsentElement(const Dossier& dossier, const std::string& path) {
    return !domain::SplitPath(path).list.empty() && !domain::ElementExists(dossier, path);
  }

  std::set<std::tuple<std::string, std::string, std::string>> refused_;
  std::set<std::pair<std::string, std::string>> refused_paths_;
};

// What a counterpart has no more of a dossier than it should: its own losses, as its lane says.
class Losses {
 public:
  Losses(const Scene& scene, Side side, const std::string& code)
      : counterpart_(scene.systems[side]), has_given_up_(scene.operators.HasGivenUp(side, code)) {
    const storage::v1::LaneState lane = scene.gateway.LaneOf(side, code);
    for (const auto& loss : lane.losses()) paths_.insert(loss.path());
  }

  bool Explain(const std::string& path) const {
    return paths_.contains(path) && (has_given_up_ || !counterpart_.MayUpdate(path));
  }

 private:
  const Counterpart& counterpart_;
  const bool has_given_up_;
  std::set<std::string> paths_;
};

// The dossier without what is nobody's but its system's.
Dossier Shared(const Dossier& dossier) {
  Dossier shared = dossier;
  auto& codes = *shared.mutable_codes();
  codes.erase(std::remove_if(codes.begin(), codes.end(),
                             [](const auto& code) {
                               return code.kind() == dossier::v1::CodeReference::KIND_LOCAL_ID;
                             }),
              codes.end());
  return shared;
}

// An element that its system took back before anybody else had it.
bool IsGoneUnseen(const Dossier& dossier, const Fields& held, const std::string& path) {
  const domain::PathParts parts = domain::SplitPath(path);
  if (parts.list.empty() || domain::ElementExists(dossier, path)) return false;
  return ValueAt(held, StrCat(parts.list, "[", parts.element, "].removed")) == "true";
}

}  // namespace

void CheckCopies(const Scene& scene, Findings& findings) {
  const Refusals refusals(scene.gateway);
  std::map<Side, size_t> expected_records;
  for (const Dossier& dossier : scene.gateway.Dossiers()) {
    for (Side side = 0; side < scene.cast.size(); ++side) {
      const Counterpart& counterpart = scene.systems[side];
      if (!Cast::Concerns(counterpart.traits(), dossier)) continue;
      const std::string name = StrCat(counterpart.traits().name, " ", dossier.code());
      const Counterpart::Record* record = counterpart.FindByCode(dossier.code());
      if (record != nullptr) ++expected_records[side];
      findings.Check(record != nullptr, name + ": has no record");
      if (record == nullptr) continue;
      Dossier shown = counterpart.Represent(Shared(dossier)).dossier();
      if (counterpart.traits().appends) shown.clear_steps();  // CheckAppended
      Fields expected = domain::Flatten(shown);
      Fields held = SetOnly(record->fields);
      const Losses losses(scene, side, dossier.code());
      const Fields all_held = held;
      const auto is_given_up = [&](const std::string& path) {
        return losses.Explain(path) ||
               scene.operators.HasDiscarded(side, dossier.code(), path, ValueAt(all_held, path));
      };
      std::erase_if(expected, [&](const auto& field) { return is_given_up(field.first); });
      std::erase_if(held, [&](const auto& field) {
        return is_given_up(field.first) || IsGoneUnseen(dossier, all_held, field.first) ||
               refusals.IsRefusedElement(counterpart, dossier, field.first);
      });
      const std::string difference = Difference(expected, held);
      findings.Check(difference.empty(), StrCat(name, ": copies differ: ", difference));
    }
  }
  for (const auto& [side, count] : expected_records) {
    const Counterpart& counterpart = scene.systems[side];
    // Who was given a dossier that the copy does not say so of has it still.
    const bool fits = counterpart.records().size() == count ||
                      (scene.restored && counterpart.records().size() > count);
    findings.Check(fits, StrCat(counterpart.traits().name, ": has ", counterpart.records().size(),
                                " records, expected ", count));
  }
}

void CheckAppended(const Scene& scene, Findings& findings) {
  for (const Dossier& dossier : scene.gateway.Dossiers()) {
    for (Side side = 0; side < scene.cast.size(); ++side) {
      const Counterpart& counterpart = scene.systems[side];
      const Counterpart::Record* record = counterpart.FindByCode(dossier.code());
      if (!counterpart.traits().appends || record == nullptr) continue;  // told by CheckCopies
      const std::string name = StrCat(counterpart.traits().name, " ", dossier.code());
      const storage::v1::LaneState lane = scene.gateway.LaneOf(side, dossier.code());
      const std::set<std::string> may_be_twice(lane.possible_duplicates().begin(),
                                               lane.possible_duplicates().end());
      std::vector<std::string> made, there;
      for (const auto& step : dossier.steps()) made.push_back(step.id());
      for (size_t i = 0; i < record->appended.size(); ++i) {
        const std::string& id = record->appended[i];
        const bool again = std::find(there.begin(), there.end(), id) != there.end();
        if (!again) there.push_back(id);
        const bool is_to_be_said = again && i >= record->appended_before;
        findings.Check(!is_to_be_said || may_be_twice.contains(StrCat("steps[", id, "]")),
                       StrCat(name, ": step ", id, " is there twice, and nothing says so"));
      }
      if (scene.operators.HasGivenUp(side, dossier.code())) continue;
      if (scene.restored) {  // what the gateway has forgotten stands there still, as it came
        std::sort(made.begin(), made.end());
        std::sort(there.begin(), there.end());
        findings.Check(std::includes(there.begin(), there.end(), made.begin(), made.end()),
                       StrCat(name, ": steps ", Join(there), "; were made ", Join(made)));
        continue;
      }
      findings.Check(there == made,
                     StrCat(name, ": steps ", Join(there), "; were made ", Join(made)));
    }
  }
}

void CheckCodes(const Scene& scene, Findings& findings) {
  for (const Dossier& dossier : scene.gateway.Dossiers()) {
    for (const Counterpart& counterpart : scene.systems) {
      const Counterpart::Record* record = counterpart.FindByCode(dossier.code());
      if (record == nullptr || record->key == dossier.code()) continue;
      const bool known =
          std::any_of(dossier.codes().begin(), dossier.codes().end(), [&](const auto& reference) {
            return reference.issuer() == counterpart.traits().name &&
                   reference.code() == record->key;
          });
      findings.Check(known, StrCat(dossier.code(), ": ", counterpart.traits().name, " calls it ",
                                   record->key, ", which is none of its codes"));
    }
  }
}

void CheckJournal(const Scene& scene, Findings& findings) {
  std::map<int64_t, int64_t> revisions;
  for (const JournalEntry& entry : scene.gateway.journal()) {
    const int64_t expected = ++revisions[entry.dossier_id()];
    findings.Check(entry.revision() == expected, StrCat("journal: ", entry.code(), ": revision ",
                                                        entry.revision(), " after ", expected - 1));
  }
}

void CheckSteps(const Scene& scene, Findings& findings) {
  const Refusals refusals(scene.gateway);
  for (const Case& work : scene.oracle.cases()) {
    const std::optional<Dossier> dossier = DossierOf(scene, work);
    findings.Check(dossier.has_value(), StrCat("no dossier for ", work.key, work.code));
    if (!dossier.has_value()) continue;
    std::vector<std::string> made = ElementIds(work.last, "steps");
    std::erase_if(made, [&](const std::string& id) {
      return refusals.IsRefusedElement(*dossier, ElementPath("steps", id, "content"));
    });
    std::vector<std::string> held;
    for (const auto& step : dossier->steps()) held.push_back(step.id());
    std::sort(held.begin(), held.end());
    // What went with a store may come back from another system's copy.
    const bool complete = scene.restored
                              ? std::includes(held.begin(), held.end(), made.begin(), made.end())
                              : held == made;
    findings.Check(complete, StrCat("gateway ", work.code, ": steps ", Join(held), "; were made ",
                                    Join(made)));
    for (Side side = 0; side < scene.cast.size(); ++side) {
      const Counterpart& counterpart = scene.systems[side];
      const Counterpart::Record* record = counterpart.FindByCode(dossier->code());
      if (record == nullptr || counterpart.traits().appends) continue;
      if (scene.restored && !Cast::Concerns(counterpart.traits(), *dossier)) continue;
      std::vector<std::string> there = ElementIds(SetOnly(record->fields), "steps");
      std::erase_if(there, [&](const std::string& id) {
        const std::string path = ElementPath("steps", id, "content");
        return refusals.IsRefusedElement(*dossier, path) ||
               (!domain::ElementExists(*dossier, path) &&
                scene.operators.HasDiscarded(side, work.code, path, ValueAt(record->fields, path)));
      });
      const Losses losses(scene, side, dossier->code());
      std::vector<std::string> expected = held;
      std::erase_if(expected, [&](const std::string& id) {
        const bool is_there = std::binary_search(there.begin(), there.end(), id);
        return !is_there && losses.Explain(ElementPath("steps", id, "content"));
      });
      findings.Check(there == expected,
                     StrCat(counterpart.traits().name, " ", work.code, ": steps ", Join(there),
                            "; expected ", Join(expected)));
    }
  }
}

void CheckStatuses(const Scene& scene, Findings& findings) {
  for (const Case& work : scene.oracle.cases()) {
    for (Side side = 0; side < scene.cast.size(); ++side) {
      const Counterpart& counterpart = scene.systems[side];
      const Counterpart::Record* record = counterpart.FindByCode(work.code);
      if (record == nullptr || scene.operators.HasGivenUp(side, work.code)) continue;
      const bool own = std::any_of(record->statuses.begin(), record->statuses.end(),
                                   [](const auto& seen) { return seen.own; });
      std::vector<std::string> seen, expected = work.statuses;
      for (const auto& status : record->statuses) seen.push_back(status.status);
      if (!scene.disciplined) {
        // A side that moves it too may overtake the others; one that only listens sees all, unless
        // it refused some of it.
        if (own || scene.restored) continue;
        expected.clear();
        for (const auto& [status, actor] : StatusChain(scene.gateway, work.code))
          expected.push_back(status);
      }
      const bool fits =
          counterpart.HasRefused(work.code) ? EndAlike(seen, expected) : seen == expected;
      findings.Check(fits, StrCat(counterpart.traits().name, " ", work.code, ": statuses ",
                                  Join(seen), "; expected ", Join(expected)));
    }
  }
}

namespace {

// What the gateway has taken or said no to, by code.
class Records {
 public:
  using Pair = std::pair<std::string, std::string>;  // path and value

  explicit Records(const Gateway& gateway) {
    std::map<int64_t, std::string> codes;
    for (const JournalEntry& entry : gateway.journal()) {
      codes[entry.dossier_id()] = entry.code();
      const Fields after = domain::Flatten(entry.after());
      for (const std::string& path : entry.paths()) {
        known_[entry.code()].emplace(path, ValueAt(after, path));
      }
    }
    for (const storage::v1::ConflictRecord& conflict : gateway.Conflicts()) {
      known_[conflict.code()].emplace(conflict.path(), conflict.proposed_value());
    }
    for (const sync::StoredLetter& letter : gateway.DeadLetters()) AddLetter(letter.record);
    for (const storage::v1::ActRecord& act : gateway.Acts()) {
      if (!act.has_letter()) continue;
      AddLetter(act.letter());
      AddOvertaken(act, codes[act.dossier_id()]);
    }
  }

  bool Know(const std::string& code, const std::string& path, const std::string& value) const {
    const auto found = known_.find(code);
    return found != known_.end() && found->second.contains({path, value});
  }

 private:
  void AddLetter(const storage::v1::DeadLetterRecord& letter) {
    for (auto& field : domain::Flatten(letter.item().dossier()))
      known_[letter.code()].insert(field);
  }

  // Fields of an item that could not be read at first: others had the word when it was.
  void AddOvertaken(const storage::v1::ActRecord& act, const std::string& code) {
    if (act.result().find("overtaken") == std::string::npos) return;
    for (auto& field : domain::Flatten(Ungarbled(act.letter().item()).dossier())) {
      if (act.result().find(field.first) != std::string::npos) known_[code].insert(field);
    }
  }

  std::map<std::string, std::set<Pair>> known_;
};

// An element that was refused, and of which operators then took single fields.
bool IsMadeByOperator(const Case& work, const std::string& path) {
  const std::string element = path.substr(0, path.find(']'));
  return std::any_of(
      work.overruled.begin(), work.overruled.end(),
      [&element](const auto& overruled) { return overruled.first.starts_with(element + "]"); });
}

// Refused with its whole element: who wrote it had no part in the dossier then, perhaps has now.
bool WasRefusedWithItsElement(const Gateway& gateway, const Case& work, const Edit& edit) {
  for (const storage::v1::ConflictRecord& conflict : gateway.Conflicts()) {
    if (conflict.code() != work.code || conflict.path() != edit.path) continue;
    if (conflict.proposed_value() != edit.value) continue;
    for (const JournalEntry& entry : gateway.journal()) {
      const bool is_then =
          entry.dossier_id() == conflict.dossier_id() && entry.revision() == conflict.revision();
      if (is_then && !domain::ElementExists(entry.after(), edit.path)) return true;
    }
  }
  return false;
}

// The last word of each field's owner, where it can be said who that is.
Fields OwnersWords(const Scene& scene, const Case& work, const Dossier& dossier) {
  Fields words;
  for (const Edit& edit : work.edits) {
    Side owner = kOperator;
    const bool fixed = HasFixedOwner(edit.path, work, scene.cast, &owner) && owner == edit.side;
    // An element that is not there was refused, or another check has told of it.
    const bool element = !domain::SplitPath(edit.path).list.empty();
    // What came back from another system's copy is as that one had it.
    if (element && scene.restored) continue;
    const bool is_there = !element || (domain::ElementExists(dossier, edit.path) &&
                                       !IsMadeByOperator(work, edit.path));
    if (!fixed || !is_there || edit.is_lost) continue;
    if (element && WasRefusedWithItsElement(scene.gateway, work, edit)) continue;
    words[edit.path] = edit.value;
  }
  return words;
}

// What a system lost or altered by itself it may show as a word of its people.
bool IsOfDamage(const Scene& scene, const storage::v1::ConflictRecord& conflict) {
  return std::any_of(scene.systems.begin(), scene.systems.end(),
                     [&](const Counterpart& counterpart) {
                       return conflict.proposer() == StrCat("link/", counterpart.traits().name) &&
                              counterpart.HasDamaged(conflict.code(), conflict.path());
                     });
}

bool WasOverruled(const Case& work, const std::string& path, const std::string& value) {
  const auto found = work.overruled.find(path);
  return found != work.overruled.end() && found->second.contains(value);
}

}  // namespace

void CheckEdits(const Scene& scene, Findings& findings) {
  const Records records(scene.gateway);
  for (const Case& work : scene.oracle.cases()) {
    const std::optional<Dossier> dossier = DossierOf(scene, work);
    if (!dossier.has_value()) continue;  // told by CheckSteps
    const Fields final_fields = domain::Flatten(*dossier);
    for (const Edit& edit : work.edits) {
      if (edit.is_untold && ValueAt(work.last, edit.path) != edit.value) continue;
      // Values are unlike each other, but two may clear the same field: the second changes nothing.
      findings.Check(
          edit.value.empty() || records.Know(work.code, edit.path, edit.value) ||
              ValueAt(final_fields, edit.path) == edit.value,
          StrCat(work.code, ": ", scene.cast.NameOf(edit.side), " wrote ", edit.path, " = '",
                 edit.value, "', which is neither in the journal nor in a conflict"));
    }
    for (const auto& [path, value] : OwnersWords(scene, work, *dossier)) {
      const std::string there = ValueAt(final_fields, path);
      findings.Check(there == value || WasOverruled(work, path, there),
                     StrCat(work.code, ": ", path, " is '", there, "', the owner's last word was '",
                            value, "'"));
    }
  }
}

void CheckOwnersWords(const Scene& scene, Findings& findings) {
  for (const storage::v1::ConflictRecord& conflict : scene.gateway.Conflicts()) {
    findings.Check(IsOfDamage(scene, conflict),
                   StrCat("conflict without a reason: ", conflict.code(), " ", conflict.path(),
                          ": ", conflict.proposer(), " proposed '", conflict.proposed_value(),
                          "', stored '", conflict.stored_value(), "'"));
  }
  for (const Case& work : scene.oracle.cases()) {
    const std::optional<Dossier> dossier = DossierOf(scene, work);
    if (!dossier.has_value()) continue;  // told by CheckSteps
    Fields held;
    for (const auto& [path, value] : domain::Flatten(*dossier)) {
      const bool shared = Counterpart::IsShared(path) || path == "deadline.change_reason";
      if (shared && !IsGatewaysOwn(path)) held[path] = value;
    }
    Fields expected;
    for (const auto& [path, value] : SetOnly(work.last)) {
      if (!IsGatewaysOwn(path)) expected[path] = value;
    }
    const std::string difference = Difference(expected, held);
    findings.Check(difference.empty(),
                   StrCat(work.code, ": not as its owners wrote it: ", difference));
    // What the law demands and owners leave out is noted too, and is no state.
    const auto defects =
        std::count_if(dossier->defects().begin(), dossier->defects().end(), [](const auto& defect) {
          return defect.kind() == dossier::v1::Defect::KIND_IRREGULAR_TRANSITION;
        });
    findings.Check(dossier->unobserved().empty() && defects <= 1,
                   StrCat(work.code, ": states that nobody set: ", dossier->unobserved_size(),
                          ", defects: ", defects));
  }
}

}  // namespace lienthong::simulation
