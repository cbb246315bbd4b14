#include "gateway/forms/forms.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/forms/sample_dossier.h"

namespace lienthong::forms {
namespace {

using form::v1::Form;
using form::v1::FormKind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string ValueOf(const Form& form, std::string_view name) {
  for (const auto& field : form.fields()) {
    if (field.name() == name) return field.value();
  }
  return "-";
}

std::vector<std::string> FieldNames(const Form& form) {
  std::vector<std::string> names;
  for (const auto& field : form.fields()) names.push_back(field.name());
  return names;
}

// What stands in the way, as the error's details say it.
std::string Missing(const absl::StatusOr<Form>& form) {
  if (form.ok()) return "nothing";
  const ErrorDetails details = DetailsOf(form.status());
  EXPECT_EQ(details.reason, "FORM_NOT_READY") << form.status();
  EXPECT_TRUE(absl::IsFailedPrecondition(form.status()));
  for (const auto& [key, value] : details.metadata) {
    if (key == "missing") return value;
  }
  return "";
}

constexpr FormKind kReceipt = form::v1::FORM_KIND_RECEIPT;
constexpr FormKind kSupplement = form::v1::FORM_KIND_SUPPLEMENT_REQUEST;
constexpr FormKind kRefusal = form::v1::FORM_KIND_REFUSAL;
constexpr FormKind kApology = form::v1::FORM_KIND_APOLOGY;
constexpr FormKind kStop = form::v1::FORM_KIND_STOP_NOTICE;

TEST(ReceiptForm, HasTheLinesOfTheLawInTheirOrder) {
  const auto form = FillSample(kReceipt);
  ASSERT_TRUE(form.ok()) << form.status();
  EXPECT_EQ(form->title(), "Giấy tiếp nhận hồ sơ và hẹn trả kết quả");
  EXPECT_EQ(form->version(), "Mẫu số 01, TT 03/2025/TT-VPCP");
  EXPECT_EQ(form->qr_text(), "H29.X05-261105-0007");
  EXPECT_EQ(form->revision(), 3);
  EXPECT_EQ(form->time().seconds(), 1'793'900'000);
  EXPECT_THAT(FieldNames(*form),
              ElementsAre("parent_agency", "agency", "receipt_number", "code", "applicant",
                          "address", "phone", "email", "procedure", "subject", "received_time",
                          "promised_due", "channel", "return_method", "fee", "officer"));
  EXPECT_EQ(ValueOf(*form, "agency"), "Phường Mẫu Thử");
  EXPECT_EQ(ValueOf(*form, "received_time"), "09 giờ 25 phút, ngày 05 tháng 11 năm 2026");
  EXPECT_EQ(ValueOf(*form, "promised_due"), "17 giờ 00 phút, ngày 09 tháng 11 năm 2026");
  EXPECT_EQ(ValueOf(*form, "channel"), "Trực tiếp");
  EXPECT_EQ(ValueOf(*form, "fee"), "8.000 đồng");
  EXPECT_EQ(ValueOf(*form, "address"),
            "Số 0 đường Không Có Thật, phường Mẫu Thử, Thành phố Hồ Chí Minh");
}

TEST(ReceiptForm, CountsPapersByTheirCopies) {
  const auto form = FillSample(kReceipt, R"pb(
    papers { id: "p4" name: "một" quantity: 3 copy_kind: COPY_KIND_ORIGINAL }
    papers { id: "p5" name: "hai" quantity: 2 }
    papers { id: "p6" name: "ba" copy_kind: COPY_KIND_ELECTRONIC }
    papers { id: "p7" name: "bỏ" quantity: 2 removed: true })pb");
  ASSERT_TRUE(form.ok()) << form.status();
  std::vector<std::string> rows;
  for (const auto& paper : form->papers()) {
    rows.push_back(StrCat(paper.name(), " ", paper.originals(), " ", paper.copies()));
  }
  EXPECT_THAT(rows, ElementsAre("Tờ khai đăng ký khai sinh 1 0", "Giấy chứng sinh 1 1",
                                "Giấy chứng nhận kết hôn của cha, mẹ 0 2", "một 3 0", "hai 0 2",
                                "ba (bản điện tử) 0 0"));
}

TEST(ReceiptForm, NamesAllThatIsMissingAtOnce) {
  dossier::v1::Dossier dossier = SampleDossier("status: STATUS_SUBMITTED");
  dossier.clear_receipt_number();
  dossier.mutable_applicant()->set_name("  ");
  dossier.mutable_reception()->clear_received_time();
  const auto form = Fill(kReceipt, dossier, "", SampleNames(), kFormNow);
  EXPECT_EQ(Missing(form), "receipt_number,applicant.name,status,reception.received_time");
}

TEST(ReceiptForm, IsNeverMadeForWhatWasRefusedVoidedOrJoined) {
  EXPECT_EQ(Missing(FillSample(kReceipt, "status: STATUS_REFUSED")), "status");
  EXPECT_EQ(Missing(FillSample(kReceipt, "reception { refused_time { seconds: 1793900000 } }")),
            "status");
  EXPECT_EQ(Missing(FillSample(kReceipt, "voiding { reason: \"nhập nhầm\" }")), "voiding");
  EXPECT_EQ(Missing(FillSample(kReceipt, "joined { survivor: \"X\" }")), "joined");
}

TEST(ReceiptForm, StaysForWhatHappensAfterAcceptance) {
  for (const char* status : {"PROCESSING", "SUPPLEMENT_REQUESTED", "FINISHED", "RETURNED"}) {
    EXPECT_EQ(Missing(FillSample(kReceipt, StrCat("status: STATUS_", status))), "nothing");
  }
}

TEST(ReceiptForm, NeedsADayThatIsPromised) {
  dossier::v1::Dossier dossier = SampleDossier();
  dossier.clear_deadline();
  EXPECT_EQ(Missing(Fill(kReceipt, dossier, "", SampleNames(), kFormNow)), "deadline.promised_due");
}

TEST(ReceiptForm, IsNotForWhatHasStoppedOrWasWithdrawn) {
  EXPECT_EQ(Missing(FillSample(kReceipt, "status: STATUS_STOPPED")), "status");
  EXPECT_EQ(Missing(FillSample(kReceipt, "status: STATUS_WITHDRAWN")), "status");
}

TEST(Forms, ShowTheCodeOfWhatHasNoName) {
  const auto form = Fill(kReceipt, SampleDossier(), "", Names{}, kFormNow);
  ASSERT_TRUE(form.ok()) << form.status();
  EXPECT_EQ(ValueOf(*form, "agency"), "H29.X05");
  EXPECT_EQ(ValueOf(*form, "parent_agency"), "-");
  EXPECT_THAT(ValueOf(*form, "address"), HasSubstr(", 79"));
}

TEST(Forms, ErrorsHoldNoPersonalValue) {
  const auto form = FillSample(kRefusal);
  ASSERT_FALSE(form.ok());
  EXPECT_THAT(form.status().ToString(), Not(HasSubstr("Nguyễn")));
}

TEST(Forms, OtherKindsAreRefused) {
  EXPECT_TRUE(absl::IsInvalidArgument(FillSample(form::v1::FORM_KIND_UNSPECIFIED).status()));
}

constexpr const char* kRounds = R"pb(
  supplements {
    id: "s1"
    content: "Bản sao hộ chiếu"
    requested_by: "Cán bộ A"
    requested_time { seconds: 1793900000 }
    paper_ids: "p2"
    fee_ids: "f1"
  }
  supplements {
    id: "s2"
    content: "Lần hai"
    requested_time { seconds: 1793990000 }
  }
  supplements {
    id: "s3"
    content: "bỏ"
    requested_time { seconds: 1793999000 }
    removed: true
  })pb";

TEST(SupplementForm, TakesTheNewestRoundOrTheOneAskedFor) {
  const auto newest = FillSample(kSupplement, kRounds);
  ASSERT_TRUE(newest.ok()) << newest.status();
  EXPECT_EQ(ValueOf(*newest, "content"), "Lần hai");
  EXPECT_EQ(ValueOf(*newest, "round"), "2");
  const auto first = FillSample(kSupplement, kRounds, "s1");
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(ValueOf(*first, "content"), "Bản sao hộ chiếu");
  EXPECT_EQ(ValueOf(*first, "round"), "1");
  EXPECT_EQ(ValueOf(*first, "fee"), "8.000 đồng");
  EXPECT_EQ(ValueOf(*first, "officer"), "Cán bộ A");
  ASSERT_EQ(first->papers_size(), 1);
  EXPECT_EQ(first->papers(0).name(), "Giấy chứng sinh");
}

TEST(SupplementForm, NeedsARoundWithWhatItAsksFor) {
  EXPECT_EQ(Missing(FillSample(kSupplement)), "supplements");
  EXPECT_EQ(Missing(FillSample(kSupplement, kRounds, "s9")), "supplements[s9]");
  EXPECT_EQ(Missing(FillSample(kSupplement, "supplements { id: \"s1\" content: \" \" }")),
            "supplements[s1].content,supplements[s1].requested_time");
}

std::string Refused(std::string_view reason, std::string_view basis) {
  return StrCat("status: STATUS_REFUSED reception { refusal_reason: \"", reason,
                "\" refusal_legal_basis: \"", basis, "\" }");
}

TEST(RefusalForm, NeedsReasonAndLegalText) {
  EXPECT_EQ(Missing(FillSample(kRefusal, Refused("", ""))),
            "reception.refusal_reason,reception.refusal_legal_basis");
  EXPECT_EQ(Missing(FillSample(kRefusal, Refused("Không thuộc thẩm quyền", ""))),
            "reception.refusal_legal_basis");
  EXPECT_EQ(Missing(FillSample(kRefusal)),
            "status,reception.refusal_reason,reception.refusal_legal_basis");
  const auto form = FillSample(kRefusal, Refused("Không thuộc thẩm quyền", "Điều 17"));
  ASSERT_TRUE(form.ok()) << form.status();
  EXPECT_EQ(ValueOf(*form, "reason"), "Không thuộc thẩm quyền");
  EXPECT_EQ(ValueOf(*form, "legal_basis"), "Điều 17");
  EXPECT_EQ(form->version(), "Mẫu số 03, TT 03/2025/TT-VPCP");
}

TEST(RefusalForm, TakesNoProgramsCodeForAReason) {
  for (const char* code : {"ERR_12", "500", "HTTP 502", "Internal Server Error",
                           "java.lang.NullPointerException at x", "0x80004005", "E-1001"}) {
    EXPECT_EQ(Missing(FillSample(kRefusal, Refused(code, "Điều 17"))), "reception.refusal_reason")
        << code;
  }
  for (const char* reason :
       {"Thiếu CCCD", "Trùng hồ sơ H29.X05-261105-0001", "Hồ sơ không đủ theo khoản 2 Điều 17"}) {
    EXPECT_EQ(Missing(FillSample(kRefusal, Refused(reason, "Điều 17"))), "nothing") << reason;
  }
}

std::string Letter(std::string_view id, int64_t original, int64_t renewed, int64_t time) {
  return StrCat("apologies { id: \"", id, "\" reason: \"Chờ ý kiến cơ quan phối hợp\" signer: ",
                "\"Trần B\" original_due { seconds: ", original, " } new_due { seconds: ", renewed,
                " } time { seconds: ", time, " } }");
}

TEST(ApologyForm, HasBothDatesTheReasonAndWhoSigned) {
  const auto form = FillSample(kApology, Letter("a1", 1794218400, 1794477600, 1794200000));
  ASSERT_TRUE(form.ok()) << form.status();
  EXPECT_EQ(ValueOf(*form, "original_due"), "09/11/2026");
  EXPECT_EQ(ValueOf(*form, "new_due"), "12/11/2026");
  EXPECT_EQ(ValueOf(*form, "signer"), "Trần B");
}

TEST(ApologyForm, NeedsAllOfThem) {
  EXPECT_EQ(Missing(FillSample(kApology)), "apologies");
  EXPECT_EQ(Missing(FillSample(kApology, "apologies { id: \"a1\" }")),
            "apologies[a1].original_due,apologies[a1].reason,apologies[a1].new_due,"
            "apologies[a1].signer");
  EXPECT_EQ(Missing(FillSample(kApology, Letter("a1", 1794477600, 1794218400, 1794200000))),
            "apologies[a1].new_due");
}

TEST(ApologyForm, PutsTheDateOffOnce) {
  const std::string both = Letter("a2", 1794477600, 1794736800, 1794400000) +
                           Letter("a1", 1794218400, 1794477600, 1794200000);
  EXPECT_EQ(Missing(FillSample(kApology, both)), "apologies");
  EXPECT_EQ(Missing(FillSample(kApology, both, "a1")), "nothing");
  const std::string at_once = Letter("a1", 1794218400, 1794477600, 1794200000) +
                              Letter("a2", 1794477600, 1794736800, 1794200000);
  EXPECT_EQ(Missing(FillSample(kApology, at_once, "a1")), "nothing");
  EXPECT_EQ(Missing(FillSample(kApology, at_once, "a2")), "apologies");
}

TEST(StopForm, NeedsTheReasonInWordsAndTheLaw) {
  EXPECT_EQ(Missing(FillSample(kStop)),
            "status,outcome.stop_reason,outcome.stop_legal_basis,outcome.finished_time");
  EXPECT_EQ(Missing(FillSample(kStop,
                               "status: STATUS_STOPPED outcome { stop_reason: \"E9\" "
                               "stop_legal_basis: \"Điều 1\" }")),
            "outcome.stop_reason,outcome.finished_time");
  const auto form =
      FillSample(kStop,
                 "status: STATUS_STOPPED outcome { stop_reason: \"Người nộp không bổ sung\" "
                 "stop_legal_basis: \"Điều 1\" } "
                 "steps { id: \"s\" status: STATUS_STOPPED time { seconds: 1794218400 } }");
  ASSERT_TRUE(form.ok()) << form.status();
  EXPECT_EQ(ValueOf(*form, "reason"), "Người nộp không bổ sung");
  EXPECT_EQ(ValueOf(*form, "finished_time"), "17 giờ 00 phút, ngày 09 tháng 11 năm 2026")
      << "as its step tells";
}

}  // namespace
}  // namespace lienthong::forms
