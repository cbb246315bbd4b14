#include "gateway/sync/coverage.h"

#include <algorithm>
#include <memory>
#include <string>

#include "gateway/domain/fields.h"
#include "gateway/sync/links.h"
#include "gmock/gmock.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/sync/engine_fixture.h"

namespace lienthong::sync {
namespace {

using adapter::v1::MappingDescription;
using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A system that holds three fields, and has no word for a withdrawn dossier.
MappingDescription Small() {
  MappingDescription description;
  description.set_version("2026-11");
  description.set_digest(std::string("\x01\xfe", 2));
  auto& phone = *description.add_fields();
  phone.set_path("contact.phone");
  phone.set_name("dien_thoai");
  phone.set_chars_max(11);
  auto& status = *description.add_fields();
  status.set_path("steps[].status");
  status.set_name("qua_trinh.trang_thai");
  status.set_table("status");
  description.add_fields()->set_path("applicant.identities[].kind");  // codes as they are
  auto& table = *description.add_tables();
  table.set_name("status");
  for (int number = 1; number <= 10; ++number) {
    const auto withdrawn = dossier::v1::STATUS_WITHDRAWN;
    const auto status_name = dossier::v1::Status_Name(static_cast<dossier::v1::Status>(number));
    if (number != withdrawn) (*table.mutable_codes())[status_name] = std::to_string(number);
  }
  return description;
}

const v1::MappingCoverage::Field* Find(const v1::MappingCoverage& coverage,
                                       const std::string& path) {
  for (const auto& field : coverage.fields()) {
    if (field.path() == path) return &field;
  }
  return nullptr;
}

TEST(CoverageTest, ListsEveryFieldWithItsPlaceOrNone) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const v1::MappingCoverage coverage, CoverageOf("x", Small()));
  EXPECT_EQ(coverage.link(), "x");
  EXPECT_EQ(coverage.version(), "2026-11");
  EXPECT_EQ(coverage.digest(), "01fe");
  int mapped = 0;
  for (const auto& field : coverage.fields()) mapped += field.mapped() ? 1 : 0;
  EXPECT_EQ(mapped, 3);
  EXPECT_TRUE(std::ranges::is_sorted(coverage.fields(), {}, &v1::MappingCoverage::Field::path));
  const auto* phone = Find(coverage, "contact.phone");
  ASSERT_NE(phone, nullptr);
  EXPECT_TRUE(phone->mapped());
  EXPECT_EQ(phone->name(), "dien_thoai");
  EXPECT_EQ(phone->chars_max(), 11);
  const auto* email = Find(coverage, "contact.email");
  ASSERT_NE(email, nullptr);
  EXPECT_FALSE(email->mapped());
  for (const std::string& path : domain::SchemaPaths()) {
    const bool ours = domain::RulesOf(path)->owner() == options::v1::OWNER_GATEWAY;
    EXPECT_EQ(Find(coverage, path) == nullptr, ours) << path;
  }
}

TEST(CoverageTest, AValueOfTheSchemaWithoutACodeIsListed) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const v1::MappingCoverage coverage, CoverageOf("x", Small()));
  EXPECT_THAT(Find(coverage, "steps[].status")->values_without_code(),
              ElementsAre("STATUS_WITHDRAWN"));
  EXPECT_THAT(Find(coverage, "applicant.identities[].kind")->values_without_code(), IsEmpty());
  EXPECT_THAT(Find(coverage, "status")->values_without_code(), IsEmpty()) << "it has no place";
}

TEST(CoverageTest, AnAdapterThatTellsNothingIsNoFullCoverage) {
  EXPECT_THAT(CoverageOf("x", {}), StatusIs(absl::StatusCode::kUnimplemented, HasSubstr("link x")));
}

class CoverageOfLinksTest : public EngineTest {
 protected:
  CoverageOfLinksTest() : EngineTest(store::OpenMemoryStore()) {}

  absl::StatusOr<v1::MappingCoverage> Ask(const std::string& link, core::CallerKind kind) {
    core::RequestContext context;
    context.caller = {kind, "somebody", {"H29.X05"}};
    v1::GetMappingCoverageRequest request;
    request.set_link(link);
    return links_.GetMappingCoverage(context, request);
  }

  Links links_{engine_};
};

TEST_F(CoverageOfLinksTest, IsForOperatorsAndOfALinkThatIsThere) {
  ASSERT_THAT(links_.Add(options_, std::make_unique<HeldAdapter>()), IsOk());
  EXPECT_THAT(Ask(options_.name, core::CallerKind::kOperator),
              StatusIs(absl::StatusCode::kUnimplemented))
      << "its adapter tells nothing";
  EXPECT_THAT(Ask("none", core::CallerKind::kOperator), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Ask(options_.name, core::CallerKind::kAgency),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

}  // namespace
}  // namespace lienthong::sync
