#include "adapters/sdk/mapping_describe.h"

#include <set>
#include <string>

#include "adapters/sdk/mapping.h"
#include "adapters/sdk/portal/packets.h"
#include "gmock/gmock.h"
#include "lienthong/options/v1/options.pb.h"
#include "tests/support/status_matchers.h"

namespace lienthong::sdk {
namespace {

using adapter::v1::MappingDescription;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

constexpr std::string_view kDescribed = R"(
version: 1
edition: "2026-11"
element_key: ma
times: {format: rfc3339, zone: Asia/Ho_Chi_Minh}
codes:
  status: {STATUS_ACCEPTED: da_nhan, STATUS_PROCESSING: dang_xu_ly}
  yes: {"true": co, "false": khong}
fields:
  - {path: applicant.name, pointer: /nguoi/ten, type: text, chars: 5}
  - {path: status, pointer: /trang_thai, type: code, table: status}
  - {path: outcome.wrong_result, pointer: /sai, type: flag, table: yes}
lists:
  - {path: codes, pointer: /ma_khac, fields: [{path: code, pointer: /so, type: text, chars: 9}]}
elements:
  - {path: codes, id: rieng, constants: {issuer: district}, fields: [{path: code, pointer: /so_rieng, type: text}]}
)";

MappingDescription::Field FieldAt(const MappingDescription& description, const std::string& path) {
  for (const auto& field : description.fields()) {
    if (field.path() == path) return field;
  }
  ADD_FAILURE() << path << " is not described";
  return {};
}

TEST(MappingDescribeTest, TellsFieldsNamesCutsAndCodes) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Mapping mapping, Mapping::Parse(kDescribed, "m.yaml"));
  const MappingDescription description = mapping.Describe();
  EXPECT_EQ(description.version(), "2026-11");
  EXPECT_EQ(description.digest(), Sha256(kDescribed));
  std::vector<std::string> paths;
  for (const auto& field : description.fields()) paths.push_back(field.path());
  EXPECT_EQ(paths, mapping.fields());
  EXPECT_EQ(FieldAt(description, "applicant.name").name(), "nguoi.ten");
  EXPECT_EQ(FieldAt(description, "applicant.name").chars_max(), 5);
  EXPECT_EQ(FieldAt(description, "codes[].code").name(), "ma_khac.so, so_rieng (only rieng)");
  EXPECT_EQ(FieldAt(description, "codes[].code").chars_max(), 9);
  EXPECT_EQ(FieldAt(description, "codes[].issuer").name(), "");
  EXPECT_EQ(FieldAt(description, "status").table(), "status");
  ASSERT_EQ(description.tables_size(), 2);
  EXPECT_THAT(description.tables(0).codes(),
              UnorderedElementsAre(Pair("STATUS_ACCEPTED", "da_nhan"),
                                   Pair("STATUS_PROCESSING", "dang_xu_ly")));
  EXPECT_THAT(description.tables(1).codes(),
              UnorderedElementsAre(Pair("true", "co"), Pair("false", "khong")));
}

TEST(MappingDescribeTest, AnotherTextIsAnotherDigest) {
  const std::string other = std::string(kDescribed) + "# a word\n";
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Mapping mapping, Mapping::Parse(other, "m.yaml"));
  EXPECT_NE(mapping.Describe().digest(), Sha256(kDescribed));
  MappingDescription packets = portal::Describe();
  const std::string digest = packets.digest();
  EXPECT_EQ(DigestOf(packets), digest);
  (*packets.mutable_tables(0)->mutable_codes())["X"] = "1";
  EXPECT_NE(DigestOf(packets), digest);
}

TEST(MappingDescribeTest, ThePortalsPacketsTellTheirOwn) {
  const MappingDescription description = portal::Describe();
  EXPECT_EQ(FieldAt(description, "contact.phone").name(), portal::NameOf("contact.phone"));
  EXPECT_EQ(FieldAt(description, "status").table(), "Status");
  EXPECT_EQ(FieldAt(description, "supplements[].paper_ids").name(),
            "DanhSachHoSoBoSung.DanhSachGiayToBoSung");
  EXPECT_NE(FieldAt(description, "steps[].officer").name(), "");
}

// Read back, such a code would be one of the two by chance. A mapping file with one is refused when
// it is read (mapping_test.cc); the codes of the portal and the hub stand in the schema.
void ExpectOneToOne(const google::protobuf::EnumDescriptor& type) {
  std::set<std::string> portal;
  std::set<std::string> hub;
  for (int i = 0; i < type.value_count(); ++i) {
    const auto& codes = type.value(i)->options().GetExtension(options::v1::value);
    EXPECT_TRUE(codes.portal().empty() || portal.insert(codes.portal()).second)
        << type.value(i)->full_name() << " " << codes.portal();
    EXPECT_TRUE(codes.hub().empty() || hub.insert(codes.hub()).second)
        << type.value(i)->full_name() << " " << codes.hub();
  }
}

TEST(MappingDescribeTest, NoCodeOfTheSchemaStandsForTwoValues) {
  const auto& file = *dossier::v1::Dossier::descriptor()->file();
  for (int i = 0; i < file.enum_type_count(); ++i) ExpectOneToOne(*file.enum_type(i));
  for (int i = 0; i < file.message_type_count(); ++i) {
    const auto& message = *file.message_type(i);
    for (int k = 0; k < message.enum_type_count(); ++k) ExpectOneToOne(*message.enum_type(k));
  }
}

}  // namespace
}  // namespace lienthong::sdk
