#!/usr/bin/env bash
# What certs/lienthong-pki issues verifies for its purpose and no other, carries one URI, and can be revoked.
set -euo pipefail
pki=$(cd "$(dirname "$0")/../../.." && pwd)/certs/lienthong-pki
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failures=0
check() {  # check WHAT COMMAND...: passes when the command does
  local what=$1; shift
  if "$@" >"$dir/out" 2>&1; then echo "ok: $what"; else cat "$dir/out"; echo "FAILED: $what"; failures=$((failures + 1)); fi
}
refuses() { local says=$1; shift; if "$pki" "$@" 2>"$dir/err"; then return 1; fi; cat "$dir/err"; grep -qe "$says" "$dir/err"; }
verify() { openssl verify -x509_strict -CAfile "$dir/ca/ca.crt" "$@"; }
san() { openssl x509 -in "$dir/ca/$1.crt" -noout -ext subjectAltName; }
fails() { ! "$@"; }

"$pki" init --dir "$dir/ca"
"$pki" issue --dir "$dir/ca" --name gateway --uri spiffe://lienthong/gateway --server --dns localhost --ip 127.0.0.1
"$pki" issue --dir "$dir/ca" --name district --uri spiffe://lienthong/agency/H29.X01

check 'the server certificate verifies as one' verify -purpose sslserver -verify_ip 127.0.0.1 -verify_hostname localhost "$dir/ca/gateway.crt"
check 'the client certificate verifies as one' verify -purpose sslclient "$dir/ca/district.crt"
check 'a client certificate is no server' fails verify -purpose sslserver "$dir/ca/district.crt"
check 'it names its agency' grep -q 'URI:spiffe://lienthong/agency/H29.X01' <(san district)
check 'it has exactly one URI' test "$(san gateway | grep -o URI: | wc -l)" = 1
check 'keys are for the owner only' test "$(stat -c %a "$dir"/ca/*.key | sort -u)" = 600
check 'the curve is P-256' grep -q prime256v1 <(openssl x509 -in "$dir/ca/district.crt" -noout -text)
check 'it lives for thirty days' openssl x509 -in "$dir/ca/district.crt" -noout -checkend $((29 * 86400))
check 'and not for longer' fails openssl x509 -in "$dir/ca/district.crt" -noout -checkend $((31 * 86400))

crl() { verify -crl_check -CRLfile "$dir"/ca/crl/*.r0 "$dir/ca/$1.crt"; }
check 'an unrevoked certificate passes the list' crl district
"$pki" revoke --dir "$dir/ca" --name district
check 'a revoked one does not' fails crl district
check 'another one still does' crl gateway
"$pki" issue --dir "$dir/ca" --name district --uri spiffe://lienthong/agency/H29.X01
check 'issued again, it passes' crl district

check 'a foreign URI is refused' refuses '--uri' issue --dir "$dir/ca" --name x --uri spiffe://elsewhere/agency/X
check 'a missing authority is named' refuses 'lienthong-pki init' issue --dir "$dir/none" --name x --uri spiffe://lienthong/portal
check 'an authority is not overwritten' refuses 'already' init --dir "$dir/ca"
check 'the help teaches' grep -q 'Example:' <("$pki" --help)
exit $((failures > 0))
