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
  adapter::v1::Representation Represent(const dossier::v1::Dossier& dossier) const {
    return adapter_->Represent(dossier);
  }
  const adapter::v1::Capabilities& capabilities() const { return adapter_->capabilities(); }
  const LinkOptions& options() const { return options_; }

  // An operator asks the counterpart beside what the link itself asks: one question at a time
  // (ResourceExhausted), Unavailable when the link does not run. As Adapter's else.
  void LookUp(const adapter::v1::LookUpRequest& request, absl::Time deadline,
              sdk::Done<adapter::v1::LookUpReply> done);
  void Probe(absl::Time deadline, sdk::Done<adapter::v1::ProbeReply> done);

 private:
  void Loop();
  absl::Time TickOnce();
  // Begins a question while the adapter runs. What `begin` is given marks its end.
  template <typename Reply>
  void AskBeside(sdk::Done<Reply> done, const std::function<void(sdk::Done<Reply>)>& begin);

  const LinkOptions options_;
  core::Engine& core_;
  std::unique_ptr<sdk::Adapter> adapter_;
  std::unique_ptr<LinkEngine> engine_;
  std::timed_mutex tick_mutex_;  // one call of the engine at a time

  std::mutex asks_mutex_;  // held while a question is begun, not while it is answered
  bool takes_questions_ = false;
  std::atomic<bool> asking_ = false;

  std::mutex mutex_;
  std::condition_variable woken_;
  bool wake_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_LINK_RUNNER_H_
