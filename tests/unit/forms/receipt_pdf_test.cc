#include "gateway/forms/receipt_pdf.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gateway/base/errors.h"
#include "gateway/forms/page.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/forms/sample_dossier.h"

namespace lienthong::forms {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

form::v1::Form SampleForm(const std::string& more = "") {
  auto form = FillSample(form::v1::FORM_KIND_RECEIPT, more);
  EXPECT_TRUE(form.ok()) << form.status();
  return *std::move(form);
}

int PagesOf(const std::string& pdf) {
  const size_t at = pdf.find("/Count ");
  return at == std::string::npos ? -1 : std::stoi(pdf.substr(at + 7));
}

TEST(ReceiptPdf, IsTheSameForTheSameForm) {
  const form::v1::Form form = SampleForm();
  const auto first = RenderReceipt(form);
  const auto second = RenderReceipt(form);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_THAT(*first, StartsWith("%PDF-"));
  EXPECT_EQ(*first, *second);
  EXPECT_EQ(PagesOf(*first), 1);
}

TEST(ReceiptPdf, LongNamesAndListsFlowOn) {
  std::string more = absl::StrCat("applicant { name: \"", std::string(500, 'W'), "\" }");
  for (int i = 0; i < 60; ++i) {
    absl::StrAppend(&more, "papers { id: \"x", i, "\" name: \"Giấy tờ số ", i, " ",
                    std::string(100, 'm'), "\" quantity: 1 }");
  }
  const auto pdf = RenderReceipt(SampleForm(more));
  ASSERT_TRUE(pdf.ok()) << pdf.status();
  EXPECT_GE(PagesOf(*pdf), 2);
  EXPECT_LE(PagesOf(*pdf), 8);
}

TEST(ReceiptPdf, TheLongestFormStaysWithinTheLimitOfPages) {
  std::string more;
  for (int i = 0; i < 1000; ++i) {
    absl::StrAppend(&more, "papers { id: \"x", i, "\" name: \"", std::string(4000, 'W'), "\" }");
  }
  const form::v1::Form form = SampleForm(more);
  EXPECT_EQ(form.papers_size(), kPapersPrintedMax);
  const auto pdf = RenderReceipt(form);
  ASSERT_TRUE(pdf.ok()) << pdf.status();
  EXPECT_LE(PagesOf(*pdf), kPagesMax);
}

TEST(ReceiptPdf, MarkupIsText) {
  const auto pdf = RenderReceipt(SampleForm("applicant { name: \"<b>A & B</i> <span size=0>\" }"));
  ASSERT_TRUE(pdf.ok()) << pdf.status();
}

TEST(ReceiptPdf, LineEndsDoNotRunOffThePage) {
  Canvas canvas("", {});
  const double one = canvas.HeightOf(300, "một hai", {});
  EXPECT_EQ(canvas.HeightOf(300, absl::StrCat("một", std::string(900, '\n'), "hai"), {}), one);
  std::string separators = "một";
  for (int i = 0; i < 3; ++i) separators += "\u2029";
  EXPECT_EQ(canvas.HeightOf(300, separators, {}), one);
}

TEST(ReceiptPdf, OtherFormsHaveNone) {
  form::v1::Form form = SampleForm();
  form.set_kind(form::v1::FORM_KIND_REFUSAL);
  EXPECT_TRUE(absl::IsInvalidArgument(RenderReceipt(form).status()));
}

}  // namespace
}  // namespace lienthong::forms
