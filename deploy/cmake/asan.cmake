# cmake -C deploy/cmake/asan.cmake -G Ninja -S . -B build/asan
set(LIENTHONG_SANITIZE address,undefined CACHE STRING "")
set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "")
