#!/usr/bin/env bash
# What a real bash completes for lienthongctl.
set -euo pipefail

# shellcheck disable=SC1090
source <("$LIENTHONGCTL" completion bash)
failed=0
expect() {  # expect CANDIDATES WORD...: what is offered for the last word
  local wanted=$1; shift
  COMP_WORDS=(lienthongctl "$@") COMP_CWORD=$#
  _lienthongctl
  local got="${COMPREPLY[*]}"
  [ "$got" = "$wanted" ] || { echo "lienthongctl $*: expected '$wanted', found '$got'"; failed=1; }
}
includes() {  # includes CANDIDATE WORD...
  local wanted=$1; shift
  COMP_WORDS=(lienthongctl "$@") COMP_CWORD=$#
  _lienthongctl
  [[ " ${COMPREPLY[*]} " == *" $wanted "* ]] || { echo "lienthongctl $*: '$wanted' is not offered"; failed=1; }
}

expect 'links' lin
includes pause links ''
includes probe links ''
expect '--watch' links --wat
expect '--live' dossier copies H29.X05-261121-0001 --li
expect 'copies correct' dossier co
includes --json receipt reserve --
expect 'table json csv' links --output ''
expect '' --timeout ''
expect 'pause' --timeout 5s links pau
cd "$(mktemp -d)"
touch antrag.json
expect 'antrag.json' push --file an
exit $failed
