#include "gateway/core/history.h"

#include "tests/support/status_matchers.h"
#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

using ::lienthong::testing::StatusIs;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

class History : public CoreTest {
 protected:
  void SetStatus(const std::string& code, dossier::v1::Status status) {
    EXPECT_TRUE(
        PushField(Agency("H29.X05"), code, "status", std::to_string(static_cast<int>(status)))
            .ok());
  }
};

TEST_F(History, CountsHowOftenEachStatusWasEntered) {
  const std::string code = Create("H29.X05");
  Create("H29.X05");  // another's count for nothing
  SetStatus(code, dossier::v1::STATUS_PROCESSING);
  SetStatus(code, dossier::v1::STATUS_PROCESSING);
  SetStatus(code, dossier::v1::STATUS_SUPPLEMENT_REQUESTED);
  SetStatus(code, dossier::v1::STATUS_PROCESSING);
  const auto entries = CountStatusEntries(engine_, Agency("H29.X05"), code);
  EXPECT_THAT(*entries, UnorderedElementsAre(Pair(dossier::v1::STATUS_ACCEPTED, 1),
                                             Pair(dossier::v1::STATUS_PROCESSING, 2),
                                             Pair(dossier::v1::STATUS_SUPPLEMENT_REQUESTED, 1)));
}

TEST_F(History, IsReadByPages) {
  const std::string code = Create("H29.X05");
  for (int i = 0; i < 130; ++i) {
    SetStatus(code, dossier::v1::STATUS_PROCESSING);
    SetStatus(code, dossier::v1::STATUS_SUPPLEMENT_REQUESTED);
  }
  const auto entries = CountStatusEntries(engine_, Agency("H29.X05"), code);
  EXPECT_EQ(entries->at(dossier::v1::STATUS_PROCESSING), 130);
  EXPECT_EQ(entries->at(dossier::v1::STATUS_SUPPLEMENT_REQUESTED), 130);
}

TEST_F(History, OfAForeignDossierIsAsIfItWereNotThere) {
  const std::string code = Create("H29.X05");
  for (const std::string& asked : {code, std::string("H29.X05-000000-0000")}) {
    EXPECT_THAT(CountStatusEntries(engine_, Agency("H29.X01"), asked),
                StatusIs(absl::StatusCode::kPermissionDenied));
  }
}

}  // namespace
}  // namespace lienthong::core
