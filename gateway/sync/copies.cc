#include "gateway/sync/copies.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/base/text.h"
#include "gateway/domain/fields.h"
#include "gateway/sync/reconcile/compared_fields.h"
#include "gateway/sync/shadow.h"

namespace lienthong::sync {
namespace {

using Field = v1::Copy::Field;
using FieldsByPath = std::map<std::string, Field, std::less<>>;

// `steps[a1]` of `steps[a1].content`.
std::string_view ElementOf(std::string_view path) {
  const size_t end = path.find(']');
  return end == std::string_view::npos ? path : path.substr(0, end + 1);
}

// What is believed of each field that should stand there, and of those that should not and do.
class Believed {
 public:
  explicit Believed(const CopyOf& copy) : copy_(copy), beliefs_(BeliefsOf(copy.lane)) {
    for (const auto& field : copy.lane.intent().fields()) {
      if (copy.lane.intent().unanswered()) unanswered_.insert(field.path());
    }
  }

  FieldsByPath Fields() const {
    const ComparedFields compared(copy_.can);
    FieldsByPath fields;
    for (const auto& [path, value] : domain::Flatten(copy_.expected)) {
      Field& field = fields[path];
      field.set_expected(value);
      field.set_state(compared.IsAppended(path) ? StateOfElement(path) : StateOf(path, value));
    }
    for (const auto& [path, digest] : beliefs_) {
      if (digest.empty() || compared.IsAppended(std::string(path))) continue;
      if (!fields.contains(path)) fields[std::string(path)].set_state(StateOf(path, ""));
    }
    return fields;
  }

 private:
  Field::State StateOf(std::string_view path, const std::string& value) const {
    const auto belief = beliefs_.find(path);
    const std::string_view digest = belief == beliefs_.end() ? "" : belief->second;
    if (digest == kUncertain || unanswered_.contains(path)) return Field::STATE_UNKNOWN;
    const std::string wanted = value.empty() ? "" : ValueDigest(value);
    return digest == wanted ? Field::STATE_SAME : Field::STATE_DIFFERS;
  }

  Field::State StateOfElement(std::string_view path) const {
    const std::string_view element = ElementOf(path);
    if (unanswered_.contains(element)) return Field::STATE_UNKNOWN;
    const auto belief = beliefs_.find(element);
    const bool is_there = belief != beliefs_.end() && !belief->second.empty();
    return is_there ? Field::STATE_SAME : Field::STATE_DIFFERS;
  }

  const CopyOf& copy_;
  const Beliefs beliefs_;
  std::set<std::string, std::less<>> unanswered_;
};

v1::Copy Made(const CopyOf& copy, v1::Copy::Source source, FieldsByPath&& fields) {
  v1::Copy made;
  made.set_key(copy.lane.key());
  made.set_source(source);
  made.set_confirmed_revision(copy.lane.confirmed_revision());
  for (auto& [path, field] : fields) {
    field.set_path(path);
    *made.add_fields() = std::move(field);
  }
  return made;
}

}  // namespace

v1::Copy ShadowCopy(const CopyOf& copy) {
  return Made(copy, v1::Copy::SOURCE_SHADOW, Believed(copy).Fields());
}

v1::Copy LiveCopy(const CopyOf& copy, const dossier::v1::Dossier& held) {
  const ComparedFields compared(copy.can);
  FieldsByPath fields = Believed(copy).Fields();
  const domain::FieldMap there = domain::Flatten(held);
  for (auto& [path, field] : fields) {
    if (compared.Has(path)) field.set_state(Field::STATE_DIFFERS);  // until it is met there
  }
  for (const auto& [path, value] : there) {
    if (!compared.Has(path)) continue;
    Field& field = fields[path];
    field.set_held(value);
    field.set_state(value == field.expected() ? Field::STATE_SAME : Field::STATE_DIFFERS);
  }
  std::erase_if(fields, [](const auto& entry) {  // believed to be there, and is not
    return entry.second.expected().empty() && entry.second.held().empty();
  });
  return Made(copy, v1::Copy::SOURCE_LIVE, std::move(fields));
}

}  // namespace lienthong::sync
