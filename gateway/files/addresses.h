#ifndef LIENTHONG_GATEWAY_FILES_ADDRESSES_H_
#define LIENTHONG_GATEWAY_FILES_ADDRESSES_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "gateway/domain/merge.h"
#include "gateway/files/content_store.h"
#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::files {

// Where counterparts find papers at the gateway, and how the gateway knows its own addresses again
// when they are told to it. Immutable.
class Addresses {
 public:
  // `public_url`: base under which the gateway is reached, https://host:port; empty: it serves
  // nothing.
  explicit Addresses(std::string_view public_url);

  std::string Of(std::string_view id) const;
  // The id in an address of ours; empty when it is none.
  std::string_view IdIn(std::string_view url) const;

 private:
  std::string prefix_;
};

// As core::Papers::Resolve.
absl::Status ResolveSources(const Addresses& addresses, const ContentStore& content,
                            const dossier::v1::Dossier& stored, domain::Change& change);

}  // namespace lienthong::files

#endif  // LIENTHONG_GATEWAY_FILES_ADDRESSES_H_
