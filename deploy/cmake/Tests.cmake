# Tests are found, not listed. Under tests/<suite>, every folder with *_test.cc becomes one program, <suite>_<folder>,
# and every *_test.py and *_test.sh one test; all carry the label <suite>. Building suite_<suite> builds what it needs.
# A skipped test is seen: by its exit status 77, by what unittest says at its end, by what GoogleTest says.
include(GoogleTest OPTIONAL)

# lienthong_tests([USES parts...] [EXTERNAL libraries...]): the test program of the current folder. Call it in a
# CMakeLists.txt of the folder only when lienthong_test_defaults() does not suit: under tests/unit what is named is added
# to them, elsewhere it takes their place.
function(lienthong_tests)
  cmake_parse_arguments(PARSE_ARGV 0 test "" "" "USES;EXTERNAL")
  file(RELATIVE_PATH path ${LIENTHONG_ROOT}/tests ${CMAKE_CURRENT_SOURCE_DIR})
  lienthong_test_program(${path} ${CMAKE_CURRENT_SOURCE_DIR} "${test_USES}" "${test_EXTERNAL}")
endfunction()

# lienthong_suite(<suite>): everything below the current folder.
function(lienthong_suite suite)
  add_custom_target(suite_${suite})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS *_test.cc)
  set(folders "")
  foreach(source IN LISTS sources)
    get_filename_component(folder ${source} DIRECTORY)
    list(APPEND folders ${folder})
  endforeach()
  list(REMOVE_DUPLICATES folders)
  foreach(folder IN LISTS folders)
    if(EXISTS ${folder}/CMakeLists.txt AND NOT folder STREQUAL CMAKE_CURRENT_SOURCE_DIR)
      add_subdirectory(${folder})
    else()
      file(RELATIVE_PATH path ${LIENTHONG_ROOT}/tests ${folder})
      lienthong_test_program(${path} ${folder} "" "")
    endif()
  endforeach()
  lienthong_script_tests(${suite} "")
endfunction()

function(lienthong_test_program path folder uses external)
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cc)
  string(REGEX MATCH "^[^/]+" suite ${path})
  string(REPLACE "/" "_" target ${path})
  lienthong_test_defaults(${path} defaults)
  if(suite STREQUAL unit)
    list(APPEND uses ${defaults})
    list(REMOVE_DUPLICATES uses)
  elseif(NOT uses)
    set(uses ${defaults})
  endif()
  if(NOT uses)
    message(WARNING "lienthong: tests/${path} mirrors no part; give it a CMakeLists.txt that calls lienthong_tests(USES ...)")
  endif()
  add_executable(${target} ${sources})
  lienthong_strict(${target})
  target_compile_options(${target} PRIVATE -O1)
  # Most of a test's compile time goes into the headers; four sources share one reading of them, and with it their
  # anonymous namespaces: names in them are unique within a program.
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 4)
  lienthong_link(${target} PRIVATE USES ${uses} EXTERNAL ${external})
  target_link_libraries(${target} PRIVATE lienthong::test_support GTest::gmock_main)
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/bin)
  add_dependencies(suite_${suite} ${target})
  gtest_discover_tests(${target} DISCOVERY_MODE PRE_TEST NO_PRETTY_VALUES TEST_PREFIX ${path}:
    WORKING_DIRECTORY ${CMAKE_BINARY_DIR}
    PROPERTIES LABELS ${suite} TIMEOUT 300)
endfunction()

# What a test folder links when it says nothing: tests/unit/<part> its part (and the stores in memory that the upper
# parts are tested with); conformance and simulation all kinds of stores and adapters; integration everything.
function(lienthong_test_defaults path out)
  string(REGEX MATCH "^[^/]+" suite ${path})
  set(rest "")
  if(path MATCHES "^[^/]+/(.*)$")  # REGEX REPLACE would apply ^ again behind each match
    set(rest "${CMAKE_MATCH_1}")
  endif()
  string(REGEX REPLACE "^gateway/" "" rest "${rest}")
  string(REGEX REPLACE "^adapters/(sdk)?" "adapter/\\1" rest "${rest}")
  string(REPLACE "/" "_" part "${rest}")
  string(REGEX REPLACE "^adapter_sdk" "sdk" part "${part}")
  set(uses "")
  if(suite STREQUAL unit)
    foreach(candidate ${part} adapter_${part} store_${part})
      if(TARGET lienthong::${candidate} AND NOT uses)
        set(uses ${candidate})
      endif()
    endforeach()
    if(part MATCHES "^(core|sync|service|http|console)$" AND TARGET lienthong::store_memory)
      list(APPEND uses store_memory)
    endif()
  elseif(suite STREQUAL integration)
    set(uses server ctl)
  else()
    set(uses base proto domain evidence store stores_all core sdk adapters_all sync)
  endif()
  set(${out} "${uses}" PARENT_SCOPE)
endfunction()

# lienthong_script_tests(<suite> <subfolder of the current folder, or empty>)
function(lienthong_script_tests suite folder)
  set(base ${CMAKE_CURRENT_SOURCE_DIR}/${folder})
  file(GLOB_RECURSE scripts CONFIGURE_DEPENDS ${base}/*_test.py ${base}/*_test.sh)
  foreach(script IN LISTS scripts)
    file(RELATIVE_PATH name ${LIENTHONG_ROOT}/tests ${script})
    add_test(NAME ${name} COMMAND ${script} WORKING_DIRECTORY ${CMAKE_BINARY_DIR})
    set_tests_properties(${name} PROPERTIES LABELS ${suite} TIMEOUT 900 SKIP_RETURN_CODE 77
      SKIP_REGULAR_EXPRESSION "OK \\(skipped=[0-9]")
  endforeach()
  if(scripts AND suite STREQUAL integration)
    foreach(program lienthongd lienthongctl lienthong-sim lienthong_descriptors form_sample)
      if(TARGET ${program})
        add_dependencies(suite_${suite} ${program})
      endif()
    endforeach()
  endif()
endfunction()

# What tests find in their environment. ctest itself sets it, since gtest_discover_tests() takes no list as a property.
# Called once, by tests/CMakeLists.txt.
function(lienthong_test_environment)
  set(file ${CMAKE_BINARY_DIR}/test_environment.cmake)
  file(WRITE ${file} "")
  foreach(variable
      LIENTHONG_SOURCE_DIR=${LIENTHONG_ROOT}
      LIENTHONG_BUILD_DIR=${CMAKE_BINARY_DIR}
      LIENTHONGD=${CMAKE_BINARY_DIR}/bin/lienthongd
      LIENTHONGCTL=${CMAKE_BINARY_DIR}/bin/lienthongctl
      LIENTHONG_SIM=${CMAKE_BINARY_DIR}/bin/lienthong-sim
      LIENTHONG_PKI=${LIENTHONG_ROOT}/certs/lienthong-pki
      PYTHONPATH=${LIENTHONG_ROOT}/tests
      PYTHONDONTWRITEBYTECODE=1)
    string(REGEX REPLACE "^([^=]+)=(.*)$" "set(ENV{\\1} [==[\\2]==])\n" line "${variable}")
    file(APPEND ${file} "${line}")
  endforeach()
  set_property(DIRECTORY ${LIENTHONG_ROOT} APPEND PROPERTY TEST_INCLUDE_FILES ${file})
endfunction()
