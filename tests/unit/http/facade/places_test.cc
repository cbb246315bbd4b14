#include <gmock/gmock.h>

#include "tests/unit/http/facade/facade_fixture.h"

// Lists whose elements have no ids in the contract: software may send their lines in any order,
// with new ones in front and old ones left out.
namespace lienthong::facade {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;

json FeeLine(const std::string& code, const std::string& amount) {
  return {{"MaPhiLePhi", code}, {"TenPhiLePhi", "Phí " + code}, {"Gia", amount}};
}

class Places : public FacadeTest {
 protected:
  Places() { LogInAs("x05"); }

  void Begin(const std::string& name, const json& list) {
    json record = Record();
    record[name] = list;
    const Answer answer = Push(record, false);
    ASSERT_EQ(answer.code(), 0) << answer.body;
  }
  void Send(const std::string& name, const json& list) {
    json record = Record();
    record[name] = list;
    const Answer answer = Push(record, true);
    ASSERT_EQ(answer.code(), 0) << answer.body;
  }
  // `id code amount paid` of each fee line.
  std::vector<std::string> Fees() {
    std::vector<std::string> lines;
    const dossier::v1::Dossier dossier = Stored(kCode);
    for (const auto& fee : dossier.fees()) {
      lines.push_back(fee.id() + " " + fee.code() + " " + std::to_string(fee.amount_vnd()) + " " +
                      std::to_string(fee.paid_vnd()));
    }
    return lines;
  }
  void Pay(const std::string& id, int64_t amount) {
    auto payment = Change();
    auto& fee = *payment.mutable_dossier()->add_fees();
    fee.set_id(id);
    fee.set_paid_vnd(amount);
    PushAs("H29.X05", payment);
  }

  const json p1_ = FeeLine("P1", "10000"), p2_ = FeeLine("P2", "500000"),
             p3_ = FeeLine("P3", "70000");
};

// A clerk corrects the code of a line with another tool; the software repeats its record.
TEST_F(Places, AreKnownByTheKeyThatTheSoftwareSaid) {
  Begin("DanhSachLePhi", {p1_, p2_});
  auto change = Change();
  auto& fee = *change.mutable_dossier()->add_fees();
  fee.set_id("H29.X05:n1");
  fee.set_code("P9");
  PushAs("H29.X05", change);
  Send("DanhSachLePhi", {p1_, p2_});
  EXPECT_THAT(Fees(), ElementsAre("H29.X05:n1 P9 10000 0", "H29.X05:n2 P2 500000 0"));
  Send("DanhSachLePhi", {p1_, p3_});
  EXPECT_THAT(Fees(), ElementsAre("H29.X05:n1 P9 10000 0", "H29.X05:n2 P2 500000 0",
                                  "H29.X05:n3 P3 70000 0"));
}

TEST_F(Places, ALineLeftOutHarmsNoOther) {
  Begin("DanhSachLePhi", {p1_, p2_});
  Send("DanhSachLePhi", json::array({p2_}));
  EXPECT_THAT(Fees(), ElementsAre("H29.X05:n1 P1 10000 0", "H29.X05:n2 P2 500000 0"));
  EXPECT_EQ(Stored(kCode).revision(), 1);
}

TEST_F(Places, AnotherOrderMovesNoPayment) {
  Begin("DanhSachLePhi", {p1_, p2_});
  Pay("H29.X05:n1", 10000);
  const int64_t revision = Stored(kCode).revision();
  Send("DanhSachLePhi", {p2_, p1_});
  Send("DanhSachLePhi", {p1_, p2_});
  EXPECT_THAT(Fees(), ElementsAre("H29.X05:n1 P1 10000 10000", "H29.X05:n2 P2 500000 0"));
  EXPECT_EQ(Stored(kCode).revision(), revision);
}

TEST_F(Places, ALineInFrontIsANewOne) {
  Begin("DanhSachLePhi", {p1_, p2_});
  Pay("H29.X05:n1", 10000);
  Send("DanhSachLePhi", {p3_, p1_, p2_});
  const std::vector<std::string> lines = Fees();
  EXPECT_THAT(lines, ElementsAre("H29.X05:n1 P1 10000 10000", "H29.X05:n2 P2 500000 0",
                                 "H29.X05:n3 P3 70000 0"));
  const int64_t revision = Stored(kCode).revision();
  Send("DanhSachLePhi", {p3_, p1_, p2_});
  Send("DanhSachLePhi", {p2_, p3_, p1_});
  EXPECT_EQ(Fees(), lines);
  EXPECT_EQ(Stored(kCode).revision(), revision);
}

TEST_F(Places, AFurtherLineIsOwedThoughTheFirstWasPaid) {
  Begin("DanhSachLePhi", json::array({p1_}));
  EXPECT_EQ(Stored(kCode).finance_state(), dossier::v1::FINANCE_STATE_DUE);
  Pay("H29.X05:n1", 10000);
  EXPECT_EQ(Stored(kCode).finance_state(), dossier::v1::FINANCE_STATE_PAID);
  Send("DanhSachLePhi", {p2_, p1_});
  EXPECT_EQ(Stored(kCode).finance_state(), dossier::v1::FINANCE_STATE_DUE);
}

TEST_F(Places, TwoLinesWithOneCodeAreTwo) {
  Begin("DanhSachLePhi", {p1_, FeeLine("P1", "20000")});
  Pay("H29.X05:n1", 10000);
  Send("DanhSachLePhi", {FeeLine("P1", "20000"), p1_});
  Send("DanhSachLePhi", json::array({FeeLine("P1", "20000")}));
  EXPECT_THAT(Fees(), ElementsAre("H29.X05:n1 P1 10000 10000", "H29.X05:n2 P1 20000 0"));
}

TEST_F(Places, ACorrectedLineIsTheSameAndSoIsOneThatIsEmptied) {
  Begin("DanhSachLePhi", {p1_, p2_});
  json second = FeeLine("P2", "600000");
  second["TenPhiLePhi"] = "";
  Send("DanhSachLePhi", json::array({second}));
  EXPECT_THAT(Fees(), ElementsAre("H29.X05:n1 P1 10000 0", "H29.X05:n2 P2 600000 0"));
  EXPECT_EQ(Stored(kCode).fees(0).name(), "Phí P1");
  EXPECT_FALSE(Stored(kCode).fees(1).has_name());
}

// A lost reply: the same record as a new one, its lines in another order.
TEST_F(Places, ARecordWhoseReplyWasLostIsKnownInAnyOrder) {
  Begin("DanhSachLePhi", {p1_, p2_});
  json record = Record();
  record["DanhSachLePhi"] = {p2_, p1_};
  EXPECT_EQ(Push(record, false).code(), 0);
  EXPECT_EQ(Stored(kCode).revision(), 1);
}

TEST_F(Places, ARoundNamesTheLineThatIsStored) {
  Begin("DanhSachLePhi", {p1_, p2_});
  json record = Record();
  record["TrangThaiHoSo"] = "5";
  record["DanhSachLePhi"] = {p2_, p1_};
  record["DanhSachHoSoBoSung"] = {
      {{"HoSoBoSungId", 7}, {"NoiDungBoSung", "Nộp thêm"}, {"DanhSachLePhiBoSung", {p3_, p2_}}}};
  ASSERT_EQ(Push(record, true).code(), 0);
  record["DanhSachHoSoBoSung"][0]["DanhSachLePhiBoSung"] = {p2_, p3_};
  ASSERT_EQ(Push(record, true).code(), 0);
  EXPECT_THAT(Fees(), ElementsAre("H29.X05:n1 P1 10000 0", "H29.X05:n2 P2 500000 0",
                                  "H29.X05:7-n1 P3 70000 0"));
  EXPECT_THAT(Stored(kCode).supplements(0).fee_ids(), ElementsAre("H29.X05:n2", "H29.X05:7-n1"));
}

TEST_F(Places, IdentitiesAndDatabasesStayWhatTheyAre) {
  const json citizen = {{"LoaiDinhDanh", "1"}, {"SoDinhDanh", "000000000001"}};
  const json old_card = {{"LoaiDinhDanh", "2"}, {"SoDinhDanh", "000000002"}};
  json record = Record();
  record["DinhDanhCHS"] = {citizen, old_card};
  record["DSKetNoiCSDL"] = {{{"MaCSDL", "7"}}, {{"MaCSDL", "1"}}};
  ASSERT_EQ(Push(record, false).code(), 0);
  record["DinhDanhCHS"] = json::array({old_card});
  record["DSKetNoiCSDL"] = json::array({{{"MaCSDL", "1"}}});
  ASSERT_EQ(Push(record, true).code(), 0);
  const dossier::v1::Dossier dossier = Stored(kCode);
  EXPECT_EQ(dossier.revision(), 1);
  EXPECT_EQ(dossier.applicant().identities(0).number(), "000000000001");
  EXPECT_EQ(dossier.applicant().identities(1).number(), "000000002");
  EXPECT_EQ(dossier.database_lookups(0).database_code(), "7");
  EXPECT_EQ(dossier.database_lookups(1).database_code(), "1");
}

}  // namespace
}  // namespace lienthong::facade
