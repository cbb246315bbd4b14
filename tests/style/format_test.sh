#!/usr/bin/env bash
# Every C++ source and header stands as clang-format-14 writes it. To repair: tests/style/format_test.sh --fix
set -euo pipefail
cd "$(dirname "$0")/../.."
mapfile -d '' files < <(find gateway adapters tests \( -name '*.cc' -o -name '*.h' \) -print0 | sort -z)
if [ "${1:-}" = --fix ]; then
  clang-format-14 -i "${files[@]}"
else
  clang-format-14 --dry-run -Werror "${files[@]}"
fi
echo "${#files[@]} files"
