#include "gateway/sync/links.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <thread>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/sync/bulk.h"
#include "gateway/sync/coverage.h"
#include "gateway/sync/link_runner.h"
#include "gateway/sync/operators.h"

namespace lienthong::sync {
namespace {

using core::RequestContext;

constexpr const char* kNoReason = "none was given";
constexpr absl::Duration kJournalWait = absl::Milliseconds(500);

}  // namespace

// Wakes the links when something was committed, and looks after them now and then when nothing was.
class JournalWatcher {
 public:
  JournalWatcher(core::Engine& engine, std::function<void()> wake, std::function<void()> tend)
      : engine_(engine),
        wake_(std::move(wake)),
        tend_(std::move(tend)),
        thread_([this] { Loop(); }) {}
  ~JournalWatcher() {
    stopping_ = true;
    thread_.join();
  }

 private:
  void Loop() {
    int64_t seen = 0;
    while (!stopping_) {
      tend_();
      if (!engine_.store.WaitForJournal(seen, engine_.clock.Now() + kJournalWait)) continue;
      seen = engine_.store.Info().last_sequence;
      wake_();
    }
  }

  core::Engine& engine_;
  const std::function<void()> wake_;
  const std::function<void()> tend_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

Links::Links(core::Engine& engine) : engine_(engine) {}
Links::~Links() { Stop(); }

absl::Status Links::Add(LinkOptions options, std::unique_ptr<sdk::Adapter> adapter) {
  const core::Party* party = engine_.parties.Find(options.party);
  if (party == nullptr) {
    return absl::InvalidArgumentError(
        StrCat("link ", options.name, ": party ", options.party, " is not configured"));
  }
  for (const auto& runner : runners_) {
    if (runner->options().name == options.name) {
      return absl::InvalidArgumentError(StrCat("link ", options.name, " is there twice"));
    }
  }
  configured_->insert(options.name);
  options.configured = configured_;
  runners_.push_back(
      std::make_unique<LinkRunner>(engine_, std::move(options), *party, std::move(adapter)));
  return absl::OkStatus();
}

absl::Status Links::Start() {
  for (const auto& runner : runners_) {
    const absl::Status started = runner->Start();
    if (!started.ok()) {
      Stop();
      return absl::Status(started.code(), StrCat("link ", runner->options().name, ": ",
                                                 std::string(started.message())));
    }
  }
  watcher_ = std::make_unique<JournalWatcher>(
      engine_,
      [this] {
        for (const auto& runner : runners_) runner->Wake();
      },
      [this] {
        for (const auto& runner : runners_) runner->ExpireCalls();
        SampleLag();
      });
  return absl::OkStatus();
}

void Links::Stop() {
  watcher_.reset();
  for (const auto& runner : runners_) runner->Stop();
}

LinkRunner* Links::Find(std::string_view name) const {
  for (const auto& runner : runners_) {
    if (runner->options().name == name) return runner.get();
  }
  return nullptr;
}

absl::StatusOr<v1::Link> Links::Get(const RequestContext& context,
                                    const v1::GetLinkRequest& request) const {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "read links"));
  const LinkRunner* runner = Find(request.name());
  if (runner == nullptr) return NotFound("link", request.name());
  return runner->Describe();
}

absl::StatusOr<v1::ListLinksResponse> Links::List(const RequestContext& context) const {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "read links"));
  v1::ListLinksResponse response;
  for (const auto& runner : runners_) *response.add_links() = runner->Describe();
  std::sort(response.mutable_links()->begin(), response.mutable_links()->end(),
            [](const v1::Link& a, const v1::Link& b) { return a.name() < b.name(); });
  return response;
}

absl::StatusOr<v1::Link> Links::Pause(const RequestContext& context,
                                      const v1::PauseLinkRequest& request) {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "pause links"));
  return SetPaused(context, true, request.name(),
                   {context.caller.name, request.reason(), request.request_id()});
}

absl::StatusOr<v1::Link> Links::Resume(const RequestContext& context,
                                       const v1::ResumeLinkRequest& request) {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "resume links"));
  return SetPaused(context, false, request.name(),
                   {context.caller.name, request.reason(), request.request_id()});
}

// Who has to stop a link at once need not say why.
absl::StatusOr<v1::Link> Links::SetPaused(const RequestContext& context, bool paused,
                                          const std::string& name, OperatorAct act) {
  if (act.reason.empty()) act.reason = kNoReason;
  if (act.request_id.empty()) act.request_id = engine_.random.Uuid();
  LIENTHONG_RETURN_IF_ERROR(CheckAct(act.request_id, act.reason));
  LinkRunner* runner = Find(name);
  if (runner == nullptr) return NotFound("link", name);
  LIENTHONG_RETURN_IF_ERROR(runner->Run(
      context.deadline, [&](LinkEngine& engine) { return engine.SetPaused(paused, act); }));
  return runner->Describe();
}

absl::StatusOr<v1::Link> Links::Rewind(const RequestContext& context,
                                       const v1::RewindLinkRequest& request) {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "rewind links"));
  LIENTHONG_RETURN_IF_ERROR(CheckAct(request.request_id(), request.reason()));
  LinkRunner* runner = Find(request.name());
  if (runner == nullptr) return NotFound("link", request.name());
  const OperatorAct act{context.caller.name, request.reason(), request.request_id()};
  LIENTHONG_RETURN_IF_ERROR(
      runner->Run(context.deadline, [&](LinkEngine& engine) { return engine.Rewind(act); }));
  return runner->Describe();
}

absl::StatusOr<v1::Link> Links::Reload(const RequestContext& context,
                                       const v1::ReloadLinkRequest& request) {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "reload links"));
  LIENTHONG_RETURN_IF_ERROR(CheckAct(request.request_id(), request.reason()));
  LinkRunner* runner = Find(request.name());
  if (runner == nullptr) return NotFound("link", request.name());
  const OperatorAct act{context.caller.name, request.reason(), request.request_id()};
  LIENTHONG_RETURN_IF_ERROR(
      runner->Run(context.deadline, [&](LinkEngine& engine) { return engine.Reload(act); }));
  return runner->Describe();
}

absl::StatusOr<v1::MappingCoverage> Links::GetMappingCoverage(
    const RequestContext& context, const v1::GetMappingCoverageRequest& request) const {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "read mappings"));
  const LinkRunner* runner = Find(request.link());
  if (runner == nullptr) return NotFound("link", request.link());
  return CoverageOf(request.link(), runner->DescribeMapping());
}

void Links::Receive(std::string_view link, std::string_view caller_name,
                    const adapter::v1::ReceiveRequest& request, absl::Time deadline,
                    ReceiveDone done) {
  LinkRunner* runner = Find(link);
  if (runner == nullptr || runner->options().caller.empty()) return done(NotFound("link", link));
  if (runner->options().caller != caller_name) {
    return done(CallNotAllowed(caller_name, StrCat("call as the counterpart of ", link)));
  }
  runner->Receive(request, deadline, std::move(done));
}

std::vector<std::string> Links::names() const {
  std::vector<std::string> names;
  for (const auto& runner : runners_) names.push_back(runner->options().name);
  return names;
}

}  // namespace lienthong::sync
