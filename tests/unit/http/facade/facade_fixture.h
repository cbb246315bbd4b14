#ifndef LIENTHONG_TESTS_UNIT_HTTP_FACADE_FACADE_FIXTURE_H_
#define LIENTHONG_TESTS_UNIT_HTTP_FACADE_FACADE_FIXTURE_H_

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/sdk/files.h"
#include "gateway/base/clock.h"
#include "gateway/base/password.h"
#include "gateway/base/random.h"
#include "gateway/core/dossiers.h"
#include "gateway/core/engine.h"
#include "gateway/http/facade/facade.h"
#include "gateway/store/store.h"
#include "nlohmann/json.hpp"
#include "tests/support/forwarding_store.h"
#include "tests/support/temporary_folder.h"

namespace lienthong::facade {

inline constexpr char kCode[] = "H29.X05-260302-0101";

// A clock that stands until it is told to go.
class StandingClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::FromUnixMicros(micros_.load()); }
  void Advance(absl::Duration by) { micros_ += absl::ToInt64Microseconds(by); }

 private:
  std::atomic<int64_t> micros_ = 1'772'420'400'000'000;  // 2026-03-02 10:00 in Viet Nam
};

// A store in front of whose next commit something else happens.
class InterruptedStore final : public lienthong::testing::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  void BeforeNextCommit(std::function<void()> act) { act_ = std::move(act); }
  // As a backup that was put back then.
  void RestoreAt(absl::Time time) { epoch_ = absl::ToUnixSeconds(time); }

  store::StoreInfo Info() const override {
    store::StoreInfo info = ForwardingStore::Info();
    if (epoch_ > 0) info.epoch = epoch_;
    return info;
  }

  void Commit(store::WriteSet set,
              std::function<void(const absl::StatusOr<store::CommitResult>&)> done) override {
    if (const auto act = std::exchange(act_, nullptr)) act();
    ForwardingStore::Commit(std::move(set), std::move(done));
  }

 private:
  std::function<void()> act_;
  int64_t epoch_ = 0;
};

// Papers at known addresses.
class KnownFiles final : public sdk::Files {
 public:
  absl::StatusOr<std::unique_ptr<sdk::FileReader>> Open(std::string_view) const override {
    return absl::NotFoundError("only addresses");
  }
  std::string UrlOf(const dossier::v1::FileReference& file) const override {
    const auto found = urls.find(file.source());
    return found == urls.end() ? "" : found->second;
  }
  std::map<std::string, std::string> urls;  // by source
};

// The façade over a store in memory, for the agencies H29.X05 (user x05, password mat-khau-x05) and
// H29.X06 (x06, mat-khau-x06, only with the certificate of H29.X06). H29.X07 is an agency without a
// login. The clock stands.
class FacadeTest : public ::testing::Test {
 protected:
  FacadeTest();

  // Begins anew, with passwords that cost so much to check.
  void Serve(const ScryptCost& cost);

  struct Answer {
    int http_status = 0;
    std::map<std::string, std::string> headers;
    nlohmann::json body;
    int64_t code() const { return body.at("error_code").get<int64_t>(); }
    std::string message() const { return body.at("message").get<std::string>(); }
    const nlohmann::json& result() const { return body.at("result"); }
  };
  // POST of a text to an address of the façade, from an address and with a certificate.
  Answer PostText(const std::string& address, const std::string& text);
  Answer Post(const std::string& address, const nlohmann::json& body);

  Answer LogIn(const std::string& username, const std::string& password);
  // Logs in as x05, or x06, and keeps the session for the calls that follow.
  void LogInAs(const std::string& username);
  Answer Push(const nlohmann::json& record, bool updating);
  Answer Progress(const nlohmann::json& lines);
  Answer Find(const std::string& code);

  // A record that H29.X05 may create, every mandatory field in it.
  static nlohmann::json Record(const std::string& code = "H29.X05-260302-0101");
  static nlohmann::json Line(const std::string& content, const std::string& status = "4");
  // What is stored, as an agency sees it by gRPC.
  dossier::v1::Dossier Stored(const std::string& code, const std::string& agency = "H29.X05");
  // A change of kCode, and its push by gRPC; nothing of it may be refused or a proposal.
  dossier::v1::PushDossierRequest Change();
  void PushAs(const std::string& agency, const dossier::v1::PushDossierRequest& request);
  // kCode gets another lead agency, which accepts.
  void HandTo(const std::string& agency);
  core::RequestContext Agency(const std::string& code) const;

  StandingClock clock_;
  std::unique_ptr<Random> random_ = Random::Seeded(7);
  core::Parties parties_;
  const lienthong::testing::TemporaryFolder folder_;
  const std::unique_ptr<store::Store> store_;
  InterruptedStore interrupted_;  // in front of store_
  core::Engine engine_;
  KnownFiles files_;
  absl::Status no_room_ = absl::OkStatus();
  std::string peer_ = "192.0.2.1";
  std::string trace_id_;
  std::vector<std::string> certificate_;
  std::map<std::string, std::vector<std::string>> acts_for_;  // granted now
  std::string session_;
  std::unique_ptr<Facade> facade_;
  http::Router router_;
};

}  // namespace lienthong::facade

#endif  // LIENTHONG_TESTS_UNIT_HTTP_FACADE_FACADE_FIXTURE_H_
