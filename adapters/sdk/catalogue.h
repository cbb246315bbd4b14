#ifndef LIENTHONG_ADAPTERS_SDK_CATALOGUE_H_
#define LIENTHONG_ADAPTERS_SDK_CATALOGUE_H_

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "adapters/sdk/adapter.h"
#include "adapters/sdk/files.h"
#include "adapters/sdk/settings.h"
#include "gateway/base/clock.h"

namespace lienthong::sdk {

// How far an adapter can be trusted to be right.
enum class Maturity { kExample, kAlpha, kStable };

// What the gateway gives an adapter to work with; all outlives the adapter.
struct AdapterContext {
  const Clock& clock;
  // The papers' content.
  const Files& files;
  // The party that the counterpart is: the author of what it says.
  std::string party = {};
  // The agencies that this party acts for; empty where nobody told.
  std::set<std::string> agencies = {};
};

// The kinds of adapter that were linked in. The build fills it from the folders below adapters/.
class AdapterCatalogue {
 public:
  // Makes an adapter from its part of the configuration; does no I/O but reading the files that the
  // settings name. InvalidArgument names the key, the line and what was expected.
  using Make = std::function<absl::StatusOr<std::unique_ptr<Adapter>>(
      const Settings& settings, const AdapterContext& context)>;

  struct Kind {
    std::string name;
    Maturity maturity;
    bool trusts_far_side;
    Make make;
  };

  void Add(Kind kind);
  // InvalidArgument for a kind that is not there, naming those that are.
  absl::StatusOr<std::unique_ptr<Adapter>> Create(std::string_view kind, const Settings& settings,
                                                  const AdapterContext& context) const;
  const std::vector<Kind>& kinds() const { return kinds_; }

 private:
  std::vector<Kind> kinds_;
};

}  // namespace lienthong::sdk

#endif  // LIENTHONG_ADAPTERS_SDK_CATALOGUE_H_
