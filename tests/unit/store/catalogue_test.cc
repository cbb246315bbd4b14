#include "gateway/store/catalogue.h"

#include <string>

#include "gateway/store/memory/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace lienthong::store {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class CatalogueTest : public ::testing::Test {
 protected:
  CatalogueTest() {
    for (const char* scheme : {"one", "two"}) {
      catalogue_.Add({scheme, false, [this, scheme](std::string_view address) {
                        opened_ = std::string(scheme) + " " + std::string(address);
                        return absl::StatusOr<std::unique_ptr<Store>>(OpenMemoryStoreInline());
                      }});
    }
  }

  StoreCatalogue catalogue_;
  std::string opened_;
};

TEST_F(CatalogueTest, OpensByScheme) {
  EXPECT_THAT(catalogue_.OpenUrl("two:/var/lib/a:b"), IsOk());
  EXPECT_EQ(opened_, "two /var/lib/a:b");
  EXPECT_THAT(catalogue_.OpenUrl("one:"), IsOk());
  EXPECT_EQ(opened_, "one ");
}

TEST_F(CatalogueTest, LooksWithoutOpening) {
  catalogue_.Add({"three", true,
                  [](std::string_view) {
                    return absl::StatusOr<std::unique_ptr<Store>>(OpenMemoryStoreInline());
                  },
                  [](std::string_view address) -> absl::StatusOr<StoreState> {
                    return StoreState{.text = "there: " + std::string(address), .in_use = true};
                  }});
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const StoreState seen, catalogue_.InspectUrl("three:/a:b"));
  EXPECT_EQ(seen.text, "there: /a:b");
  EXPECT_TRUE(seen.in_use);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const StoreState unseen, catalogue_.InspectUrl("one:"));
  EXPECT_EQ(unseen.text, "forgets all at its end");
  EXPECT_THAT(catalogue_.InspectUrl("four:"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(opened_, "");
}

TEST_F(CatalogueTest, NamesTheSchemesThereAreAndNotTheAddress) {
  EXPECT_THAT(
      catalogue_.OpenUrl("three://user:secret@host"),
      StatusIs(absl::StatusCode::kInvalidArgument,
               AllOf(HasSubstr("three:"), HasSubstr("one:, two:"), Not(HasSubstr("secret")))));
  EXPECT_THAT(catalogue_.OpenUrl("one"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("one:, two:")));
  EXPECT_THAT(catalogue_.OpenUrl(""), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(opened_, "");
}

}  // namespace
}  // namespace lienthong::store
