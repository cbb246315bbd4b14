#ifndef LIENTHONG_GATEWAY_FILES_MEDIA_TYPE_H_
#define LIENTHONG_GATEWAY_FILES_MEDIA_TYPE_H_

#include <string>
#include <string_view>

namespace lienthong::files {

// The media type of content, from what its source says (a Content-Type header, or nothing) and
// from its first bytes, where the source says nothing useful. Never empty.
std::string MediaTypeOf(std::string_view declared, std::string_view beginning);

// What a paper is served as: its media type where no browser runs such content as a program of
// ours, else application/octet-stream.
std::string_view ServedType(std::string_view media_type);

}  // namespace lienthong::files

#endif  // LIENTHONG_GATEWAY_FILES_MEDIA_TYPE_H_
