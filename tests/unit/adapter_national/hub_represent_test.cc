// What the conformance suite asks of every representation, for the hub's.
#include "adapters/national/hub_represent.h"

#include "adapters/national/hub_fields.h"

#include <set>
#include <string>

#include "absl/strings/match.h"
#include "gateway/domain/fields.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "tests/conformance/adapter/random_dossier.h"

namespace lienthong::adapters::national {
namespace {

using dossier::v1::Dossier;
using google::protobuf::util::MessageDifferencer;

constexpr int kRandomDossiers = 200;

std::string SchemaPath(const std::string& path) {
  const domain::PathParts parts = domain::SplitPath(path);
  if (parts.list.empty()) return path;
  return std::string(parts.list) + "[]." + std::string(parts.rest);
}

TEST(HubRepresentationTest, RepresentingTwiceIsRepresentingOnce) {
  for (int seed = 0; seed < kRandomDossiers; ++seed) {
    const Dossier dossier = sdk::RandomDossier(static_cast<uint64_t>(seed));
    const adapter::v1::Representation once = RepresentForHub(dossier);
    const adapter::v1::Representation twice = RepresentForHub(once.dossier());
    ASSERT_TRUE(MessageDifferencer::Equals(once.dossier(), twice.dossier())) << "seed " << seed;
    EXPECT_FALSE(twice.has_error()) << "seed " << seed;
  }
}

TEST(HubRepresentationTest, NothingButTheDeclaredFieldsOfTheSchema) {
  const std::set<std::string> fields(HubFields().begin(), HubFields().end());
  const auto& known = domain::SchemaPaths();
  for (const std::string& path : fields) {
    EXPECT_NE(std::find(known.begin(), known.end(), path), known.end()) << path;
  }
  for (int seed = 0; seed < kRandomDossiers; ++seed) {
    const Dossier dossier = sdk::RandomDossier(static_cast<uint64_t>(seed));
    for (const auto& [path, value] : domain::Flatten(RepresentForHub(dossier).dossier())) {
      ASSERT_TRUE(fields.contains(SchemaPath(path))) << path;
    }
  }
}

TEST(HubRepresentationTest, EachLossIsNamedOnceAndWithoutItsValue) {
  Dossier dossier = sdk::RandomDossier(7);
  dossier.mutable_contact()->set_fax("7777");
  std::set<std::string> paths;
  const adapter::v1::Representation shown = RepresentForHub(dossier);
  for (const adapter::v1::Loss& loss : shown.losses()) {
    EXPECT_TRUE(paths.insert(loss.path()).second) << loss.path();
    EXPECT_FALSE(absl::StrContains(loss.description(), "7777"));
  }
  EXPECT_TRUE(paths.contains("contact.fax"));
}

// Its fields are looked up by halves.
TEST(HubRepresentationTest, FieldsAndTheirBoundsAreFound) {
  EXPECT_TRUE(std::is_sorted(HubFields().begin(), HubFields().end()));
  EXPECT_EQ(HubCharactersMax("steps[].unit"), 500u);
  EXPECT_EQ(HubCharactersMax("applicant.address"), 1000u);
  EXPECT_EQ(HubCharactersMax("applicant.identity_number"), 0u);
  EXPECT_EQ(HubCharactersMax("nothing"), 0u);
}

// The packet describes one person: who handed it in.
TEST(HubRepresentationTest, OfAnApplicantBesideASubmitterTheRestIsLost) {
  Dossier dossier;
  dossier.mutable_applicant()->set_name("Nguyễn Văn Mẫu");
  dossier.mutable_applicant()->set_address("1 Phố Mẫu");
  dossier.mutable_contact()->set_phone("0900000001");
  EXPECT_EQ(RepresentForHub(dossier).losses_size(), 0);
  dossier.mutable_submitter()->set_name("Trần Thị Ví Dụ");
  const adapter::v1::Representation shown = RepresentForHub(dossier);
  EXPECT_EQ(shown.dossier().applicant().name(), "Nguyễn Văn Mẫu");
  EXPECT_FALSE(shown.dossier().applicant().has_address());
  std::set<std::string> lost;
  for (const adapter::v1::Loss& loss : shown.losses()) lost.insert(loss.path());
  EXPECT_EQ(lost, (std::set<std::string>{"applicant.address", "contact.phone"}));
}

}  // namespace
}  // namespace lienthong::adapters::national
