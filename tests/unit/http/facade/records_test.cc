#include <gmock/gmock.h>

#include "gateway/base/text.h"
#include "gateway/core/changes.h"
#include "gateway/core/dossiers.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/http/facade/facade_fixture.h"

// DongBoHoSoMC and TraCuuHoSo.
namespace lienthong::facade {
namespace {

using ::lienthong::testing::IsOk;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class Records : public FacadeTest {
 protected:
  Records() { LogInAs("x05"); }

  int64_t JournalEntries() const { return store_->Info().last_sequence; }
  json With(json record, const std::string& name, const json& value) const {
    record[name] = value;
    return record;
  }
};

TEST_F(Records, BecomeDossiersUnderTheAgencysOwnCode) {
  const Answer answer = Push(Record(), false);
  EXPECT_EQ(answer.code(), 0) << answer.body;
  EXPECT_THAT(answer.message(), HasSubstr("thành công"));
  EXPECT_EQ(answer.result()[0]["MaHoSo"], kCode);
  const dossier::v1::Dossier dossier = Stored(kCode);
  EXPECT_EQ(dossier.code(), kCode) << "one dossier, one number";
  EXPECT_EQ(dossier.origin().system(), "agency/H29.X05");
  EXPECT_EQ(dossier.reception().agency(), "H29.X05");
  EXPECT_EQ(dossier.reception().received_time().seconds(), 1'772'414'100);
  EXPECT_EQ(dossier.status(), dossier::v1::STATUS_ACCEPTED);
  EXPECT_EQ(dossier.applicant().name(), "Nguyễn Văn Mẫu");
}

TEST_F(Records, GoIntoTheJournalWithTheTraceOfTheirCall) {
  trace_id_ = "4bf92f3577b34da6a3ce929d0e0e4736";
  EXPECT_EQ(Push(Record(), false).code(), 0);
  core::Changes changes(engine_);
  const auto listed = changes.List(Agency("H29.X05"), {});
  ASSERT_THAT(listed, IsOk());
  ASSERT_EQ(listed->changes_size(), 1);
  EXPECT_EQ(listed->changes(0).trace_id(), trace_id_);
}

TEST_F(Records, WithAForeignCodeAreKnownByIt) {
  const Answer answer = Push(Record("HS.2026/17"), false);
  EXPECT_EQ(answer.code(), 0) << answer.body;
  const std::string shared = Stored("HS.2026/17").code();
  EXPECT_THAT(shared, StartsWith("H29.X05-260302-"));
  EXPECT_EQ(answer.result()[0]["SoBienNhan"], shared);
  EXPECT_EQ(Push(With(Record("HS.2026/17"), "SoDienThoai", "0900000002"), true).code(), 0);
  EXPECT_EQ(Stored(shared).contact().phone(), "0900000002");
  EXPECT_EQ(Find(shared).result()[0]["MaHoSo"], "HS.2026/17");
}

// The gateway and the software number in the same series: neither takes the other's number.
TEST_F(Records, LeaveTheSeriesWhole) {
  EXPECT_EQ(Push(Record("H29.X05-260302-0001"), false).code(), 0);
  EXPECT_EQ(Push(Record("HS-foreign"), false).code(), 0);
  EXPECT_EQ(Stored("HS-foreign").code(), "H29.X05-260302-0002");
  EXPECT_EQ(Push(Record("H29.X05-260302-0003"), false).code(), 0);
  EXPECT_EQ(Push(Record("HS-foreign-2"), false).code(), 0);
  EXPECT_EQ(Stored("HS-foreign-2").code(), "H29.X05-260302-0004");
}

TEST_F(Records, KeepTheNumberPrintedForTheCitizen) {
  const json record = With(Record(), "SoBienNhan", "BN-77");
  EXPECT_EQ(Push(record, false).code(), 0);
  EXPECT_EQ(Stored("BN-77").code(), kCode);
  EXPECT_EQ(Push(record, true).code(), 0);
  EXPECT_EQ(Stored(kCode).revision(), 1) << "said again, it changes nothing";
}

TEST_F(Records, ThatExistAreNotCreatedAgain) {
  ASSERT_EQ(Push(Record(), false).code(), 0);
  const Answer answer = Push(With(Record(), "TrichYeuHoSo", "Khác"), false);
  EXPECT_EQ(answer.code(), 3);
  EXPECT_THAT(answer.message(), HasSubstr("đã tồn tại"));
  EXPECT_EQ(Stored(kCode).subject(), "Khai sinh");
}

TEST_F(Records, WhoseReplyWasLostAreAnsweredAgain) {
  ASSERT_EQ(Push(Record(), false).code(), 0);
  const Answer answer = Push(Record(), false);
  EXPECT_EQ(answer.code(), 0);
  EXPECT_EQ(answer.result()[0]["MaHoSo"], kCode);
  EXPECT_EQ(JournalEntries(), 1);
}

TEST_F(Records, ThatAreNotThereAreNotUpdated) {
  const Answer answer = Push(Record(), true);
  EXPECT_EQ(answer.code(), 4);
  EXPECT_THAT(answer.message(), HasSubstr(kCode));
  EXPECT_EQ(JournalEntries(), 0);
}

TEST_F(Records, ComeBackToAnEarlierState) {
  const json a = With(Record(), "TrichYeuHoSo", "A");
  const json b = With(Record(), "TrichYeuHoSo", "B");
  ASSERT_EQ(Push(a, false).code(), 0);
  ASSERT_EQ(Push(b, true).code(), 0);
  ASSERT_EQ(Push(a, true).code(), 0);
  EXPECT_EQ(Stored(kCode).subject(), "A");
  ASSERT_EQ(Push(b, true).code(), 0);
  EXPECT_EQ(Stored(kCode).subject(), "B");
  EXPECT_EQ(Stored(kCode).revision(), 4);
}

// Software that creates first, and updates when it is told that the dossier exists.
TEST_F(Records, ComeBackToAnEarlierStateAlsoWhenCreatedFirst) {
  const json a = With(Record(), "TrichYeuHoSo", "A");
  const json b = With(Record(), "TrichYeuHoSo", "B");
  ASSERT_EQ(Push(a, false).code(), 0);
  ASSERT_EQ(Push(b, false).code(), 3);
  ASSERT_EQ(Push(b, true).code(), 0);
  EXPECT_EQ(Push(a, false).code(), 3) << "or A would be swallowed";
  ASSERT_EQ(Push(a, true).code(), 0);
  EXPECT_EQ(Stored(kCode).subject(), "A");
}

TEST_F(Records, ClearWhatTheyEmptyAndLeaveWhatTheyDoNotName) {
  json record = With(Record(), "Email", "mau@example.vn");
  ASSERT_EQ(Push(record, false).code(), 0);
  record.erase("Email");
  record["TrichYeuHoSo"] = "";
  ASSERT_EQ(Push(record, true).code(), 0);
  const dossier::v1::Dossier dossier = Stored(kCode);
  EXPECT_EQ(dossier.contact().email(), "mau@example.vn");
  EXPECT_FALSE(dossier.has_subject());
}

TEST_F(Records, KeepTheirPapersApartFromOtherSystems) {
  json record = Record();
  record["TaiLieuNop"] = json::array({{{"TepDinhKemId", "77"},
                                       {"TenTepDinhKem", "Giấy chứng sinh"},
                                       {"DuongDanTaiTepTin", "https://x05.example/77"}}});
  ASSERT_EQ(Push(record, false).code(), 0);
  EXPECT_EQ(Stored(kCode).papers(0).id(), "H29.X05:77");
  files_.urls["https://x05.example/77"] = "https://gateway.example/papers/9";
  const Answer found = Find(kCode);
  EXPECT_EQ(found.result()[0]["TaiLieuNop"][0]["TepDinhKemId"], "77");
  EXPECT_EQ(found.result()[0]["TaiLieuNop"][0]["DuongDanTaiTepTin"],
            "https://gateway.example/papers/9");
  record["TaiLieuNop"][0]["IsDeleted"] = "True";
  ASSERT_EQ(Push(record, true).code(), 0);
  EXPECT_TRUE(Stored(kCode).papers(0).removed());
}

// Whoever knows the digest of a paper does not get the paper.
TEST_F(Records, CannotClaimContentThatIsSomebodyElses) {
  json record = Record();
  record["TaiLieuNop"] =
      json::array({{{"TepDinhKemId", "77"},
                    {"TenTepDinhKem", "Giấy"},
                    {"Base64", "lienthong-content:" + std::string(64, 'a') + ":10"}}});
  const Answer answer = Push(record, false);
  EXPECT_EQ(answer.code(), 1);
  EXPECT_THAT(answer.message(), StartsWith("Base64: "));
}

TEST_F(Records, OfAnotherAgencyAreAsIfTheyWereNotThere) {
  ASSERT_EQ(Push(Record(), false).code(), 0);
  LogInAs("x06");
  const Answer foreign = Push(Record(), true);
  EXPECT_EQ(foreign.code(), 4);
  const Answer missing = Push(Record("H29.X05-260302-0999"), true);
  EXPECT_EQ(missing.code(), 4);
  EXPECT_EQ(Find(kCode).body, Find("H29.X05-260302-0999").body);
  EXPECT_EQ(Find(kCode).code(), 0);
  EXPECT_TRUE(Find(kCode).result().empty());
  const Answer taken = Push(Record(), false);
  const Answer free = Push(Record("H29.X05-260302-0999"), false);
  EXPECT_EQ(taken.body, free.body) << "no number of another agency, whether it stands for one";
  EXPECT_EQ(taken.code(), 1);
  EXPECT_THAT(taken.message(), StartsWith("MaHoSo: "));
}

TEST_F(Records, OfAnotherAgencyAreWorkedOnByWhomItAssigned) {
  ASSERT_EQ(Push(Record(), false).code(), 0);
  dossier::v1::PushDossierRequest assign;
  assign.set_request_id(random_->Uuid());
  assign.mutable_dossier()->set_code(kCode);
  auto& assignment = *assign.mutable_dossier()->add_assignments();
  assignment.set_id("a1");
  assignment.set_agency("H29.X06");
  assignment.set_role(dossier::v1::Assignment::ROLE_LEAD);
  core::Dossiers(engine_).Push(Agency("H29.X05"), assign,
                               [](const auto& response) { EXPECT_THAT(response, IsOk()); });
  LogInAs("x06");
  const json own = {{"MaHoSo", kCode}, {"TrangThaiHoSo", "4"}};
  EXPECT_EQ(Push(own, true).code(), 0);
  EXPECT_EQ(Stored(kCode).status(), dossier::v1::STATUS_PROCESSING);
  // The applicant's phone is the receiving unit's: what X06 says of it is kept for a person.
  const Answer mixed = Push(With(own, "SoDienThoai", "0900000009"), true);
  EXPECT_EQ(mixed.code(), 0);
  EXPECT_THAT(mixed.message(), AllOf(HasSubstr("thành công"), HasSubstr("SoDienThoai")));
  EXPECT_EQ(Stored(kCode).contact().phone(), "0900000001");
}

struct BadRecord {
  const char* what;
  const char* name;
  json value;  // null: not there
  const char* field;
};

class BadRecords : public Records, public ::testing::WithParamInterface<BadRecord> {};

TEST_P(BadRecords, AreRefusedByTheNameOfTheField) {
  json record = Record();
  if (GetParam().value.is_null()) {
    record.erase(GetParam().name);
  } else {
    record[GetParam().name] = GetParam().value;
  }
  const Answer answer = Push(record, false);
  EXPECT_EQ(answer.http_status, 200);
  EXPECT_EQ(answer.code(), 1) << answer.body;
  EXPECT_THAT(answer.message(), StartsWith(StrCat(GetParam().field, ": ")));
  EXPECT_THAT(answer.message(), Not(HasSubstr("thành công")));
  EXPECT_EQ(JournalEntries(), 0);
}

INSTANTIATE_TEST_SUITE_P(
    All, BadRecords,
    ::testing::Values(BadRecord{"no_code", "MaHoSo", nullptr, "MaHoSo"},
                      BadRecord{"no_applicant", "ChuHoSo", nullptr, "ChuHoSo"},
                      BadRecord{"empty_applicant", "ChuHoSo", "", "ChuHoSo"},
                      BadRecord{"no_reception", "NgayTiepNhan", nullptr, "NgayTiepNhan"},
                      BadRecord{"no_field", "TenLinhVuc", nullptr, "TenLinhVuc"},
                      BadRecord{"procedure", "MaTTHC", "khai sinh", "MaTTHC"},
                      BadRecord{"status", "TrangThaiHoSo", "11", "TrangThaiHoSo"},
                      BadRecord{"date", "NgayHenTra", "20260231000000", "NgayHenTra"},
                      BadRecord{"long_text", "Email", std::string(101, 'x'), "Email"},
                      BadRecord{"list", "TaiLieuNop", "none", "TaiLieuNop"},
                      BadRecord{"account", "MaDoiTuong", "T1", "MaDoiTuong"}),
    [](const auto& tested) { return tested.param.what; });

// What is missing, what is no value, and what is in a list, in one answer.
TEST_F(Records, AreRefusedByTheNamesOfAllBadFields) {
  json record = Record();
  record.erase("ChuHoSo");
  record.erase("TenLinhVuc");
  record["NgayHenTra"] = "20260231000000";
  record["LoaiDoiTuong"] = "99";
  record["TaiLieuNop"] =
      json::array({"x", {{"TepDinhKemId", "a b"}, {"TenTepDinhKem", "A"}, {"DuocSoHoa", "?"}}});
  const std::string message = Push(record, false).message();
  for (const char* field :
       {"ChuHoSo: ", "TenLinhVuc: ", "NgayHenTra: ", "LoaiDoiTuong: ", "TaiLieuNop[1]: ",
        "TaiLieuNop[2].TepDinhKemId: ", "TaiLieuNop[2].DuocSoHoa: "}) {
    EXPECT_THAT(message, HasSubstr(field));
  }
  EXPECT_EQ(JournalEntries(), 0);
}

// Nothing of what the gateway says to itself.
TEST_F(Records, AreRefusedInVietnamese) {
  json record = Record();
  record["MaTTHC"] = "khai sinh";
  record["MaDonViTiepNhan"] = 5;
  record["Email"] = std::string(101, 'x');
  record["NgayHenTra"] = "20260231000000";
  record["LoaiDoiTuong"] = "99";
  record["MaDoiTuong"] = "T1";
  record["DanhSachLePhi"] = "none";
  record["TaiLieuNop"] = json::array({"x",
                                      {{"TepDinhKemId", std::string(90, '7')}},
                                      {{"TepDinhKemId", "7"}, {"DuocSoHoa", "?"}},
                                      {{"TepDinhKemId", "7"}, {"TenTepDinhKem", json::array()}}});
  record["DanhSachHoSoBoSung"] = json::array({{{"HoSoBoSungId", "1"}, {"TrangThaiBoSung", "?"}}});
  for (int round = 0; round < 2; ++round) {
    const Answer answer = Push(record, false);
    EXPECT_EQ(answer.code(), 1);
    EXPECT_THAT(answer.message(),
                Not(::testing::ContainsRegex("expected|[^a-z](is|of|the|not|has|no|with)[^a-z]")))
        << round;
    // What is left is what core finds.
    for (const char* name : {"MaDonViTiepNhan", "NgayHenTra", "LoaiDoiTuong", "MaDoiTuong",
                             "DanhSachLePhi", "TaiLieuNop", "DanhSachHoSoBoSung"}) {
      record[name] = Record().value(name, json());
    }
  }
  EXPECT_THAT(Push(record, false).message(),
              AllOf(HasSubstr("MaTTHC: phải là mã thủ tục như 1.001193"),
                    HasSubstr("Email: dài 101 ký tự, tối đa 100")));
}

// The packet has no place for a reason; what the citizen was told counts.
TEST_F(Records, MoveThePromisedDateWithoutAReason) {
  json record = Record();
  ASSERT_EQ(Push(record, false).code(), 0);
  record["NgayHenTra"] = "20260309170000";
  ASSERT_EQ(Push(record, true).code(), 0);
  const dossier::v1::Dossier stored = Stored(record["MaHoSo"]);
  EXPECT_EQ(stored.deadline().promised_due().seconds(), 1'773'050'400);
  ASSERT_EQ(stored.defects_size(), 1);
  EXPECT_EQ(stored.defects(0).detail(), "deadline.promised_due");
}

TEST_F(Records, OfAReceptionThatIsYetToComeAreRefused) {
  json record = Record();
  record["NgayTiepNhan"] = "20360302081500";
  const Answer refused = Push(record, false);
  EXPECT_EQ(refused.code(), 1);
  EXPECT_THAT(refused.message(), HasSubstr("NgayTiepNhan"));
}

TEST_F(Records, NeedToSayWhetherTheyUpdate) {
  const json call = {
      {"session", session_}, {"service", "DongBoHoSoMC"}, {"data", json::array({Record()})}};
  EXPECT_THAT(Post("/facade/integration", call).message(), StartsWith("isUpdating: "));
  EXPECT_EQ(Post("/facade/integration", With(call, "isUpdating", "maybe")).code(), 1);
  json two = With(call, "isUpdating", "False");
  two["data"].push_back(Record("H29.X05-260302-0102"));
  EXPECT_THAT(Post("/facade/integration", two).message(), StartsWith("data: "));
  EXPECT_EQ(Post("/facade/integration", With(call, "isUpdating", false)).code(), 0);
}

TEST_F(Records, AreFoundAsThePortalWouldShowThem) {
  ASSERT_EQ(Push(Record(), false).code(), 0);
  const Answer found = Find("h29.x05-260302-0101");
  ASSERT_EQ(found.result().size(), 1u);
  const json record = Record();
  for (const auto& [name, value] : record.items()) EXPECT_EQ(found.result()[0][name], value);
  EXPECT_EQ(Post("/facade/share", {{"session", session_}, {"service", "TraCuuHoSo"}}).code(), 1);
}

}  // namespace
}  // namespace lienthong::facade
