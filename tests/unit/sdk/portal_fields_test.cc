// The portal's packets are what the schema says: every field with a `portal` option is written and
// read back, so that adding a field to the schema is the whole change.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "adapters/sdk/portal/packets.h"
#include "gateway/domain/fields.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/timestamp.pb.h"
#include "gtest/gtest.h"

namespace lienthong::sdk::portal {
namespace {

using dossier::v1::Dossier;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using nlohmann::json;

// One leaf of the schema with a portal name.
struct Leaf {
  std::string path;  // `papers[].file.source`
  std::string name;  // `DuongDanTaiTepTin`
  std::string list;  // the portal's name of the list it stands in
  const FieldDescriptor* field = nullptr;
};

const options::v1::PortalField& PortalOf(const FieldDescriptor& field) {
  return field.options().GetExtension(options::v1::field).portal();
}

bool IsTime(const FieldDescriptor& field) {
  return field.message_type() == google::protobuf::Timestamp::descriptor();
}

// Walks the schema by itself, not by the plan that is tested. Lists of ids and ids of elements are
// tested beside.
void Collect(const Descriptor& message, const std::string& prefix, const std::string& list,
             const std::string& group_name, std::vector<Leaf>& leaves) {
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    const std::string path = prefix + field.name();
    const std::string& name = PortalOf(field).name();
    if (field.name() == "id") continue;
    if (field.message_type() != nullptr && !IsTime(field)) {
      if (field.is_repeated()) {
        if (name.empty() && field.name() != "steps") continue;
        Collect(*field.message_type(), path + "[].", name, "", leaves);
      } else {
        Collect(*field.message_type(), path + ".", list, name, leaves);
      }
    } else if (!name.empty() && !field.is_repeated()) {
      leaves.push_back({path, group_name.empty() ? name : group_name, list, &field});
    }
  }
}

std::vector<Leaf> Leaves() {
  std::vector<Leaf> leaves;
  Collect(*Dossier::descriptor(), "", "", "", leaves);
  return leaves;
}

// Every value that the field can take at the portal, as the domain writes it.
std::vector<std::string> ValuesOf(const FieldDescriptor& field) {
  if (IsTime(field)) return {"2026-03-02T01:15:00Z"};
  std::vector<std::string> values;
  switch (field.type()) {
    case FieldDescriptor::TYPE_BOOL:
      return {"true", "false"};
    case FieldDescriptor::TYPE_ENUM:
      for (int i = 0; i < field.enum_type()->value_count(); ++i) {
        const auto& value = *field.enum_type()->value(i);
        if (value.options().GetExtension(options::v1::value).portal().empty()) continue;
        values.push_back(std::to_string(value.number()));
      }
      return values;
    case FieldDescriptor::TYPE_STRING:
      return {"số 7"};
    default:
      return {"70000"};
  }
}

std::string At(const std::string& path, const std::string& id) {
  return absl::StrReplaceAll(path, {{"[]", "[" + id + "]"}});
}

// The path of the field in the first element of its list, as it is read back: without an id by its
// place, a round by its number.
std::string InFirst(const std::string& path) {
  return At(path, absl::StartsWith(path, "supplements[]") ? "1" : "n1");
}

// What is read back of a dossier in which only this field stands.
Dossier ThroughTheWire(const Leaf& leaf, const std::string& value, json* written) {
  Dossier dossier;
  EXPECT_TRUE(domain::SetField(dossier, InFirst(leaf.path), value).ok()) << leaf.path;
  if (leaf.path == "origin.portal_account") {
    dossier.mutable_origin()->set_channel(dossier::v1::CHANNEL_ONLINE);
  }
  if (absl::StartsWith(leaf.path, "steps[]")) {
    *written = EncodeStep(dossier.steps(0), "X", dossier::v1::STATUS_UNSPECIFIED).record;
    Dossier read;
    *read.add_steps() = DecodeStep(*written).step;
    read.mutable_steps(0)->set_id("n1");
    return read;
  }
  const Encoded encoded = EncodeDossier(dossier, {});
  EXPECT_FALSE(encoded.error.has_value()) << leaf.path;
  *written = leaf.list.empty() ? encoded.record : encoded.record.at(leaf.list).at(0);
  const DecodedDossier decoded = DecodeDossier(encoded.record, {});
  EXPECT_FALSE(decoded.error.has_value()) << leaf.path << " " << decoded.error->reason();
  EXPECT_TRUE(decoded.ignored.empty());
  return decoded.dossier;
}

TEST(PortalFieldsTest, EveryFieldWithAPortalNameRoundTrips) {
  EXPECT_GT(Leaves().size(), 60U);
  for (const Leaf& leaf : Leaves()) {
    const std::vector<std::string> values = ValuesOf(*leaf.field);
    EXPECT_FALSE(values.empty()) << leaf.path << ": an enum without portal codes";
    for (const std::string& value : values) {
      json written;
      const Dossier read = ThroughTheWire(leaf, value, &written);
      EXPECT_TRUE(written.contains(leaf.name)) << leaf.path << " is not written as " << leaf.name;
      EXPECT_EQ(domain::GetField(read, InFirst(leaf.path)), value) << leaf.path;
    }
  }
}

TEST(PortalFieldsTest, EveryFieldIsDeclaredAndShownAsItIsReadBack) {
  const std::set<std::string> declared(Fields().begin(), Fields().end());
  std::set<std::string> expected = {"supplements[].paper_ids", "supplements[].fee_ids"};
  for (const Leaf& leaf : Leaves()) {
    expected.insert(leaf.path);
    for (const std::string& value : ValuesOf(*leaf.field)) {
      Dossier dossier;
      ASSERT_TRUE(domain::SetField(dossier, At(leaf.path, "e1"), value).ok());
      dossier.mutable_origin()->set_channel(dossier::v1::CHANNEL_ONLINE);
      if (leaf.path == "origin.channel") dossier.mutable_origin()->clear_portal_account();
      const std::string shown =
          domain::GetField(Represent(dossier).dossier(), At(leaf.path, "e1")).value_or("nothing");
      EXPECT_EQ(shown, leaf.path == "origin.channel" ? "2" : value) << leaf.path;
    }
  }
  EXPECT_EQ(declared, expected);
}

TEST(PortalFieldsTest, NamesAreUniqueInTheirObjectAndListsHaveIds) {
  std::set<std::string> seen;
  for (const Leaf& leaf : Leaves()) {
    const std::string owner = absl::StartsWith(leaf.path, "steps[]") ? "steps" : leaf.list;
    EXPECT_TRUE(seen.insert(owner + "." + leaf.name).second) << leaf.path;
  }
}

}  // namespace
}  // namespace lienthong::sdk::portal
