#include <gmock/gmock.h>

#include <set>

#include "gateway/base/text.h"
#include "gateway/http/facade/derived_ids.h"
#include "tests/unit/http/facade/facade_fixture.h"

// CapNhatTienDoHoSoMC.
namespace lienthong::facade {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class ProgressLines : public FacadeTest {
 protected:
  ProgressLines() {
    LogInAs("x05");
    EXPECT_EQ(Push(Record(), false).code(), 0);
  }
  void SetStatus(const std::string& status) {
    const Answer answer = Push({{"MaHoSo", kCode}, {"TrangThaiHoSo", status}}, true);
    EXPECT_EQ(answer.code(), 0) << answer.body;
  }
  std::vector<std::string> Contents() {
    std::vector<std::string> contents;
    const dossier::v1::Dossier dossier = Stored(kCode);
    for (const auto& step : dossier.steps()) contents.push_back(step.content());
    return contents;
  }
  void Send(const std::vector<json>& lines) {
    const Answer answer = Progress(lines);
    EXPECT_EQ(answer.code(), 0) << answer.body;
    EXPECT_THAT(answer.message(), HasSubstr("thành công"));
  }
};

TEST_F(ProgressLines, BecomeStepsInTheirOrder) {
  Send({Line("một"), Line("hai"), Line("ba", "5")});
  EXPECT_THAT(Contents(), ElementsAre("một", "hai", "ba"));
  const dossier::v1::Step step = Stored(kCode).steps(2);
  EXPECT_EQ(step.status(), dossier::v1::STATUS_SUPPLEMENT_REQUESTED);
  EXPECT_EQ(step.officer(), "Trần Thị Mẫu");
  EXPECT_EQ(step.author(), "agency/H29.X05");
  EXPECT_EQ(Stored(kCode).status(), dossier::v1::STATUS_ACCEPTED) << "that is the record's";
}

TEST_F(ProgressLines, SentAgainAddNothing) {
  Send({Line("một"), Line("hai")});
  Send({Line("một"), Line("hai")});
  EXPECT_THAT(Contents(), ElementsAre("một", "hai"));
}

// A row that failed after its first chunk is sent again from its beginning, behind later lines.
TEST_F(ProgressLines, SentAgainBehindLaterOnesAddNothing) {
  Send({Line("một"), Line("hai")});
  Send({Line("ba")});
  Send({Line("một"), Line("hai")});
  Send({Line("hai"), Line("ba")});
  EXPECT_THAT(Contents(), ElementsAre("một", "hai", "ba"));
}

TEST_F(ProgressLines, ThatAreEqualInOneCallAreTwo) {
  Send({Line("chuyển"), Line("chuyển")});
  EXPECT_THAT(Contents(), ElementsAre("chuyển", "chuyển"));
  Send({Line("chuyển"), Line("chuyển")});
  EXPECT_THAT(Contents(), ElementsAre("chuyển", "chuyển"));
}

// Software that sends what it has already sent, and what happened when the dossier came back to
// the same status.
TEST_F(ProgressLines, SentAgainAfterTheDossierCameBackToTheirStatusAddNothing) {
  SetStatus("4");
  Send({Line("xử lý", "4")});
  SetStatus("5");
  Send({Line("bổ sung", "5")});
  SetStatus("4");
  EXPECT_THAT(Progress({Line("xử lý", "4")}).message(), HasSubstr("1 bước đã có từ trước"));
  EXPECT_THAT(Contents(), ElementsAre("xử lý", "bổ sung"));
  json again = Line("xử lý", "4");
  again["ThoiDiemXuLy"] = "20260302095500";
  Send({again});
  EXPECT_THAT(Contents(), ElementsAre("xử lý", "bổ sung", "xử lý"));
  EXPECT_THAT(Progress({Line("xử lý", "4"), Line("bổ sung", "5"), again}).message(),
              HasSubstr("3 bước đã có từ trước"));
  EXPECT_THAT(Contents(), ElementsAre("xử lý", "bổ sung", "xử lý"));
}

TEST_F(ProgressLines, ThatAreNewAreNotSaidToBeOld) {
  EXPECT_THAT(Progress({Line("một")}).message(), Not(HasSubstr("đã có")));
}

TEST_F(ProgressLines, AreOnceThereWhateverOthersChangeMeanwhile) {
  SetStatus("4");
  interrupted_.BeforeNextCommit([this] {
    SetStatus("5");
    SetStatus("4");
  });
  Send({Line("xử lý", "4")});
  Send({Line("xử lý", "4")});
  EXPECT_THAT(Contents(), ElementsAre("xử lý"));
}

TEST_F(ProgressLines, OfADossierThatIsNotThereOrForeignAreAlike) {
  LogInAs("x06");
  const Answer foreign = Progress({Line("một")});
  EXPECT_EQ(foreign.code(), 4);
  EXPECT_EQ(foreign.http_status, 200);
  json line = Line("một");
  line["MaHoSo"] = "H29.X05-260302-0999";
  EXPECT_EQ(Progress({line}).code(), 4);
}

TEST_F(ProgressLines, AreRefusedByTheNamesOfAllBadFields) {
  json one = Line("một");
  one.erase("NguoiXuLy");
  one["TrangThai"] = "44";
  json two = Line("hai");
  two["ThoiDiemXuLy"] = "20260231000000";
  EXPECT_EQ(
      Progress({one, two}).message(),
      "data[0].TrangThai: mã không có trong danh mục, phải là một trong: 1, 2, 3, 4, 5, 6, 7, "
      "8, 9, 10; data[0].NguoiXuLy: bắt buộc phải có; "
      "data[1].ThoiDiemXuLy: phải là thời điểm có thật, dạng yyyyMMddHHmmss");
}

TEST_F(ProgressLines, AreRefusedTogetherByTheNameOfTheField) {
  json bad = Line("hai");
  bad.erase("NguoiXuLy");
  const Answer answer = Progress({Line("một"), bad});
  EXPECT_EQ(answer.code(), 1);
  EXPECT_THAT(answer.message(), StartsWith("data[1].NguoiXuLy: "));
  EXPECT_TRUE(Contents().empty());
  bad = Line("hai");
  bad["MaHoSo"] = "H29.X05-260302-0999";
  EXPECT_THAT(Progress({Line("một"), bad}).message(), StartsWith("data[1].MaHoSo: "));
  bad = Line("hai");
  bad["ThoiDiemXuLy"] = "2026-03-02";
  EXPECT_THAT(Progress({bad}).message(), StartsWith("data[0].ThoiDiemXuLy: "));
  EXPECT_EQ(Progress(json::array()).code(), 1);
  EXPECT_EQ(Progress(json(std::vector<json>(101, Line("một")))).code(), 1);
  EXPECT_EQ(Progress({json("một")}).code(), 1);
}

TEST(DerivedIds, OfRequestsDependOnEverything) {
  const json a = {{"x", 1}};
  const json b = {{"x", 2}};
  const std::set<std::string> ids = {
      RequestId("H29.X05", "S", a, 1), RequestId("H29.X05", "S", a, 2),
      RequestId("H29.X05", "S", b, 1), RequestId("H29.X05", "T", a, 1),
      RequestId("H29.X06", "S", a, 1)};
  EXPECT_EQ(ids.size(), 5u);
  EXPECT_EQ(RequestId("H29.X05", "S", json::parse(R"({ "x" : 1 })"), 1),
            *ids.find(RequestId("H29.X05", "S", a, 1)));
  EXPECT_THAT(*ids.begin(),
              ::testing::ContainsRegex(
                  "^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"));
}

TEST(DerivedIds, OfStepsDependOnEverything) {
  dossier::v1::Step step;
  step.set_content("x");
  step.set_status(dossier::v1::STATUS_PROCESSING);
  dossier::v1::Step other = step;
  other.set_officer("y");
  dossier::v1::Step later = step;
  later.mutable_time()->set_seconds(1);
  StepIds ids("H29.X05", "c");
  const std::set<std::string> all = {ids.Next(step),
                                     ids.Next(step),
                                     ids.Next(other),
                                     StepIds("H29.X05", "c").Next(later),
                                     StepIds("H29.X06", "c").Next(step),
                                     StepIds("H29.X05", "d").Next(step)};
  EXPECT_EQ(all.size(), 6u);
  EXPECT_TRUE(all.contains(StepIds("H29.X05", "c").Next(step)));
  step.set_id("an id");
  EXPECT_TRUE(all.contains(StepIds("H29.X05", "c").Next(step)));
}

}  // namespace
}  // namespace lienthong::facade
