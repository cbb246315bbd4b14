#ifndef LIENTHONG_GATEWAY_STORE_CATALOGUE_H_
#define LIENTHONG_GATEWAY_STORE_CATALOGUE_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/store/store.h"

namespace lienthong::store {

// What a URL leads to, as far as it can be seen without making, changing or locking anything.
struct StoreState {
  std::string text;     // for people: "not there yet", "in use by a gateway (pid 7)"
  bool in_use = false;  // by a running gateway
};

// The kinds of store that were linked in, by URL scheme (`sqlite:/var/lib/lienthong/gateway.db`,
// `memory:`). The build fills it from the folders below gateway/store.
class StoreCatalogue {
 public:
  using Open = std::function<absl::StatusOr<std::unique_ptr<Store>>(std::string_view address)>;

  using Inspect = std::function<absl::StatusOr<StoreState>(std::string_view address)>;

  using CheckRestored = std::function<absl::Status(std::string_view address)>;

  // One kind. `durable`: an acknowledged write survives reopening the same address. `inspect` may
  // be empty: then there is nothing to see before the store is opened. `check_restored` likewise.
  struct Kind {
    std::string scheme;
    bool durable;
    Open open;
    Inspect inspect = {};
    CheckRestored check_restored = {};
  };

  void Add(Kind kind);
  // Opens a URL. InvalidArgument for a scheme that is not there, naming those that are;
  // FailedPrecondition in one line when the file or database cannot be read or is not ours.
  absl::StatusOr<std::unique_ptr<Store>> OpenUrl(std::string_view url) const;
  // Whether OpenUrl would succeed, as far as it can be told beforehand; errors as there, except
  // that a store in use is none.
  absl::StatusOr<StoreState> InspectUrl(std::string_view url) const;
  // Whether what was put back is a whole backup and nothing but that; FailedPrecondition in one
  // line that says what to do.
  absl::Status CheckRestoredUrl(std::string_view url) const;
  const std::vector<Kind>& kinds() const { return kinds_; }

 private:
  absl::StatusOr<const Kind*> Find(std::string_view url, std::string_view& address) const;

  std::vector<Kind> kinds_;
};

}  // namespace lienthong::store

#endif  // LIENTHONG_GATEWAY_STORE_CATALOGUE_H_
