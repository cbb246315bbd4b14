#include <gmock/gmock.h>

#include "tests/unit/http/facade/facade_fixture.h"

// Software may send back what it has looked up: the elements of others in it are those of others.
namespace lienthong::facade {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class LookedUpRecords : public FacadeTest {
 protected:
  LookedUpRecords() {
    LogInAs("x05");
    EXPECT_EQ(Push(Record(), false).code(), 0);
    HandTo("H29.X06");
  }

  // X06 asks for a supplement, X05's other software adds papers, with all that the contract shows
  // less of.
  void OthersWork() {
    auto change = Change();
    auto& round = *change.mutable_dossier()->add_supplements();
    round.set_id("r1");
    round.set_content("Nộp thêm");
    round.set_requested_by("Cán bộ (mẫu)");
    round.mutable_requested_time()->set_seconds(1'772'420'000);
    round.mutable_requested_time()->set_nanos(250'000'000);
    change.mutable_dossier()->set_status(dossier::v1::STATUS_SUPPLEMENT_REQUESTED);
    PushAs("H29.X06", change);
    change = Change();
    for (const char* id : {"p1", "77"}) {
      auto& paper = *change.mutable_dossier()->add_papers();
      paper.set_id(id);
      paper.set_name("Tờ khai");
      paper.mutable_file()->set_source("https://tep.vidu.example/a.pdf");
    }
    change.mutable_dossier()->mutable_contact()->set_email("mau@example.vn");
    PushAs("H29.X05", change);
    files_.urls["https://tep.vidu.example/a.pdf"] = "https://gateway/papers/1";
  }

  json LookUp() { return Find(kCode).result()[0]; }
};

TEST_F(LookedUpRecords, ChangeNothingWhenTheyAreSentBack) {
  OthersWork();
  const dossier::v1::Dossier before = Stored(kCode);
  const Answer answer = Push(LookUp(), true);
  EXPECT_EQ(answer.code(), 0) << answer.body;
  EXPECT_THAT(answer.message(), AllOf(Not(HasSubstr("giữ nguyên")), Not(HasSubstr("chờ xử lý"))));
  EXPECT_EQ(Stored(kCode).DebugString(), before.DebugString());
}

TEST_F(LookedUpRecords, ReplyToTheRoundOfAnother) {
  OthersWork();
  json record = LookUp();
  json& round = record["DanhSachHoSoBoSung"][0];
  EXPECT_GE(round["HoSoBoSungId"].get<int64_t>(), int64_t{1} << 30);
  round.update({{"TrangThaiBoSung", true},
                {"NgayTiepNhanBoSung", "20260302093000"},
                {"ThongTinTiepNhan", "Đã nhận"}});
  EXPECT_EQ(Push(record, true).code(), 0);
  const dossier::v1::Dossier dossier = Stored(kCode);
  ASSERT_EQ(dossier.supplements_size(), 1);
  EXPECT_EQ(dossier.supplements(0).id(), "r1");
  EXPECT_TRUE(dossier.supplements(0).answered());
}

// Under its own numbers it means its own elements, whatever others call theirs.
TEST_F(LookedUpRecords, LeaveItsOwnNumbersToTheSoftware) {
  OthersWork();
  json record = {{"MaHoSo", kCode},
                 {"TaiLieuNop", {{{"TepDinhKemId", "77"}, {"TenTepDinhKem", "Giấy khác"}}}},
                 {"DanhSachHoSoBoSung",
                  {{{"HoSoBoSungId", 7}, {"NoiDungBoSung", "Bản chính"}},
                   {{"HoSoBoSungId", 1'500'000'000}, {"NoiDungBoSung", "Bản sao"}}}}};
  ASSERT_EQ(Push(record, true).code(), 0);
  dossier::v1::Dossier dossier = Stored(kCode);
  ASSERT_EQ(dossier.papers_size(), 3);
  EXPECT_EQ(dossier.papers(2).id(), "H29.X05:77");
  EXPECT_EQ(dossier.papers(1).name(), "Tờ khai");
  ASSERT_EQ(dossier.supplements_size(), 3);
  EXPECT_EQ(dossier.supplements(1).id(), "H29.X05:7");
  EXPECT_EQ(dossier.supplements(2).id(), "H29.X05:1500000000");
  ASSERT_EQ(Push(LookUp(), true).code(), 0);
  EXPECT_EQ(Stored(kCode).revision(), dossier.revision());
}

}  // namespace
}  // namespace lienthong::facade
