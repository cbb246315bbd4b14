# Code from .proto files, into build/gen. lienthong_protos(ROOT <import root> FILES <paths below it>...) adds to two lists:
# messages (compiled into lienthong_proto, no gRPC header) and services (compiled into lienthong_grpc_api).
set(LIENTHONG_PROTO_INCLUDES -I${CMAKE_CURRENT_SOURCE_DIR}/proto)
find_path(LIENTHONG_GRPC_PROTO_DIR grpc/health/v1/health.proto PATHS /usr/share/grpc-proto NO_DEFAULT_PATH REQUIRED)
list(APPEND LIENTHONG_PROTO_INCLUDES -I${LIENTHONG_GRPC_PROTO_DIR})
set(LIENTHONG_GRPC_PLUGIN /usr/bin/grpc_cpp_plugin)
if(TARGET gRPC::grpc_cpp_plugin)
  set(LIENTHONG_GRPC_PLUGIN $<TARGET_FILE:gRPC::grpc_cpp_plugin>)
endif()

function(lienthong_protos)
  cmake_parse_arguments(PARSE_ARGV 0 protos "" "ROOT" "FILES")
  foreach(path IN LISTS protos_FILES)
    string(REGEX REPLACE "\\.proto$" "" stem ${path})
    set(input ${protos_ROOT}/${path})
    set(base ${LIENTHONG_GEN}/${stem})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${input})
    set_property(GLOBAL APPEND PROPERTY LIENTHONG_PROTO_FILES ${path})
    set_property(GLOBAL APPEND PROPERTY LIENTHONG_PROTO_INPUTS ${input})
    set_property(GLOBAL APPEND PROPERTY LIENTHONG_PROTO_SOURCES ${base}.pb.cc)
    add_custom_command(OUTPUT ${base}.pb.cc ${base}.pb.h
      COMMAND protobuf::protoc ${LIENTHONG_PROTO_INCLUDES} --cpp_out=${LIENTHONG_GEN} --dependency_out=${base}.pb.d ${path}
      DEPENDS ${input} DEPFILE ${base}.pb.d COMMENT "protoc ${path}" VERBATIM)
    file(STRINGS ${input} services REGEX "^service[ \t]")
    if(services)
      set_property(GLOBAL APPEND PROPERTY LIENTHONG_GRPC_SOURCES ${base}.grpc.pb.cc)
      add_custom_command(OUTPUT ${base}.grpc.pb.cc ${base}.grpc.pb.h
        COMMAND protobuf::protoc ${LIENTHONG_PROTO_INCLUDES} --grpc_out=${LIENTHONG_GEN}
          --plugin=protoc-gen-grpc=${LIENTHONG_GRPC_PLUGIN} --dependency_out=${base}.grpc.pb.d ${path}
        DEPENDS ${input} DEPFILE ${base}.grpc.pb.d COMMENT "protoc grpc ${path}" VERBATIM)
    endif()
  endforeach()
endfunction()
