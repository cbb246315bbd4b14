#include "gateway/http/facade/wording.h"

#include <vector>

#include "absl/strings/str_replace.h"
#include "gateway/base/text.h"

namespace lienthong::facade {
namespace {

struct Wording {
  std::string_view reason;      // `*` stands for anything
  std::string_view vietnamese;  // `$1` for what the first `*` stood for
};

// The first that fits. Of a reason only numbers, codes and examples are taken over.
constexpr Wording kWordings[] = {
    {"mandatory here*", "bắt buộc phải có"},
    {"mandatory with TrangThaiHoSo *", "bắt buộc phải có khi TrangThaiHoSo là $1"},
    {"may be there with KenhThucHien 2 only", "chỉ được có khi KenhThucHien là 2"},
    {"is another dossier's than the first line's", "một lần gửi chỉ gồm tiến độ của một hồ sơ"},
    {"is missing*", "bắt buộc phải có"},
    {"is required and cannot be cleared", "bắt buộc phải có, không được để trống"},
    {"is required*", "bắt buộc phải có"},
    {"is empty*", "không được để trống"},
    {"has * characters; the limit is *", "dài $1 ký tự, tối đa $2"},
    {"has * elements; the limit is *", "có $1 phần tử, tối đa $2"},
    {"is a code of *, which*", "mã thuộc đơn vị khác"},
    {"is the number *, whose reservation is expired*",
     "số $1 đã hết hạn giữ chỗ, đề nghị xin số mới"},
    {"is the number *, whose reservation is *",
     "số $1 đã trả lại hoặc đã dùng, đề nghị xin số mới"},
    {"has U+* as its character *, which*", "ký tự thứ $2 (U+$1) không được có trong mã"},
    {"is no agency that *", "không phải đơn vị của tài khoản này"},
    {"expected a list", "phải là danh sách"},
    {"expected an object", "phải là đối tượng JSON"},
    {"expected a text*", "phải là chuỗi ký tự"},
    {"expected a whole number*", "phải là số nguyên viết bằng chữ số"},
    {"expected true or false", "phải là true hoặc false"},
    {"expected another type", "sai kiểu dữ liệu"},
    {"expected at most * characters of *", "tối đa $1 ký tự, chỉ gồm $2"},
    {"expected content that the gateway has stored*", "đề nghị gửi đường dẫn tải tệp tin"},
    {"names content that is not here*", "nội dung tệp tin không có ở đây, đề nghị gửi lại"},
    {"a second element*", "trùng mã với phần tử khác"},
    {"*is there twice", "trùng mã với phần tử khác"},
    {"*is no known code; expected one of *", "mã không có trong danh mục, phải là một trong: $2"},
    {"*is no existing date; expected *", "phải là thời điểm có thật, dạng yyyyMMddHHmmss"},
    {"is *not a value of *", "giá trị không có trong danh mục"},
    {"is too large a number", "số quá lớn"},
    {"is negative*", "không được âm"},
    {"is not an instant between the years*", "phải là thời điểm từ năm 1 đến năm 9999"},
    {"is *, before *; send the right year", "năm sai, trước năm $2"},
    {"is *, but it is only * here*", "muộn hơn thời điểm hiện tại, đề nghị kiểm tra đồng hồ"},
    {"is no time at which it can have happened", "không phải thời điểm việc đó có thể đã xảy ra"},
    {"is set by the gateway alone*", "do hệ thống cấp, đề nghị không gửi"},
    {"is not valid UTF-8", "không phải chuỗi UTF-8 hợp lệ"},
    {"is *not an agency code like *", "phải là mã định danh đơn vị như H29.X01"},
    {"is *not a procedure code like *", "phải là mã thủ tục như $2"},
    {"is *not an element id *", "mã phần tử tối đa 80 ký tự, chỉ gồm A-Z a-z 0-9 . _ : -"},
    {"is *, more than the * đồng that were paid*", "lớn hơn số tiền đã nộp ($2 đồng)"},
    {"is *, less than the * đồng that were paid back*", "nhỏ hơn số tiền đã hoàn ($2 đồng)"},
};

constexpr std::string_view kUnknown = "giá trị không hợp lệ";

// What each `*` of the pattern stands for, as little as possible; the last one for all that is
// left. Nothing when the text does not fit.
bool Match(std::string_view pattern, std::string_view text, std::vector<std::string_view>& found) {
  size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text;
  if (!text.starts_with(pattern.substr(0, star))) return false;
  text.remove_prefix(star);
  while (star != std::string_view::npos) {
    pattern.remove_prefix(star + 1);
    star = pattern.find('*');
    const std::string_view literal = pattern.substr(0, star);
    const size_t at = literal.empty() ? text.size() : text.find(literal);
    if (at == std::string_view::npos) return false;
    found.push_back(text.substr(0, at));
    text.remove_prefix(at + literal.size());
  }
  return text.empty();
}

}  // namespace

std::string InVietnamese(std::string_view reason) {
  for (const Wording& wording : kWordings) {
    std::vector<std::string_view> found;
    if (!Match(wording.reason, reason, found)) continue;
    std::string text(wording.vietnamese);
    for (size_t i = 0; i < found.size(); ++i) {
      text = absl::StrReplaceAll(text, {{StrCat("$", i + 1), ToAbsl(found[i])}});
    }
    return text;
  }
  return std::string(kUnknown);
}

}  // namespace lienthong::facade
