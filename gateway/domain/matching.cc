#include "gateway/domain/matching.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/strings/numbers.h"
#include "google/protobuf/util/message_differencer.h"

#include "gateway/base/text.h"
#include "gateway/domain/places.h"

namespace lienthong::domain {
namespace {

using dossier::v1::Dossier;
using dossier::v1::Fee;
using dossier::v1::SupplementRound;
using google::protobuf::util::MessageDifferencer;

constexpr int64_t kDerivedNumbersFrom = int64_t{1} << 30;
constexpr uint32_t kFnvBasis = 2166136261;
constexpr uint32_t kFnvPrime = 16777619;

bool Waits(const SupplementRound& round) { return !round.answered() && !round.removed(); }

// Whether every field that the reply says stands in the round.
bool HasReply(const SupplementRound& round, const SupplementRound& reply) {
  if (round.removed()) return false;
  SupplementRound merged = round;
  merged.clear_paper_ids();  // merging would join the lists
  merged.MergeFrom(reply);
  if (reply.paper_ids_size() == 0) *merged.mutable_paper_ids() = round.paper_ids();
  return MessageDifferencer::Equals(merged, round);
}

// The one element of `list` that `is_meant`; null and how many there are when it is not one.
template <typename Element, typename IsMeant>
const Element* OnlyOne(const google::protobuf::RepeatedPtrField<Element>& list, IsMeant is_meant,
                       int* count) {
  const Element* found = nullptr;
  *count = 0;
  for (const Element& element : list) {
    if (!is_meant(element)) continue;
    found = &element;
    ++*count;
  }
  return *count == 1 ? found : nullptr;
}

const SupplementRound* FindRound(const Dossier& stored, const SupplementRound& reply, int* count) {
  const SupplementRound* round = OnlyOne(stored.supplements(), Waits, count);
  if (*count > 0) return round;
  const auto has_it = [&reply](const SupplementRound& one) { return HasReply(one, reply); };
  return OnlyOne(stored.supplements(), has_it, count);
}

// The round that a reply names by its number, or null.
const SupplementRound* FindNumbered(const Dossier& stored, const std::string& number) {
  int count = 0;
  return OnlyOne(
      stored.supplements(),
      [&number](const SupplementRound& round) {
        return !round.removed() && StrCat(RoundNumber(round.id())) == number;
      },
      &count);
}

bool HasRound(const Dossier& stored, const std::string& id) {
  return std::any_of(stored.supplements().begin(), stored.supplements().end(),
                     [&id](const SupplementRound& round) { return round.id() == id; });
}

}  // namespace

int64_t RoundNumber(std::string_view id) {
  int64_t number = 0;
  const bool plain = !id.empty() && id.front() != '0' &&
                     id.find_first_not_of("0123456789") == std::string_view::npos;
  if (plain && absl::SimpleAtoi(ToAbsl(id), &number) && number < kDerivedNumbersFrom) return number;
  uint32_t digest = kFnvBasis;  // FNV-1a: ids that differ in their last letter never meet
  for (const char c : id) digest = (digest ^ static_cast<unsigned char>(c)) * kFnvPrime;
  return kDerivedNumbersFrom + digest % kDerivedNumbersFrom;
}

std::vector<FieldViolation> MatchElements(const Dossier& stored, Dossier& reported,
                                          std::string_view prefix) {
  std::vector<FieldViolation> violations;
  MatchPlaces(stored, reported, nullptr);
  int count = 0;
  for (int i = 0; i < reported.fees_size(); ++i) {
    Fee& fee = *reported.mutable_fees(i);
    if (!fee.id().empty() || fee.code().empty()) continue;
    const Fee* line = OnlyOne(
        stored.fees(),
        [&fee](const Fee& one) { return one.code() == fee.code() && !one.removed(); }, &count);
    if (line != nullptr) {
      fee.set_id(line->id());
    } else {
      violations.push_back({StrCat(prefix, "fees[", i, "].code"),
                            StrCat("names ", count,
                                   " fee lines of the dossier; expected the code "
                                   "of one, or its id")});
    }
  }
  for (int i = 0; i < reported.supplements_size(); ++i) {
    SupplementRound& reply = *reported.mutable_supplements(i);
    if (reply.has_content()) continue;  // it asks, it does not reply
    if (!reply.id().empty()) {
      const SupplementRound* named =
          HasRound(stored, reply.id()) ? nullptr : FindNumbered(stored, reply.id());
      if (named != nullptr) reply.set_id(named->id());
      continue;
    }
    const SupplementRound* round = FindRound(stored, reply, &count);
    if (round != nullptr) {
      reply.set_id(round->id());
    } else {
      violations.push_back(
          {StrCat(prefix, "supplements[", i, "].id"),
           StrCat("is missing, and ", count, " supplement rounds wait for a reply; name one")});
    }
  }
  return violations;
}

}  // namespace lienthong::domain
