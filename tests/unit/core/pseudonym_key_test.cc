#include "gateway/core/pseudonym_key.h"

#include <string>

#include "gtest/gtest.h"

#include "gateway/store/memory/memory_store.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

class PseudonymKeyTest : public CoreTest {};

TEST_F(PseudonymKeyTest, IsMadeOnceAndKept) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const std::string key, PseudonymKey(engine_));
  EXPECT_EQ(key.size(), 32U);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const std::string again, PseudonymKey(engine_));
  EXPECT_EQ(again, key);
}

TEST_F(PseudonymKeyTest, IsAnotherInAnotherStore) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const std::string key, PseudonymKey(engine_));
  const auto other = store::OpenMemoryStoreInline();
  Engine elsewhere{*other,         engine_.sealer,  engine_.clock,
                   engine_.random, engine_.parties, engine_.graph};
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const std::string others, PseudonymKey(elsewhere));
  EXPECT_NE(others, key);
}

}  // namespace
}  // namespace lienthong::core
