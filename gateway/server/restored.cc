#include "gateway/server/restored.h"

#include <memory>
#include <string>

#include "gateway/base/clock.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/store/catalogue.h"
#include "gateway/store/register_all.h"

namespace lienthong {

absl::StatusOr<int64_t> MarkRestored(const ConfigFile& config) {
  store::StoreCatalogue stores;
  RegisterAllStores(stores);
  const absl::Status whole = stores.CheckRestoredUrl(config.config().store().url());
  if (!whole.ok()) return config.Problem("store.url", ToStd(whole.message()));
  const absl::StatusOr<std::unique_ptr<store::Store>> store =
      stores.OpenUrl(config.config().store().url());
  if (!store.ok()) return config.Problem("store.url", ToStd(store.status().message()));
  return (*store)->MarkRestored(Clock::Real().Now());
}

}  // namespace lienthong
