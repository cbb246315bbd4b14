// What texts on these systems' wires may look like.
#ifndef LIENTHONG_TESTS_RIGS_SHAPE_TEXT_H_
#define LIENTHONG_TESTS_RIGS_SHAPE_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace lienthong::rigs {

// Whether `text` is yyyyMMddHHmmss and such a moment exists.
bool IsDate(std::string_view text);
// yyyy-MM-dd HH:mm:ss
bool IsSpacedTime(std::string_view text);
// yyyy-MM-ddTHH:mm:ss.mmm+07:00
bool IsIsoTime(std::string_view text);

bool IsAllDigits(std::string_view text);
// Code points of valid UTF-8.
size_t CountChars(std::string_view text);
// `codes` is "1|2|3".
bool IsListed(std::string_view codes, std::string_view code);

// Wall time in Viet Nam, by strftime's format.
std::string LocalTime(int64_t time_ms, const char* format);

}  // namespace lienthong::rigs

#endif  // LIENTHONG_TESTS_RIGS_SHAPE_TEXT_H_
