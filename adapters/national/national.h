#ifndef LIENTHONG_ADAPTERS_NATIONAL_NATIONAL_H_
#define LIENTHONG_ADAPTERS_NATIONAL_NATIONAL_H_

#include <memory>

#include "absl/status/statusor.h"
#include "adapters/sdk/adapter.h"
#include "adapters/sdk/catalogue.h"
#include "adapters/sdk/settings.h"

namespace lienthong::adapters::national {

// The adapter of the generation that the settings name. InvalidArgument names the setting; reads
// files, opens no connection.
absl::StatusOr<std::unique_ptr<sdk::Adapter>> MakeAdapter(const sdk::Settings& settings,
                                                          const sdk::AdapterContext& context);

// What the build calls.
void Register(sdk::AdapterCatalogue& catalogue);

}  // namespace lienthong::adapters::national

#endif  // LIENTHONG_ADAPTERS_NATIONAL_NATIONAL_H_
