# cmake -DINPUT=file -DOUTPUT=header -DPATH=path-from-root -P Embed.cmake: see lienthong_embed() in Parts.cmake.
get_filename_component(name ${INPUT} NAME)
string(REGEX MATCHALL "[A-Za-z0-9]+" words ${name})
set(constant k)
foreach(word IN LISTS words)
  string(SUBSTRING ${word} 0 1 first)
  string(SUBSTRING ${word} 1 -1 rest)
  string(TOUPPER ${first} first)
  string(APPEND constant ${first}${rest})
endforeach()
string(MAKE_C_IDENTIFIER "LIENTHONG_EMBEDDED_${PATH}_H_" guard)
string(TOUPPER ${guard} guard)
file(READ ${INPUT} text)
file(WRITE ${OUTPUT} "// Generated from ${PATH}.
#ifndef ${guard}
#define ${guard}
#include <string_view>
namespace lienthong::embedded {
[[maybe_unused]] constexpr std::string_view ${constant} = R\"lienthong(${text})lienthong\";
}  // namespace lienthong::embedded
#endif  // ${guard}
")
