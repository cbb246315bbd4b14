#include "adapters/sdk/catalogue.h"

#include <utility>

#include "absl/strings/str_join.h"
#include "gateway/base/text.h"

namespace lienthong::sdk {

void AdapterCatalogue::Add(Kind kind) { kinds_.push_back(std::move(kind)); }

absl::StatusOr<std::unique_ptr<Adapter>> AdapterCatalogue::Create(
    std::string_view kind, const Settings& settings, const AdapterContext& context) const {
  std::vector<std::string> names;
  for (const Kind& known : kinds_) {
    if (known.name == kind) return known.make(settings, context);
    names.push_back(known.name);
  }
  return absl::InvalidArgumentError(
      StrCat("no adapter of kind \"", kind, "\"; this gateway has ", absl::StrJoin(names, ", ")));
}

}  // namespace lienthong::sdk
