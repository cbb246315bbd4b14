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

// The kinds of store that were linked in, by URL scheme (`sqlite:/var/lib/lienthong/gateway.db`,
// `memory:`). The build fills it from the folders below gateway/store.
class StoreCatalogue {
 public:
  using Open = std::function<absl::StatusOr<std::unique_ptr<Store>>(std::string_view address)>;

  // One kind. `durable`: an acknowledged write survives reopening the same address.
  struct Kind {
    std::string scheme;
    bool durable;
    Open open;
  };

  void Add(Kind kind);
  // Opens a URL. InvalidArgument for a scheme that is not there, naming those that are;
  // FailedPrecondition in one line when the file or database cannot be read or is not ours.
  absl::StatusOr<std::unique_ptr<Store>> OpenUrl(std::string_view url) const;
  const std::vector<Kind>& kinds() const { return kinds_; }

 private:
  std::vector<Kind> kinds_;
};

}  // namespace lienthong::store

#endif  // LIENTHONG_GATEWAY_STORE_CATALOGUE_H_
