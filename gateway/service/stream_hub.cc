#include "gateway/service/stream_hub.h"

#include <chrono>
#include <utility>

namespace lienthong::service {
namespace {

// Changes that come close together wake the streams once.
constexpr std::chrono::milliseconds kGatherTime(5);

}  // namespace

StreamHub::StreamHub(const store::Store& store, const Clock& clock)
    : store_(store), clock_(clock), thread_([this] { Loop(); }) {}

StreamHub::~StreamHub() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void StreamHub::Add(const std::shared_ptr<HubStream>& stream) {
  bool draining = false;
  {
    const std::lock_guard lock(mutex_);
    streams_.push_back(stream);
    draining = draining_;
  }
  changed_.notify_all();
  if (draining) stream->OnDrain();
}

void StreamHub::Drain() {
  {
    const std::lock_guard lock(mutex_);
    draining_ = true;
  }
  for (const auto& stream : Living()) stream->OnDrain();
}

std::vector<std::shared_ptr<HubStream>> StreamHub::Living() {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<HubStream>> living;
  std::erase_if(streams_, [&living](const std::weak_ptr<HubStream>& weak) {
    auto stream = weak.lock();
    if (stream == nullptr) return true;
    living.push_back(std::move(stream));
    return false;
  });
  return living;
}

void StreamHub::Loop() {
  int64_t seen = store_.Info().last_sequence;
  while (true) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || !streams_.empty(); });
      if (stopping_) return;
    }
    const bool moved = store_.WaitForJournal(seen, clock_.Now() + kHubTick);
    if (moved) {
      std::unique_lock lock(mutex_);
      if (changed_.wait_for(lock, kGatherTime, [this] { return stopping_; })) return;
      seen = store_.Info().last_sequence;
    }
    for (const auto& stream : Living()) stream->OnTick(clock_.Now(), moved);
  }
}

}  // namespace lienthong::service
