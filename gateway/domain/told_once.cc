#include "gateway/domain/told_once.h"

#include <optional>
#include <string>

#include "gateway/base/text.h"
#include "gateway/domain/fields.h"
#include "gateway/domain/ownership.h"
#include "lienthong/options/v1/options.pb.h"

namespace lienthong::domain {
namespace {

using dossier::v1::Dossier;
using dossier::v1::Fee;

constexpr const char* kOtherTransaction =
    "is another transaction than the one that paid this line; a line holds one payment, a further "
    "one needs a fee line of its own";
constexpr const char* kOtherPayment = "is not what was told of this transaction before";
constexpr const char* kSecondRefund =
    "is not what was told before; this line was paid back, and a line holds one refund";
constexpr const char* kOtherReply =
    "is not what was told before; this round has its reply, a further one needs a round of its own";
constexpr const char* kOtherRequest =
    "is not what was told under this id before; another request needs an id of its own";

// The element of a list with this id, or null.
template <typename Element>
const Element* Find(const google::protobuf::RepeatedPtrField<Element>& list, std::string_view id) {
  for (const Element& element : list) {
    if (element.id() == id) return &element;
  }
  return nullptr;
}

bool IsPaidOnline(const Fee& fee) {
  const bool online = fee.has_payment_channel() &&
                      fee.payment_channel() != dossier::v1::ONLINE_PAYMENT_UNSPECIFIED &&
                      fee.payment_channel() != dossier::v1::ONLINE_PAYMENT_NONE;
  return online && fee.paid_vnd() > 0;
}

// Whether a field of the line that was said is another now.
bool Differs(const Dossier& before, const Dossier& after, const std::string& path) {
  const std::optional<std::string> said = GetField(before, path);
  return said.has_value() && said != GetField(after, path);
}

void CheckLine(const Dossier& before, const Dossier& after, const Fee& line,
               std::string_view prefix, std::vector<FieldViolation>& violations) {
  const std::string element = StrCat("fees[", line.id(), "].");
  const auto check = [&](const char* field, const char* fault) {
    const std::string path = element + field;
    if (!Differs(before, after, path)) return false;
    violations.push_back({StrCat(prefix, path), fault});
    return true;
  };
  if (!check("payment_reference", kOtherTransaction)) {
    check("paid_vnd", kOtherPayment);
    check("paid_time", kOtherPayment);
    check("payment_channel", kOtherPayment);
  }
  check("refunded_vnd", kSecondRefund);
  check("refunded_time", kSecondRefund);
}

// Whether the path is of the reply to a round that has one.
bool IsKnownReply(const Dossier& before, std::string_view path) {
  const PathParts parts = SplitPath(path);
  if (parts.list != "supplements") return false;
  const options::v1::FieldRules* rules = RulesOf(path);
  if (rules == nullptr || rules->owner() != options::v1::OWNER_REPLIER) return false;
  const auto* round = Find(before.supplements(), parts.element);
  return round != nullptr && round->answered() && round->has_received_time();
}

bool IsOwnRequest(const Dossier& before, const Writer& writer, std::string_view path) {
  return SplitPath(path).list == "requests" && GetField(before, path).has_value() &&
         ElementText(before, path, "author") == writer.system;
}

}  // namespace

std::vector<FieldViolation> ValidateRefunds(const Dossier& before, const Dossier& after,
                                            std::string_view prefix) {
  std::vector<FieldViolation> violations;
  for (const Fee& line : after.fees()) {
    if (line.refunded_vnd() <= line.paid_vnd()) continue;
    const Fee* was = Find(before.fees(), line.id());
    const bool refunds = was == nullptr || was->refunded_vnd() != line.refunded_vnd();
    if (!refunds && was->paid_vnd() == line.paid_vnd()) continue;  // not of this change's making
    violations.push_back(
        {StrCat(prefix, "fees[", line.id(), "].", refunds ? "refunded_vnd" : "paid_vnd"),
         refunds ? StrCat("is ", line.refunded_vnd(), ", more than the ", line.paid_vnd(),
                          " đồng that were paid on this line")
                 : StrCat("is ", line.paid_vnd(), ", less than the ", line.refunded_vnd(),
                          " đồng that were paid back on this line")});
  }
  return violations;
}

std::vector<FieldViolation> ValidateToldOnce(const Dossier& before, const MergeResult& merged,
                                             const Writer& writer, std::string_view prefix) {
  std::vector<FieldViolation> violations;
  if (!writer.submits || writer.receives || writer.leads) return violations;
  for (const Fee& line : before.fees()) {
    if (IsPaidOnline(line)) CheckLine(before, merged.next, line, prefix, violations);
  }
  for (const std::string& path : merged.paths) {
    if (IsKnownReply(before, path)) violations.push_back({StrCat(prefix, path), kOtherReply});
  }
  for (const Proposal& proposal : merged.proposals) {
    // By then the round is not its own, unless the dossier began there.
    if (IsKnownReply(before, proposal.path))
      violations.push_back({StrCat(prefix, proposal.path), kOtherReply});
    if (!IsOwnRequest(before, writer, proposal.path)) continue;
    violations.push_back({StrCat(prefix, proposal.path), kOtherRequest});
  }
  return violations;
}

}  // namespace lienthong::domain
