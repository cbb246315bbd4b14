#include "gateway/catalogue/entry.h"

#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/catalogue/agency_code.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/wall_time.h"

namespace lienthong::catalogue {
namespace {

constexpr std::string_view kNoNamespace = "-";

std::string OrElse(const std::string& text, std::string_view otherwise) {
  return text.empty() ? std::string(otherwise) : text;
}

struct KeyMaker {
  Key operator()(const pb::Agency& entry) const {
    const std::string list = OrElse(entry.namespace_(), kAgencyNamespace);
    return {
        "agency", list,
        list == kAgencyNamespace ? FoldAgencyCode(entry.code()) : domain::FoldCode(entry.code()),
        entry.valid_from()};
  }
  Key operator()(const pb::AdministrativeUnit& entry) const {
    return {"unit", OrElse(entry.namespace_(), kUnitNamespace), domain::FoldCode(entry.code()),
            entry.valid_from()};
  }
  Key operator()(const pb::Procedure& entry) const {
    return {"procedure", std::string(kNoNamespace), domain::FoldCode(entry.code()),
            entry.valid_from()};
  }
  Key operator()(const pb::ProcedureMapping& entry) const {
    return {"mapping", pb::Level_Name(entry.level()), domain::FoldCode(entry.from()),
            entry.valid_from()};
  }
  Key operator()(const pb::WorkingCalendar& entry) const {
    return {"calendar", std::string(kNoNamespace), entry.id(), ""};
  }
  Key operator()(const pb::ActingGrant& entry) const {
    return {"grant", FoldAgencyCode(entry.agency()), FoldAgencyCode(entry.acts_for()),
            entry.valid_from()};
  }
};

template <size_t I = 0>
absl::StatusOr<Entry> Parse(std::string_view kind, const std::string& bytes) {
  if constexpr (I < std::variant_size_v<Entry>) {
    if (kKinds[I] != kind) return Parse<I + 1>(kind, bytes);
    std::variant_alternative_t<I, Entry> message;
    if (!message.ParseFromString(bytes)) return StoreCorrupt(StrCat("catalogue entry: ", kind));
    return Entry(std::move(message));
  }
  return StoreCorrupt(StrCat("catalogue entry of kind ", kind));
}

}  // namespace

Key KeyOf(const Entry& entry) { return std::visit(KeyMaker(), entry); }

const google::protobuf::Message& MessageOf(const Entry& entry) {
  return std::visit([](const auto& message) -> const google::protobuf::Message& { return message; },
                    entry);
}

std::string ValidUntil(const Entry& entry) {
  return std::visit(
      [](const auto& message) -> std::string {
        if constexpr (requires { message.valid_until(); }) {
          return message.valid_until();
        } else {
          return "";
        }
      },
      entry);
}

std::string InWords(const Key& key) {
  std::string words = key.code;
  if (key.kind == "mapping") StrAppend(words, " at ", key.name_space);
  if (key.kind == "grant") words = StrCat(key.name_space, " for ", key.code);
  return key.valid_from.empty() ? words : StrCat(words, " from ", key.valid_from);
}

absl::StatusOr<Entry> ParseEntry(std::string_view kind, const std::string& bytes) {
  return Parse(kind, bytes);
}

std::string DayAfter(std::string_view day) {
  const auto parsed = domain::ParseDay(day);
  return parsed.has_value() ? domain::FormatDay(*parsed + 1) : "";
}

std::string DayBefore(std::string_view day) {
  const auto parsed = domain::ParseDay(day);
  return parsed.has_value() ? domain::FormatDay(*parsed - 1) : "";
}

}  // namespace lienthong::catalogue
