#ifndef LIENTHONG_GATEWAY_EVIDENCE_MERKLE_H_
#define LIENTHONG_GATEWAY_EVIDENCE_MERKLE_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "lienthong/storage/v1/storage.pb.h"

namespace lienthong::evidence {

// A SHA-256 hash.
inline constexpr int kHashBytes = 32;
using Hash = std::array<unsigned char, kHashBytes>;

// The hashes of RFC 6962 section 2.1. The byte in front keeps a leaf from passing as a node.
Hash LeafHash(std::string_view leaf);                // SHA-256(0x00 || leaf)
Hash NodeHash(const Hash& left, const Hash& right);  // SHA-256(0x01 || left || right)
Hash EmptyRoot();                                    // SHA-256()
std::string ToBytes(const Hash& hash);

// The right edge of a growing RFC 6962 tree: all that is needed to append leaves and to know the
// root, however large the tree is. A value; not thread-safe.
class Frontier {
 public:
  Frontier() = default;

  // DataLoss when the message cannot be a frontier.
  static absl::StatusOr<Frontier> FromProto(const storage::v1::Frontier& proto);
  storage::v1::Frontier ToProto() const;

  void Append(const Hash& leaf);
  int64_t leaves() const { return leaves_; }
  Hash Root() const;

 private:
  int64_t leaves_ = 0;
  std::vector<Hash> roots_;  // of the full subtrees, largest first: one per set bit of leaves_
};

}  // namespace lienthong::evidence

#endif  // LIENTHONG_GATEWAY_EVIDENCE_MERKLE_H_
