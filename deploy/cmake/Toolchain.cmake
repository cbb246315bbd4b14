# Language, warnings, build type, compiler cache, linker, sanitizers.
option(LIENTHONG_TESTS "build the tests" ON)
set(LIENTHONG_SANITIZE "" CACHE STRING "what -fsanitize= gets, for example address,undefined; empty: none")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_VERIFY_INTERFACE_HEADER_SETS ON)
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG")

find_program(LIENTHONG_CCACHE ccache)
if(LIENTHONG_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${LIENTHONG_CCACHE})
endif()
find_program(LIENTHONG_MOLD mold)
if(LIENTHONG_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_link_options(LINKER:--as-needed)

if(LIENTHONG_SANITIZE)
  add_compile_options(-fsanitize=${LIENTHONG_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${LIENTHONG_SANITIZE})
endif()

# Warnings are errors in what we write; generated code is compiled without them.
function(lienthong_strict target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wshadow -Werror)
endfunction()
