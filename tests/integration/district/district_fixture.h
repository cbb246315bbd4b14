#ifndef LIENTHONG_TESTS_INTEGRATION_DISTRICT_DISTRICT_FIXTURE_H_
#define LIENTHONG_TESTS_INTEGRATION_DISTRICT_DISTRICT_FIXTURE_H_

#include <future>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "adapters/district/district_adapter.h"
#include "gtest/gtest.h"
#include "tests/integration/district/sql.h"
#include "tests/support/postgres_server.h"

namespace lienthong::testing {

namespace pb = ::lienthong::adapter::v1;
using adapters::district::DistrictAdapter;

// A database of the software for each test, in one server for all, with the exchange tables and the
// gateway's role `lienthong_gateway`.
class DistrictTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite();
  void SetUp() override;

  // The software's own sessions, as owner of the database.
  std::string OwnerDsn() const { return server_->Dsn(database_); }
  std::string GatewayDsn() const { return server_->Dsn(database_, "lienthong_gateway"); }
  // A started adapter. `settings` are added to, or take the place of, the default ones.
  std::unique_ptr<DistrictAdapter> MakeAdapter(std::map<std::string, std::string> settings = {});

  static constexpr absl::Duration kPatience = absl::Seconds(20);

  static absl::StatusOr<pb::PullReply> Pull(DistrictAdapter& adapter, const std::string& token,
                                            int items_max = 100,
                                            absl::Duration timeout = kPatience);
  static absl::StatusOr<pb::DeliverReply> Deliver(DistrictAdapter& adapter,
                                                  const std::vector<pb::OutboundItem>& items,
                                                  absl::Duration timeout = kPatience);
  static absl::Status Probe(DistrictAdapter& adapter, absl::Duration timeout = kPatience);

  static PostgresServer* server_;
  const sdk::NoFiles no_files_;
  std::string database_;
};

}  // namespace lienthong::testing

#endif  // LIENTHONG_TESTS_INTEGRATION_DISTRICT_DISTRICT_FIXTURE_H_
