# External libraries, each under one short name: the only names that CMakeLists.txt files use.
#   lienthong_external(<name> HEADERS <first part of its #include paths>... TARGETS <imported targets>...)
# The style test reads the HEADERS to see that an #include is allowed where it stands.
set(LIENTHONG_EXTERNALS "")
macro(lienthong_external name)
  cmake_parse_arguments(_external "" "" "HEADERS;TARGETS" ${ARGN})
  list(APPEND LIENTHONG_EXTERNALS ${name})
  set(LIENTHONG_EXTERNAL_${name} ${_external_TARGETS})
endmacro()

find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(absl CONFIG REQUIRED)
find_package(Protobuf MODULE REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(PostgreSQL REQUIRED)
find_package(CURL REQUIRED)
find_package(yaml-cpp CONFIG REQUIRED)
find_package(nlohmann_json CONFIG REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(Boost 1.81 CONFIG REQUIRED COMPONENTS headers OPTIONAL_COMPONENTS url)
if(LIENTHONG_TESTS)
  find_package(GTest CONFIG REQUIRED)
endif()

# Found by hand: the package's own configuration file also wants its unpatched HTTP listener.
find_library(PROMETHEUS_CORE_LIBRARY prometheus-cpp-core REQUIRED)
find_path(PROMETHEUS_INCLUDE_DIR prometheus/registry.h REQUIRED)
add_library(lienthong_prometheus_core UNKNOWN IMPORTED GLOBAL)
set_target_properties(lienthong_prometheus_core PROPERTIES
  IMPORTED_LOCATION ${PROMETHEUS_CORE_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${PROMETHEUS_INCLUDE_DIR})

lienthong_external(threads HEADERS pthread.h TARGETS Threads::Threads)
lienthong_external(absl HEADERS absl/ TARGETS
  absl::base absl::bind_front absl::btree absl::cleanup absl::cord absl::core_headers absl::fixed_array
  absl::flags absl::flags_parse absl::flags_usage absl::flat_hash_map absl::flat_hash_set absl::hash
  absl::inlined_vector absl::memory absl::random_random absl::span absl::status absl::statusor
  absl::str_format absl::strings absl::symbolize absl::synchronization absl::time absl::failure_signal_handler)
lienthong_external(protobuf HEADERS google/protobuf/ TARGETS protobuf::libprotobuf)
lienthong_external(grpc HEADERS grpcpp/ grpc/ TARGETS gRPC::grpc++)
lienthong_external(grpc_reflection HEADERS grpcpp/ext/proto_server_reflection TARGETS gRPC::grpc++_reflection)
lienthong_external(crypto HEADERS openssl/ TARGETS OpenSSL::Crypto)
lienthong_external(ssl HEADERS openssl/ TARGETS OpenSSL::SSL)
lienthong_external(sqlite3 HEADERS sqlite3.h TARGETS SQLite::SQLite3)
lienthong_external(libpq HEADERS libpq-fe.h TARGETS PostgreSQL::PostgreSQL)
lienthong_external(curl HEADERS curl/ TARGETS CURL::libcurl)
lienthong_external(yaml HEADERS yaml-cpp/ TARGETS yaml-cpp)
lienthong_external(json HEADERS nlohmann/ TARGETS nlohmann_json::nlohmann_json)
lienthong_external(spdlog HEADERS spdlog/ fmt/ TARGETS spdlog::spdlog)
lienthong_external(prometheus HEADERS prometheus/ TARGETS lienthong_prometheus_core)
lienthong_external(beast HEADERS boost/ TARGETS Boost::headers)
if(TARGET Boost::url)
  lienthong_external(boost_url HEADERS boost/url TARGETS Boost::url)
endif()
