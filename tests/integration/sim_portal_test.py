#!/usr/bin/python3
"""The portal simulator over real TLS, both generations: strict, misbehaving on command, calling a gateway that asks for its
certificate, the same after a restart, and quick and small enough for a thousand dossiers with 20 MB papers."""
import hashlib
import http.client
import http.server
import json
import os
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

BUILD = Path(os.environ.get("LIENTHONG_BUILD_DIR", "build"))
SIM = os.environ.get("LIENTHONG_SIM", str(BUILD / "bin" / "lienthong-sim"))
WAIT_SECONDS = 30
HEADERS = {"Content-Type": "application/json", "Accept": "application/json", "Charset": "utf-8", "dstcode": "D"}
PAPER_BYTES = 20_000_000
GROWTH_KIB_MAX = 12_000  # below one paper
RSS_KIB_MAX = 100_000


def certificate(folder, name):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.crt", "-subj", f"/CN={name}",
                    "-addext", "subjectAltName=IP:127.0.0.1"], check=True, stderr=subprocess.DEVNULL)


def until(what, condition):
    end = time.monotonic() + WAIT_SECONDS
    while not (value := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {WAIT_SECONDS} s")
        time.sleep(0.02)
    return value


class Gateway:
    """Takes the portal's calls and serves papers, to callers with the portal's certificate only."""

    def __init__(self, folder):
        self.calls, self.answers, lock = [], [], threading.Lock()
        gateway = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with lock:
                    gateway.calls.append((self.path, body, dict(self.connection.getpeercert()["subject"][0])))
                    code = gateway.answers.pop(0) if gateway.answers else 0
                self.reply(json.dumps({"error_code": code, "message": "", "result": [{"SoBienNhan": "H29.X01-261122-0001"}]}))

            def do_GET(self):
                self.reply(b"p" * PAPER_BYTES if self.path.startswith("/files/") else "", 200 if "files" in self.path else 404)

            def reply(self, body, status=200):
                body = body.encode() if isinstance(body, str) else body
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f"{folder}/gateway.crt", f"{folder}/gateway.key")
        context.load_verify_locations(f"{folder}/portal.crt")
        context.verify_mode = ssl.CERT_REQUIRED
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"https://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Portal:
    """The simulator as a process, and the two ways to talk to it."""

    def __init__(self, folder, generation, *options):
        login = ("--username", "U", "--password", "P") if generation == 1 else ("--client-id", "I", "--client-secret", "S")
        self.process = subprocess.Popen(
            [SIM, "portal", "--generation", str(generation), "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0",
             "--tls-cert", f"{folder}/portal.crt", "--tls-key", f"{folder}/portal.key", "--dstcode", "D", "--seed", "1",
             *login, *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("lienthong-sim portal ready https="):
            raise AssertionError(f"it did not start: {line!r}, exit code {self.process.wait()}")
        self.port, self.control = (int(word.partition("=")[2]) for word in line.split()[-2:])
        self.context = ssl.create_default_context(cafile=f"{folder}/portal.crt")
        self.local = threading.local()

    def stop(self):
        self.process.terminate()
        code = self.process.wait(WAIT_SECONDS)
        self.process.stdout.close()
        return code

    def connection(self):
        if not hasattr(self.local, "connection"):
            self.local.connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=WAIT_SECONDS,
                                                                context=self.context)
        return self.local.connection

    def raw(self, path, body, headers=None, method="POST"):
        """(status, headers, body) of one call to the portal; on a broken connection the exception."""
        connection = self.connection()
        try:
            connection.request(method, path, body, HEADERS if headers is None else headers)
            reply = connection.getresponse()
            return reply.status, reply.headers, reply.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            raise

    def call(self, path, body, headers=None):
        return json.loads(self.raw(path, json.dumps(body), headers)[2])

    def rig(self, method, path, body=None, raw=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.control, timeout=WAIT_SECONDS)
        connection.request(method, "/rig/" + path, raw if body is None else json.dumps(body))
        reply = json.loads(connection.getresponse().read())
        connection.close()
        return reply

    def fault(self, kind, **rule):
        if self.rig("POST", "fault", {"kind": kind, **rule}) != {"kind": kind}:
            raise AssertionError(kind)

    def log_in(self):
        return self.call("/auth", {"username": "U", "password": "P"})["session"]

    def service(self, session, service, **more):
        path = "/integration" if "data" in more else "/share"
        return self.call(path, {"session": session, "madonvi": "H29.X01", "service": service, **more})


def record(code, **more):
    return {"MaHoSo": code, "MaTTHC": "1.001193", "TenTTHC": "Đăng ký khai sinh", "MaLinhVuc": "G15-HT03",
            "TenLinhVuc": "Hộ tịch", "KenhThucHien": "1", "ChuHoSo": "Trần Thị Mẫu", "LoaiDoiTuong": "1",
            "TrangThaiHoSo": "2", "HinhThuc": "0", "DonViXuLy": "Phường Mẫu", "NgayTiepNhan": "20261122080000", **more}


def progress(code, text):
    return {"MaHoSo": code, "NguoiXuLy": "Lê Văn Mẫu", "ThoiDiemXuLy": "20261122080000", "NoiDungXuLy": text,
            "TrangThai": "2"}


def submission(**more):
    given = record("", **more)
    for name in ("MaHoSo", "KenhThucHien", "TrangThaiHoSo", "NgayTiepNhan", "DonViXuLy"):
        del given[name]
    return given


def is_ok(reply):
    return reply["error_code"] in (0, "0")


class SimPortal(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        for name in ("portal", "gateway"):
            certificate(cls.folder.name, name)
        cls.gateway = Gateway(cls.folder.name)

    @classmethod
    def tearDownClass(cls):
        cls.gateway.server.shutdown()
        cls.gateway.server.server_close()
        cls.folder.cleanup()

    def start(self, generation, *options, gateway=True):
        folder = self.folder.name
        if gateway:
            options += ("--gateway", self.gateway.url, "--gateway-ca", f"{folder}/gateway.crt", "--gateway-cert",
                        f"{folder}/portal.crt", "--gateway-key", f"{folder}/portal.key", "--link", "cong")
        portal = Portal(folder, generation, *options)
        self.addCleanup(lambda: portal.process.poll() is None and portal.stop())
        return portal

    def setUp(self):
        self.gateway.calls.clear()
        self.gateway.answers.clear()

    def test_generation_1_is_strict(self):
        portal = self.start(1)
        session = portal.log_in()
        self.assertTrue(is_ok(portal.service(session, "DongBoHoSoMC", isUpdating="False", data=[record("a")])))
        self.assertTrue(is_ok(portal.service(session, "CapNhatTienDoHoSoMC", data=[progress("a", "1"), progress("a", "1")])))
        bad = portal.service(session, "DongBoHoSoMC", isUpdating="True", data=[record("a", NgayTra="mai")])
        self.assertEqual(bad["error_code"], 1)
        self.assertIn("NgayTra", bad["message"])
        self.assertEqual(portal.raw("/integration", "{}", HEADERS | {"dstcode": "E"})[0], 403)
        self.assertEqual(portal.call("/integration", {"session": "x"})["error_code"], -5)
        held = portal.service(session, "TraCuuHoSo", mahoso="a")["result"]
        self.assertEqual([held[0]["NgayTra"], held[0]["TaiLieuNop"]], ["", []])
        records = portal.rig("GET", "records")["records"]
        self.assertEqual([line["NoiDungXuLy"] for line in records[0]["TienDo"]], ["1", "1"])
        self.assertIsNone(records[0]["Nop"])

    def test_misbehaves_on_command(self):
        portal = self.start(1)
        session = portal.log_in()
        sync = {"session": session, "madonvi": "H29.X01", "service": "DongBoHoSoMC", "isUpdating": "True", "data": [record("a")]}
        portal.call("/integration", sync | {"isUpdating": "False"})
        lines = {"session": session, "madonvi": "H29.X01", "service": "CapNhatTienDoHoSoMC", "data": [progress("a", "1")]}
        for kind in ("drop_reply", "reset"):
            portal.fault(kind, count=1, path="CapNhatTienDoHoSoMC")
            self.assertTrue(is_ok(portal.call("/integration", sync)))
            with self.assertRaises((OSError, http.client.HTTPException)):
                portal.call("/integration", lines)
        stats = portal.rig("GET", "stats")
        self.assertEqual((stats["progress"], stats["progress_unanswered"]), (1, 1))
        unanswered = portal.rig("GET", "unanswered")["calls"]
        self.assertEqual([(call["service"], call["MaHoSo"], call["items"], call["fault"]) for call in unanswered],
                         [("CapNhatTienDoHoSoMC", "a", 1, "drop_reply")])
        portal.fault("429", count=1, milliseconds=2000)
        self.assertEqual(portal.raw("/integration", json.dumps(sync))[1]["Retry-After"], "2")
        portal.fault("slow_drip", count=1, milliseconds=400)
        began = time.monotonic()
        self.assertTrue(is_ok(portal.call("/integration", sync)))
        self.assertGreater(time.monotonic() - began, 0.3)
        portal.fault("down", seconds=1)
        with self.assertRaises((OSError, http.client.HTTPException)):
            portal.call("/integration", sync)
        self.assertGreaterEqual(portal.rig("GET", "stats")["faults_injected"]["down"], 1)
        until("it comes back by itself", lambda: self.answers(portal, sync))
        portal.fault("delay", count=1, milliseconds=700, path="CapNhatTienDoHoSoMC")
        portal.connection().timeout = 0.2
        portal.connection().close()
        with self.assertRaises(OSError):
            portal.call("/integration", lines)
        until("a caller that left is counted", lambda: portal.rig("GET", "stats")["progress_unanswered"] == 2)
        self.assertEqual(portal.rig("GET", "unanswered?after=1")["calls"][0]["fault"], "left")

    def answers(self, portal, body):
        try:
            return is_ok(portal.call("/integration", body))
        except (OSError, http.client.HTTPException):
            return False

    def test_calls_the_gateway_until_it_is_answered(self):
        portal = self.start(1)
        self.gateway.answers += [-1, -1, 0, 2]
        made = portal.rig("POST", "submit", {"madonvi": "H29.X01", "HoSo": submission()})
        self.assertEqual(made, {"MaHoSo": "DVC.2026.0000001".replace("2026", made["MaHoSo"][4:8]), "n": 1})
        portal.rig("POST", "withdraw", {"data": [{"MaHoSo": made["MaHoSo"], "MaYeuCau": "1"}]})
        outgoing = until("both calls are answered", lambda: self.settled(portal))
        self.assertEqual([call["state"] for call in outgoing["calls"]], ["done", "refused"])
        self.assertEqual(outgoing["refused"][0]["answer"]["error_code"], 2)
        self.assertEqual([path for path, _, _ in self.gateway.calls],
                         ["/links/cong/DongBoHoSoMC"] * 3 + ["/links/cong/RutHoSo"])
        self.assertEqual(self.gateway.calls[0][2], {"commonName": "portal"})
        self.assertEqual(portal.rig("GET", "records")["records"][0]["Nop"]["SoBienNhan"], "H29.X01-261122-0001")

    def settled(self, portal):
        outgoing = portal.rig("GET", "outgoing")
        return outgoing if outgoing["waiting"] == 0 else None

    def test_papers_go_both_ways_and_are_never_whole_in_memory(self):
        portal = self.start(1)
        before = self.peak_kib(portal)
        made = portal.rig("POST", "file", {"name": "don.pdf", "bytes": PAPER_BYTES, "seed": 1})
        _, headers, body = portal.raw("/files/don.pdf", None, {"Range": "bytes=5-"}, "GET")
        self.assertEqual((len(body), hashlib.sha256(body).hexdigest()), (PAPER_BYTES, made["sha256"]))
        self.assertEqual(headers["Content-Length"], str(PAPER_BYTES))
        session = portal.log_in()
        places = {f"t{n}": f"files/{n}" for n in range(8)} | {"gone": "gone"}
        links = [{"TepDinhKemId": paper, "IsDeleted": "False", "DuongDanTaiTepTin": f"{self.gateway.url}/{place}"}
                 for paper, place in places.items()]
        taken = portal.service(session, "DongBoHoSoMC", isUpdating="False", data=[record("a", TaiLieuNop=links)])
        self.assertTrue(is_ok(taken), taken)
        papers = until("all came", lambda: self.downloaded(portal, len(links)))
        whole = hashlib.sha256(b"p" * PAPER_BYTES).hexdigest()
        self.assertEqual([paper["sha256"] for paper in papers if paper["error"] is None], [whole] * 8)
        self.assertEqual([paper["url"] for paper in papers if paper["error"] == "HTTP 404"], [f"{self.gateway.url}/gone"])
        self.assertLess(self.peak_kib(portal) - before, GROWTH_KIB_MAX)

    def downloaded(self, portal, count):
        page = portal.rig("GET", "papers")
        return page["papers"] if page["waiting"] == 0 and len(page["papers"]) == count else None

    def peak_kib(self, portal):
        for line in Path(f"/proc/{portal.process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1])
        return 0

    def test_generation_2_from_token_to_status(self):
        portal = self.start(2)
        before = self.peak_kib(portal)
        token = portal.call("/token", {"client_id": "I", "client_secret": "S"})
        headers = HEADERS | {"Authorization": f"Bearer {token['access_token']}"}
        code = portal.call("/GetNextValue", {"code": "H29.X01"}, headers)["data"]
        content = os.urandom(PAPER_BYTES)
        binary = headers | {"Content-Type": "application/octet-stream"}
        uploaded = json.loads(portal.raw("/UploadFile?name=don.pdf", content, binary)[2])["data"]
        self.assertEqual(uploaded["HashTepTin"], hashlib.sha256(content).hexdigest())
        paper = {"IdGiayTo": uploaded["IdTepTin"], "HashTepTin": uploaded["HashTepTin"], "TenGiayTo": "Đơn"}
        dossier = {"MaHoSo": code, "MaTTHC": "1.001193", "ChuHoSo": "Trần Thị Mẫu", "LoaiDoiTuong": 0,
                   "MaDonViTiepNhan": "H29.X01", "NgayNop": "2026-11-22 08:00:00",
                   "ThanhPhanHoSo": [{"TenThanhPhanHoSo": "Đơn", "SoLuong": 1, "LoaiBan": 2, "GiayToDinhKem": [paper]}]}
        keys = portal.call("/NoiHoSo", dossier, headers)["data"]
        again = portal.raw("/NoiHoSo", json.dumps(dossier), headers)
        self.assertEqual((again[0], json.loads(again[2])["code"], json.loads(again[2])["data"]), (400, 409, keys))
        step = {"IDHoSo": keys["idHoSo"], "MaHoSo": code, "NguoiXuLy": "Lê Văn Mẫu", "NoiDungXuLy": "x", "TrangThai": 2,
                "ThoiDiemXuLy": "2026-11-22T08:30:00.000+07:00"}
        self.assertEqual(portal.call("/CapNhatTienTrinh", [step], headers)["code"], 200)
        status = {"IdHoSo": keys["idHoSo"], "MaHoSo": code, "TrangThai": 4}
        self.assertEqual(portal.call("/CapNhatTrangThai", [status], headers)["code"], 200)
        self.assertEqual(portal.raw("/CapNhatTrangThai", "[]", HEADERS)[0], 401)
        held = portal.rig("GET", "records")["records"][0]
        self.assertEqual((held["IdHoSo"], held["TrangThai"], len(held["TienDo"])), (keys["idHoSo"], 4, 1))
        self.assertEqual(portal.rig("GET", "papers")["uploads"][0]["bytes"], PAPER_BYTES)
        self.assertLess(self.peak_kib(portal) - before, GROWTH_KIB_MAX)
        made = portal.rig("POST", "submit", {"madonvi": "H29.X01", "HoSo": {
            "MaTTHC": "1.001193", "ChuHoSo": "Trần Thị Mẫu", "LoaiDoiTuong": 0}})
        portal.rig("POST", "withdraw", {"data": [{"MaHoSo": made["MaHoSo"], "MaYeuCau": "1"}]})
        until("both calls are answered", lambda: self.settled(portal))
        self.assertEqual([path for path, _, _ in self.gateway.calls], ["/links/cong/NoiHoSo", "/links/cong/RutHoSo"])
        ids = {body["data"][0]["IdHoSo"] for _, body, _ in self.gateway.calls}
        self.assertEqual(ids, {portal.rig("GET", "records?after=1")["records"][0]["IdHoSo"]})

    def test_a_kill_and_a_restart_keep_everything(self):
        state = ("--state", f"{self.folder.name}/state")
        portal = self.start(1, *state)
        session = portal.log_in()
        portal.service(session, "DongBoHoSoMC", isUpdating="False", data=[record("a")])
        portal.service(session, "CapNhatTienDoHoSoMC", data=[progress("a", "1")])
        portal.rig("POST", "file", {"name": "don.pdf", "bytes": 10, "seed": 1})
        self.gateway.answers += [-1] * 3
        portal.rig("POST", "submit", {"madonvi": "H29.X01", "HoSo": submission()})
        before = portal.rig("GET", "records")["records"][0]
        portal.process.send_signal(signal.SIGKILL)
        portal.process.wait()
        portal.process.stdout.close()
        self.gateway.answers.clear()
        portal = self.start(1, *state)
        until("what waited is called", lambda: self.settled(portal))
        self.assertEqual(portal.rig("GET", "outgoing")["done"], 1)
        self.assertEqual(portal.rig("GET", "records")["records"][0], before)
        self.assertEqual(portal.call("/integration", {"session": session})["error_code"], -5)
        self.assertEqual(portal.raw("/files/don.pdf", None, {}, "GET")[0], 200)
        self.assertEqual(portal.stop(), 0)

    def test_a_thousand_dossiers_of_twelve_calls(self):
        portal = self.start(1)

        def deliver(numbers):
            session = portal.log_in()
            for number in numbers:
                code = f"H29.X01-261122-{number:04}"
                for turn in range(6):
                    updating = "False" if turn == 0 else "True"
                    self.assertTrue(is_ok(portal.service(session, "DongBoHoSoMC", isUpdating=updating, data=[record(code)])))
                    self.assertTrue(is_ok(portal.service(session, "CapNhatTienDoHoSoMC", data=[progress(code, str(turn))])))

        began = time.monotonic()
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(deliver, [range(n, 1000, 4) for n in range(4)]))
        took = time.monotonic() - began
        stats = portal.rig("GET", "stats")
        self.assertEqual((stats["records"], stats["progress"]), (1000, 6000))
        print(f"12,000 calls in {took:.1f} s, peak {self.peak_kib(portal) // 1024} MiB", flush=True)
        self.assertLess(took, 30)
        self.assertLess(self.peak_kib(portal), RSS_KIB_MAX)

    def test_nonsense_is_refused_and_harms_nobody(self):
        values = (None, 5, "x", True, [], {}, [5], [None], [[]], [{}], {"x": {"x": [{}]}}, "\ud800", -1, 1.5)
        members = ("session", "madonvi", "service", "isUpdating", "data", "username", "HoSo", "MaHoSo", "remove", "kind", "name",
                   "bytes", "seed", "client_id", "code", "TaiLieuNop", "Base64", "mahoso", "rate")
        paths = ("/auth", "/integration", "/share", "/token", "/GetNextValue", "/NoiHoSo", "/CapNhatTienTrinh",
                 "/CapNhatTrangThai")
        rig = ("submit", "supplement", "call", "tamper", "insert", "fault", "file")
        bodies = [json.dumps(value) for value in values]
        bodies += [json.dumps({name: value}) for name in members for value in values]
        bodies += [json.dumps({"madonvi": "H29.X01", "HoSo": {name: value}}) for name in members for value in values]
        bodies += ["", "{", "\xff", "[" * 200]
        for generation in (1, 2):
            portal = self.start(generation)
            session = portal.log_in() if generation == 1 else portal.call("/token", {"client_id": "I", "client_secret": "S"})
            token = session["access_token"] if generation == 2 else ""
            for body in bodies:
                for path in paths:
                    body_in = body.replace('{"', json.dumps({"session": session})[:-1] + ', "', 1) if generation == 1 else body
                    portal.raw(path, body_in.encode("latin-1"), HEADERS | {"Authorization": f"Bearer {token}"})
                for call in rig:
                    portal.rig("POST", call, raw=body.encode("latin-1"))
                portal.rig("DELETE", "fault")
            for query in ("", "name", "name=%FF", "name=%", "name=a&name=b", "x=1"):
                portal.raw(f"/UploadFile?{query}", b"x", HEADERS | {"Content-Type": "application/octet-stream",
                                                                    "Authorization": f"Bearer {token}"})
            for call in ("records", "calls", "papers", "outgoing", "unanswered", "stats"):
                self.assertNotIn("error", portal.rig("GET", call))
            self.assertEqual(portal.stop(), 0)

    def test_says_what_is_wrong_with_its_arguments(self):
        plain = [SIM, "portal", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--plain"]
        for more in ([], ["--generation", "3"], ["--generation", "1"], ["--generation", "2", "--client-id", "I"],
                     ["--generation", "2", "--client-id", "I", "--client-secret", "S", "--gateway", "https://127.0.0.1:1"]):
            done = subprocess.run(plain + more, capture_output=True, text=True, timeout=WAIT_SECONDS)
            self.assertEqual(done.returncode, 2, more)
            self.assertIn("--", done.stderr)


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2, warnings="ignore"))
