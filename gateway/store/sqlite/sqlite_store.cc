#include "gateway/store/sqlite/sqlite_store.h"

#include <string_view>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/store/backed_store.h"
#include "gateway/store/catalogue.h"
#include "gateway/store/sqlite/inspect.h"

namespace lienthong::store {
namespace {

constexpr std::string_view kScheme = "sqlite";

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(const SqliteOptions& options) {
  LIENTHONG_ASSIGN_OR_RETURN(std::unique_ptr<Backend> backend, OpenSqliteBackend(options));
  return OpenBackedStore(kScheme, std::move(backend));
}

namespace sqlite {

void Register(StoreCatalogue& catalogue);

void Register(StoreCatalogue& catalogue) {
  catalogue.Add({std::string(kScheme), /*durable=*/true,
                 [](std::string_view address) {
                   SqliteOptions options;
                   options.path = std::string(address);
                   return OpenSqliteStore(options);
                 },
                 [](std::string_view address) { return InspectSqliteFile(std::string(address)); },
                 [](std::string_view address) { return CheckRestoredFile(std::string(address)); }});
}

}  // namespace sqlite
}  // namespace lienthong::store
