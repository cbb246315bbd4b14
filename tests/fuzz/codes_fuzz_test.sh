#!/usr/bin/env bash
# codes_fuzz_test.sh [SECONDS]: builds codes_fuzz with libFuzzer and AddressSanitizer, and lets it run (default 15 s). What it
# finds stays beside it as crash-*.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=${LIENTHONG_BUILD_DIR:-$root/build}/tests/fuzz
compiler=clang++-14
command -v $compiler >/dev/null || { echo "$compiler is missing: deploy/install-packages test" >&2; exit 77; }
mkdir -p "$work/corpus"
cd "$work"
seed=0
for text in H29.X05-260302-0007 000.00.06.H56-231027-0361 38.98.H29-210519-0013 G09.20-20260609-0092637 2026-03-02 260302 \
  '{agency}-{yyMMdd}-{serial:4}' '{agency}-{yyyyMMdd}-09{serial:5}' 1.000656.000.00.00.H29; do
  printf '%s' "$text" >"corpus/seed-$((seed += 1))"
done
gateway=$root/gateway
$compiler -std=c++20 -O1 -g -fsanitize=fuzzer,address -I"$root" -isystem "${LIENTHONG_BUILD_DIR:-$root/build}/gen" \
  "$root/tests/fuzz/codes_fuzz.cc" "$gateway"/domain/{codes,code_forms,number_pattern}.cc -o codes_fuzz \
  -labsl_time -labsl_time_zone -labsl_civil_time -labsl_status -labsl_statusor -labsl_str_format_internal -labsl_strings \
  -labsl_strings_internal -labsl_raw_logging_internal -labsl_int128 -labsl_cord -labsl_throw_delegate
./codes_fuzz -max_total_time="${1:-15}" -max_len=200 -print_final_stats=1 corpus 2>&1 | tail -n 12
