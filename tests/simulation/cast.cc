#include "tests/simulation/cast.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace lienthong::simulation {
namespace {

constexpr int kSystemsMin = 2;
constexpr int kSystemsMax = 6;
constexpr absl::Duration kSlow = absl::Seconds(1);
constexpr double kIsSlow = 0.15;
constexpr double kRefuses = 0.25;
constexpr double kIsReadBack = 0.7;  // of those that only call and take all changes

bool Contains(const std::vector<std::string>& agencies, std::string_view agency) {
  return std::find(agencies.begin(), agencies.end(), agency) != agencies.end();
}

// A feed; deliveries are applied at once, or taken into an inbox. Where neither the record can be
// read nor the same delivery is taken once, one that is sent again may put back what was edited.
void DrawSoftware(double inbox, double whole_records, Dice& dice, Traits& traits) {
  traits.takes_in_later = dice.Happens(inbox);
  traits.whole_records = dice.Happens(whole_records);
  const bool compares = dice.Happens(0.2);
  traits.reads_back = !traits.takes_in_later;
  traits.compares = traits.reads_back && compares;
}

Traits Receiver(std::string name, std::string prefix, std::string agency, Dice& dice) {
  Traits traits{.name = std::move(name), .prefix = std::move(prefix)};
  traits.receives = true;
  traits.agencies = {std::move(agency)};
  traits.not_held = {"results[].result_code"};
  traits.cuts = {{"subject", 20}, {"processing_unit", 12}};
  DrawSoftware(/*inbox=*/0.15, /*whole_records=*/0.7, dice, traits);
  return traits;
}

Traits Leader(std::string name, std::string prefix, std::vector<std::string> agencies, Dice& dice) {
  Traits traits{.name = std::move(name), .prefix = std::move(prefix)};
  traits.leads = true;
  traits.agencies = std::move(agencies);
  traits.all_dossiers = false;
  traits.not_held = {"note"};
  traits.cuts = {{"other_info", 16}, {"steps[].content", 14}};
  DrawSoftware(/*inbox=*/0.7, /*whole_records=*/0.3, dice, traits);
  return traits;
}

// The national portal. Its records are replaced whole, its steps only added.
Traits Portal(Dice& dice) {
  Traits traits{.name = "portal", .prefix = "dvc-"};
  traits.submits = true;
  traits.agencies = {"H29.X01"};
  traits.calls = traits.in_parts = traits.replaces = traits.appends = true;
  traits.not_held = {"note", "codes[].issuer", "codes[].kind"};
  traits.cuts = {{"processing_unit", 10}};
  if (dice.Happens(0.3)) {
    traits.updatable = {"status", "processing_unit", "deadline", "outcome",
                        "fees",   "supplements",     "requests", "contact.phone"};
  }
  return traits;
}

// It has no part in any dossier, and yet is told of all.
Traits Register(Dice& dice) {
  Traits traits{.name = "register", .prefix = "sk-"};
  traits.agencies = {"H29.R01"};
  traits.not_held = {"contact.email", "outcome.return_note"};
  traits.cuts = {{"papers[].name", 12}, {"other_info", 14}};
  DrawSoftware(/*inbox=*/0.3, /*whole_records=*/0.5, dice, traits);
  return traits;
}

std::vector<Traits> Candidates(Dice& dice) {
  std::vector<Traits> all;
  all.push_back(Receiver("city", "tp-", "H29.X01", dice));
  all.push_back(Leader("district", "nv-", {"H29.Q1", "H29.Q2"}, dice));
  all.push_back(Portal(dice));
  all.push_back(Leader("bureau", "so-", {"H29.S1", "H29.S2"}, dice));
  all.push_back(Receiver("ward", "px-", "H29.X02", dice));
  all.push_back(Register(dice));
  return all;
}

// What differs between systems of a kind.
void DrawQuirks(bool disciplined, Dice& dice, Traits& traits) {
  static constexpr std::pair<const char*, size_t> kCuts[] = {
      {"contact.email", 18}, {"papers[].name", 14}, {"fees[].name", 12}, {"steps[].officer", 16}};
  if (dice.Happens(0.5)) traits.cuts.insert(kCuts[dice.Below(std::size(kCuts))]);
  if (dice.Happens(0.2)) traits.not_held.insert("other_info");
  traits.lists = dice.Happens(0.5) && traits.reads_back;
  if (dice.Happens(kIsSlow)) traits.latency_max = kSlow;
  static constexpr const char* kRefused[] = {"contact.phone", "contact.email", "processing_unit"};
  const char* const refused = kRefused[dice.Below(std::size(kRefused))];
  if (dice.Happens(kRefuses) && !disciplined) traits.refuses_long = refused;
  traits.key_prefix = traits.prefix;
  std::transform(traits.key_prefix.begin(), traits.key_prefix.end(), traits.key_prefix.begin(),
                 [](char letter) { return letter >= 'a' ? letter - 'a' + 'A' : letter; });
}

}  // namespace

Cast::Cast(Dice dice, bool disciplined) {
  std::vector<Traits> candidates = Candidates(dice);
  for (Traits& traits : candidates) DrawQuirks(disciplined, dice, traits);
  const int wanted = kSystemsMin + dice.Below(kSystemsMax - kSystemsMin + 1);
  while (static_cast<int>(candidates.size()) > wanted) {
    const int left_out = 1 + dice.Below(static_cast<int>(candidates.size()) - 1);
    candidates.erase(candidates.begin() + left_out);
  }
  systems_ = std::move(candidates);
  // As the national portal's generations: what can be read back has no fields that are set once.
  for (Traits& traits : systems_) {
    if (traits.calls && traits.updatable.empty()) traits.reads_back = dice.Happens(kIsReadBack);
  }
}

Cast Cast::Whole() {
  Dice dice(1, Dice::Of::kCast);
  std::vector<Traits> systems = Candidates(dice);
  for (Traits& traits : systems) {
    traits.key_prefix = traits.prefix;
    traits.takes_in_later = traits.leads;
    traits.reads_back = !traits.leads && !traits.calls;
    traits.compares = false;
    traits.updatable.clear();
  }
  return Cast(std::move(systems));
}

std::string_view Cast::NameOf(Side side) const {
  if (side == kOperator) return kOperatorName;
  return IsAgency(side) ? std::string_view(kAgency) : systems_[side].name;
}

std::string_view Cast::PrefixOf(Side side) const {
  return IsAgency(side) ? std::string_view("x05-") : systems_[side].prefix;
}

bool Cast::IsAgencyOf(Side side, std::string_view agency) const {
  if (IsAgency(side)) return agency == kAgencyCode;
  return systems_[side].leads && Contains(systems_[side].agencies, agency);
}

bool Cast::HasChannel(Side receiver) const {
  if (IsAgency(receiver)) return false;
  return std::any_of(systems_.begin(), systems_.end(), [&](const Traits& traits) {
    return traits.submits && Contains(traits.agencies, systems_[receiver].agencies[0]);
  });
}

bool Cast::Concerns(const Traits& traits, const dossier::v1::Dossier& dossier) {
  if (traits.all_dossiers) return true;
  return std::any_of(
      dossier.assignments().begin(), dossier.assignments().end(),
      [&traits](const auto& assignment) { return Contains(traits.agencies, assignment.agency()); });
}

}  // namespace lienthong::simulation
