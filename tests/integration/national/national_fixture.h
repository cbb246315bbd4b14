#ifndef LIENTHONG_TESTS_INTEGRATION_NATIONAL_NATIONAL_FIXTURE_H_
#define LIENTHONG_TESTS_INTEGRATION_NATIONAL_NATIONAL_FIXTURE_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/sdk/adapter.h"
#include "adapters/sdk/files.h"
#include "adapters/sdk/http_client.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/support/child_process.h"
#include "tests/support/temporary_folder.h"

namespace lienthong::adapters::national {

inline constexpr const char* kCode = "H29.X01-260302-0001";

namespace pb = ::lienthong::adapter::v1;

// Papers' content for one test: each byte is its place in the content, so that a paper of any size
// takes no memory.
class MadeFiles final : public sdk::Files {
 public:
  // Returns its SHA-256. `damaged`: reading it fails half-way.
  std::string Add(int64_t size_bytes, bool damaged = false);

  absl::StatusOr<std::unique_ptr<sdk::FileReader>> Open(std::string_view sha256) const override;
  std::string UrlOf(const dossier::v1::FileReference& /*file*/) const override { return ""; }

 private:
  struct Made {
    int64_t size_bytes;
    bool damaged;
  };
  std::map<std::string, Made, std::less<>> made_;
};

// A portal simulator with a fresh state, and an adapter that is connected to it.
class NationalFixture : public ::testing::Test {
 protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite();
  void TearDown() override;

  // A simulator of this generation, started with these flags besides.
  void StartPortal(int generation, const std::vector<std::string>& flags = {});
  // An adapter with other settings than the fixture's own; started.
  std::unique_ptr<sdk::Adapter> MakeAdapter(const std::map<std::string, std::string>& changes = {});

  // What became of one item in one call.
  pb::ItemOutcome Deliver(const pb::OutboundItem& item, absl::Duration timeout = absl::Seconds(10));
  pb::ItemOutcome DeliverBy(sdk::Adapter& adapter, const pb::OutboundItem& item,
                            absl::Duration timeout = absl::Seconds(10));
  // As the engine does: goes on as long as the answer is CONTINUE, and keeps key and state in
  // `item`.
  pb::ItemOutcome DeliverOn(pb::OutboundItem& item);
  absl::StatusOr<pb::LookUpReply::Record> LookUp(const std::string& key, const std::string& code);
  absl::StatusOr<pb::PullReply> Pull(const std::string& token = "");
  absl::Status Probe(sdk::Adapter& adapter);

  // The rig's control port.
  nlohmann::json Rig(const std::string& path, const nlohmann::json& body);
  nlohmann::json Rig(const std::string& path);
  // `path`: a path or a service; empty: every call. count 0: from here on.
  void Fault(const std::string& kind, int count = 1, const std::string& path = "",
             int milliseconds = 2000);
  // The portal's record, or null.
  nlohmann::json RecordOf(const std::string& code);
  std::vector<nlohmann::json> Records();
  // Calls of a service (or of `auth`, `token`) that reached the simulator, in order.
  std::vector<nlohmann::json> CallsOf(const std::string& service);

  // A dossier that the portal accepts, as the adapter shows it, and an item that brings it.
  static dossier::v1::Dossier NewDossier(const std::string& code);
  pb::OutboundItem NewItem(const std::string& code);
  pb::OutboundItem ItemFor(const dossier::v1::Dossier& dossier, const std::string& key = "");
  // An item with these progress lines.
  static pb::OutboundItem StepsItem(const std::string& key, int first, int count);

  static std::unique_ptr<lienthong::testing::TemporaryFolder> folder_;
  int generation_ = 1;
  // That the portal acts for.
  std::set<std::string> agencies_ = {"H29.X01", "H29.X02"};
  MadeFiles files_;
  std::unique_ptr<lienthong::testing::ChildProcess> simulator_;
  std::unique_ptr<sdk::HttpClient> control_;
  std::unique_ptr<sdk::Adapter> adapter_;
};

}  // namespace lienthong::adapters::national

#endif  // LIENTHONG_TESTS_INTEGRATION_NATIONAL_NATIONAL_FIXTURE_H_
