#include "gateway/core/suspects.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

using ::lienthong::testing::IsOk;

class SuspectsTest : public CoreTest {
 protected:
  std::string File(const std::string& agency, const std::string& number,
                   const std::string& procedure = "1.001193") {
    auto dossier = NewDossier(agency);
    dossier.mutable_applicant()->set_identity_number(number);
    dossier.mutable_procedure()->set_code(procedure);
    const auto pushed = Push(Agency(agency), dossier);
    EXPECT_THAT(pushed, IsOk());
    return pushed.ok() ? pushed->code() : "";
  }
  receipt::v1::ListSuspectedDuplicatesResponse Listed() {
    const auto listed = suspects_.List(Operator(), {});
    EXPECT_THAT(listed, IsOk());
    return listed.value_or(receipt::v1::ListSuspectedDuplicatesResponse());
  }

  Suspects suspects_{engine_};
};

TEST_F(SuspectsTest, SameApplicantAndProcedureWithinThirtyDays) {
  const std::string older = File("H29.X05", "000000000001");
  File("H29.X05", "000000000002");
  File("H29.X05", "000000000001", "2.000986");
  EXPECT_EQ(Listed().pairs_size(), 0);
  clock_.Advance(kSuspectWithin);
  const std::string newer = File("H29.X01", " 000000000001");
  ASSERT_EQ(Listed().pairs_size(), 1);
  EXPECT_EQ(Listed().pairs(0).older(), older);
  EXPECT_EQ(Listed().pairs(0).newer(), newer);
  clock_.Advance(kSuspectWithin + absl::Seconds(1));
  File("H29.X05", "000000000001");
  EXPECT_EQ(Listed().pairs_size(), 1) << "too long after both";
}

TEST_F(SuspectsTest, ANumberThatIsCorrectedLaterCountsFromThen) {
  const std::string first = File("H29.X05", "000000000001");
  const std::string second = File("H29.X05", "000000000002");
  ASSERT_THAT(PushField(Agency("H29.X05"), second, "applicant.identity_number", "000000000001"),
              IsOk());
  ASSERT_EQ(Listed().pairs_size(), 1);
  EXPECT_EQ(Listed().pairs(0).older(), first);
  EXPECT_EQ(Listed().pairs(0).newer(), second);
  ASSERT_THAT(PushField(Agency("H29.X05"), second, "subject", "khác"), IsOk());
  EXPECT_EQ(Listed().pairs_size(), 1);
  receipt::v1::DismissSuspectedDuplicateRequest request;
  request.set_request_id(NewUuid());
  request.set_id(Listed().pairs(0).id());
  request.set_reason("hai vụ việc");
  ASSERT_THAT(suspects_.Dismiss(Operator(), request), IsOk());
  ASSERT_THAT(PushField(Agency("H29.X05"), first, "applicant.identity_number", "000000000003"),
              IsOk());
  ASSERT_THAT(PushField(Agency("H29.X05"), first, "applicant.identity_number", "000000000001"),
              IsOk());
  EXPECT_EQ(Listed().pairs_size(), 0) << "it stays dismissed";
  File("H29.X05", "000000000003");
  EXPECT_EQ(Listed().pairs_size(), 0) << "nobody has that number any more";
}

TEST_F(SuspectsTest, NoNumberNoRow) {
  File("H29.X05", "");
  File("H29.X05", "");
  EXPECT_EQ(RowsOf(store::Table::kFingerprint), 0);
}

TEST_F(SuspectsTest, DismissedAndVoidOnesAreNotListed) {
  File("H29.X05", "000000000001");
  const std::string second = File("H29.X05", "000000000001");
  ASSERT_EQ(Listed().pairs_size(), 1);
  receipt::v1::DismissSuspectedDuplicateRequest request;
  request.set_request_id(NewUuid());
  request.set_id(Listed().pairs(0).id());
  request.set_reason("hai thửa đất");
  ASSERT_THAT(suspects_.Dismiss(Operator(), request), IsOk());
  ASSERT_THAT(suspects_.Dismiss(Operator(), request), IsOk()) << "the same request";
  EXPECT_EQ(Listed().pairs_size(), 0);
  EXPECT_EQ(RowsOf(store::Table::kAct), 1);
  File("H29.X05", "000000000001");
  EXPECT_EQ(Listed().pairs_size(), 2) << "the third with each of the two";
  dossier::v1::VoidDossierRequest voiding;
  voiding.set_request_id(NewUuid());
  voiding.set_code(second);
  voiding.set_reason("nộp trùng");
  dossiers_.Void(Agency("H29.X05"), voiding, [](const auto& done) { ASSERT_THAT(done, IsOk()); });
  EXPECT_EQ(Listed().pairs_size(), 1);
}

}  // namespace
}  // namespace lienthong::core
