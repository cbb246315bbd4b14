# cmake -C deploy/cmake/tsan.cmake -G Ninja -S . -B build/tsan
# Judge only test programs that link no gRPC (unit_base ... unit_sync, simulation): the packaged gRPC is not instrumented
# and is reported in hundreds.
set(LIENTHONG_SANITIZE thread CACHE STRING "")
set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "")
