#include "gateway/evidence/merkle.h"

#include <openssl/evp.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <memory>

#include "gateway/base/errors.h"

namespace lienthong::evidence {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// Fetched once: to look an algorithm up costs more than to hash a node.
const EVP_MD* Sha256() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

Hash HashOf(std::string_view first, std::string_view second, std::string_view third = {}) {
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  Hash hash;
  // Only a broken installation of OpenSSL fails here, and evidence must never be made up.
  if (EVP_DigestInit_ex2(context.get(), Sha256(), nullptr) != 1 ||
      EVP_DigestUpdate(context.get(), first.data(), first.size()) != 1 ||
      EVP_DigestUpdate(context.get(), second.data(), second.size()) != 1 ||
      EVP_DigestUpdate(context.get(), third.data(), third.size()) != 1 ||
      EVP_DigestFinal_ex(context.get(), hash.data(), nullptr) != 1) {
    std::abort();
  }
  return hash;
}

std::string_view View(const Hash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

}  // namespace

Hash LeafHash(std::string_view leaf) { return HashOf(std::string_view("\0", 1), leaf); }

Hash NodeHash(const Hash& left, const Hash& right) {
  return HashOf("\x01", View(left), View(right));
}

Hash EmptyRoot() { return HashOf("", ""); }

std::string ToBytes(const Hash& hash) { return std::string(View(hash)); }

absl::StatusOr<Frontier> Frontier::FromProto(const storage::v1::Frontier& proto) {
  if (proto.leaves() < 0 ||
      std::popcount(static_cast<uint64_t>(proto.leaves())) != proto.roots_size()) {
    return StoreCorrupt("the frontier of the evidence tree has a wrong number of roots");
  }
  Frontier frontier;
  frontier.leaves_ = proto.leaves();
  for (const std::string& bytes : proto.roots()) {
    if (bytes.size() != kHashBytes) {
      return StoreCorrupt("the frontier of the evidence tree has a root of a wrong size");
    }
    std::copy(bytes.begin(), bytes.end(), frontier.roots_.emplace_back().begin());
  }
  return frontier;
}

storage::v1::Frontier Frontier::ToProto() const {
  storage::v1::Frontier proto;
  proto.set_leaves(leaves_);
  for (const Hash& root : roots_) proto.add_roots(ToBytes(root));
  return proto;
}

void Frontier::Append(const Hash& leaf) {
  Hash carried = leaf;
  // Every trailing 1 of the count is a full subtree that the new leaf completes.
  for (int64_t rest = leaves_; (rest & 1) != 0; rest >>= 1) {
    carried = NodeHash(roots_.back(), carried);
    roots_.pop_back();
  }
  roots_.push_back(carried);
  ++leaves_;
}

Hash Frontier::Root() const {
  if (roots_.empty()) return EmptyRoot();
  Hash root = roots_.back();
  for (size_t i = roots_.size() - 1; i-- > 0;) root = NodeHash(roots_[i], root);
  return root;
}

}  // namespace lienthong::evidence
