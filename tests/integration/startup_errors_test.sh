#!/usr/bin/env bash
# Whatever keeps lienthongd from starting is one clear line on standard error and exit status 2, several mistakes a line
# each; a start in order ends with 0 on SIGTERM.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
lienthongd=${LIENTHONGD:-$root/build/bin/lienthongd}
ctl=${LIENTHONGCTL:-$root/build/bin/lienthongctl}
pki=${LIENTHONG_PKI:-$root/certs/lienthong-pki}
dir=$(mktemp -d)
running=''
cleanup() { [ -z "$running" ] || kill -9 "$running" 2>/dev/null || true; rm -rf "$dir"; }
trap cleanup EXIT
cd "$dir"

"$pki" init --dir pki
"$pki" issue --dir pki --name gateway --uri spiffe://lienthong/gateway --server --ip 127.0.0.1
"$pki" issue --dir pki --name operator --uri spiffe://lienthong/operator/lan
"$pki" issue --dir pki --name other --uri spiffe://lienthong/operator/other
read -r port admin < <(/usr/bin/python3 - <<'PY'
import socket
sockets = [socket.socket() for _ in range(2)]
for one in sockets: one.bind(("127.0.0.1", 0))
print(*(one.getsockname()[1] for one in sockets))
PY
)

good() {  # a configuration that starts; good SED-EXPRESSION... changes it
  cat >good.yaml <<YAML
store: {url: "sqlite:$dir/gateway.db"}
listen: {grpc: "127.0.0.1:$port", admin: "127.0.0.1:$admin"}
tls: {certificate: pki/gateway.crt, key: pki/gateway.key, client_ca: pki/ca.crt}
parties:
  - {name: city, roles: [receiving], agencies: [H29.X01]}
agencies:
  - {code: H29.X05}
YAML
  local args=()
  for expression in "$@"; do args+=(-e "$expression"); done
  if [ $# = 0 ]; then cp good.yaml gw.yaml; else sed "${args[@]}" good.yaml >gw.yaml; fi
}

failures=0
refuses() {  # refuses WHAT SAYS [ARGUMENTS...]: exit status 2, one line, with SAYS in it
  local what=$1 says=$2 status=0; shift 2
  [ $# -gt 0 ] || set -- --config gw.yaml
  timeout 20 "$lienthongd" "$@" >out 2>err || status=$?
  if [ "$status" = 2 ] && [ "$(wc -l <err)" = 1 ] && grep -q '^lienthongd: ' err && grep -qF -- "$says" err; then
    echo "ok: $what: $(cat err)"
  else
    echo "FAILED: $what: status $status, expected 2 and one line with '$says', got:"; cat out err
    failures=$((failures + 1))
  fi
}
refuses_all() {  # refuses_all WHAT SAYS... : exit status 2, and just these lines, in this order
  local what=$1 status=0; shift
  timeout 20 "$lienthongd" --config gw.yaml --check-config >out 2>err || status=$?
  printf 'lienthongd: %s\n' "$@" >expected
  if [ "$status" = 2 ] && [ ! -s out ] && diff expected err >difference; then
    echo "ok: $what"
  else
    echo "FAILED: $what: status $status"; cat out difference
    failures=$((failures + 1))
  fi
}
check() { local what=$1; shift; if "$@" >said 2>&1; then echo "ok: $what"; else echo "FAILED: $what"; cat said; failures=$((failures + 1)); fi; }

refuses 'no configuration named' '--config FILE is missing' --check-config
refuses 'an unknown argument' "unknown argument '--confg'" --confg x
refuses 'a missing configuration' 'nowhere.yaml: No such file' --config nowhere.yaml
good 's/^agencies:/agencys:/';               refuses 'an unknown key' 'gw.yaml:6: agencys: no such key'
good '$a limits: {calls_in_flight_max: many}'; refuses 'a wrong type' 'gw.yaml:8: limits.calls_in_flight_max: expected a whole number, found "many"'
good 's/key: pki.gateway.key, //';           refuses 'a missing key' 'gw.yaml:3: tls.key: missing'
good 's/^store: {/store: {{/';               refuses 'broken YAML' 'gw.yaml:'
good 's/roles: .receiving./roles: [king]/';  refuses 'a wrong value' 'gw.yaml:5: parties[0].roles: expected receiving, lead or origin'
good '$a links: [{name: moon, adapter: rocket, party: city}]'; refuses 'an unknown adapter' 'gw.yaml:8: links[0].adapter: no adapter of kind "rocket"'
good '$a links: [{name: city, adapter: city, party: city, settings: {base_url: "https://127.0.0.1:9", access_key: a, app_name: b, partner_code: c}}]'; refuses 'a missing setting' 'gw.yaml:8: links[0].settings.secret_key_file: missing'

good 's/pki.gateway.crt/pki\/none.crt/';     refuses 'a missing certificate' 'gw.yaml:3: tls.certificate: no file pki/none.crt'
good 's/pki.gateway.crt/pki\/gateway.key/';  refuses 'a certificate that is none' 'expected a certificate in PEM form'
good 's/pki.gateway.key/pki\/other.key/';    refuses 'the key of another' 'is not the key of'
cp pki/gateway.key open.key; chmod 644 open.key
good 's/pki.gateway.key/open.key/';          refuses 'a key that others can read' 'gw.yaml:3: tls.key: open.key can be read by others (mode 0644); run: chmod 6'
good 's/pki.gateway/pki\/operator/g';        refuses 'a certificate that is for clients only' 'gw.yaml:3: tls.certificate: pki/operator.crt: the certificate is not for servers'
good '$a links: [{name: d, adapter: district, party: city, settings: {dsn: "hostaddr=192.0.2.1 dbname=x user=y", mapping_file: mapping.yaml}}]'
cp "$root/adapters/district/mapping.yaml" .
refuses 'a database elsewhere without its certificate' 'gw.yaml:8: settings.dsn: leads to another machine'
good 's/client_ca: pki.ca.crt/client_ca: gw.yaml/'; refuses 'an authority that is none' 'tls.client_ca'

good 's/pki.ca.crt/pki\/operator.crt/';       refuses 'a certificate as its own authority' "gw.yaml:3: tls.client_ca: pki/operator.crt: certificate 1 is not an authority's"
mkfifo pipe
good 's/pki.gateway.crt/pipe/';              refuses 'a pipe' 'gw.yaml:3: tls.certificate: pipe is a folder, a pipe or a device'
good 's/H29.X05/h29.x05/';                   refuses 'an agency code that nobody writes so' 'gw.yaml:7: agencies[0].code: expected an agency code like H29.X01, found "h29.x05"; write H29.X05'
good '$a links: [{name: city, adapter: city, party: city, settings: {base_url: "https://127.0.0.1:9", access_key: a, secret_key_file: secret, app_name: b, partner_code: c}}]'
echo invented >secret; chmod 644 secret
refuses 'a secret that others can read' 'gw.yaml:8: settings.secret_key_file: secret can be read by others (mode 0644); run: chmod 6'
good '$a links: [{name: d, adapter: district, party: city, settings: {dsn: "dbname=x user=y", mapping_file: mapping.yaml}}]'
PGHOST=192.0.2.1 refuses 'a database that the environment names' "gw.yaml:8: settings.dsn: leaves host open, and the environment's PGHOST would decide it"

good 's/^agencies:/  - {name: one, roles: [lead], agencies: [H29.X09]}\n  - {name: other, roles: [lead], agencies: [H29.X09]}\nagencies:/'
refuses 'two that lead for one agency' 'parties: H29.X09: fields like ' --config gw.yaml --check-config
good 's/sqlite:/oracle:/';                   refuses 'an unknown kind of store' 'gw.yaml:1: store.url: no kind of store is called "oracle:"'
good 's|sqlite:.*/gateway.db|sqlite:gateway.db|';  refuses 'a store that depends on the working directory' 'gw.yaml:1: store.url: is a relative path'
good 's/gateway.db/none\/gateway.db/';       refuses 'a database in no folder' 'gw.yaml:1: store.url:'
head -c 8192 /dev/urandom >garbage.db
good 's/gateway.db/garbage.db/';             refuses 'a database that is none' 'gw.yaml:1: store.url:'

good 's/key: pki.gateway.key, //' 's/pki.ca.crt/pki\/other.key/' 's/roles: .receiving./roles: [king]/' 's/^agencies:/agencys:/' \
  '$a links:\n- {name: a, adapter: rocket, party: city}\n- {name: b, adapter: city, party: moon, settings: {timeout_ms: soon, acces_key: x}}'
refuses_all 'all mistakes at once, each with its place' \
  'gw.yaml:3: tls.key: missing; expected the name of a PEM file' \
  "gw.yaml:3: tls.client_ca: pki/other.key: expected an authority's certificate in PEM form" \
  'gw.yaml:5: parties[0].roles: expected receiving, lead or origin, found "king"' \
  'gw.yaml:6: agencys: no such key; expected one of store, listen, tls, parties, agencies, links, limits, files, facade, number_patterns, log' \
  'gw.yaml:9: links[0].adapter: no adapter of kind "rocket"; this gateway has city, district, folder, national' \
  'gw.yaml:10: links[1].party: expected a name from parties, found "moon"' \
  'gw.yaml:10: settings.timeout_ms: "soon" is not valid; expected a whole number from 1 to 86400000' \
  'gw.yaml:10: links[1].settings.access_key: missing; expected a text' \
  'gw.yaml:10: links[1].settings.secret_key_file: missing; expected a text' \
  'gw.yaml:10: links[1].settings.app_name: missing; expected a text' \
  'gw.yaml:10: links[1].settings.partner_code: missing; expected a text' \
  'gw.yaml:10: links[1].settings.base_url: missing; expected a text' \
  'gw.yaml:10: settings.acces_key: no such setting of this kind of adapter'

good '$a number_patterns:\n- {agency: h29.x05, pattern: "{agency}-{yyMMdd}-{serial:4}"}\n- {agency: H29.X05, from: 2026-02-30, pattern: "{agency}-{yyMMdd}-{serial:4}"}\n- {agency: H29.X05, pattern: "{agency}-{serial:4}"}'
refuses_all 'mistakes about numbers, each with its place' \
  'gw.yaml:9: number_patterns[0].agency: expected an agency code like H29.X01, found "h29.x05"' \
  'gw.yaml:10: number_patterns[1].from: expected a day like 2026-01-01, found "2026-02-30"' \
  'gw.yaml:11: number_patterns[2].pattern: expected {agency}-{yyMMdd}-{serial:4}, with {yyyyMMdd} for the day, digits before {serial:N} and N from 4 to 7 where that is wanted, found "{agency}-{serial:4}": a number has to name its agency and its day, or those of two agencies or days would be alike'

good
check 'a check says what it would run' "$lienthongd" --config gw.yaml --check-config
cp said table
check 'with store and agencies in it' grep -q 'H29.X05: calls by gRPC' table
check 'that the store would be made' grep -q 'gateway.db, not there yet, would be made' table
check 'that nobody leads for an agency' grep -q '^note .*H29.X01: nobody leads for it' table
check 'that the ports are free' test "$(grep -c ', free$' table)" = 2
check 'and opens nothing' test ! -e gateway.db -a ! -e gateway.db.lock
good 's/gateway.db/none\/gateway.db/' 's/pki.gateway.key/pki\/other.key/'
refuses_all 'a check looks at store and certificates' \
  "gw.yaml:1: store.url: store $dir/none/gateway.db: cannot be made: No such file or directory; create the folder and give it to the gateway's user" \
  'gw.yaml:3: tls.key: pki/other.key is not the key of pki/gateway.crt; name the two files that were made together'
good 's/gateway.db/garbage.db/'
refuses_all 'and whose database it is' \
  "gw.yaml:1: store.url: store $dir/garbage.db: is not an SQLite database; restore a backup or choose another path"
good "s/127.0.0.1:$admin/192.0.2.1:$admin/"
refuses_all 'and whether it can listen' \
  "gw.yaml:2: listen.admin: cannot listen on 192.0.2.1:$admin: Cannot assign requested address"
echo '[{"TENTTHC": "Khai sinh"}]' >procedures.json
good '$a facade: {procedures_file: procedures.json}'
refuses 'and into the procedures' 'gw.yaml:8: facade.procedures_file: ' --config gw.yaml --check-config
good '$a facade: {procedures_file: none.json}'
refuses 'which must be there' 'gw.yaml:8: facade.procedures_file: ' --config gw.yaml --check-config
good 's/sqlite:[^"]*/memory:/' '$a files: {public_url: "https://a.example"}'
check 'a check of a store in memory' "$lienthongd" --config gw.yaml --check-config
cp said table
check 'says that counterparts would not believe its name' grep -q '^note .*does not name a.example of files.public_url' table
check 'says that papers go with it' grep -q 'papers .*in a temporary folder, served under https://a.example' table
good
command=$(sed -n 's/^ExecStart=//p' "$root/deploy/lienthongd.service")
command=${command/\/usr\/bin\/lienthongd/$lienthongd}
command=${command/\/etc\/lienthong\/gateway.yaml/gw.yaml}
read -ra words <<<"$command"
check 'the service starts it as it wants to be started' "${words[@]}" --check-config
cp said table
check 'with the configuration that it names' grep -q 'H29.X05: calls by gRPC' table
if command -v systemd-analyze >/dev/null; then
  sed "s#/usr/bin/lienthongd#$lienthongd#" "$root/deploy/lienthongd.service" >lienthongd.service
  check 'and systemd understands the service' systemd-analyze verify ./lienthongd.service
fi
check 'the help teaches' "$lienthongd" --help
check 'the version is said' "$lienthongd" --version

good
"$lienthongd" --config gw.yaml 2>log & running=$!
healthy() {
  "$ctl" --server "127.0.0.1:$port" --admin "127.0.0.1:$admin" --ca pki/ca.crt --cert pki/operator.crt --key pki/operator.key \
    --timeout 5s "$@"
}
for _ in $(seq 100); do healthy health >/dev/null 2>&1 && break; sleep 0.1; done
check 'a good configuration serves' healthy health
cp gw.yaml first.yaml
check 'a check of a gateway that serves is fine' "$lienthongd" --config gw.yaml --check-config
cp said table
check 'and says who has the store' grep -q "gateway.db, in use by a gateway (pid $running)" table
check 'and the ports' test "$(grep -c ', held, as by the running gateway$' table)" = 2
good 's/gateway.db/other.db/'
refuses_all 'a check finds ports that another program has' \
  "gw.yaml:2: listen.grpc: cannot listen on 127.0.0.1:$port: Address already in use" \
  "gw.yaml:2: listen.admin: cannot listen on 127.0.0.1:$admin: Address already in use"
good
refuses 'a busy port' "gw.yaml:2: listen.grpc: cannot listen on 127.0.0.1:$port: Address already in use"
good "s/:$port/:0/"; refuses 'a busy admin port' "listen.admin: cannot listen on 127.0.0.1:$admin: Address already in use"
good "s/:$port/:0/" "s/:$admin/:0/"; refuses 'the database of a running gateway' 'store.url:'
check 'the first one still serves' healthy health
kill -TERM "$running"; status=0; wait "$running" || status=$?; running=''
check 'SIGTERM ends it with status 0' test "$status" = 0
check 'and its log is JSON' /usr/bin/python3 -c 'import json, sys; [json.loads(line) for line in open("log")]'

"$lienthongd" --config first.yaml 2>log & running=$!
for _ in $(seq 100); do healthy health >/dev/null 2>&1 && break; sleep 0.1; done
check 'it starts again on the same database' healthy health
check 'an operator ends it' healthy drain
status=0; wait "$running" || status=$?; running=''
check 'which is status 0 too' test "$status" = 0
exit $((failures > 0))
