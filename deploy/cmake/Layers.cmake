# Which part may use which, and which external libraries it may link. This is the one table; lienthong_part() refuses
# at configure what it does not allow, and tests/style checks the #include lines against it.
#   lienthong_layer(<part> USES <parts>... LINKS <external libraries>...)
# store_<kind> and adapter_<kind> are looked up by their own name first, then as store_* and adapter_*. ALL: everything.
function(lienthong_layer part)
  cmake_parse_arguments(PARSE_ARGV 1 layer "" "" "USES;LINKS")
  set_property(GLOBAL APPEND PROPERTY LIENTHONG_LAYERS "${part}")
  set_property(GLOBAL PROPERTY "LIENTHONG_MAY_USE_${part}" "${layer_USES}")
  set_property(GLOBAL PROPERTY "LIENTHONG_MAY_LINK_${part}" "${layer_LINKS}")
endfunction()

lienthong_layer(base LINKS absl spdlog crypto threads)
lienthong_layer(proto LINKS protobuf)
lienthong_layer(grpc_api USES proto LINKS protobuf grpc)
lienthong_layer(domain USES base proto LINKS absl protobuf yaml json)
lienthong_layer(evidence USES base proto LINKS absl protobuf crypto)
lienthong_layer(store USES base proto evidence LINKS absl protobuf crypto)
lienthong_layer(store_* USES store base proto evidence LINKS absl protobuf crypto threads)
lienthong_layer(store_sqlite USES store base proto evidence LINKS absl protobuf crypto threads sqlite3)
lienthong_layer(store_postgres USES store base proto evidence LINKS absl protobuf crypto threads libpq)
lienthong_layer(core USES base proto domain evidence store LINKS absl protobuf crypto threads)
lienthong_layer(sdk USES base proto domain LINKS absl protobuf crypto curl yaml json threads)
lienthong_layer(adapter_* USES base proto domain sdk LINKS absl protobuf crypto curl yaml json threads libpq)
lienthong_layer(sync USES base proto domain evidence store core sdk LINKS absl protobuf crypto threads)
lienthong_layer(service USES base proto domain evidence store core sync sdk grpc_api
  LINKS absl protobuf grpc crypto threads json)
lienthong_layer(http USES base proto domain core sync
  LINKS absl protobuf beast boost_url ssl crypto threads json)
lienthong_layer(server USES ALL
  LINKS absl protobuf grpc grpc_reflection beast ssl crypto threads yaml json spdlog)
lienthong_layer(ctl USES base proto grpc_api LINKS absl protobuf grpc crypto json yaml threads)
lienthong_layer(tests USES ALL LINKS ALL)

# lienthong_allowed(<what> <part> <out>): the list that stands in the table for this part.
function(lienthong_allowed what part out)
  get_property(layers GLOBAL PROPERTY LIENTHONG_LAYERS)
  set(row ${part})
  if(NOT row IN_LIST layers)
    string(REGEX REPLACE "_.*" "_*" row ${part})
  endif()
  if(NOT row IN_LIST layers)
    message(FATAL_ERROR "lienthong: part '${part}' has no line in deploy/cmake/Layers.cmake")
  endif()
  get_property(allowed GLOBAL PROPERTY "LIENTHONG_MAY_${what}_${row}")
  set(${out} "${allowed}" PARENT_SCOPE)
endfunction()

# lienthong_check_layer(<part> <USE or LINK> <names>...): ends the configuration at the first name that is not allowed.
function(lienthong_check_layer part what)
  lienthong_allowed(${what} ${part} allowed)
  foreach(name IN LISTS ARGN)
    if(NOT name IN_LIST allowed AND NOT "ALL" IN_LIST allowed)
      string(TOLOWER ${what} verb)
      list(JOIN allowed " " allowed)
      message(FATAL_ERROR "lienthong: ${part} may not ${verb} ${name}; deploy/cmake/Layers.cmake allows it: ${allowed}")
    endif()
  endforeach()
endfunction()
