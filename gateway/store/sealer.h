#ifndef LIENTHONG_GATEWAY_STORE_SEALER_H_
#define LIENTHONG_GATEWAY_STORE_SEALER_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace lienthong::store {

// Closes bodies before they reach a store and opens them after. What is stored is
// {key id, nonce, bytes}; the key id says how to open it, so old rows stay readable when the kind
// of sealing changes. Thread-safe.
class Sealer {
 public:
  virtual ~Sealer() = default;
  // `dossier_id` names whose key to use; 0 = not about one dossier.
  virtual std::string Seal(int64_t dossier_id, std::string_view plain) const = 0;
  // DataLoss when the bytes were not sealed by a key we have.
  virtual absl::StatusOr<std::string> Open(int64_t dossier_id, std::string_view sealed) const = 0;

  // Key id 0: the bytes themselves. Lives for ever.
  static const Sealer& Identity();
};

}  // namespace lienthong::store

#endif  // LIENTHONG_GATEWAY_STORE_SEALER_H_
