#include "gateway/server/https_setup.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/console/console.h"
#include "gateway/files/json_spooler.h"
#include "gateway/http/links_route.h"
#include "gateway/server/papers_setup.h"

namespace lienthong {
namespace {

// Papers that come inline go into the content store while they come.
class PapersFilter final : public http::BodyFilter {
 public:
  explicit PapersFilter(files::ContentStore& store) : spooler_(store, {}) {}

  absl::Status Write(std::string_view part, std::string& out) override {
    return spooler_.Write(part, out);
  }
  absl::Status Finish() override { return spooler_.Finish(); }

 private:
  files::JsonSpooler spooler_;
};

http::Route CallsOf(sync::Links& links, files::Papers& papers) {
  return http::LinksRoute(
      [&links](std::string_view link, std::string_view caller,
               const adapter::v1::ReceiveRequest& request, absl::Time deadline,
               sdk::Done<adapter::v1::ReceiveReply> done) {
        links.Receive(link, caller, request, deadline, std::move(done));
      },
      [&papers] { return std::make_unique<PapersFilter>(papers.content()); });
}

facade::Admit AdmitBy(service::Admission& admission) {
  return [&admission](const std::string& caller) -> absl::StatusOr<std::shared_ptr<void>> {
    LIENTHONG_ASSIGN_OR_RETURN(service::Admission::Ticket ticket,
                               admission.Admit(caller, service::CallKind::kCall));
    return std::make_shared<service::Admission::Ticket>(std::move(ticket));
  };
}

// What the façade says begins with the key below its own.
absl::Status FacadeProblem(const ConfigFile& config, const absl::Status& status) {
  const std::string_view message = ToStd(status.message());
  const size_t colon = message.find(": ");
  if (colon == std::string_view::npos) return config.Problem("facade", message);
  return config.Problem(StrCat("facade.", message.substr(0, colon)), message.substr(colon + 2));
}

absl::StatusOr<std::unique_ptr<facade::Facade>> MakeFacade(const ConfigFile& config,
                                                           const HttpsContext& context) {
  const config::v1::FacadeConfig& configured = config.config().facade();
  if (configured.accounts().empty()) return nullptr;
  facade::FacadeOptions options{
      .procedures_file = {}, .admit = AdmitBy(context.admission), .acts_for = context.acts_for};
  if (!configured.procedures_file().empty()) {
    LIENTHONG_ASSIGN_OR_RETURN(
        options.procedures_file,
        config.FileNamedBy("facade.procedures_file", configured.procedures_file()));
  }
  auto made = facade::Facade::Make(configured, options, context.engine, context.papers);
  if (!made.ok()) return FacadeProblem(config, made.status());
  return made;
}

}  // namespace

absl::StatusOr<Https> StartHttps(const ConfigFile& config, const TlsWatch& certificates,
                                 const HttpsContext& context) {
  Https https;
  const std::string& address = config.config().listen().https();
  if (address.empty()) return https;
  http::Router router;
  LIENTHONG_RETURN_IF_ERROR(router.Add(CallsOf(context.links, context.papers)));
  LIENTHONG_RETURN_IF_ERROR(router.Add(PapersRoute(context.papers)));
  LIENTHONG_RETURN_IF_ERROR(
      router.Add(http::MetricsRoute(context.metrics, http::MetricsReader::kCertified)));
  LIENTHONG_RETURN_IF_ERROR(console::AddConsole({.engine = context.engine,
                                                 .links = context.links,
                                                 .conflicts = context.conflicts,
                                                 .reports = context.reports,
                                                 .quality = context.quality,
                                                 .dispatch = context.dispatch,
                                                 .about = context.about,
                                                 .sign_in = context.sign_in,
                                                 .admit = AdmitBy(context.admission)},
                                                router));
  LIENTHONG_ASSIGN_OR_RETURN(https.facade, MakeFacade(config, context));
  if (https.facade != nullptr) LIENTHONG_RETURN_IF_ERROR(https.facade->AddTo(router));
  http::ListenerOptions options;
  options.address = address;
  options.observer = context.observer;
  auto listener = http::Listener::Start(options, std::move(router), certificates, context.executor,
                                        context.engine.clock);
  if (!listener.ok()) return config.Problem("listen.https", ToStd(listener.status().message()));
  https.listener = *std::move(listener);
  return https;
}

}  // namespace lienthong
