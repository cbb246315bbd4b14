#include "gateway/forms/receipt_pdf.h"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <memory>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/forms/page.h"
#include "gateway/forms/words.h"

namespace lienthong::forms {
namespace {

constexpr double kLeft = kMarginLeftPt;
constexpr double kBottomPt = kPageHeightPt - kMarginBottomPt;
constexpr double kHeaderLeftPt = 232;  // width of the agency's block
constexpr double kHeaderRightPt = kContentWidthPt - kHeaderLeftPt;
constexpr double kQrSidePt = 84;
constexpr double kLineGapPt = 3.5;
constexpr double kCellPadPt = 3;
constexpr double kSignaturePt = 120;  // the blocks with room to sign
constexpr double kNumberColumnPt = 28;
constexpr double kCountColumnPt = 58;
constexpr double kNameColumnPt = kContentWidthPt - kNumberColumnPt - 2 * kCountColumnPt;

constexpr TextStyle kAbove = {.size_pt = 9.5, .align = PANGO_ALIGN_CENTER};
constexpr TextStyle kCentred = {.align = PANGO_ALIGN_CENTER};
constexpr TextStyle kCentredBold = {.bold = true, .align = PANGO_ALIGN_CENTER};
constexpr TextStyle kSmallItalic = {.size_pt = 9, .italic = true, .align = PANGO_ALIGN_CENTER};

std::string Upper(std::string_view text) {
  const std::unique_ptr<char, decltype(&g_free)> upper(
      g_utf8_strup(text.data(), static_cast<gssize>(text.size())), &g_free);
  return upper.get();
}

class Receipt {
 public:
  Receipt(const form::v1::Form& form, std::string_view mark)
      : form_(form), mark_(mark), canvas_(form.title(), form.time()) {
    for (const form::v1::FormField& field : form.fields()) {
      fields_.emplace(field.name(), &field);
    }
  }

  absl::StatusOr<std::string> Draw() && {
    BeginPage();
    Header();
    LIENTHONG_RETURN_IF_ERROR(Title());
    Lines({"applicant", "submitter", "address", "phone", "email", "procedure", "subject"});
    Papers();
    Lines({"received_time", "promised_due", "channel", "return_method"});
    Fees();
    Signatures();
    if (pages_ > kPagesMax) return absl::InternalError("the receipt has too many pages");
    return std::move(canvas_).Finish();
  }

 private:
  std::string Value(std::string_view name) const {
    const auto found = fields_.find(name);
    return found == fields_.end() ? "" : found->second->value();
  }

  void BeginPage() {
    ++pages_;
    y_ = kMarginTopPt;
    if (!mark_.empty()) canvas_.Mark(mark_);
    canvas_.Text(kLeft, kPageHeightPt - kMarginBottomPt + 14, kContentWidthPt,
                 StrCat(form_.version(), " – ", Value("receipt_number"), " – bản ghi ",
                        form_.revision(), " – in ngày ", Date(form_.time()), " – trang ", pages_),
                 {.size_pt = 7.5, .align = PANGO_ALIGN_CENTER});
  }

  // Goes on on a new page when so much does not fit on this one any more.
  void Need(double height) {
    if (y_ + height <= kBottomPt || y_ <= kMarginTopPt) return;
    canvas_.NewPage();
    BeginPage();
  }

  void Header() {
    double left = y_;
    const std::string parent = Upper(Value("parent_agency"));
    if (!parent.empty()) left += canvas_.Text(kLeft, left, kHeaderLeftPt, parent, kAbove);
    left += canvas_.Text(kLeft, left, kHeaderLeftPt, Upper(Value("agency")),
                         {.size_pt = 10, .bold = true, .align = PANGO_ALIGN_CENTER});
    left += canvas_.Text(kLeft, left, kHeaderLeftPt, "BỘ PHẬN TIẾP NHẬN VÀ TRẢ KẾT QUẢ",
                         {.size_pt = 9, .bold = true, .align = PANGO_ALIGN_CENTER});
    canvas_.Rule(kLeft + kHeaderLeftPt / 3, left + 2, kHeaderLeftPt / 3);
    left += 8;
    left +=
        canvas_.Text(kLeft, left, kHeaderLeftPt, StrCat("Số: ", Value("receipt_number")), kCentred);
    const double column = kLeft + kHeaderLeftPt;
    double right = y_;
    right += canvas_.Text(column, right, kHeaderRightPt, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
                          kCentredBold);
    right += canvas_.Text(column, right, kHeaderRightPt, "Độc lập - Tự do - Hạnh phúc",
                          {.size_pt = 12, .bold = true, .align = PANGO_ALIGN_CENTER});
    canvas_.Rule(column + kHeaderRightPt / 2 - 85, right + 2, 170);
    right += 10;
    right += canvas_.Text(column, right, kHeaderRightPt, LetterDate(form_.time()),
                          {.italic = true, .align = PANGO_ALIGN_CENTER});
    y_ = std::max(left, right) + 12;
  }

  absl::Status Title() {
    const double top = y_;
    const double width = kContentWidthPt - 2 * kQrSidePt;
    LIENTHONG_RETURN_IF_ERROR(
        canvas_.Qr(kLeft + kContentWidthPt - kQrSidePt, top - 6, kQrSidePt, form_.qr_text()));
    y_ += 12;
    y_ += canvas_.Text(kLeft + kQrSidePt, y_, width, Upper(form_.title()),
                       {.size_pt = 13, .bold = true, .align = PANGO_ALIGN_CENTER});
    y_ += 2;
    y_ += canvas_.Text(kLeft + kQrSidePt, y_, width, StrCat("Mã hồ sơ: ", Value("code")), kCentred);
    y_ = std::max(y_, top + kQrSidePt) + 6;
    return absl::OkStatus();
  }

  void Line(std::string_view label, std::string_view value) {
    const std::string lead = StrCat(OneLine(label), ": ");
    const std::string text = StrCat(lead, value);
    const TextStyle style = {.bold = true, .plain_bytes = lead.size()};
    Need(canvas_.HeightOf(kContentWidthPt, text, style));
    y_ += canvas_.Text(kLeft, y_, kContentWidthPt, text, style) + kLineGapPt;
  }

  void Lines(std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
      const auto found = fields_.find(name);
      if (found != fields_.end()) Line(found->second->label(), found->second->value());
    }
  }

  void Fees() {
    for (const form::v1::FormField& field : form_.fields()) {
      if (field.name() == "fee") Line(field.label(), field.value());
    }
  }

  // One row of the table; its height is that of the name.
  void Row(std::string_view number, std::string_view name, std::string_view originals,
           std::string_view copies, bool head) {
    const TextStyle middle = {.size_pt = 10, .bold = head, .align = PANGO_ALIGN_CENTER};
    const TextStyle text = head ? middle : TextStyle{.size_pt = 10};
    const double inner = kNameColumnPt - 2 * kCellPadPt;
    const double height = std::max(canvas_.HeightOf(inner, name, text),
                                   canvas_.HeightOf(kCountColumnPt, originals, middle)) +
                          2 * kCellPadPt;
    Need(height);
    double x = kLeft;
    const auto cell = [&](double width, std::string_view content, const TextStyle& style) {
      canvas_.Frame(x, y_, width, height);
      canvas_.Text(x + kCellPadPt, y_ + kCellPadPt, width - 2 * kCellPadPt, content, style);
      x += width;
    };
    cell(kNumberColumnPt, number, middle);
    cell(kNameColumnPt, name, text);
    cell(kCountColumnPt, originals, middle);
    cell(kCountColumnPt, copies, middle);
    y_ += height;
  }

  void Papers() {
    Need(60);  // the heading never stands alone
    y_ += canvas_.Text(kLeft, y_, kContentWidthPt, "Thành phần hồ sơ nộp gồm:", {}) + kLineGapPt;
    if (form_.papers().empty()) {
      y_ +=
          canvas_.Text(kLeft, y_, kContentWidthPt, "không có giấy tờ kèm theo", {.italic = true}) +
          kLineGapPt;
      return;
    }
    Row("STT", "Tên giấy tờ", "Bản chính", "Bản sao", /*head=*/true);
    int number = 0;
    for (const form::v1::FormPaper& paper : form_.papers()) {
      const auto count = [](int n) { return n > 0 ? StrCat(n) : std::string("–"); };
      Row(StrCat(++number), paper.name(), count(paper.originals()), count(paper.copies()), false);
    }
    y_ += 8;
  }

  void Signatures() {
    Need(kSignaturePt);
    y_ += 14;
    const double half = kContentWidthPt / 2;
    const auto block = [&](double left, std::string_view role, const std::string& name) {
      double y = y_;
      y += canvas_.Text(left, y, half, role, kCentredBold);
      y += canvas_.Text(left, y, half, "(Ký và ghi rõ họ tên)", kSmallItalic);
      if (!name.empty()) canvas_.Text(left, y + 52, half, Shortened(name, 60), kCentredBold);
    };
    const std::string submitter = Value("submitter");
    block(kLeft, "NGƯỜI NỘP HỒ SƠ", submitter.empty() ? Value("applicant") : submitter);
    block(kLeft + half, "NGƯỜI TIẾP NHẬN HỒ SƠ", Value("officer"));
  }

  const form::v1::Form& form_;
  const std::string_view mark_;
  Canvas canvas_;
  std::map<std::string, const form::v1::FormField*, std::less<>> fields_;
  double y_ = 0;
  int pages_ = 0;
};

}  // namespace

absl::StatusOr<std::string> RenderReceipt(const form::v1::Form& form, std::string_view mark) {
  if (form.kind() != form::v1::FORM_KIND_RECEIPT) {
    return FieldInvalid("pdf", "is made of form 01 only; ask for the others without it");
  }
  LIENTHONG_RETURN_IF_ERROR(Canvas::FontIsThere());
  return Receipt(form, mark).Draw();
}

}  // namespace lienthong::forms
