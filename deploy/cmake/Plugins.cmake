# A plug-in is one folder whose CMakeLists.txt is one call. The build writes the list of plug-ins; nothing relies on
# static initialisers.
#   adapters/<kind>/CMakeLists.txt:       lienthong_adapter(<kind> [EXTERNAL libraries...])
#   gateway/store/<kind>/CMakeLists.txt:  lienthong_store(<kind> [EXTERNAL libraries...])
# A plug-in defines  void Register(sdk::AdapterCatalogue&)  in namespace lienthong::adapters::<kind>, or
# void Register(StoreCatalogue&)  in namespace lienthong::store::<kind>.

function(lienthong_adapter kind)
  cmake_parse_arguments(PARSE_ARGV 1 plugin "" "" "EXTERNAL")
  lienthong_part(NAME adapter_${kind} USES base proto domain sdk EXTERNAL absl protobuf yaml json ${plugin_EXTERNAL})
  lienthong_plugin_listed(ADAPTER ${kind})
endfunction()

function(lienthong_store kind)
  cmake_parse_arguments(PARSE_ARGV 1 plugin "" "" "EXTERNAL")
  lienthong_part(NAME store_${kind} USES base proto evidence store EXTERNAL absl protobuf ${plugin_EXTERNAL})
  lienthong_plugin_listed(STORE ${kind})
endfunction()

# A folder joins the catalogue as soon as it has a source.
function(lienthong_plugin_listed what kind)
  file(GLOB sources CONFIGURE_DEPENDS *.cc)
  if(sources)
    set_property(GLOBAL APPEND PROPERTY LIENTHONG_${what}_KINDS ${kind})
  endif()
endfunction()

# Adds every subfolder that has a CMakeLists.txt, but those named.
function(lienthong_add_plugin_folders)
  file(GLOB lists CONFIGURE_DEPENDS */CMakeLists.txt)
  foreach(list IN LISTS lists)
    get_filename_component(folder ${list} DIRECTORY)
    get_filename_component(name ${folder} NAME)
    if(NOT name IN_LIST ARGN)
      add_subdirectory(${folder})
    endif()
  endforeach()
endfunction()

# Writes <folder>/register_all.h and the catalogue's source, and makes the library of all plug-ins of one sort.
function(lienthong_write_catalogue what)
  cmake_parse_arguments(PARSE_ARGV 1 c "" "LIBRARY;SOURCE;FUNCTION;CATALOGUE_NAMESPACE;CATALOGUE;KIND_NAMESPACE;PART_PREFIX;OWNER" "")
  get_property(kinds GLOBAL PROPERTY LIENTHONG_${what}_KINDS)
  set(declarations "")
  set(calls "")
  foreach(kind IN LISTS kinds)
    string(APPEND declarations
      "namespace ${c_KIND_NAMESPACE}::${kind} {\nvoid Register(${c_CATALOGUE_NAMESPACE}::${c_CATALOGUE}& catalogue);\n}\n")
    string(APPEND calls "  ${c_KIND_NAMESPACE}::${kind}::Register(catalogue);\n")
  endforeach()
  if(NOT calls)
    set(calls "  (void)catalogue;\n")
  endif()
  file(RELATIVE_PATH path ${LIENTHONG_ROOT} ${CMAKE_CURRENT_SOURCE_DIR})
  string(MAKE_C_IDENTIFIER "LIENTHONG_${path}_REGISTER_ALL_H_" guard)
  string(TOUPPER ${guard} guard)
  file(CONFIGURE OUTPUT ${LIENTHONG_GEN}/${path}/register_all.h @ONLY CONTENT
"// Written by the build: deploy/cmake/Plugins.cmake.
#ifndef @guard@
#define @guard@
namespace @c_CATALOGUE_NAMESPACE@ {
class @c_CATALOGUE@;
}
namespace lienthong {
// Adds every kind that the build found.
void @c_FUNCTION@(@c_CATALOGUE_NAMESPACE@::@c_CATALOGUE@& catalogue);
}  // namespace lienthong
#endif  // @guard@
")
  file(CONFIGURE OUTPUT ${LIENTHONG_GEN}/${path}/${c_SOURCE} @ONLY CONTENT
"// Written by the build: deploy/cmake/Plugins.cmake.
#include \"@path@/register_all.h\"
@declarations@
namespace lienthong {
void @c_FUNCTION@(@c_CATALOGUE_NAMESPACE@::@c_CATALOGUE@& catalogue) {
@calls@}
}  // namespace lienthong
")
  add_library(lienthong_${c_LIBRARY} STATIC ${LIENTHONG_GEN}/${path}/${c_SOURCE})
  add_library(lienthong::${c_LIBRARY} ALIAS lienthong_${c_LIBRARY})
  target_include_directories(lienthong_${c_LIBRARY} SYSTEM PUBLIC ${LIENTHONG_GEN})
  target_link_libraries(lienthong_${c_LIBRARY} PUBLIC lienthong::${c_OWNER})
  foreach(kind IN LISTS kinds)
    target_link_libraries(lienthong_${c_LIBRARY} PUBLIC lienthong::${c_PART_PREFIX}${kind})
  endforeach()
endfunction()
