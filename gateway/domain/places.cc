#include "gateway/domain/places.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "google/protobuf/util/message_differencer.h"

#include "gateway/base/text.h"
#include "gateway/domain/fields.h"

namespace lienthong::domain {
namespace {

using dossier::v1::DatabaseLookup;
using dossier::v1::Dossier;
using dossier::v1::Fee;
using dossier::v1::IdentityDocument;
using dossier::v1::OtherPaper;
using google::protobuf::RepeatedPtrField;
using google::protobuf::util::MessageDifferencer;

constexpr char kMark = '*';

// Place, without its mark -> id.
using Names = std::map<std::string, std::string, std::less<>>;

bool IsMarked(std::string_view id) { return !id.empty() && id.back() == kMark; }

std::string PlaceOf(std::string_view id) {
  if (IsMarked(id)) id.remove_suffix(1);
  return std::string(id);
}

// `dvc-n12` -> `dvc-n`; an id that does not end in a number is no place.
std::string_view SeriesOf(std::string_view place) {
  const size_t end = place.find_last_not_of("0123456789");
  const size_t chars = end == std::string_view::npos ? 0 : end + 1;
  return chars == place.size() ? std::string_view() : place.substr(0, chars);
}

std::string KeyOf(const Fee& fee) { return fee.code(); }
std::string KeyOf(const DatabaseLookup& lookup) { return lookup.database_code(); }
std::string KeyOf(const OtherPaper& paper) { return paper.name(); }
std::string KeyOf(const IdentityDocument& identity) {
  if (!identity.has_kind() && identity.number().empty()) return "";
  return StrCat(static_cast<int>(identity.kind()), "/", identity.number());
}

// What names an element as long as it is the only one of it; 0: nothing.
template <typename Element>
int KindOf(const Element&) {
  return 0;
}
int KindOf(const IdentityDocument& identity) { return identity.kind(); }

template <typename Element>
bool IsRemoved(const Element& element) {
  return element.removed();
}
bool IsRemoved(const DatabaseLookup&) { return false; }

// Finds the stored elements that those of one list mean. Lives on the stack.
template <typename Element>
class ListMatcher {
 public:
  ListMatcher(const RepeatedPtrField<Element>& stored, RepeatedPtrField<Element>& reported,
              const RepeatedPtrField<Element>& former)
      : stored_(stored), reported_(reported), former_(former) {
    for (const Element& one : stored) {
      taken_.insert(one.id());
      by_key_[KeyOf(one)].push_back(&one);
    }
    for (Element& said : reported) {
      if (IsMarked(said.id())) {
        open_.push_back(&said);
      } else {
        taken_.insert(said.id());
        meant_.insert(said.id());
      }
    }
  }

  Names Run() {
    for (const bool same : {true, false}) {
      for (const bool removed : {false, true}) {
        MatchOpen([=, this](const Element& said) { return FindByKey(said, same, removed); });
      }
    }
    MatchOpen([this](const Element& said) { return FindByFormerKey(said); });
    MatchOpen([this](const Element& said) { return FindByKind(said); });
    MatchOpen([this](const Element& said) { return FindByOrder(said); });
    for (Element* said : open_) Name(*said, FreeId(PlaceOf(said->id())));
    return std::move(names_);
  }

 private:
  template <typename Find>
  void MatchOpen(Find find) {
    std::erase_if(open_, [&](Element* said) {
      const Element* one = find(*said);
      if (one != nullptr) Name(*said, one->id());
      return one != nullptr;
    });
  }

  void Name(Element& said, const std::string& id) {
    names_.emplace(PlaceOf(said.id()), id);
    said.set_id(id);
    taken_.insert(id);
    meant_.insert(id);
  }

  const Element* FindByKey(const Element& said, bool same, bool removed) const {
    const std::string key = KeyOf(said);
    if (key.empty() && !same) return nullptr;
    return FindWith(key, [&](const Element& one) {
      return IsRemoved(one) == removed && (!same || SaysTheSame(one, said));
    });
  }

  const Element* FindByFormerKey(const Element& said) const {
    const std::string key = KeyOf(said);
    const auto is_meant = [&](const Element& one) { return KeyOf(one) == key; };
    const auto known = std::find_if(former_.begin(), former_.end(), is_meant);
    if (key.empty() || known == former_.end() || meant_.contains(known->id())) return nullptr;
    const auto found = std::find_if(stored_.begin(), stored_.end(), [&known](const Element& one) {
      return one.id() == known->id() && !IsRemoved(one);
    });
    return found == stored_.end() ? nullptr : &*found;
  }

  const Element* FindByKind(const Element& said) const {
    const int kind = KindOf(said);
    if (kind == 0) return nullptr;
    const auto is_such = [kind](const Element& one) {
      return KindOf(one) == kind && !IsRemoved(one);
    };
    if (std::count_if(reported_.begin(), reported_.end(), is_such) != 1) return nullptr;
    if (std::count_if(stored_.begin(), stored_.end(), is_such) != 1) return nullptr;
    const auto found = std::find_if(stored_.begin(), stored_.end(), is_such);
    return meant_.contains(found->id()) ? nullptr : &*found;
  }

  const Element* FindByOrder(const Element& said) const {
    if (!KeyOf(said).empty()) return nullptr;
    const std::string place = PlaceOf(said.id());
    return FindWith("", [&](const Element& one) {
      return !SeriesOf(place).empty() && SeriesOf(one.id()) == SeriesOf(place);
    });
  }

  // The first one with a key that nothing means yet.
  template <typename IsMeant>
  const Element* FindWith(const std::string& key, IsMeant is_meant) const {
    const auto list = by_key_.find(key);
    if (list == by_key_.end()) return nullptr;
    for (const Element* one : list->second) {
      if (!meant_.contains(one->id()) && is_meant(*one)) return one;
    }
    return nullptr;
  }

  // Whether everything that an element says stands in the stored one.
  static bool SaysTheSame(const Element& one, const Element& said) {
    Element merged = one;
    merged.MergeFrom(said);
    merged.set_id(one.id());
    return MessageDifferencer::Equals(merged, one);
  }

  std::string FreeId(const std::string& place) const {
    std::string id = place;
    for (size_t number = 1; taken_.contains(id); ++number) id = StrCat(SeriesOf(place), number);
    return id;
  }

  const RepeatedPtrField<Element>& stored_;
  RepeatedPtrField<Element>& reported_;
  const RepeatedPtrField<Element>& former_;
  std::map<std::string, std::vector<const Element*>> by_key_;  // of what is stored
  std::vector<Element*> open_;                                 // reported, and nothing found yet
  std::set<std::string> taken_;                                // ids that no new element may get
  std::set<std::string> meant_;                                // ids that a reported element has
  Names names_;
};

template <typename Element>
Names MatchList(const RepeatedPtrField<Element>& stored, RepeatedPtrField<Element>& reported,
                const RepeatedPtrField<Element>& former) {
  return ListMatcher<Element>(stored, reported, former).Run();
}

void FollowInPaths(std::string_view list, const Names& names, std::vector<std::string>& paths) {
  for (std::string& path : paths) {
    const PathParts parts = SplitPath(path);
    if (parts.list != list) continue;
    const auto name = names.find(parts.element);
    if (name != names.end()) path = StrCat(list, "[", name->second, "].", parts.rest);
  }
}

// Calls `act` with each of the lists.
template <typename Message, typename Act>
void ForEachList(Message& dossier, Act act) {
  act(*dossier.mutable_fees());
  act(*dossier.mutable_other_papers());
  act(*dossier.mutable_database_lookups());
  if (dossier.has_applicant()) act(*dossier.mutable_applicant()->mutable_identities());
}

template <typename Element>
bool AnyMarked(const RepeatedPtrField<Element>& list) {
  return std::any_of(list.begin(), list.end(),
                     [](const Element& element) { return IsMarked(element.id()); });
}

}  // namespace

void MarkPlaces(Dossier& reported) {
  std::set<std::string> fees;
  for (const Fee& fee : reported.fees()) fees.insert(fee.id());
  for (auto& round : *reported.mutable_supplements()) {
    for (std::string& id : *round.mutable_fee_ids()) {
      if (fees.contains(id)) id.push_back(kMark);
    }
  }
  ForEachList(reported, [](auto& list) {
    for (auto& element : list) element.mutable_id()->push_back(kMark);
  });
}

bool HasPlaces(const Dossier& reported) {
  return AnyMarked(reported.fees()) || AnyMarked(reported.other_papers()) ||
         AnyMarked(reported.database_lookups()) || AnyMarked(reported.applicant().identities());
}

void MatchPlaces(const Dossier& stored, Dossier& reported, std::vector<std::string>* cleared,
                 const Dossier* former) {
  if (!HasPlaces(reported)) return;
  const Dossier& known = former == nullptr ? Dossier::default_instance() : *former;
  std::map<std::string, Names> all;  // by list
  all["fees"] = MatchList(stored.fees(), *reported.mutable_fees(), known.fees());
  all["other_papers"] =
      MatchList(stored.other_papers(), *reported.mutable_other_papers(), known.other_papers());
  all["database_lookups"] = MatchList(
      stored.database_lookups(), *reported.mutable_database_lookups(), known.database_lookups());
  if (reported.has_applicant()) {
    all["applicant.identities"] = MatchList(stored.applicant().identities(),
                                            *reported.mutable_applicant()->mutable_identities(),
                                            known.applicant().identities());
  }
  for (auto& round : *reported.mutable_supplements()) {
    for (std::string& id : *round.mutable_fee_ids()) {
      const auto name = all["fees"].find(PlaceOf(id));
      if (IsMarked(id) && name != all["fees"].end()) id = name->second;
    }
  }
  if (cleared == nullptr) return;
  for (const auto& [list, names] : all) FollowInPaths(list, names, *cleared);
}

std::vector<std::string> KeyPathsOf(const Dossier& dossier) {
  std::vector<std::string> paths;
  for (const Fee& fee : dossier.fees()) paths.push_back(StrCat("fees[", fee.id(), "].code"));
  for (const OtherPaper& paper : dossier.other_papers()) {
    paths.push_back(StrCat("other_papers[", paper.id(), "].name"));
  }
  for (const DatabaseLookup& lookup : dossier.database_lookups()) {
    paths.push_back(StrCat("database_lookups[", lookup.id(), "].database_code"));
  }
  for (const IdentityDocument& identity : dossier.applicant().identities()) {
    for (const char* field : {"kind", "number"}) {
      paths.push_back(StrCat("applicant.identities[", identity.id(), "].", field));
    }
  }
  return paths;
}

}  // namespace lienthong::domain
