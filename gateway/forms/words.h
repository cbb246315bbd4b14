#ifndef LIENTHONG_GATEWAY_FORMS_WORDS_H_
#define LIENTHONG_GATEWAY_FORMS_WORDS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/timestamp.pb.h"

namespace lienthong::forms {

// How a form writes things. Times are those of the clock on the wall in Viet Nam.

// `05/11/2026`; empty for no time.
std::string Date(const google::protobuf::Timestamp& time);
// `08 giờ 05 phút, ngày 05 tháng 11 năm 2026`.
std::string Moment(const google::protobuf::Timestamp& time);
// `Ngày 05 tháng 11 năm 2026`.
std::string LetterDate(const google::protobuf::Timestamp& time);
// `1.234.000 đồng`.
std::string Amount(int64_t vnd);

// What the schema calls a value in Vietnamese; empty where it says nothing.
std::string Vietnamese(const google::protobuf::EnumValueDescriptor* value);

// At most `chars_max` characters of UTF-8; what is cut off is told by an ellipsis.
std::string Shortened(std::string_view text, size_t chars_max);

// With line ends and runs of blanks as one blank, and none in front: it wraps where it must, and
// cannot run off a page.
std::string OneLine(std::string_view text);

// Blanks alone say nothing.
bool SaysNothing(std::string_view text);

// Whether a text is what a program says of itself (`ERR_12`, `500`, `HTTP 502`,
// `NullPointerException`) and not a reason that a citizen can read: the law demands one.
bool IsTechnicalCode(std::string_view text);

}  // namespace lienthong::forms

#endif  // LIENTHONG_GATEWAY_FORMS_WORDS_H_
