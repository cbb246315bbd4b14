#include <gmock/gmock.h>

#include "gateway/core/dossiers.h"
#include "gateway/core/editor.h"
#include "gateway/core/lookup.h"
#include "gateway/domain/fields.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/http/facade/facade_fixture.h"

// One-stop software sends its whole record for each change of its own, with whatever it has not
// heard of since.
namespace lienthong::facade {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class OutdatedRecords : public FacadeTest {
 protected:
  OutdatedRecords() { LogInAs("x05"); }

  // What somebody else writes, with the rights of the receiving unit.
  void OthersWrite(const std::string& path, const std::string& value) {
    const auto view = core::View::Of(Agency("H29.X05"), true);
    const auto stored = core::FindOne(engine_, *view, kCode);
    ASSERT_TRUE(stored.ok()) << stored.status();
    domain::Change change;
    if (value.empty()) {
      change.clear.push_back(path);
    } else {
      ASSERT_TRUE(domain::SetField(change.dossier, path, value).ok());
      change.set.push_back(path);
    }
    auto edit = core::PrepareEdit(engine_, *stored, change,
                                  {.actor = "operator/mau",
                                   .writer = {.system = "agency/H29.X05",
                                              .receives = true,
                                              .leads = true,
                                              .submits = false,
                                              .agencies = {"H29.X05"}},
                                   .reason = "",
                                   .trace_id = "",
                                   .request_id = "",
                                   .request_digest = ""});
    ASSERT_TRUE(edit.ok()) << edit.status();
    ASSERT_TRUE(edit->conflict_paths.empty()) << edit->conflict_paths[0];
    core::SubmitEdit(engine_, *std::move(edit),
                     [](const auto& result) { EXPECT_TRUE(result.ok()) << result.status(); });
  }

  Answer PushWith(const std::string& name, const json& value) {
    record_[name] = value;
    return Push(record_, true);
  }

  // Whether a record with this phone number leaves the one that is stored, and says so.
  ::testing::AssertionResult Leaves(const std::string& said, const std::string& stored) {
    const std::string message = PushWith("SoDienThoai", said).message();
    const std::string phone = Stored(kCode).contact().phone();
    if (message.find("SoDienThoai") != std::string::npos && phone == stored) {
      return ::testing::AssertionSuccess();
    }
    return ::testing::AssertionFailure() << phone << " after: " << message;
  }

  // Whether a record with this phone number is an edit.
  ::testing::AssertionResult Takes(const std::string& said) {
    const std::string message = PushWith("SoDienThoai", said).message();
    const std::string phone = Stored(kCode).contact().phone();
    if (message.find("SoDienThoai") == std::string::npos && phone == said) {
      return ::testing::AssertionSuccess();
    }
    return ::testing::AssertionFailure() << phone << " after: " << message;
  }

  json record_ = Record();  // as the software has it
};

TEST_F(OutdatedRecords, PutNothingBack) {
  ASSERT_EQ(Push(record_, false).code(), 0);
  OthersWrite("contact.phone", "0900000007");
  OthersWrite("status", "4");
  const Answer answer = PushWith("TrichYeuHoSo", "Khai sinh lại");
  EXPECT_EQ(answer.code(), 0) << answer.body;
  EXPECT_THAT(answer.message(), AllOf(HasSubstr("SoDienThoai"), HasSubstr("TrangThaiHoSo"),
                                      HasSubstr("giữ nguyên"), Not(HasSubstr("TrichYeuHoSo"))));
  const dossier::v1::Dossier dossier = Stored(kCode);
  EXPECT_EQ(dossier.subject(), "Khai sinh lại");
  EXPECT_EQ(dossier.contact().phone(), "0900000007");
  EXPECT_EQ(dossier.status(), dossier::v1::STATUS_PROCESSING);
}

TEST_F(OutdatedRecords, ThatChangeNothingChangeNothing) {
  ASSERT_EQ(Push(record_, false).code(), 0);
  OthersWrite("contact.phone", "0900000007");
  const int64_t entries = store_->Info().last_sequence;
  const Answer answer = Push(record_, true);
  EXPECT_EQ(answer.code(), 0) << answer.body;
  EXPECT_EQ(answer.result()[0]["SoBienNhan"], kCode);
  EXPECT_EQ(store_->Info().last_sequence, entries);
}

// However often others have changed it meanwhile.
TEST_F(OutdatedRecords, MayRepeatWhatTheAgencySaidLast) {
  ASSERT_EQ(Push(record_, false).code(), 0);
  for (const char* phone : {"0900000007", "0900000008", "0900000009"}) {
    OthersWrite("contact.phone", phone);
    EXPECT_TRUE(Leaves("0900000001", phone));
  }
}

// Repeated from a look-up, and once more after others were looked up.
TEST_F(OutdatedRecords, MayRepeatWhatWasLookedUp) {
  ASSERT_EQ(Push(record_, false).code(), 0);
  OthersWrite("contact.phone", "0900000007");
  EXPECT_EQ(Find(kCode).result()[0]["SoDienThoai"], "0900000007");
  OthersWrite("contact.phone", "0900000008");
  EXPECT_TRUE(Leaves("0900000007", "0900000008"));
  Find(kCode);
  EXPECT_TRUE(Leaves("0900000007", "0900000008"));
}

// Two changes of others in between, the software's own status happens to be the first of them.
TEST_F(OutdatedRecords, AreNotThoseThatSayWhatOthersHadBetween) {
  ASSERT_EQ(Push(record_, false).code(), 0);
  OthersWrite("status", "4");
  OthersWrite("status", "5");
  EXPECT_THAT(PushWith("TrangThaiHoSo", "4").message(), Not(HasSubstr("giữ nguyên")));
  EXPECT_EQ(Stored(kCode).status(), dossier::v1::STATUS_PROCESSING);
}

TEST_F(OutdatedRecords, AreNotThoseThatSayWhatWasLookedUpBeforeTheAgencySpoke) {
  ASSERT_EQ(Push(record_, false).code(), 0);
  OthersWrite("contact.phone", "0900000007");
  Find(kCode);
  EXPECT_TRUE(Takes("0900000002"));
  OthersWrite("contact.phone", "0900000003");
  EXPECT_TRUE(Takes("0900000007"));
}

TEST_F(OutdatedRecords, AreNotThoseThatSayWhatWasLookedUpButNotLast) {
  ASSERT_EQ(Push(record_, false).code(), 0);
  for (const char* phone : {"0900000007", "0900000008"}) {
    OthersWrite("contact.phone", phone);
    Find(kCode);
  }
  EXPECT_TRUE(Takes("0900000007"));
}

// The contract has no word for a household business: nothing of the dossier is shown.
TEST_F(OutdatedRecords, AreNotThoseThatSayWhatCouldNotBeShown) {
  ASSERT_EQ(Push(record_, false).code(), 0);
  OthersWrite("contact.phone", "0900000007");
  OthersWrite("applicant.kind", "5");
  EXPECT_EQ(Find(kCode).code(), 1);
  OthersWrite("contact.phone", "0900000008");
  EXPECT_TRUE(Takes("0900000007"));
}

// What others look up is not known to this software.
TEST_F(OutdatedRecords, AreNotThoseThatSayWhatOthersLookedUp) {
  ASSERT_EQ(Push(record_, false).code(), 0);
  HandTo("H29.X06");
  OthersWrite("contact.phone", "0900000007");
  LogInAs("x06");
  EXPECT_EQ(Find(kCode).result()[0]["SoDienThoai"], "0900000007");
  OthersWrite("contact.phone", "0900000008");
  LogInAs("x05");
  EXPECT_TRUE(Takes("0900000007"));
}

TEST_F(OutdatedRecords, LeaveWhatOthersFilledIn) {
  record_["Email"] = "";
  ASSERT_EQ(Push(record_, false).code(), 0);
  OthersWrite("contact.email", "mau@example.vn");
  ASSERT_EQ(PushWith("TrichYeuHoSo", "Khai sinh lại").code(), 0);
  EXPECT_EQ(Stored(kCode).contact().email(), "mau@example.vn");
}

TEST_F(OutdatedRecords, DoNotFillInWhatOthersEmptied) {
  record_["Email"] = "mau@example.vn";
  ASSERT_EQ(Push(record_, false).code(), 0);
  OthersWrite("contact.email", "");
  ASSERT_EQ(PushWith("TrichYeuHoSo", "Khai sinh lại").code(), 0);
  EXPECT_FALSE(Stored(kCode).contact().has_email());
}

TEST_F(OutdatedRecords, MayDenyWhatTheyDidNotSayBefore) {
  ASSERT_EQ(Push(record_, false).code(), 0);
  OthersWrite("has_digitized_papers", "true");
  ASSERT_EQ(PushWith("HoSoCoThanhPhanSoHoa", "0").code(), 0);
  EXPECT_TRUE(Stored(kCode).has_digitized_papers());
}

// The form of a round has places for the reply, which the software leaves as they were when it
// asked.
TEST_F(OutdatedRecords, TakeNoReplyOfTheApplicantBack) {
  record_["TrangThaiHoSo"] = "5";
  record_["DanhSachHoSoBoSung"] =
      json::array({{{"HoSoBoSungId", 7}, {"NoiDungBoSung", "Nộp thêm"}}});
  ASSERT_EQ(Push(record_, false).code(), 0);
  OthersWrite("supplements[H29.X05:7].answered", "true");
  OthersWrite("supplements[H29.X05:7].reply_note", "Đã nộp");
  json& round = record_["DanhSachHoSoBoSung"][0];
  round.update({{"TrangThaiBoSung", false}, {"NgayTiepNhanBoSung", ""}, {"ThongTinTiepNhan", ""}});
  EXPECT_EQ(PushWith("TrichYeuHoSo", "Khai sinh lại").code(), 0);
  const dossier::v1::Dossier dossier = Stored(kCode);
  EXPECT_EQ(dossier.subject(), "Khai sinh lại");
  EXPECT_TRUE(dossier.supplements(0).answered());
  EXPECT_EQ(dossier.supplements(0).reply_note(), "Đã nộp");
}

// A value that is new is an edit, also over what others wrote; so is one that the agency had
// before a later one of its own.
TEST_F(OutdatedRecords, AreNotThoseWithTheAgencysOwnEdits) {
  ASSERT_EQ(Push(record_, false).code(), 0);
  OthersWrite("contact.phone", "0900000007");
  EXPECT_THAT(PushWith("SoDienThoai", "0900000002").message(), Not(HasSubstr("giữ nguyên")));
  EXPECT_EQ(Stored(kCode).contact().phone(), "0900000002");
  EXPECT_THAT(PushWith("SoDienThoai", "0900000007").message(), Not(HasSubstr("giữ nguyên")));
  EXPECT_EQ(Stored(kCode).contact().phone(), "0900000007");
  EXPECT_THAT(PushWith("SoDienThoai", "0900000001").message(), Not(HasSubstr("giữ nguyên")));
  EXPECT_EQ(Stored(kCode).contact().phone(), "0900000001");
}

// Software that says what others wrote has taken it over: what was before is its own to say again.
// That it said so changes no dossier.
TEST_F(OutdatedRecords, AreNotThoseThatGoBackFromWhatWasTakenOver) {
  ASSERT_EQ(Push(record_, false).code(), 0);
  OthersWrite("contact.phone", "0900000007");
  const int64_t entries = store_->Info().last_sequence;
  EXPECT_THAT(PushWith("SoDienThoai", "0900000007").message(), Not(HasSubstr("giữ nguyên")));
  EXPECT_EQ(store_->Info().last_sequence, entries);
  EXPECT_THAT(PushWith("SoDienThoai", "0900000001").message(), Not(HasSubstr("giữ nguyên")));
  EXPECT_EQ(Stored(kCode).contact().phone(), "0900000001");
}

TEST_F(OutdatedRecords, MayRepeatWhatWasTakenOverBeforeOthersChangedItAgain) {
  ASSERT_EQ(Push(record_, false).code(), 0);
  OthersWrite("contact.phone", "0900000007");
  PushWith("SoDienThoai", "0900000007");
  OthersWrite("contact.phone", "0900000008");
  EXPECT_THAT(PushWith("TrichYeuHoSo", "Khai sinh lại").message(), HasSubstr("SoDienThoai"));
  EXPECT_EQ(Stored(kCode).contact().phone(), "0900000008");
  EXPECT_THAT(PushWith("SoDienThoai", "0900000001").message(), Not(HasSubstr("giữ nguyên")));
  EXPECT_EQ(Stored(kCode).contact().phone(), "0900000001");
}

TEST_F(OutdatedRecords, AreNotThoseThatFillInAgainWhatWasEmptiedByBoth) {
  record_["Email"] = "mau@example.vn";
  ASSERT_EQ(Push(record_, false).code(), 0);
  OthersWrite("contact.email", "");
  PushWith("Email", "");
  PushWith("Email", "mau@example.vn");
  EXPECT_EQ(Stored(kCode).contact().email(), "mau@example.vn");
}

// A clerk of the same agency has another tool than the one-stop software.
TEST_F(OutdatedRecords, PutNothingBackThatTheirAgencyChangedOtherwise) {
  ASSERT_EQ(Push(record_, false).code(), 0);
  auto change = Change();
  change.mutable_dossier()->mutable_contact()->set_phone("0900000007");
  PushAs("H29.X05", change);
  EXPECT_THAT(PushWith("TrichYeuHoSo", "Khai sinh lại").message(), HasSubstr("SoDienThoai"));
  EXPECT_EQ(Stored(kCode).contact().phone(), "0900000007");
}

// One record, twice judged at one revision: first its phone is old, then it goes back from what was
// taken over. What X05 says of the lead's fields stays a proposal and raises no revision.
TEST_F(OutdatedRecords, AreAnotherRequestThanTheSameRecordAsAnEdit) {
  ASSERT_EQ(Push(record_, false).code(), 0);
  HandTo("H29.X06");
  OthersWrite("contact.phone", "0900000007");
  EXPECT_THAT(PushWith("NgayKetThucXuLy", "20260302091500").message(),
              AllOf(HasSubstr("chờ xử lý: NgayKetThucXuLy"), HasSubstr("SoDienThoai")));
  PushWith("SoDienThoai", "0900000007");
  const Answer back = PushWith("SoDienThoai", "0900000001");
  EXPECT_EQ(back.code(), 0) << back.body;
  EXPECT_EQ(Stored(kCode).contact().phone(), "0900000001");
}

// What became a proposal was said too: it is no edit when it comes again, once the lead has gone
// on.
TEST_F(OutdatedRecords, MayRepeatWhatBecameAProposal) {
  ASSERT_EQ(Push(record_, false).code(), 0);
  HandTo("H29.X06");
  EXPECT_THAT(PushWith("TrangThaiHoSo", "4").message(), HasSubstr("chờ xử lý: TrangThaiHoSo"));
  for (const dossier::v1::Status status :
       {dossier::v1::STATUS_PROCESSING, dossier::v1::STATUS_FINISHED}) {
    auto go_on = Change();
    go_on.mutable_dossier()->set_status(status);
    PushAs("H29.X06", go_on);
  }
  EXPECT_THAT(PushWith("SoDienThoai", "0900000002").message(), HasSubstr("TrangThaiHoSo"));
  EXPECT_EQ(Stored(kCode).status(), dossier::v1::STATUS_FINISHED);
  EXPECT_EQ(Stored(kCode).contact().phone(), "0900000002");
}

// As long as nothing has changed since, it is the same proposal.
TEST_F(OutdatedRecords, AreNotProposalsThatStillStand) {
  ASSERT_EQ(Push(record_, false).code(), 0);
  HandTo("H29.X06");
  PushWith("TrangThaiHoSo", "4");
  EXPECT_THAT(PushWith("SoDienThoai", "0900000002").message(),
              HasSubstr("chờ xử lý: TrangThaiHoSo"));
}

// Between the look and the commit of the software's record.
TEST_F(OutdatedRecords, AreSeenAlsoWhenTheChangeComesInBetween) {
  ASSERT_EQ(Push(record_, false).code(), 0);
  interrupted_.BeforeNextCommit([this] { OthersWrite("contact.phone", "0900000007"); });
  const Answer answer = PushWith("TrichYeuHoSo", "Khai sinh lại");
  EXPECT_EQ(answer.code(), 0) << answer.body;
  EXPECT_THAT(answer.message(), HasSubstr("SoDienThoai"));
  EXPECT_EQ(Stored(kCode).contact().phone(), "0900000007");
  EXPECT_EQ(Stored(kCode).subject(), "Khai sinh lại");
}

}  // namespace
}  // namespace lienthong::facade
