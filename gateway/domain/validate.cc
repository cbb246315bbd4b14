#include "gateway/domain/validate.h"

#include <set>
#include <string>
#include <utility>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/protobuf/timestamp.pb.h"

#include "gateway/base/text.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/fields.h"
#include "gateway/domain/instants.h"
#include "gateway/domain/ownership.h"
#include "lienthong/options/v1/options.pb.h"

namespace lienthong::domain {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::Timestamp;
using options::v1::FieldRules;

constexpr int kTextCharactersMax = 4000;
constexpr int kElementsMax = 2000;
constexpr size_t kShownBytesMax = 60;

// The beginning of a text, cut between characters.
std::string Shown(const std::string& text) {
  std::string shown = text.substr(0, kShownBytesMax);
  while (CountCharacters(shown) < 0) shown.pop_back();
  return shown;
}

class Validator {
 public:
  Validator(bool complete, absl::Time now) : complete_(complete), now_(now) {}

  // `sensitive`: an enclosing field is marked so.
  void Check(const Message& message, const std::string& prefix, bool sensitive) {
    const auto& type = *message.GetDescriptor();
    for (int i = 0; i < type.field_count(); ++i) {
      FieldRules rules = type.field(i)->options().GetExtension(options::v1::field);
      if (rules.owner() == options::v1::OWNER_GATEWAY) continue;  // never taken over
      rules.set_sensitive(rules.sensitive() || sensitive);
      CheckField(message, *type.field(i), rules, prefix);
    }
  }

  std::vector<FieldViolation> violations;

 private:
  void CheckField(const Message& message, const FieldDescriptor& field, const FieldRules& rules,
                  const std::string& prefix) {
    const std::string path = StrCat(prefix, field.name());
    const Reflection& reflection = *message.GetReflection();
    if (field.is_repeated()) return CheckList(message, field, rules, path);
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !IsTime(field)) {
      const bool there = reflection.HasField(message, &field);
      if (!there && !complete_) return;
      return Check(reflection.GetMessage(message, &field), path + ".", rules.sensitive());
    }
    if (!reflection.HasField(message, &field)) {
      if (complete_ && rules.required()) Add(path, "is required for a new dossier");
      return;
    }
    CheckValue(message, field, rules, path);
  }

  void CheckValue(const Message& message, const FieldDescriptor& field, const FieldRules& rules,
                  const std::string& path) {
    const Reflection& reflection = *message.GetReflection();
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      CheckText(reflection.GetString(message, &field), rules, path);
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      const int value = reflection.GetEnumValue(message, &field);
      if (value == 0 || field.enum_type()->FindValueByNumber(value) == nullptr) {
        const std::string shown = rules.sensitive() ? "is" : StrCat("is ", value, ", which is");
        Add(path, StrCat(shown, " not a value of ", field.enum_type()->full_name()));
      }
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_INT64) {
      CheckNumber(reflection.GetInt64(message, &field), path);
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_INT32) {
      CheckNumber(reflection.GetInt32(message, &field), path);
    } else if (IsTime(field)) {
      CheckTime(static_cast<const Timestamp&>(reflection.GetMessage(message, &field)), rules, path);
    }
  }

  // Amounts, sizes and quantities: the schema has no other numbers.
  void CheckNumber(int64_t number, const std::string& path) {
    if (number < 0) Add(path, "is negative; expected 0 or more");
  }

  void CheckTime(const Timestamp& time, const FieldRules& rules, const std::string& path) {
    std::string problem = InstantProblem(time, rules.planned(), now_);
    if (problem.empty()) return;
    Add(path, rules.sensitive() ? "is no time at which it can have happened" : std::move(problem));
  }

  void CheckText(const std::string& text, const FieldRules& rules, const std::string& path) {
    const int64_t characters = CountCharacters(text);
    const int64_t most = rules.chars_max() > 0 ? rules.chars_max() : kTextCharactersMax;
    if (characters < 0) return Add(path, "is not valid UTF-8");
    if (characters > most) {
      return Add(path, StrCat("has ", characters, " characters; the limit is ", most));
    }
    if (text.find('\0') != std::string::npos) {
      return Add(path, "has a NUL character, which databases do not take; take it out");
    }
    const bool blank = text.find_first_not_of(" \t\r\n") == std::string::npos;
    if (blank && rules.required()) return Add(path, "is empty");
    const char* expected = ExpectedShape(text, rules.shape());
    if (expected == nullptr) return;
    Add(path, rules.sensitive() ? StrCat("is not ", expected)
                                : StrCat("is '", Shown(text), "', not ", expected));
  }

  // What was expected, or null when the text is of the shape.
  static const char* ExpectedShape(const std::string& text, options::v1::FieldShape shape) {
    switch (shape) {
      case options::v1::FIELD_SHAPE_AGENCY_CODE:
        return IsAgencyCode(text) ? nullptr : "an agency code like H29.X01 or 000.00.01.H29";
      case options::v1::FIELD_SHAPE_PROCEDURE_CODE:
        return IsProcedureCode(text) ? nullptr : "a procedure code like 1.001193";
      case options::v1::FIELD_SHAPE_ELEMENT_ID:
        return IsElementId(text) ? nullptr : "an element id (1-80 of A-Z a-z 0-9 . _ : -)";
      case options::v1::FIELD_SHAPE_SHA256:
        return IsSha256(text) ? nullptr : "64 lower-case hexadecimal digits";
      case options::v1::FIELD_SHAPE_UUID:
        return IsUuid(text) ? nullptr : "a UUID";
      default:
        return nullptr;
    }
  }

  void CheckList(const Message& message, const FieldDescriptor& field, const FieldRules& rules,
                 const std::string& path) {
    const Reflection& reflection = *message.GetReflection();
    const int size = reflection.FieldSize(message, &field);
    if (size > kElementsMax) {
      return Add(path, StrCat("has ", size, " elements; the limit is ", kElementsMax));
    }
    std::set<std::string> ids;
    for (int i = 0; i < size; ++i) {
      const std::string at = StrCat(path, "[", i, "]");
      if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        CheckText(reflection.GetRepeatedString(message, &field, i), rules, at);
        continue;
      }
      const Message& element = reflection.GetRepeatedMessage(message, &field, i);
      const FieldDescriptor* id = element.GetDescriptor()->FindFieldByName("id");
      const std::string text = element.GetReflection()->GetString(element, id);
      if (text.empty()) {
        Add(at + ".id", "is missing; elements are merged by their id");
      } else if (!ids.insert(text).second) {
        Add(at + ".id",
            rules.sensitive() ? "is there twice" : StrCat("'", Shown(text), "' is there twice"));
      }
      Check(element, at + ".", rules.sensitive());
    }
  }

  static bool IsTime(const FieldDescriptor& field) {
    return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
           field.message_type() == Timestamp::descriptor();
  }

  void Add(std::string path, std::string problem) {
    violations.push_back({std::move(path), std::move(problem)});
  }

  const bool complete_;
  const absl::Time now_;
};

}  // namespace

std::vector<FieldViolation> Validate(const dossier::v1::Dossier& dossier, bool complete,
                                     absl::Time now, std::string_view prefix) {
  Validator validator(complete, now);
  validator.Check(dossier, std::string(prefix), false);
  return std::move(validator.violations);
}

std::vector<FieldViolation> ValidateNewElements(const dossier::v1::Dossier& before,
                                                const dossier::v1::Dossier& after,
                                                std::string_view prefix) {
  std::vector<FieldViolation> violations;
  const Reflection& reflection = *after.GetReflection();
  std::vector<const FieldDescriptor*> present;
  reflection.ListFields(after, &present);
  for (const FieldDescriptor* list : present) {
    if (!list->is_repeated()) continue;
    const auto& type = *list->message_type();
    for (int i = 0; i < reflection.FieldSize(after, list); ++i) {
      const Message& element = reflection.GetRepeatedMessage(after, list, i);
      const std::string id =
          element.GetReflection()->GetString(element, type.FindFieldByName("id"));
      const std::string path = StrCat(list->name(), "[", id, "].");
      if (ElementExists(before, path)) continue;
      for (int k = 0; k < type.field_count(); ++k) {
        const bool required = type.field(k)->options().GetExtension(options::v1::field).required();
        if (!required || element.GetReflection()->HasField(element, type.field(k))) continue;
        violations.push_back(
            {StrCat(prefix, path, type.field(k)->name()), "is required for a new element"});
      }
    }
  }
  return violations;
}

std::vector<FieldViolation> ValidateClears(const dossier::v1::Dossier& stored,
                                           const std::vector<std::string>& clear,
                                           std::string_view prefix) {
  std::vector<FieldViolation> violations;
  for (const std::string& path : clear) {
    const FieldRules* rules = RulesOf(path);
    if (rules == nullptr || !rules->required() || !GetField(stored, path).has_value()) continue;
    violations.push_back({StrCat(prefix, path), "is required and cannot be cleared"});
  }
  return violations;
}

}  // namespace lienthong::domain
