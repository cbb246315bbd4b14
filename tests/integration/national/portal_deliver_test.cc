#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "tests/integration/national/national_fixture.h"
#include "tests/support/status_matchers.h"

namespace lienthong::adapters::national {
namespace {

using google::protobuf::util::MessageDifferencer;
using nlohmann::json;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class PortalDeliverTest : public NationalFixture {
 protected:
  void SetUp() override { StartPortal(1); }

  // isUpdating of every call of DongBoHoSoMC, in order.
  std::vector<std::string> Choices() {
    std::vector<std::string> choices;
    for (const json& call : CallsOf("DongBoHoSoMC")) {
      const std::string body = call.at("body");
      choices.emplace_back(body.find(R"("isUpdating":"True")") != std::string::npos ? "True"
                                                                                    : "False");
    }
    return choices;
  }
  std::vector<std::string> Lines(const std::string& code) {
    std::vector<std::string> lines;
    const json record = RecordOf(code);
    for (const json& line : record.at("TienDo")) {
      lines.push_back(line.at("NoiDungXuLy").get<std::string>());
    }
    return lines;
  }
  // A dossier that the portal has.
  void Create(const std::string& code) {
    ASSERT_EQ(Deliver(NewItem(code)).outcome(), pb::OUTCOME_APPLIED);
  }
};

TEST_F(PortalDeliverTest, TellsWhichTraceADeliveryBelongsTo) {
  pb::OutboundItem item = NewItem(kCode);
  item.set_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  ASSERT_EQ(Deliver(item).outcome(), pb::OUTCOME_APPLIED);
  const std::vector<json> calls = CallsOf("DongBoHoSoMC");
  ASSERT_FALSE(calls.empty());
  EXPECT_EQ(calls.back().value("traceparent", ""), item.traceparent());
}

TEST_F(PortalDeliverTest, CreatesThenReplaces) {
  const pb::ItemOutcome created = Deliver(NewItem(kCode));
  ASSERT_EQ(created.outcome(), pb::OUTCOME_APPLIED) << created.ShortDebugString();
  EXPECT_EQ(created.key(), kCode);
  dossier::v1::Dossier dossier = NewDossier(kCode);
  dossier.set_status(dossier::v1::STATUS_PROCESSING);
  dossier.mutable_contact()->clear_email();
  const pb::ItemOutcome replaced = Deliver(ItemFor(dossier, created.key()));
  ASSERT_EQ(replaced.outcome(), pb::OUTCOME_APPLIED) << replaced.ShortDebugString();
  EXPECT_THAT(Choices(), ElementsAre("False", "True"));
  const json record = RecordOf(kCode);
  EXPECT_EQ(record.at("TrangThaiHoSo"), "4");
  EXPECT_EQ(record.at("ChuHoSo"), "Nguyễn Văn Mẫu");
  EXPECT_EQ(record.at("Email"), "") << "a field that was cleared is cleared there";
}

// A failed look-up was taken for "new": the choice is made from what is remembered, and turned once
// when the portal knows better.
TEST_F(PortalDeliverTest, LostSync07_WrongCreateOrUpdate) {
  Create(kCode);
  const pb::ItemOutcome again = Deliver(NewItem(kCode));
  EXPECT_EQ(again.outcome(), pb::OUTCOME_APPLIED);
  EXPECT_EQ(again.key(), kCode);
  EXPECT_THAT(Choices(), ElementsAre("False", "False", "True"));
  const char* other = "H29.X01-260302-0002";
  EXPECT_EQ(Deliver(ItemFor(NewDossier(other), other)).outcome(), pb::OUTCOME_APPLIED);
  EXPECT_THAT(Choices(), ElementsAre("False", "False", "True", "True", "False"));
  EXPECT_EQ(Records().size(), 2U);
  EXPECT_THAT(CallsOf("TraCuuHoSo"), IsEmpty());
}

TEST_F(PortalDeliverTest, APortalThatContradictsItselfIsAskedTwiceAndNoMore) {
  Fault("exists", 0);
  const pb::ItemOutcome outcome = Deliver(ItemFor(NewDossier(kCode), kCode));
  EXPECT_EQ(outcome.outcome(), pb::OUTCOME_RETRY_AFTER) << outcome.ShortDebugString();
  EXPECT_THAT(Choices(), ElementsAre("True", "False"));
}

TEST_F(PortalDeliverTest, ExistsInAllItsSpellings) {
  for (int i = 0; i < 12; ++i) {
    const std::string code = "H29.X01-260302-01" + std::to_string(10 + i);
    Create(code);
    EXPECT_EQ(Deliver(NewItem(code)).outcome(), pb::OUTCOME_APPLIED);
  }
  Fault("code_as_string", 0);
  EXPECT_EQ(Deliver(NewItem("H29.X01-260302-0110")).outcome(), pb::OUTCOME_APPLIED);
  EXPECT_EQ(Records().size(), 12U);
}

TEST_F(PortalDeliverTest, ALostAnswerIsUnknownAndReadBack) {
  Fault("drop_reply");
  const pb::OutboundItem item = NewItem(kCode);
  EXPECT_EQ(Deliver(item).outcome(), pb::OUTCOME_UNKNOWN);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const pb::LookUpReply::Record record, LookUp("", kCode));
  ASSERT_TRUE(record.found());
  EXPECT_TRUE(MessageDifferencer::Equals(record.item().dossier(), item.dossier()))
      << record.item().dossier().DebugString() << item.dossier().DebugString();
  EXPECT_EQ(record.item().key(), kCode);
}

// The exception inside the call fell through to "delivered".
TEST_F(PortalDeliverTest, LostSync05_NoFailureIsSuccess) {
  Create(kCode);
  const pb::OutboundItem item = ItemFor(NewDossier(kCode), kCode);
  for (const char* fault : {"drop_reply", "inner_error", "5xx", "reset"}) {
    Fault(fault);
    EXPECT_EQ(Deliver(item).outcome(), pb::OUTCOME_UNKNOWN) << fault;
  }
  constexpr int kOddCodes = 12;  // an unknown one, one that is no number, null, none: by chance
  Fault("odd_code", kOddCodes);
  for (int i = 0; i < kOddCodes; ++i) {
    EXPECT_EQ(Deliver(item).outcome(), pb::OUTCOME_UNKNOWN);
  }
  Fault("hang", 1, "", 3000);
  EXPECT_EQ(Deliver(item, absl::Milliseconds(700)).outcome(), pb::OUTCOME_UNKNOWN);
  Fault("429", 1, "", 7000);
  const pb::ItemOutcome throttled = Deliver(item);
  EXPECT_EQ(throttled.outcome(), pb::OUTCOME_RETRY_AFTER);
  EXPECT_EQ(throttled.retry_after().seconds(), 7);
  EXPECT_EQ(Deliver(item).outcome(), pb::OUTCOME_APPLIED);
}

TEST_F(PortalDeliverTest, ASlowAnswerIsAnAnswer) {
  Fault("slow_drip", 1, "", 800);
  EXPECT_EQ(Deliver(NewItem(kCode)).outcome(), pb::OUTCOME_APPLIED);
  Fault("slow_drip", 1, "", 3000);
  EXPECT_EQ(Deliver(NewItem(kCode), absl::Milliseconds(700)).outcome(), pb::OUTCOME_UNKNOWN);
}

TEST_F(PortalDeliverTest, BadDataNamesTheFieldAndIsNotSent) {
  dossier::v1::Dossier dossier = NewDossier(kCode);
  dossier.mutable_procedure()->clear_field_name();
  pb::ItemOutcome outcome = Deliver(ItemFor(dossier));
  EXPECT_EQ(outcome.outcome(), pb::OUTCOME_REJECTED);
  EXPECT_EQ(outcome.field(), "TenLinhVuc");
  dossier = NewDossier(kCode);
  dossier.mutable_reception()->clear_received_time();
  EXPECT_EQ(Deliver(ItemFor(dossier)).field(), "NgayTiepNhan");
  EXPECT_THAT(Choices(), IsEmpty());
  // What only the portal finds.
  outcome = Deliver(ItemFor(NewDossier(kCode), std::string(60, 'X')));
  EXPECT_EQ(outcome.outcome(), pb::OUTCOME_REJECTED);
  EXPECT_EQ(outcome.field(), "MaHoSo");
}

// An online dossier that nobody handles yet: the portal demands a DonViXuLy all the same.
TEST_F(PortalDeliverTest, TheReceivingAgencyStandsForTheUnit) {
  dossier::v1::Dossier dossier = NewDossier(kCode);
  dossier.clear_processing_unit();
  const pb::OutboundItem item = ItemFor(dossier);
  ASSERT_EQ(Deliver(item).outcome(), pb::OUTCOME_APPLIED);
  EXPECT_EQ(RecordOf(kCode).at("DonViXuLy"), "H29.X01");
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const pb::LookUpReply::Record record, LookUp(kCode, ""));
  EXPECT_TRUE(MessageDifferencer::Equals(record.item().dossier(), item.dossier()))
      << "read back it is no edit of the portal's";
}

// The portal keeps one name of a record. Where that is its own, a comparison would find our code
// missing in each, for ever.
TEST_F(PortalDeliverTest, ARecordUnderThePortalsOwnNameLacksNoCode) {
  const std::string own = "DVC.2026.0000015";
  Create(own);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const pb::LookUpReply::Record record, LookUp(own, kCode));
  ASSERT_TRUE(record.found());
  EXPECT_EQ(record.item().key(), own);
  EXPECT_EQ(record.item().dossier().code(), kCode);
}

// The client swallowed exceptions and ignored the answer: what the portal refuses is not delivered,
// and the due date goes out as it is or not at all.
TEST_F(PortalDeliverTest, LostSync10_FireAndForget) {
  dossier::v1::Dossier dossier = NewDossier(kCode);
  dossier.mutable_deadline()->mutable_promised_due()->set_seconds(1'772'499'600);
  EXPECT_EQ(Deliver(ItemFor(dossier, std::string(60, 'X'))).outcome(), pb::OUTCOME_REJECTED);
  EXPECT_THAT(Records(), IsEmpty());
  ASSERT_EQ(Deliver(ItemFor(dossier)).outcome(), pb::OUTCOME_APPLIED);
  EXPECT_EQ(RecordOf(kCode).at("NgayHenTra"), "20260303080000");
}

// Statuses 5, 6 and 8 went out as 9.
TEST_F(PortalDeliverTest, LostSync08_EachStatusIsSentAsItself) {
  Create(kCode);
  for (int status = 1; status <= 10; ++status) {
    dossier::v1::Dossier dossier = NewDossier(kCode);
    dossier.set_status(static_cast<dossier::v1::Status>(status));
    dossier.mutable_origin()->mutable_submitted_time()->set_seconds(1'772'413'000);
    if (status == 3)
      dossier.mutable_reception()->mutable_refused_time()->set_seconds(1'772'414'000);
    ASSERT_EQ(Deliver(ItemFor(dossier, kCode)).outcome(), pb::OUTCOME_APPLIED) << status;
    EXPECT_EQ(RecordOf(kCode).at("TrangThaiHoSo"), std::to_string(status));
    EXPECT_EQ(RecordOf(kCode).at("NgayKetThucXuLy"), "") << "no end is invented";
  }
}

// Missing identity became 000000001, the fee code was always 1, flags were hard-wired.
TEST_F(PortalDeliverTest, LostSync09_NothingIsMadeUp) {
  dossier::v1::Dossier dossier = NewDossier(kCode);
  dossier.add_fees()->set_id("f-1");
  dossier.mutable_fees(0)->set_amount_vnd(8000);
  dossier.add_results()->set_id("k-1");
  dossier.mutable_results(0)->set_name("Giấy khai sinh");
  ASSERT_EQ(Deliver(ItemFor(dossier)).outcome(), pb::OUTCOME_APPLIED);
  const json record = RecordOf(kCode);
  for (const char* name :
       {"SoGiayToChuHoSo", "MaDoiTuong", "TaiKhoanDuocXacThucVoiVNeID", "DuocThanhToanTrucTuyen",
        "HoSoCoThanhPhanSoHoa", "NgayHenTra", "SoBienNhan"}) {
    EXPECT_EQ(record.at(name), name == std::string("SoBienNhan") ? kCode : "") << name;
  }
  EXPECT_EQ(record.at("DinhDanhCHS"), json::array());
  EXPECT_EQ(record.at("DanhSachLePhi").at(0).at("MaPhiLePhi"), "");
  EXPECT_EQ(record.at("DanhSachLePhi").at(0).at("LoaiPhiLePhi"), "");
  EXPECT_EQ(record.at("DanhSachGiayToKetQua").at(0).at("DuongDanTepTinKetQua"), "");
}

TEST_F(PortalDeliverTest, ProgressIsAddedInOrder) {
  Create(kCode);
  EXPECT_EQ(Deliver(StepsItem(kCode, 1, 3)).outcome(), pb::OUTCOME_APPLIED);
  EXPECT_EQ(Deliver(StepsItem(kCode, 4, 1)).outcome(), pb::OUTCOME_APPLIED);
  EXPECT_THAT(Lines(kCode), ElementsAre("bước 1", "bước 2", "bước 3", "bước 4"));
  const json line = RecordOf(kCode).at("TienDo").at(0);
  EXPECT_EQ(line.at("MaHoSo"), kCode);
  EXPECT_EQ(line.at("TrangThai"), "4");
  EXPECT_EQ(line.at("ThoiDiemXuLy"), "20260302080100");
}

TEST_F(PortalDeliverTest, AChunkOfProgressIsThereWholeOrNotAtAll) {
  Create(kCode);
  std::vector<std::string> expected;
  for (int i = 1; i <= 25; ++i) expected.push_back("bước " + std::to_string(i));
  EXPECT_EQ(Deliver(StepsItem(kCode, 1, 10)).outcome(), pb::OUTCOME_APPLIED);
  Fault("429", 1, "CapNhatTienDoHoSoMC");
  EXPECT_EQ(Deliver(StepsItem(kCode, 11, 10)).outcome(), pb::OUTCOME_RETRY_AFTER);
  EXPECT_EQ(Lines(kCode).size(), 10U) << "all of a chunk or none";
  EXPECT_EQ(Deliver(StepsItem(kCode, 11, 10)).outcome(), pb::OUTCOME_APPLIED);
  EXPECT_EQ(Deliver(StepsItem(kCode, 21, 5)).outcome(), pb::OUTCOME_APPLIED);
  EXPECT_EQ(Lines(kCode), expected) << "no line of our own making, none lost, none twice";
}

// The dossier was marked as synced before its progress had gone, and the failure only logged.
TEST_F(PortalDeliverTest, LostSync03_AFailureOfProgressIsAFailure) {
  Create(kCode);
  for (const char* fault : {"inner_error", "odd_code", "drop_reply", "5xx"}) {
    Fault(fault, 1, "CapNhatTienDoHoSoMC");
    EXPECT_EQ(Deliver(StepsItem(kCode, 1, 1)).outcome(), pb::OUTCOME_UNKNOWN) << fault;
  }
  // Two of them had come through: the portal shows twice what it gets twice, so such a line is
  // never sent again by the adapter itself.
  EXPECT_THAT(Lines(kCode), ElementsAre("bước 1", "bước 1"));
  EXPECT_EQ(CallsOf("CapNhatTienDoHoSoMC").size(), 4U);
}

// A line that came before its dossier was left for the next run, for ever and unseen.
TEST_F(PortalDeliverTest, LostSync11_ProgressBeforeItsDossierIsSaid) {
  const pb::ItemOutcome outcome = Deliver(StepsItem("H29.X01-260302-0099", 1, 2));
  EXPECT_EQ(outcome.outcome(), pb::OUTCOME_REJECTED);
  EXPECT_EQ(outcome.field(), "MaHoSo");
}

TEST_F(PortalDeliverTest, AStepThatThePortalCannotTakeIsNamed) {
  Create(kCode);
  pb::OutboundItem item = StepsItem(kCode, 1, 2);
  item.mutable_dossier()->mutable_steps(1)->clear_officer();
  const pb::ItemOutcome outcome = Deliver(item);
  EXPECT_EQ(outcome.outcome(), pb::OUTCOME_REJECTED);
  EXPECT_EQ(outcome.field(), "steps[x01-2].NguoiXuLy");
  EXPECT_THAT(Lines(kCode), IsEmpty()) << "all of a chunk or none";
  EXPECT_EQ(Deliver(StepsItem(kCode, 1, 11)).outcome(), pb::OUTCOME_REJECTED);
}

TEST_F(PortalDeliverTest, AnUnansweredUpdateIsReadBackAsItIs) {
  Create(kCode);
  dossier::v1::Dossier dossier = NewDossier(kCode);
  dossier.set_status(dossier::v1::STATUS_PROCESSING);
  Fault("inner_error", 1, "DongBoHoSoMC");
  EXPECT_EQ(Deliver(ItemFor(dossier, kCode)).outcome(), pb::OUTCOME_UNKNOWN);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(pb::LookUpReply::Record record, LookUp(kCode, ""));
  EXPECT_EQ(record.item().dossier().status(), dossier::v1::STATUS_ACCEPTED) << "nothing was done";
  Fault("drop_reply", 1, "DongBoHoSoMC");
  EXPECT_EQ(Deliver(ItemFor(dossier, kCode)).outcome(), pb::OUTCOME_UNKNOWN);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(record, LookUp(kCode, ""));
  EXPECT_EQ(record.item().dossier().status(), dossier::v1::STATUS_PROCESSING);
}

}  // namespace
}  // namespace lienthong::adapters::national
