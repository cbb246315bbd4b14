#include "adapters/sdk/mapping.h"

#include <map>
#include <set>

#include "google/protobuf/util/message_differencer.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/adapter_city/city_mapping.h"
#include "tests/unit/adapter_city/full_record.h"

namespace lienthong::adapters::city {
namespace {

using google::protobuf::util::MessageDifferencer;
using nlohmann::json;
using sdk::Decoded;
using sdk::Encoded;
using sdk::Mapping;

json FullRecord() { return json::parse(kFullRecord); }

TEST(CityMappingTest, AFullRecordComesBackUnchanged) {
  const Mapping mapping = CityMapping();
  const Decoded decoded = mapping.Decode(FullRecord());
  ASSERT_FALSE(decoded.error) << decoded.error->DebugString();
  EXPECT_THAT(decoded.cleared, ::testing::IsEmpty());
  const Encoded encoded = mapping.Encode(decoded.dossier, {});
  EXPECT_EQ(encoded.record, FullRecord()) << json::diff(encoded.record, FullRecord());
  EXPECT_THAT(encoded.losses, ::testing::IsEmpty());
  EXPECT_FALSE(encoded.error);
}

TEST(CityMappingTest, EveryMappedFieldStandsInTheFullRecord) {
  // One path for each name in the record: nothing is mapped that the record does not show.
  size_t names = 0;
  const json record = FullRecord();
  for (const auto& [name, value] : record.items()) {
    if (!value.is_array()) {
      ++names;
      continue;
    }
    std::set<std::string> element_names;
    for (const json& element : value) {
      for (const auto& [key, unused] : element.items()) element_names.insert(key);
    }
    names += element_names.size() - 1;  // Id
  }
  EXPECT_EQ(CityMapping().fields().size(), names);
}

TEST(CityMappingTest, MeansWhatTheGatewayMeans) {
  const dossier::v1::Dossier dossier = CityMapping().Decode(FullRecord()).dossier;
  EXPECT_EQ(dossier.status(), dossier::v1::STATUS_RETURNED);
  EXPECT_EQ(dossier.origin().channel(), dossier::v1::CHANNEL_ONLINE);
  EXPECT_EQ(dossier.origin().submission_place(), dossier::v1::SUBMISSION_PLACE_PORTAL);
  EXPECT_EQ(dossier.reception().received_time().seconds(), 1772413200);  // 2026-03-02 08:00 +07
  EXPECT_EQ(dossier.outcome().return_method(), dossier::v1::RETURN_METHOD_DIRECT);
  EXPECT_EQ(dossier.finance_state(), dossier::v1::FINANCE_STATE_PAID);
  EXPECT_EQ(dossier.online_payment(), dossier::v1::ONLINE_PAYMENT_OTHER);
  EXPECT_TRUE(dossier.outcome().has_wrong_procedure());
  EXPECT_FALSE(dossier.outcome().wrong_procedure());
  EXPECT_TRUE(dossier.outcome().wrong_result());
  EXPECT_EQ(dossier.fees(0).collected_at(), dossier::v1::Fee::COLLECTED_AT_RETURN);
  EXPECT_EQ(dossier.fees(0).amount_vnd(), 50000);
  EXPECT_EQ(dossier.codes(1).kind(), dossier::v1::CodeReference::KIND_DOSSIER_CODE);
  EXPECT_EQ(dossier.codes(1).issuer(), "city");
  EXPECT_EQ(dossier.papers(0).file().source(), "https://kho.example.vn/1");
  EXPECT_EQ(dossier.pauses(0).reason(), dossier::v1::Pause::REASON_OTHER_AGENCY);
  EXPECT_EQ(dossier.assignments(0).role(), dossier::v1::Assignment::ROLE_COOPERATING);
  EXPECT_EQ(dossier.assignments(0).answer(), dossier::v1::Assignment::ANSWER_DONE);
  EXPECT_EQ(dossier.steps(0).status(), dossier::v1::STATUS_PROCESSING);
  EXPECT_TRUE(dossier.steps(0).pauses_clock());
}

TEST(CityMappingTest, EveryCodeOfTheListsIsUnderstoodAndNoOther) {
  const Mapping mapping = CityMapping();
  const std::map<std::string, std::vector<std::string>> lists = {
      {"KenhThucHien", {"1", "2", "3"}},
      {"NoiNopHoSo", {"1", "2"}},
      {"LoaiDoiTuong", {"1", "2", "3", "4"}},
      {"TrangThaiHoSo", {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}},
      {"HinhThuc", {"0", "1"}},
      {"SaiThuTuc", {"0", "1"}},
      {"TrangThaiTaiChinh", {"0", "1", "2", "3"}},
      {"DuocThanhToanTrucTuyen", {"0", "1", "2", "3"}}};
  for (const auto& [name, codes] : lists) {
    for (int code = -1; code <= 12; ++code) {
      const json record = {{name, std::to_string(code)}};
      const bool known = std::find(codes.begin(), codes.end(), std::to_string(code)) != codes.end();
      const Decoded decoded = mapping.Decode(record);
      EXPECT_EQ(decoded.error.has_value(), !known) << record;
      if (known) {
        EXPECT_EQ(mapping.Encode(decoded.dossier, {}).record, record);
      }
    }
  }
}

TEST(CityMappingTest, EmptyTextsClear) {
  const Mapping mapping = CityMapping();
  const json record = json::parse(
      R"({"Email": "", "NgayHenTra": "", "TrangThaiTaiChinh": "",
          "PhanCong": [{"Id": "tp-a1", "TraLoi": ""}]})");
  const Decoded decoded = mapping.Decode(record);
  ASSERT_FALSE(decoded.error);
  EXPECT_THAT(decoded.cleared,
              ::testing::UnorderedElementsAre("contact.email", "deadline.promised_due",
                                              "finance_state", "assignments[tp-a1].answer"));
  EXPECT_EQ(mapping.Encode({}, decoded.cleared).record, record);
}

TEST(CityMappingTest, WhatTheCityDoesNotKnowIsAnErrorOrALoss) {
  const Mapping mapping = CityMapping();
  dossier::v1::Dossier household;
  household.mutable_applicant()->set_kind(dossier::v1::APPLICANT_KIND_HOUSEHOLD_BUSINESS);
  const Encoded refused = mapping.Encode(household, {});
  ASSERT_TRUE(refused.error);
  EXPECT_EQ(refused.error->field(), "LoaiDoiTuong");

  dossier::v1::Dossier related;
  related.add_related()->set_id("r1");
  EXPECT_EQ(mapping.Encode(related, {}).losses.at(0).path(), "related");
}

TEST(CityMappingTest, RepresentingTwiceIsRepresentingOnce) {
  const Mapping mapping = CityMapping();
  dossier::v1::Dossier dossier = mapping.Decode(FullRecord()).dossier;
  dossier.mutable_contact()->set_phone(std::string(80, '9'));
  dossier.mutable_steps(0)->mutable_time()->set_nanos(123);
  dossier.mutable_steps(0)->set_author("city");
  dossier.mutable_fees(0)->set_removed(true);
  dossier.set_revision(9);
  const auto once = mapping.Represent(dossier);
  const auto twice = mapping.Represent(once.dossier());
  EXPECT_TRUE(MessageDifferencer::Equals(once.dossier(), twice.dossier()));
  EXPECT_EQ(once.dossier().contact().phone().size(), 50u);
  EXPECT_EQ(once.dossier().steps(0).time().nanos(), 0);
  EXPECT_EQ(once.dossier().fees_size(), 0);
  EXPECT_FALSE(once.dossier().has_revision());
  EXPECT_EQ(once.losses_size(), 3) << once.DebugString();
}

}  // namespace
}  // namespace lienthong::adapters::city
