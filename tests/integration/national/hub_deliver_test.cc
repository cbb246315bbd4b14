#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "tests/integration/national/national_fixture.h"
#include "tests/support/status_matchers.h"

namespace lienthong::adapters::national {
namespace {

using dossier::v1::FileReference;
using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::SizeIs;

constexpr int64_t kPaperBytes = 300'000;

class HubDeliverTest : public NationalFixture {
 protected:
  void SetUp() override { StartPortal(2); }

  // With one paper, whose content is here.
  dossier::v1::Dossier WithPaper(int64_t bytes = kPaperBytes) {
    dossier::v1::Dossier dossier = NewDossier(kCode);
    auto& paper = *dossier.add_papers();
    paper.set_id("p-1");
    paper.set_name("Tờ khai");
    paper.mutable_file()->set_sha256(files_.Add(bytes));
    paper.mutable_file()->set_fetch_state(FileReference::FETCH_STATE_VERIFIED);
    return dossier;
  }
  // The dossier as one that the hub has.
  pb::OutboundItem Created(const dossier::v1::Dossier& dossier) {
    pb::OutboundItem item = ItemFor(dossier);
    const pb::ItemOutcome outcome = DeliverOn(item);
    EXPECT_EQ(outcome.outcome(), pb::OUTCOME_APPLIED) << outcome.ShortDebugString();
    return item;
  }
  // The next delivery of the same dossier.
  pb::OutboundItem Next(const pb::OutboundItem& before, const dossier::v1::Dossier& dossier) {
    pb::OutboundItem item = ItemFor(dossier, before.key());
    item.set_adapter_state(before.adapter_state());
    return item;
  }
  json OnlyRecord() {
    const std::vector<json> records = Records();
    EXPECT_THAT(records, SizeIs(1));
    return records.empty() ? json() : records.front();
  }
};

TEST_F(HubDeliverTest, TellsWhichTraceADeliveryBelongsTo) {
  pb::OutboundItem item = ItemFor(WithPaper());
  item.set_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  ASSERT_EQ(DeliverOn(item).outcome(), pb::OUTCOME_APPLIED);
  for (const char* service : {"NoiHoSo", "UploadFile"}) {
    const std::vector<json> calls = CallsOf(service);
    EXPECT_FALSE(calls.empty()) << service;
    for (const json& call : calls) {
      EXPECT_EQ(call.value("traceparent", ""), item.traceparent()) << service;
    }
  }
}

TEST_F(HubDeliverTest, MakesADossierInParts) {
  pb::OutboundItem item = ItemFor(WithPaper());
  const pb::ItemOutcome outcome = DeliverOn(item);
  ASSERT_EQ(outcome.outcome(), pb::OUTCOME_APPLIED) << outcome.ShortDebugString();
  const json record = OnlyRecord();
  EXPECT_THAT(record.at("MaHoSo").get<std::string>(), MatchesRegex("H29.X01-[0-9]{8}-[0-9]{7}"));
  EXPECT_EQ(outcome.key(), record.at("IdHoSo"));
  ASSERT_EQ(outcome.codes_size(), 1);
  EXPECT_EQ(outcome.codes(0).code(), record.at("MaHoSo"));
  EXPECT_EQ(outcome.codes(0).kind(), dossier::v1::CodeReference::KIND_DOSSIER_CODE);
  EXPECT_EQ(record.at("ChuHoSo"), "Nguyễn Văn Mẫu");
  EXPECT_EQ(record.at("LoaiDoiTuong"), 0);
  EXPECT_EQ(record.at("TrangThai"), 2);
  const json file = record.at("ThanhPhanHoSo").at(0).at("GiayToDinhKem").at(0);
  EXPECT_EQ(file.at("HashTepTin"), item.dossier().papers(0).file().sha256());
  for (const char* service :
       {"token", "GetNextValue", "UploadFile", "NoiHoSo", "CapNhatTrangThai"}) {
    EXPECT_THAT(CallsOf(service), SizeIs(1)) << service;
  }
}

TEST_F(HubDeliverTest, ALostNumberIsBurnedAndMakesNoSecondDossier) {
  pb::OutboundItem item = NewItem(kCode);
  Fault("drop_reply", 1, "GetNextValue");
  EXPECT_EQ(DeliverOn(item).outcome(), pb::OUTCOME_RETRY_AFTER) << "nothing of ours is there";
  EXPECT_EQ(DeliverOn(item).outcome(), pb::OUTCOME_APPLIED);
  OnlyRecord();
  EXPECT_EQ(Rig("/rig/stats").at("issued"), 2);
}

TEST_F(HubDeliverTest, ALostCreationMakesNoSecondDossier) {
  for (const char* fault : {"drop_reply", "odd_code"}) {
    pb::OutboundItem item = NewItem(kCode);
    Fault(fault, 1, "NoiHoSo");
    EXPECT_EQ(DeliverOn(item).outcome(), pb::OUTCOME_UNKNOWN) << fault;
    EXPECT_THAT(item.adapter_state(), HasSubstr("H29.X01-")) << "the code was kept before";
    const pb::ItemOutcome outcome = DeliverOn(item);
    EXPECT_EQ(outcome.outcome(), pb::OUTCOME_APPLIED) << outcome.ShortDebugString();
    EXPECT_EQ(RecordOf(outcome.codes(0).code()).at("IdHoSo"), outcome.key());
  }
  EXPECT_THAT(Records(), SizeIs(2));
  EXPECT_EQ(Rig("/rig/stats").at("issued"), 2);
}

TEST_F(HubDeliverTest, ACreationThatNeverArrivedIsMadeUnderTheSameCode) {
  pb::OutboundItem item = NewItem(kCode);
  Fault("reset", 1, "NoiHoSo");
  EXPECT_EQ(DeliverOn(item).outcome(), pb::OUTCOME_UNKNOWN);
  const std::string kept = item.adapter_state();
  const pb::ItemOutcome outcome = DeliverOn(item);
  EXPECT_EQ(outcome.outcome(), pb::OUTCOME_APPLIED);
  EXPECT_THAT(kept, HasSubstr(outcome.codes(0).code()));
  OnlyRecord();
}

TEST_F(HubDeliverTest, LargePapersAreStreamed) {
  constexpr int64_t kLarge = int64_t{20} << 20;
  pb::OutboundItem item = ItemFor(WithPaper(kLarge));
  Fault("drop_reply", 1, "UploadFile");
  EXPECT_EQ(DeliverOn(item).outcome(), pb::OUTCOME_RETRY_AFTER);
  EXPECT_EQ(DeliverOn(item).outcome(), pb::OUTCOME_APPLIED);
  const json uploads = Rig("/rig/papers").at("uploads");
  ASSERT_THAT(uploads, SizeIs(2)) << "a lost upload is only made again";
  for (const json& upload : uploads) {
    EXPECT_EQ(upload.at("bytes"), kLarge);
    EXPECT_EQ(upload.at("HashTepTin"), item.dossier().papers(0).file().sha256());
  }
}

TEST_F(HubDeliverTest, OnePaperIsUploadedOnce) {
  dossier::v1::Dossier dossier = WithPaper();
  *dossier.add_papers() = dossier.papers(0);
  dossier.mutable_papers(1)->set_id("p-2");
  dossier.add_results()->set_id("k-1");
  dossier.mutable_results(0)->set_name("Kết quả");
  *dossier.mutable_results(0)->mutable_file() = dossier.papers(0).file();
  pb::OutboundItem item = Created(dossier);
  dossier.set_status(dossier::v1::STATUS_FINISHED);
  pb::OutboundItem finished = Next(item, dossier);
  ASSERT_EQ(DeliverOn(finished).outcome(), pb::OUTCOME_APPLIED);
  EXPECT_THAT(CallsOf("UploadFile"), SizeIs(1));
  const json result = OnlyRecord().at("DanhSachGiayToKetQua").at(0);
  EXPECT_EQ(result.at("HashTepTin"), dossier.papers(0).file().sha256());
}

TEST_F(HubDeliverTest, ADamagedPaperIsNotSentAndSaid) {
  dossier::v1::Dossier dossier = WithPaper();
  dossier.mutable_papers(0)->mutable_file()->set_sha256(files_.Add(kPaperBytes + 1, true));
  pb::OutboundItem item = ItemFor(dossier);
  const pb::ItemOutcome outcome = DeliverOn(item);
  EXPECT_EQ(outcome.outcome(), pb::OUTCOME_RETRY_AFTER) << outcome.ShortDebugString();
  EXPECT_THAT(Records(), SizeIs(0));
}

TEST_F(HubDeliverTest, WaitsForContentAndThenGoesWithout) {
  dossier::v1::Dossier dossier = WithPaper();
  FileReference verified = dossier.papers(0).file();
  dossier.mutable_papers(0)->mutable_file()->Clear();
  dossier.mutable_papers(0)->mutable_file()->set_source("https://city.example/1");
  pb::OutboundItem item = ItemFor(dossier);
  const pb::ItemOutcome waiting = DeliverOn(item);
  EXPECT_EQ(waiting.outcome(), pb::OUTCOME_RETRY_AFTER);
  EXPECT_GT(waiting.retry_after().seconds(), 0);
  EXPECT_THAT(CallsOf("GetNextValue"), SizeIs(0));
  // It comes.
  *dossier.mutable_papers(0)->mutable_file() = verified;
  pb::OutboundItem whole = Next(item, dossier);
  EXPECT_EQ(DeliverOn(whole).outcome(), pb::OUTCOME_APPLIED);
  EXPECT_THAT(OnlyRecord().at("ThanhPhanHoSo").at(0).at("GiayToDinhKem"), SizeIs(1));
  // It does not come: the state says since when it was waited for.
  pb::OutboundItem late = item;
  late.set_adapter_state(R"({"code":"","id":"","uploads":{},"waiting_since_ms":1772413200000})");
  EXPECT_EQ(DeliverOn(late).outcome(), pb::OUTCOME_APPLIED);
  EXPECT_THAT(Records().back().at("ThanhPhanHoSo").at(0).at("GiayToDinhKem"), SizeIs(0));
}

TEST_F(HubDeliverTest, LaterStatusesCarryTheirListsOnlyWhereTheyMay) {
  dossier::v1::Dossier dossier = NewDossier(kCode);
  const pb::OutboundItem created = Created(dossier);
  dossier.add_fees()->set_id("f-1");
  dossier.mutable_fees(0)->set_code("LP01");
  dossier.mutable_fees(0)->set_amount_vnd(8000);
  for (int status = 4; status <= 10; ++status) {
    dossier.set_status(static_cast<dossier::v1::Status>(status));
    dossier.set_status_note("ý kiến " + std::to_string(status));
    pb::OutboundItem item = Next(created, dossier);
    ASSERT_EQ(DeliverOn(item).outcome(), pb::OUTCOME_APPLIED) << status;
    EXPECT_EQ(OnlyRecord().at("TrangThai"), status);
    EXPECT_EQ(OnlyRecord().at("NoiDungYKien"), "ý kiến " + std::to_string(status));
  }
  EXPECT_EQ(OnlyRecord().at("DanhSachLePhi").at(0).at("TrangThaiThanhToan"), 0);
  EXPECT_THAT(CallsOf("NoiHoSo"), SizeIs(1));
}

TEST_F(HubDeliverTest, ProgressIsAddedUnderBothIds) {
  pb::OutboundItem created = Created(NewDossier(kCode));
  pb::OutboundItem steps = StepsItem(kCode, 1, 3);
  steps.set_key(created.key());
  steps.set_adapter_state(created.adapter_state());
  EXPECT_EQ(Deliver(steps).outcome(), pb::OUTCOME_APPLIED);
  const json lines = OnlyRecord().at("TienDo");
  ASSERT_THAT(lines, SizeIs(3));
  EXPECT_EQ(lines.at(2).at("NoiDungXuLy"), "bước 3");
  EXPECT_EQ(lines.at(0).at("ThoiDiemXuLy"), "2026-03-02T08:01:00.000+07:00");
  Fault("drop_reply", 1, "CapNhatTienTrinh");
  EXPECT_EQ(Deliver(steps).outcome(), pb::OUTCOME_UNKNOWN) << "never sent again by itself";
  EXPECT_THAT(CallsOf("CapNhatTienTrinh"), SizeIs(2));
}

TEST_F(HubDeliverTest, ADossierThatWasBornThereIsNotMadeAgain) {
  Rig("/rig/insert", {{"HoSo",
                       {{"MaHoSo", "H29.X01-20260302-0000777"},
                        {"IdHoSo", "HUB-7"},
                        {"ThanhPhanHoSo", json::array()}}}});
  pb::OutboundItem item = ItemFor(NewDossier("H29.X01-20260302-0000777"), "HUB-7");
  EXPECT_EQ(DeliverOn(item).outcome(), pb::OUTCOME_APPLIED);
  EXPECT_EQ(OnlyRecord().at("TrangThai"), 2);
  EXPECT_THAT(CallsOf("GetNextValue"), SizeIs(0));
}

TEST_F(HubDeliverTest, ATokenIsRenewedOnce) {
  pb::OutboundItem item = NewItem(kCode);
  Fault("expire_session", 2);
  EXPECT_EQ(Deliver(item).outcome(), pb::OUTCOME_RETRY_AFTER);
  EXPECT_THAT(CallsOf("token"), SizeIs(2));
  Fault("expire_session", 1, "NoiHoSo");
  EXPECT_EQ(DeliverOn(item).outcome(), pb::OUTCOME_APPLIED);
  EXPECT_THAT(CallsOf("NoiHoSo"), SizeIs(2));
  EXPECT_THAT(Records(), SizeIs(1));
}

TEST_F(HubDeliverTest, AnUploadIsRepeatedWithANewToken) {
  pb::OutboundItem item = ItemFor(WithPaper());
  Fault("expire_session", 1, "UploadFile");
  EXPECT_EQ(DeliverOn(item).outcome(), pb::OUTCOME_APPLIED);
  EXPECT_THAT(Rig("/rig/papers").at("uploads"), SizeIs(1));
}

TEST_F(HubDeliverTest, WhatCannotBeAcceptedBurnsNoCode) {
  dossier::v1::Dossier dossier = NewDossier(kCode);
  dossier.mutable_applicant()->clear_name();
  pb::OutboundItem item = ItemFor(dossier);
  const pb::ItemOutcome outcome = DeliverOn(item);
  EXPECT_EQ(outcome.outcome(), pb::OUTCOME_REJECTED);
  EXPECT_EQ(outcome.field(), "ChuHoSo");
  EXPECT_EQ(Rig("/rig/stats").at("issued"), 0);
}

// A code of an agency that another system numbers for would never become the dossier's.
TEST_F(HubDeliverTest, ADossierThatTheHubMayNotNumberIsNotMadeThere) {
  dossier::v1::Dossier dossier = NewDossier("H29.X05-260302-0001");
  dossier.mutable_reception()->set_agency("H29.X05");
  for (int i = 0; i < 2; ++i) {
    pb::OutboundItem item = ItemFor(dossier);
    const pb::ItemOutcome outcome = DeliverOn(item);
    EXPECT_EQ(outcome.outcome(), pb::OUTCOME_REJECTED) << outcome.ShortDebugString();
    EXPECT_EQ(outcome.field(), "MaDonViTiepNhan");
  }
  EXPECT_THAT(CallsOf("GetNextValue"), SizeIs(0));
  EXPECT_THAT(Records(), SizeIs(0));
}

// Where the hub serves one agency only, that one's series is asked for.
TEST_F(HubDeliverTest, TheHubsOnlyAgencyNumbersTheOthersDossiers) {
  agencies_ = {"H29.X02"};
  const auto adapter = MakeAdapter();
  pb::OutboundItem item = NewItem(kCode);
  pb::ItemOutcome outcome = DeliverBy(*adapter, item);
  ASSERT_EQ(outcome.outcome(), pb::OUTCOME_CONTINUE) << outcome.ShortDebugString();
  ASSERT_EQ(outcome.codes_size(), 1) << "told before a dossier stands under it";
  EXPECT_THAT(outcome.codes(0).code(), MatchesRegex("H29.X02-[0-9]{8}-[0-9]{7}"));
  EXPECT_EQ(outcome.key(), "");
  EXPECT_THAT(Records(), SizeIs(0));
  item.set_adapter_state(outcome.adapter_state());
  outcome = DeliverBy(*adapter, item);
  EXPECT_EQ(outcome.outcome(), pb::OUTCOME_CONTINUE);
  EXPECT_EQ(OnlyRecord().at("MaDonViTiepNhan"), "H29.X01");
  adapter->Stop();
}

TEST_F(HubDeliverTest, FailuresAreNotSuccess) {
  const pb::OutboundItem created = Created(NewDossier(kCode));
  for (const char* fault : {"inner_error", "5xx", "reset", "odd_code", "drop_reply"}) {
    Fault(fault, 1, "CapNhatTrangThai");
    pb::OutboundItem item = Next(created, NewDossier(kCode));
    EXPECT_EQ(DeliverOn(item).outcome(), pb::OUTCOME_UNKNOWN) << fault;
  }
  pb::OutboundItem unknown = ItemFor(NewDossier(kCode), "HUB-NOBODY");
  EXPECT_EQ(DeliverOn(unknown).outcome(), pb::OUTCOME_REJECTED);
}

TEST_F(HubDeliverTest, AWrongSecretIsARightsProblem) {
  const auto adapter = MakeAdapter({{"client_secret_file", "wrong-secret"}});
  EXPECT_EQ(DeliverBy(*adapter, NewItem(kCode)).outcome(), pb::OUTCOME_NOT_AUTHORISED);
  EXPECT_THAT(Probe(*adapter), StatusIs(absl::StatusCode::kUnauthenticated));
  adapter->Stop();
  EXPECT_THAT(Probe(*adapter_), IsOk());
  EXPECT_THAT(Pull(), IsOk());
}

}  // namespace
}  // namespace lienthong::adapters::national
