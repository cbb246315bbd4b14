#include "gateway/core/history.h"

#include <cstdint>
#include <string>
#include <vector>

#include "gmock/gmock.h"

#include "gateway/core/lookup.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

class History : public CoreTest {
 protected:
  int64_t IdOf(const std::string& code) {
    const auto stored = FindOne(engine_, *View::Of(Agency("H29.X05"), true), code);
    EXPECT_TRUE(stored.ok()) << stored.status();
    return stored.ok() ? stored->id : 0;
  }

  std::vector<int64_t> RevisionsOf(int64_t dossier_id) {
    std::vector<int64_t> revisions;
    EXPECT_TRUE(ForEachEntry(engine_, dossier_id, [&](const storage::v1::JournalEntry& entry) {
                  EXPECT_EQ(entry.dossier_id(), dossier_id);
                  revisions.push_back(entry.revision());
                }).ok());
    return revisions;
  }
};

// More than one page of them, among the changes of another dossier.
TEST_F(History, IsVisitedFromTheFirstRevisionToTheLast) {
  const std::string code = Create("H29.X05");
  const std::string other = Create("H29.X05");
  std::vector<int64_t> expected = {1};
  for (int64_t revision = 2; revision <= 250; ++revision) {
    const std::string subject = "Lần " + std::to_string(revision);
    ASSERT_TRUE(PushField(Agency("H29.X05"), code, "subject", subject).ok());
    expected.push_back(revision);
    if (revision % 50 == 0) {
      ASSERT_TRUE(PushField(Agency("H29.X05"), other, "subject", subject).ok());
    }
  }
  EXPECT_EQ(RevisionsOf(IdOf(code)), expected);
  EXPECT_EQ(RevisionsOf(IdOf(other)), (std::vector<int64_t>{1, 2, 3, 4, 5, 6}));
}

TEST_F(History, OfADossierThatIsNotThereIsEmpty) {
  EXPECT_THAT(RevisionsOf(4711), ::testing::IsEmpty());
}

}  // namespace
}  // namespace lienthong::core
