#!/usr/bin/env bash
# A new folder below adapters/ or gateway/store/ is a new kind and no edit elsewhere: a throw-away project with the real
# deploy/cmake gets two adapters and a store, and its program registers all three. A text file becomes a constant.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
write() { mkdir -p "$top/$(dirname "$1")"; cat >"$top/$1"; }

mkdir -p "$top/deploy"
cp -r "$root/deploy/cmake" "$top/deploy/"
write CMakeLists.txt <<'CMAKE'
cmake_minimum_required(VERSION 3.25)
project(throwaway LANGUAGES C CXX)
list(APPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_SOURCE_DIR}/deploy/cmake)
set(LIENTHONG_TESTS OFF)
include(Toolchain)
include(External)
include(Layers)
include(Parts)
include(Plugins)
foreach(part base proto domain evidence server)
  add_subdirectory(gateway/${part})
endforeach()
add_subdirectory(gateway/store)
add_subdirectory(adapters)
CMAKE
for part in base proto evidence; do echo "lienthong_part(NAME $part)" | write gateway/$part/CMakeLists.txt; done
printf 'lienthong_part(NAME domain)\nlienthong_embed(domain notes.txt)\n' | write gateway/domain/CMakeLists.txt
printf 'int Domain();\nint Domain() { return 0; }\n' | write gateway/domain/domain.cc
printf 'first; "second" [third] \\ ${fourth}\n' | write gateway/domain/notes.txt
printf 'lienthong_part(NAME server USES stores_all adapters_all domain)\nlienthong_executable(lienthongd USES server)\n' |
  write gateway/server/CMakeLists.txt
for folder in adapters adapters/sdk gateway/store; do
  mkdir -p "$top/$folder"; cp "$root/$folder/CMakeLists.txt" "$top/$folder/"
done
write adapters/sdk/catalogue.h <<'CC'
#ifndef LIENTHONG_ADAPTERS_SDK_CATALOGUE_H_
#define LIENTHONG_ADAPTERS_SDK_CATALOGUE_H_
namespace lienthong::sdk {
class AdapterCatalogue { public: int count = 0; };
}
#endif
CC
write gateway/store/catalogue.h <<'CC'
#ifndef LIENTHONG_GATEWAY_STORE_CATALOGUE_H_
#define LIENTHONG_GATEWAY_STORE_CATALOGUE_H_
namespace lienthong::store {
class StoreCatalogue { public: int count = 0; };
}
#endif
CC
adapter() {
  echo "lienthong_adapter($1 EXTERNAL PostgreSQL::PostgreSQL)" | write adapters/$1/CMakeLists.txt
  printf '#include "adapters/sdk/catalogue.h"\nnamespace lienthong::adapters::%s {\nvoid Register(sdk::AdapterCatalogue& c);\nvoid Register(sdk::AdapterCatalogue& c) { ++c.count; }\n}\n' "$1" |
    write adapters/$1/$1.cc
}
adapter land
echo 'lienthong_store(tape)' | write gateway/store/tape/CMakeLists.txt
write gateway/store/tape/tape_store.cc <<'CC'
#include "gateway/store/catalogue.h"
namespace lienthong::store::tape {
void Register(StoreCatalogue& c);
void Register(StoreCatalogue& c) { c.count += 10; }
}
CC
write gateway/server/lienthongd_main.cc <<'CC'
#include <iostream>
#include "adapters/register_all.h"
#include "adapters/sdk/catalogue.h"
#include "gateway/domain/notes.txt.h"
#include "gateway/store/catalogue.h"
#include "gateway/store/register_all.h"
int main() {
  lienthong::sdk::AdapterCatalogue adapters;
  lienthong::store::StoreCatalogue stores;
  lienthong::RegisterAllAdapters(adapters);
  lienthong::RegisterAllStores(stores);
  std::cout << adapters.count << " " << stores.count << " " << lienthong::embedded::kNotesTxt;
}
CC

expect() {  # expect ADAPTERS: builds what changed and looks at what the program says
  cmake --build "$top/build" >"$top/log" 2>&1 || { cat "$top/log"; echo 'FAILED: does not build'; exit 1; }
  local said
  said=$("$top/build/bin/lienthongd")
  [ "$said" = "$1 10 $(cat "$top/gateway/domain/notes.txt")" ] || { echo "FAILED: expected $1 adapters, the program says: $said"; exit 1; }
  echo "ok: $1 adapters and a store are registered, the text is embedded"
}
cmake -S "$top" -B "$top/build" -G Ninja >"$top/log" 2>&1 || { cat "$top/log"; exit 1; }
expect 1
adapter water   # only a folder is added
expect 2
echo 'changed' | write gateway/domain/notes.txt
expect 2
