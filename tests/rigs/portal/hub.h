// Generation 2, the hub of 2026: token, GetNextValue, UploadFile, NoiHoSo, CapNhatTienTrinh,
// CapNhatTrangThai; {"code","message","data"} with an HTTP status to match.
#ifndef LIENTHONG_TESTS_RIGS_PORTAL_HUB_H_
#define LIENTHONG_TESTS_RIGS_PORTAL_HUB_H_

#include <cstdint>
#include <functional>
#include <string>

#include "tests/rigs/papers/shelf.h"
#include "tests/rigs/portal/dialect.h"
#include "tests/rigs/portal/numbers.h"
#include "tests/rigs/portal/records.h"
#include "tests/rigs/portal/sessions.h"
#include "tests/rigs/portal/uploads.h"

namespace lienthong::rigs::portal {

inline constexpr size_t kHubItemsMax = 100;  // of CapNhatTienTrinh and CapNhatTrangThai

struct HubOptions {
  std::string client_id;
  std::string client_secret;
  std::string dstcode;  // empty: the header is not looked at
  int64_t session_calls_max = 0;
  int64_t token_seconds = 3600;
  uint64_t seed = 0;
};

class Hub final : public Dialect {
 public:
  // `now` is wall time in milliseconds. The others outlive it; `shelf` has the citizens' papers,
  // whose names are their ids here.
  Hub(HubOptions options, Records& records, Numbers& numbers, Uploads& uploads,
      const papers::Shelf& shelf, std::function<int64_t()> now);

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
  Decided IssueNumber(const nlohmann::json& body);
  Decided Upload(const http::Request& request);
  Decided Create(const nlohmann::json& body);
  Decided AddProgress(const nlohmann::json& body);
  Decided SetStatus(const nlohmann::json& body);
  Decided Existing(const std::string& code) const;
  // What is wrong with the files that a packet names, or "".
  std::string CheckFiles(const nlohmann::json& components) const;
  // What is wrong with the lists that go with a status, or "".
  std::string CheckLists(const nlohmann::json& status) const;
  bool IsContent(const std::string& id, const std::string& sha256) const;

  const HubOptions options_;
  Records& records_;
  Numbers& numbers_;
  Uploads& uploads_;
  const papers::Shelf& shelf_;
  const std::function<int64_t()> now_;
  Sessions sessions_;
};

}  // namespace lienthong::rigs::portal

#endif  // LIENTHONG_TESTS_RIGS_PORTAL_HUB_H_
