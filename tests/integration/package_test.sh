#!/usr/bin/env bash
# The Debian package: what is in it, that its man pages are well formed, and that what it unpacks serves with its sample.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${LIENTHONG_BUILD_DIR:-$root/build}
dir=$(mktemp -d)
running='' listening=''
cleanup() {
  [ -z "$running" ] || kill -9 "$running" 2>/dev/null || true
  [ -z "$listening" ] || { kill -9 "$listening"; wait "$listening"; } 2>/dev/null || true
  rm -rf "$dir"
}
trap cleanup EXIT
cd "$dir"
failed=0
check() {  # check WHAT COMMAND...
  local what=$1; shift
  "$@" >said 2>&1 || { echo "FAILED: $what"; sed 's/^/  /' said; failed=1; }
}

check 'it is built' cpack --config "$build/CPackConfig.cmake" -G DEB -B "$dir/made"
deb=$(ls made/lienthong_*.deb)
dpkg-deb -c "$deb" | awk '{print $6}' >content
for file in bin/lienthongd bin/lienthongctl bin/lienthong-pki lib/systemd/system/lienthongd.service \
  lib/sysusers.d/lienthong.conf share/man/man8/lienthongd.8 share/man/man1/lienthongctl.1 share/man/man5/lienthong.yaml.5 \
  share/bash-completion/completions/lienthongctl share/doc/lienthong/handbook.md share/doc/lienthong/handbook.vi.md \
  share/doc/lienthong/copyright share/doc/lienthong/examples/gateway.first.yaml \
  share/doc/lienthong/examples/prometheus/lienthong.rules.yml; do
  check "$file is in it" grep -qx "./usr/$file" content
done
check 'nothing but /usr is' test -z "$(grep -v '^\./usr/' content || true)"
check 'it names the libraries that it needs' grep -q 'libgrpc++' <(dpkg-deb -f "$deb" Depends)
dpkg-deb -e "$deb" control
for script in postinst prerm postrm; do
  check "$script is for sh" sh -n "control/$script"
  check "$script removes no data" test -z "$(grep -E '(^|[^a-z])rm( |$)' "control/$script" || true)"
done
dpkg-deb -x "$deb" unpacked
for page in unpacked/usr/share/man/*/*; do
  groff -k -K utf8 -man -ww -Tutf8 "$page" 2>problems >/dev/null
  check "$page is well formed" test ! -s problems
done

bin=$dir/unpacked/usr/bin
"$bin/lienthong-pki" init --dir pki
"$bin/lienthong-pki" issue --dir pki --name gateway --uri spiffe://lienthong/gateway --server --dns localhost --ip 127.0.0.1
"$bin/lienthong-pki" issue --dir pki --name operator --uri spiffe://lienthong/operator/me
read -r grpc admin https < <(PYTHONPATH=$root/tests PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 -c '
from scenario.processes import free_ports
print(*free_ports(3))')
# As it is shipped, with this machine's ports and folders in the place of a service's own.
sed -e "s#/var/lib/lienthong#$dir#; s#/etc/lienthong#$dir/pki#; s#:7443#:$grpc#; s#:7444#:$admin#; s#:7445#:$https#" \
  unpacked/usr/share/doc/lienthong/examples/gateway.first.yaml >gateway.yaml
# What systemd would hear of it.
/usr/bin/python3 - 2>/dev/null <<'PY' & listening=$!
import socket
heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
heard.bind("notify")
with open("told", "ab", 0) as told:
    while True:
        told.write(heard.recv(4096) + b"\n")
PY
for _ in $(seq 100); do [ -S notify ] && break; sleep 0.1; done
NOTIFY_SOCKET=$dir/notify WATCHDOG_USEC=900000 "$bin/lienthongd" --config gateway.yaml 2>log & running=$!
export LIENTHONG_ADMIN=127.0.0.1:$admin LIENTHONG_CA=$dir/pki/ca.crt LIENTHONG_CERT=$dir/pki/operator.crt LIENTHONG_KEY=$dir/pki/operator.key
for _ in $(seq 100); do "$bin/lienthongctl" health >/dev/null 2>&1 && break; sleep 0.1; done
check 'it serves with the sample' grep -qx SERVING <("$bin/lienthongctl" health)
[ $failed = 0 ] || cat log
for _ in $(seq 100); do grep -qsx STATUS=serving told && break; sleep 0.1; done
check 'systemd hears first that it serves' test "$(head -n 1 told)" = READY=1
check 'and in words' grep -qx STATUS=serving told
alive() { grep -c '^WATCHDOG=1$' told; }
first=$(alive || true)
for _ in $(seq 100); do [ "$(alive || true)" -gt $((first + 1)) ] && break; sleep 0.1; done
check 'and again and again that it is alive' test "$(alive)" -gt $((first + 1))
check 'the console is there' grep -q '<h1>' <(curl -sS --cacert pki/ca.crt --cert pki/operator.crt --key pki/operator.key \
  "https://localhost:$https/console/")
signs_in() { curl -sS -b jar -c jar -L --cacert pki/ca.crt "$1" | grep -q 'operator/me'; }
url=$("$bin/lienthongctl" console 2>/dev/null)
check 'a token opens it without a certificate' signs_in "$url"
rm -f jar
check 'once' test "$(curl -sS -o /dev/null -w '%{http_code}' --cacert pki/ca.crt "$url")" = 403

level() { "$bin/lienthongctl" log-level; }
reload() { kill -HUP "$running"; }
echo 'log: {level: debug}' >>gateway.yaml
reload
for _ in $(seq 100); do [ "$(level)" = debug ] && break; sleep 0.1; done
check 'a reload takes over what may change' grep -q '"configuration_reloaded"' log
check 'the level is another' test "$(level)" = debug
sed -i 's/level: debug/level: info/; s/H29.X05/H29.X06/' gateway.yaml
check 'what a reload would change is said' grep -q 'agencies\[0\].code *H29.X05 *H29.X06 *restart' <("$bin/lienthongctl" config)
reload
for _ in $(seq 100); do grep -q configuration_refused log && break; sleep 0.1; done
check 'a reload is refused as a whole' grep -q '"configuration_refused".*agencies\[0\].code' log
check 'and nothing of it is taken over' test "$(level)" = debug
kill -TERM "$running"
wait "$running"
running=''
check 'systemd heard of the reloads' test "$(grep -c '^RELOADING=1$' told)" = 2
check 'and last that it ends' test "$(tail -n 1 told)" = STOPPING=1
exit $failed
