// Generation 1: login, session, services DongBoHoSoMC, CapNhatTienDoHoSoMC, TraCuuHoSo, LayThuTuc
// and LayDanhSachTTHC; {"error_code","message","result"} with HTTP 200 whatever happens.
#ifndef LIENTHONG_TESTS_RIGS_PORTAL_EXCHANGE_H_
#define LIENTHONG_TESTS_RIGS_PORTAL_EXCHANGE_H_

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

#include "tests/rigs/portal/dialect.h"
#include "tests/rigs/portal/records.h"
#include "tests/rigs/portal/sessions.h"
#include "tests/rigs/portal/whims.h"

namespace lienthong::rigs::portal {

struct ExchangeOptions {
  std::string username;
  std::string password;
  std::string dstcode;
  int64_t session_calls_max = 0;
  uint64_t seed = 0;
};

class Exchange final : public Dialect {
 public:
  // `now` is wall time in milliseconds. `records` outlives it.
  Exchange(ExchangeOptions options, Records& records, std::function<int64_t()> now);

  PortalCall Read(const http::Request& request) const override;
  Decided Do(const PortalCall& call) override;
  Decided InnerError() override;
  Decided ServerError() override;
  Decided OverQuota() override;
  Decided Expire(const PortalCall& call) override;
  Decided AsExisting(const PortalCall& call, Decided done) override;
  http::Reply Render(const Decided& decided) const override;
  std::optional<Submission> Submit(const std::string& agency, nlohmann::json record,
                                   std::string* error) override;
  std::shared_ptr<http::BodySink> SinkFor(const http::Request& head) const override;
  int64_t logins() const override { return sessions_.opened(); }

 private:
  Decided LogIn(const nlohmann::json& body);
  Decided Integrate(const PortalCall& call);
  Decided Share(const PortalCall& call);
  Decided SyncRecord(const PortalCall& call);
  Decided AddProgress(const PortalCall& call);
  Decided Ok(nlohmann::json result = nlohmann::json::array());
  Decided Existing(const std::string& code);
  std::string NextCode();

  const ExchangeOptions options_;
  Records& records_;
  const std::function<int64_t()> now_;
  Sessions sessions_;
  Whims whims_;
  std::mutex mutex_;
  size_t last_number_ = 0;  // of the codes given to submissions
};

}  // namespace lienthong::rigs::portal

#endif  // LIENTHONG_TESTS_RIGS_PORTAL_EXCHANGE_H_
