#ifndef LIENTHONG_GATEWAY_HTTP_BODY_BUDGET_H_
#define LIENTHONG_GATEWAY_HTTP_BODY_BUDGET_H_

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace lienthong::http {

// Bounds what all bodies together take of the memory, however many requests come at once.
// Thread-safe.
class BodyBudget {
 public:
  explicit BodyBudget(size_t bytes_max) : bytes_max_(bytes_max) {}

  // What one body has taken; given back with it. Moves only.
  class Lease {
   public:
    Lease() = default;
    explicit Lease(std::shared_ptr<BodyBudget> owner) : owner_(std::move(owner)) {}
    Lease(Lease&& other) noexcept
        : owner_(std::move(other.owner_)), bytes_(std::exchange(other.bytes_, 0)) {}
    Lease& operator=(Lease&& other) noexcept {
      Release();
      owner_ = std::move(other.owner_);
      bytes_ = std::exchange(other.bytes_, 0);
      return *this;
    }
    ~Lease() { Release(); }

    // False when there is no room for so much more.
    bool Grow(size_t bytes) {
      if (owner_ == nullptr) return false;
      if (owner_->bytes_.fetch_add(bytes) + bytes > owner_->bytes_max_) {
        owner_->bytes_.fetch_sub(bytes);
        return false;
      }
      bytes_ += bytes;
      return true;
    }

   private:
    void Release() {
      if (owner_ != nullptr) owner_->bytes_.fetch_sub(std::exchange(bytes_, 0));
    }

    std::shared_ptr<BodyBudget> owner_;
    size_t bytes_ = 0;
  };

  size_t bytes() const { return bytes_; }

 private:
  const size_t bytes_max_;
  std::atomic<size_t> bytes_ = 0;
};

}  // namespace lienthong::http

#endif  // LIENTHONG_GATEWAY_HTTP_BODY_BUDGET_H_
