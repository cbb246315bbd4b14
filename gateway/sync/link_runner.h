#ifndef LIENTHONG_GATEWAY_SYNC_LINK_RUNNER_H_
#define LIENTHONG_GATEWAY_SYNC_LINK_RUNNER_H_

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "gateway/sync/link_engine.h"

namespace lienthong::sync {

// A thread that calls a link's engine whenever there is something to do. All that decides is in the
// engine. Thread-safe.
class LinkRunner {
 public:
  LinkRunner(core::Engine& engine, LinkOptions options, const core::Party& party,
             std::unique_ptr<sdk::Adapter> adapter);
  ~LinkRunner();  // stops first

  absl::Status Start();
  void Stop();
  void Wake();

  // Does something with the engine between two of its ticks. DeadlineExceeded, with nothing done,
  // when it is not between two of them in time.
  absl::Status Run(absl::Time deadline, const std::function<absl::Status(LinkEngine&)>& work);
  // As LinkEngine's, and as Run.
  absl::StatusOr<PreparedLetter> Prepare(absl::Time deadline, const LetterAct& act);
  absl::Status Do(absl::Time deadline, const LetterAct& act);
  absl::StatusOr<bool> WouldShow(absl::Time deadline, const dossier::v1::Dossier& before,
                                 const dossier::v1::Dossier& after);
  // As Links::Receive; who calls was checked.
  void Receive(const adapter::v1::ReceiveRequest& request, absl::Time deadline,
               sdk::Done<adapter::v1::ReceiveReply> done) {
    engine_->Receive(request, deadline, std::move(done));
  }
  void ExpireCalls() { engine_->ExpireCalls(); }
  v1::Link Describe() const { return engine_->Describe(); }
  adapter::v1::MappingDescription DescribeMapping() const { return adapter_->DescribeMapping(); }
  const LinkOptions& options() const { return options_; }

 private:
  void Loop();
  absl::Time TickOnce();

  const LinkOptions options_;
  core::Engine& core_;
  std::unique_ptr<sdk::Adapter> adapter_;
  std::unique_ptr<LinkEngine> engine_;
  std::timed_mutex tick_mutex_;  // one call of the engine at a time

  std::mutex mutex_;
  std::condition_variable woken_;
  bool wake_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_LINK_RUNNER_H_
