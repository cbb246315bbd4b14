#!/usr/bin/env bash
# The city simulator over real TLS, as curl sees it: strict, misbehaving on command, the same after a restart.
set -euo pipefail

sim=${LIENTHONG_SIM:-${LIENTHONG_BUILD_DIR:?}/bin/lienthong-sim}
command -v curl >/dev/null || { echo "curl is missing; deploy/install-packages test brings it"; exit 1; }
work=$(mktemp -d)
pid=''
cleanup() {
  [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
fail() { echo "FAILED: $*" >&2; exit 1; }
expect() { [[ $3 == *"$2"* ]] || fail "$1: no '$2' in: ${3:0:600}"; }  # expect WHAT TEXT IN

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout "$work/key" -out "$work/crt" \
  -subj '/CN=city-sim' -addext 'subjectAltName=IP:127.0.0.1' 2>/dev/null

start() {  # start [OPTION...]
  "$sim" city --listen "127.0.0.1:${port:-0}" --control 127.0.0.1:0 --tls-cert "$work/crt" --tls-key "$work/key" \
    --access-key K --secret-key S --app-name N --partner-code C --seed 1 --state "$work/state" "$@" \
    >"$work/out" 2>"$work/err" &
  pid=$!
  for _ in $(seq 100); do
    grep -q ready "$work/out" && break
    kill -0 "$pid" 2>/dev/null || fail "it did not start: $(cat "$work/err")"
    sleep 0.1
  done
  [[ $(cat "$work/out") =~ ^"lienthong-sim city ready https="([0-9]+)" control="([0-9]+)$ ]] ||
    fail "the line that says ready: $(cat "$work/out")"
  port=${BASH_REMATCH[1]} control=${BASH_REMATCH[2]}
}
stop() { kill "$pid"; wait "$pid" || fail "SIGTERM: exit code $?"; pid=''; }

keys=$(printf '{"AccessKey":"K","SecretKey":"S","AppName":"N","PartnerCode":"C","PartnerCodeCus":""}' | base64 -w0)
city() {  # city PATH [CURL OPTION...]: the HTTP status, headers and body
  local path=$1
  shift
  curl -sS -i --max-time 5 --cacert "$work/crt" -H "Authorization: $keys" -H "Content-Type: ${type:-application/json}" "$@" \
    "https://127.0.0.1:$port$path"
}
rig() { curl -sS --max-time 5 -X "$1" "http://127.0.0.1:$control/rig/$2" ${3:+-d "$3"}; }  # rig METHOD CALL [BODY]
versions() { rig GET stats | grep -o '"versions":[0-9]*'; }
update='{"IdHoSo":"TP-2026-0000001","PhienBanTruoc":null,"HoSo":{"Email":"mau@example.invalid"}}'
fails() {  # fails WHAT CODES COMMAND...: curl ends with one of the exit codes
  local what=$1 codes=$2 code=0
  shift 2
  "$@" >/dev/null 2>&1 || code=$?
  [[ " $codes " == *" $code "* ]] || fail "$what: curl exit code $code, expected one of: $codes"
}

start
expect 'the seed is printed' 'seed 1' "$(cat "$work/err")"

# Strict, over TLS.
fails 'the certificate is not that of a known authority' 60 curl -sS "https://127.0.0.1:$port/HeThong/KiemTra"
fails 'plain HTTP on the TLS port' '1 52 56' curl -sS --max-time 5 "http://127.0.0.1:$port/HeThong/KiemTra"
expect 'a probe' '"ThoiGian":"2' "$(city /HeThong/KiemTra)"
expect 'wrong keys' 'HTTP/1.1 401' "$(keys=e30= city /HeThong/KiemTra)"
record='"MaTTHC":"1.000001","MaLinhVuc":"LV","KenhThucHien":"1","ChuHoSo":"Lê Văn Mẫu","LoaiDoiTuong":"1",
  "MaDonViTiepNhan":"H29.X01","TrangThaiHoSo":"1","HinhThuc":"0","NgayNopHoSo":"20260105080000"'
year=$(TZ=Asia/Ho_Chi_Minh date +%Y)
expect 'an intake' "\"IdHoSo\":\"TP-$year-0000001\"" "$(rig POST intake "{\"HoSo\":{$record}}")"
update=${update/2026/$year}
expect 'the feed' '"ChuHoSo":"Lê Văn Mẫu"' "$(city '/HoSo/ThayDoi?TuPhienBan=0&SoLuong=200')"
expect 'an update' '"PhienBan":2' "$(city /HoSo/CapNhat -d "$update")"
bad=$(city /HoSo/CapNhat -d "${update/Email/Emails}")
expect 'an unknown field' 'HTTP/1.1 400' "$bad"
expect 'an unknown field by name' 'Emails' "$bad"
expect 'another content type' 'HTTP/1.1 400' "$(type=text/plain city /HoSo/CapNhat -d "$update")"
expect 'an old version' 'HTTP/1.1 409' "$(city /HoSo/CapNhat -d "${update/null/1}")"
expect 'the inventory' "TP-$year-0000001" "$(city '/HoSo/KiemKe?Ngay=20260105&Trang=1')"
expect 'nothing more was stored' '"versions":2' "$(versions)"
head -c 9000000 /dev/zero >"$work/big"
big=$(city /HoSo/CapNhat --data-binary "@$work/big" 2>/dev/null || true)
expect 'a body over 8 MiB' 'HTTP/1.1 413' "$big"
head -c 7000000 /dev/zero | tr '\0' x >"$work/big"
expect 'a body under 8 MiB, after 100-continue' 'HTTP/1.1 400' "$(city /HoSo/CapNhat --data-binary "@$work/big")"

# Papers, for who has the link.
paper=$(rig POST file '{"name":"don.pdf","bytes":3000000,"seed":1}')
sum=$(curl -sS --max-time 5 --cacert "$work/crt" -H 'Range: bytes=5-' "https://127.0.0.1:$port/files/don.pdf" | sha256sum)
expect 'a paper comes whole' "\"sha256\":\"${sum%% *}\"" "$paper"
expect 'its link' "\"url\":\"https://127.0.0.1:$port/files/don.pdf\"" "$paper"
expect 'nothing was downloaded' '"papers":[]' "$(rig GET papers)"

# One connection carries many requests.
probe=https://127.0.0.1:$port/HeThong/KiemTra
urls=$(for _ in $(seq 100); do echo "-o /dev/null $probe"; done)
# shellcheck disable=SC2086
connects=$(curl -sS --cacert "$work/crt" -H "Authorization: $keys" -w '%{num_connects} %{http_code}\n' $urls | sort | uniq -c)
expect 'the first of 100 calls connects' '1 1 200' "$(echo $connects)"
expect 'and no other' '99 0 200' "$(echo $connects)"

# Misbehaviour.
rig POST fault '{"kind":"drop_reply","count":1}' >/dev/null
fails 'drop_reply' '52 56' city /HoSo/CapNhat -d "$update"
expect 'drop_reply had committed' '"versions":3' "$(versions)"
rig POST fault '{"kind":"reset","count":1}' >/dev/null
fails 'reset' 56 city /HoSo/CapNhat -d "$update"
rig POST fault '{"kind":"hang","count":1,"milliseconds":30000}' >/dev/null
fails 'hang' 28 city /HoSo/CapNhat --max-time 0.7 -d "$update"
expect 'reset and hang had not' '"versions":3' "$(versions)"
rig POST fault '{"kind":"429","count":1,"milliseconds":2000}' >/dev/null
expect '429' 'Retry-After: 2' "$(city /HeThong/KiemTra)"
rig POST fault '{"kind":"5xx","count":1}' >/dev/null
expect '5xx' 'HTTP/1.1 50' "$(city /HeThong/KiemTra)"
rig POST fault '{"kind":"inner_error","count":1}' >/dev/null
inner=$(city /HeThong/KiemTra)
expect 'inner_error outside' 'HTTP/1.1 200' "$inner"
expect 'inner_error inside' '"StatusCode":500' "$inner"
rig POST fault '{"kind":"delay","count":1,"milliseconds":800}' >/dev/null
fails 'delay' 28 city /HeThong/KiemTra --max-time 0.5
rig POST fault '{"kind":"down","seconds":2}' >/dev/null
fails 'down' '7 35 56' city /HeThong/KiemTra
expect 'the control port stays up' '"down":1' "$(rig GET stats)"
expect 'it comes back by itself' 'HTTP/1.1 200' "$(sleep 2.1; city /HeThong/KiemTra)"
calls=$(rig GET 'calls?after=0&limit=1000')
for fault in drop_reply reset hang 429 5xx inner_error delay; do
  expect 'every call is kept' "\"fault\":\"$fault\"" "$calls"
done
[[ $calls != *"$keys"* ]] || fail 'the keys stand in the call log'

# What cannot be served is said.
other=$("$sim" city --listen "127.0.0.1:$port" --control 127.0.0.1:0 --plain --access-key K --secret-key S \
  --app-name N --partner-code C 2>&1) && fail 'a busy port was taken'
expect 'a busy port' 'Address already in use' "$other"
"$sim" city --listen 127.0.0.1:0 >/dev/null 2>&1 && fail 'missing options were accepted'
"$sim" city --listen 0.0.0.0:0 --control 127.0.0.1:0 --plain --access-key K --secret-key S --app-name N \
  --partner-code C >/dev/null 2>&1 && fail 'it listens on more than loopback'

# A restart keeps records and versions.
before=$(city '/HoSo/ThayDoi?TuPhienBan=0&SoLuong=200' | tail -n 1)
stop
start --quota-per-second 2
after=$(city '/HoSo/ThayDoi?TuPhienBan=0&SoLuong=200' | tail -n 1)
[ "$before" = "$after" ] || fail 'the feed differs after a restart'
expect 'and a paper after it' 'HTTP/1.1 200' "$(city /files/don.pdf -o /dev/null -D -)"
quota=$(for _ in 1 2 3 4 5 6; do city /HeThong/KiemTra; done)
expect 'the quota' 'HTTP/1.1 429' "$quota"
stop
echo ok
