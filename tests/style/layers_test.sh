#!/usr/bin/env bash
# The build refuses a dependency that is not allowed and one that is not declared. Each case is a throw-away project of
# two parts, base and domain, that includes the real deploy/cmake/{Layers,Parts}.cmake.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

project() {  # project NAME 'arguments of base' 'arguments of domain'
  local top=$work/$1
  mkdir -p "$top/deploy" "$top/gateway/base" "$top/gateway/domain"
  cp -r "$root/deploy/cmake" "$top/deploy/"
  cat >"$top/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.25)
project(throwaway LANGUAGES CXX)
list(APPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_SOURCE_DIR}/deploy/cmake)
include(Toolchain)
include(Layers)
include(Parts)
add_subdirectory(gateway/base)
add_subdirectory(gateway/domain)
CMAKE
  echo "lienthong_part(NAME base $2)" >"$top/gateway/base/CMakeLists.txt"
  echo "lienthong_part(NAME domain $3)" >"$top/gateway/domain/CMakeLists.txt"
  printf 'int BaseValue();\nint BaseValue() { return 1; }\n' >"$top/gateway/base/base.cc"
  printf 'int BaseValue();\nint DomainValue();\nint DomainValue() { return BaseValue(); }\n' >"$top/gateway/domain/domain.cc"
}
build() {
  { cmake -S "$work/$1" -B "$work/$1/build" -G Ninja && cmake --build "$work/$1/build"; } >"$work/$1.log" 2>&1
}
expect_refused() {  # expect_refused NAME 'what the log must say'
  if build "$1"; then echo "FAILED: $1 was built"; failures=$((failures + 1)); return; fi
  if tr '\n' ' ' <"$work/$1.log" | tr -s ' ' | grep -q "$2"; then echo "ok: $1 is refused: $2"; return; fi
  cat "$work/$1.log"; echo "FAILED: $1 did not say: $2"; failures=$((failures + 1))
}

project declared '' 'USES base'
if build declared; then echo 'ok: a declared and allowed use is built'; else
  cat "$work/declared.log"; echo 'FAILED: a declared and allowed use is refused'; failures=$((failures + 1)); fi

project not_allowed 'USES domain' ''
expect_refused not_allowed 'lienthong: base may not use domain'

project external_not_allowed 'EXTERNAL grpc' ''
expect_refused external_not_allowed 'lienthong: base may not link grpc'

project not_declared '' ''
expect_refused not_declared 'undefined .*BaseValue'

project misspelt '' 'USSES base'
expect_refused misspelt "does not know 'USSES"

exit $((failures > 0))
