#ifndef LIENTHONG_TESTS_INTEGRATION_CITY_CITY_FIXTURE_H_
#define LIENTHONG_TESTS_INTEGRATION_CITY_CITY_FIXTURE_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/city/city_adapter.h"
#include "adapters/sdk/files.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/support/child_process.h"
#include "tests/support/temporary_folder.h"

namespace lienthong::adapters::city {

inline constexpr const char* kCode = "H29.X01-260302-0001";

// A city simulator with a fresh state, and an adapter that is connected to it.
class CityFixture : public ::testing::Test {
 protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite();
  void SetUp() override;
  void TearDown() override;
  // A simulator with these arguments beside the usual ones, and an adapter; in place of those there
  // are.
  void StartCity(const std::vector<std::string>& more);

  // An adapter with other settings than the fixture's own; started.
  std::unique_ptr<CityAdapter> MakeAdapter(const std::map<std::string, std::string>& changes);

  absl::StatusOr<pb::PullReply> Pull(const std::string& token, int items_max = 100);
  // What became of one item.
  pb::ItemOutcome Deliver(const pb::OutboundItem& item, absl::Duration timeout = absl::Seconds(10));
  pb::ItemOutcome DeliverBy(CityAdapter& adapter, const pb::OutboundItem& item,
                            absl::Duration timeout = absl::Seconds(10));
  absl::StatusOr<pb::LookUpReply::Record> LookUp(const std::string& key, const std::string& code);
  absl::StatusOr<pb::InventoryReply> Inventory(const std::string& day, const std::string& page);
  absl::Status Probe(CityAdapter& adapter);

  // The rig's control port.
  nlohmann::json Rig(const std::string& path, const nlohmann::json& body);
  nlohmann::json Rig(const std::string& path);
  void Fault(const std::string& kind, int count = 1);
  // Calls of CapNhat that reached the simulator.
  int UpdateCalls();

  // A dossier that the city accepts as new, and an item that brings it.
  static dossier::v1::Dossier NewDossier(const std::string& code);
  static pb::OutboundItem NewItem(const std::string& code);

  static std::unique_ptr<lienthong::testing::TemporaryFolder> folder_;
  // Content by its SHA-256.
  class KnownContent final : public sdk::Files {
   public:
    absl::StatusOr<std::unique_ptr<sdk::FileReader>> Open(std::string_view sha256) const override;
    std::string UrlOf(const dossier::v1::FileReference& file) const override {
      return "https://gateway.example/papers/" + file.id();
    }
    std::map<std::string, std::string, std::less<>> contents;
    std::function<void()> before_open = [] {};
  };
  KnownContent files_;
  std::unique_ptr<lienthong::testing::ChildProcess> simulator_;
  std::unique_ptr<sdk::HttpClient> control_;
  std::unique_ptr<CityAdapter> adapter_;
};

}  // namespace lienthong::adapters::city

#endif  // LIENTHONG_TESTS_INTEGRATION_CITY_CITY_FIXTURE_H_
