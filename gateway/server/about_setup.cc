#include "gateway/server/about_setup.h"

#include <algorithm>
#include <utility>

#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/base/tls_files.h"
#include "gateway/domain/derived.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/wrappers.pb.h"
#include "lienthong/sync/v1/sync_service.pb.h"

namespace lienthong {
namespace {

using admin::v1::Certificate;
using config::v1::GatewayConfig;

admin::v1::ServerInfo InfoOf(const AboutSources& sources) {
  const store::StoreInfo store = sources.store.Info();
  admin::v1::ServerInfo info;
  info.set_version(sources.version);
  info.set_store(store.kind);
  info.set_store_epoch(store.epoch);
  info.set_last_sequence(store.last_sequence);
  info.set_evidence_leaves(store.leaves);
  info.set_evidence_root(store.root);
  info.mutable_start_time()->set_seconds(absl::ToUnixSeconds(sources.start_time));
  info.set_draining(sources.admission.draining());
  for (const std::string& link : sources.links.names()) info.add_links(link);
  return info;
}

class CertificateList {
 public:
  explicit CertificateList(const AboutSources& sources)
      : sources_(sources), config_(sources.config.config()) {}

  admin::v1::ListCertificatesResponse Take() {
    Add("server", "tls.certificate", config_.tls().certificate());
    Add("client authority", "tls.client_ca", config_.tls().client_ca());
    for (int i = 0; i < config_.links_size(); ++i) {
      const auto& link = config_.links(i);
      for (const auto& [name, value] : link.settings()) {
        const bool is_one = name == "ca_file" || name == "client_certificate_file";
        const std::string key = StrCat("links[", i, "].settings.", name);
        if (is_one && !value.empty()) Add(StrCat("link ", link.name()), key, value);
      }
    }
    std::sort(list_.mutable_certificates()->begin(), list_.mutable_certificates()->end(),
              [](const Certificate& one, const Certificate& other) {
                return std::pair(one.end_time().seconds(), one.file()) <
                       std::pair(other.end_time().seconds(), other.file());
              });
    return std::move(list_);
  }

 private:
  void Add(const std::string& use, const std::string& key, const std::string& name) {
    Certificate& shown = *list_.add_certificates();
    shown.set_use(use);
    shown.set_file(name);
    const absl::StatusOr<std::string> path = sources_.config.FileNamedBy(key, name);
    const absl::StatusOr<CertificateFacts> facts =
        path.ok() ? ReadCertificateFacts(*path) : path.status();
    if (!facts.ok()) return shown.set_error(std::string(facts.status().message()));
    shown.set_subject(facts->subject);
    *shown.mutable_end_time() = domain::ToProto(facts->end);
    const absl::Duration left = facts->end - sources_.clock.Now();
    shown.set_days_left(absl::ToInt64Hours(absl::Floor(left, absl::Hours(24))) / 24);
  }

  const AboutSources& sources_;
  const GatewayConfig config_;
  admin::v1::ListCertificatesResponse list_;
};

std::string Json(const google::protobuf::Message& message) {
  std::string text;
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  return google::protobuf::util::MessageToJsonString(message, &text, options).ok() ? text : "null";
}

std::string Quoted(std::string_view text) {
  google::protobuf::StringValue value;
  value.set_value(std::string(text));
  return Json(value);
}

// What operators and other systems wrote in their own words stays out: it may name people.
admin::v1::SupportBundle BundleOf(const AboutSources& sources) {
  core::RequestContext context;
  context.caller = {core::CallerKind::kOperator, "support bundle", {}};
  std::string links;
  if (auto listed = sources.links.List(context); listed.ok()) {
    for (auto& link : *listed->mutable_links()) link.clear_last_error();
    links = Json(*listed);
  }
  const std::string time =
      absl::FormatTime("%Y%m%dT%H%M%SZ", sources.clock.Now(), absl::UTCTimeZone());
  admin::v1::SupportBundle bundle;
  bundle.set_file_name(StrCat("lienthong-support-", time, ".json"));
  bundle.set_content(StrCat("{\"made\":", Quoted(time), ",\n\"server\":", Json(InfoOf(sources)),
                            ",\n\"log_level\":", Quoted(NameOf(CurrentLogLevel())),
                            ",\n\"configuration\":", Json(sources.config.Compare()),
                            ",\n\"certificates\":", Json(CertificateList(sources).Take()),
                            ",\n\"links\":", links.empty() ? "null" : links,
                            ",\n\"metrics\":", Quoted(sources.metrics.Render()), "}\n"));
  return bundle;
}

}  // namespace

core::About MakeAbout(const AboutSources& sources) {
  return {.info = [sources] { return InfoOf(sources); },
          .configuration = [sources] { return sources.config.Compare(); },
          .certificates = [sources] { return CertificateList(sources).Take(); },
          .support_bundle = [sources] { return BundleOf(sources); }};
}

}  // namespace lienthong
