#!/usr/bin/python3
"""One-stop software of today connects to the façade of a real gateway by another adapter_url and nothing else. Its clock and
the gateway's sessions are scaled: it keeps a session for 4 s (in life: ten minutes), the gateway ends it after 1 s."""
import calendar
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

SOURCE = pathlib.Path(os.environ.get("LIENTHONG_SOURCE_DIR", pathlib.Path(__file__).parents[3]))
BUILD = pathlib.Path(os.environ.get("LIENTHONG_BUILD_DIR", SOURCE / "build"))
sys.path[:0] = [str(SOURCE / "tests"), str(pathlib.Path(__file__).parent)]
from scenario.ctl import Ctl  # noqa: E402
from scenario.processes import free_ports  # noqa: E402
from todays_software import (CreatingFirst, Dossier, LookingUp, PortalClient, Unreliable, synchronise,  # noqa: E402
                             tls_of)

LIENTHONGD = os.environ.get("LIENTHONGD", str(BUILD / "bin/lienthongd"))
LIENTHONGCTL = os.environ.get("LIENTHONGCTL", str(BUILD / "bin/lienthongctl"))
PKI = os.environ.get("LIENTHONG_PKI", str(SOURCE / "certs/lienthong-pki"))
SECONDS_MAX = 20
ALL_SENT_SECONDS_MAX = 180
STORIES_AT_A_TIME = 14
STORIES_MAX = 1000
CLIENT_CACHE_SECONDS = 4
GATEWAY_SESSION_SECONDS = 1
PASSWORD = {"x05": "mat-khau-mau-x05", "x06": "mat-khau-mau-x06"}
CONFIG = """store: {{url: "sqlite:{work}/gateway.db"}}
listen: {{grpc: "127.0.0.1:{grpc}", admin: "127.0.0.1:{admin}", https: "127.0.0.1:{https}"}}
tls: {{certificate: pki/gateway.crt, key: pki/gateway.key, client_ca: pki/ca.crt}}
agencies:
  - {{code: H29.X05}}
  - {{code: H29.X06}}
files: {{public_url: "https://127.0.0.1:{https}"}}
facade:
  session_seconds: {session}
  procedures_file: "{source}/deploy/procedures.example.json"
  accounts:
    - {{agency: H29.X05, username: x05, password_hash: "{x05}"}}
    - {{agency: H29.X06, username: x06, password_hash: "{x06}", certificate: "spiffe://lienthong/agency/H29.X06"}}
"""


def hash_of(password):
    return subprocess.run([LIENTHONGCTL, "hash-password"], input=password + "\n", text=True, capture_output=True,
                          check=True).stdout.strip()


class Gateway:
    """A lienthongd of the test's own, with the agencies H29.X05 and H29.X06 behind its façade."""

    def __init__(self, session_seconds):
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="lienthong-facade."))
        self.pki = str(self.work / "pki")
        subprocess.run([PKI, "init", "--dir", self.pki], check=True)
        self.issue("gateway", "gateway", "--server", "--ip", "127.0.0.1")
        for code in ("X05", "X06"):
            self.issue(code.lower(), f"agency/H29.{code}")
        grpc, admin, self.https = free_ports(3)
        config = self.work / "gateway.yaml"
        config.write_text(CONFIG.format(work=self.work, grpc=grpc, admin=admin, https=self.https, source=SOURCE,
                                        session=session_seconds, **{name: hash_of(PASSWORD[name]) for name in PASSWORD}))
        with open(self.work / "log", "wb") as log:
            self.process = subprocess.Popen([LIENTHONGD, "--config", str(config)], stderr=log)
        self.ctl = {name: Ctl(LIENTHONGCTL, f"127.0.0.1:{grpc}", f"127.0.0.1:{admin}", self.pki, name)
                    for name in PASSWORD}
        self.clients = []
        self.await_serving()

    def issue(self, name, uri, *more):
        subprocess.run([PKI, "issue", "--dir", self.pki, "--name", name, "--uri", f"spiffe://lienthong/{uri}", *more],
                       check=True)

    def await_serving(self):
        end = time.monotonic() + SECONDS_MAX
        while b'"serving"' not in (self.work / "log").read_bytes():
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError((self.work / "log").read_text()[-2000:])
            time.sleep(0.05)

    def stop(self):
        for client in self.clients:
            client.close()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(SECONDS_MAX)
        log = (self.work / "log").read_text()
        shutil.rmtree(self.work)
        if code != 0:
            raise AssertionError(f"lienthongd ended with {code}: {log[-2000:]}")

    def client(self, name, certificate=None, kind=PortalClient, **more):
        client = kind(f"https://127.0.0.1:{self.https}/facade", name, PASSWORD[name], "H29." + name.upper(),
                      tls_of(self.pki, certificate), **more)
        self.clients.append(client)
        return client

    def dossier(self, name, code):
        return self.ctl[name].json("get", code)


def record(subject):
    return {"MaTTHC": "1.001193", "TenTTHC": "Đăng ký khai sinh", "MaLinhVuc": "G15-HT03", "TenLinhVuc": "Hộ tịch",
            "KenhThucHien": "1", "ChuHoSo": "Nguyễn Thị Mẫu", "LoaiDoiTuong": "1", "SoDienThoai": "0900000001",
            "TrichYeuHoSo": subject, "NgayTiepNhan": "20260302081500", "NgayHenTra": "20260305170000",
            "TrangThaiHoSo": "2", "HinhThuc": "0", "DonViXuLy": "UBND phường (mẫu)"}


def line(minute, status, content):
    return {"NguoiXuLy": "Trần Văn Mẫu", "ChucDanh": "Chuyên viên", "PhongBanXuLy": "Một cửa", "TrangThai": status,
            "ThoiDiemXuLy": f"202603{2 + minute // 1440:02d}{minute // 60 % 24:02d}{minute % 60:02d}00",
            "NoiDungXuLy": content}


# What happens to each dossier: the status, and how many lines of progress come with it.
STAGES = [("2", 3), ("4", 13), ("5", 2), ("4", 21), ("9", 1), ("10", 1)]


class Story:
    """One dossier of the software, from its reception to its end."""

    def __init__(self, code):
        self.dossier = Dossier(code, record(f"Hồ sơ {code}"))
        self.stages = iter(STAGES)
        self.minute, self.over = 480, False

    def go_on(self):
        status, count = next(self.stages, (None, 0))
        if status is None:
            self.over = True
            return
        # The first two say the same, to the second: both happened.
        lines = [line(self.minute + max(0, i - (self.minute == 480)), status, f"việc {self.minute + max(1, i)}")
                 for i in range(count)]
        self.minute += count
        self.dossier.change(lines, TrangThaiHoSo=status, GhiChu=f"đến {self.minute}")


def stamp(text):
    """The portal's wall time as the schema's JSON writes it."""
    seconds = calendar.timegm(time.strptime(text, "%Y%m%d%H%M%S")) - 7 * 3600
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


class SoftwareOfToday(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = Gateway(GATEWAY_SESSION_SECONDS)
        cls.addClassCleanup(cls.gateway.stop)
        seed = int(os.environ.get("LIENTHONG_SEED", random.SystemRandom().randrange(10**6)))
        print(f"seed {seed}")
        cls.random = random.Random(seed)
        cls.seed = seed

    def client(self, name, certificate=None):
        return self.gateway.client(name, certificate, kind=Unreliable, seed=self.seed, lost_percent=3,
                                   cache_seconds=CLIENT_CACHE_SECONDS)

    def run_to_the_end(self, software, stories, end):
        dossiers = [story.dossier for story in stories]
        while True:
            for story in stories:  # work goes on while the job runs, and whether it succeeds or not
                if not story.over and self.random.randrange(4) == 0:
                    story.go_on()
            synchronise(software, dossiers)
            if all(story.over for story in stories) and not any(one.pending() for one in dossiers):
                return
            self.assertLess(time.monotonic(), end, "not all was sent")

    def live(self, software, agency):
        """Works on dossiers until the client has had all its troubles; a quick machine needs more dossiers for that."""
        client, everything = software.client, []
        end = time.monotonic() + ALL_SENT_SECONDS_MAX
        while not (client.logins > 1 and client.expired and client.lost):
            first = len(everything) + 1
            self.assertLess(first, STORIES_MAX, f"{client.logins} logins, {client.expired} sessions ended early, "
                                                f"{client.lost} replies lost")
            stories = [Story(f"{agency}-261121-{number:04d}") for number in range(first, first + STORIES_AT_A_TIME)]
            everything += stories
            self.run_to_the_end(software, stories, end)
        return everything

    def check(self, name, stories):
        self.assertGreater(len(stories), 0)
        for story in stories:
            stored = self.gateway.dossier(name, story.dossier.code)
            self.assertEqual(stored["code"], story.dossier.code)
            self.assertEqual(stored["status"], "STATUS_RETURNED")
            self.assertEqual(stored["note"], story.dossier.record["GhiChu"])
            self.assertEqual(stored["subject"], story.dossier.record["TrichYeuHoSo"])
            steps = [(step["time"], step["content"]) for step in stored["steps"]]
            lines = [(stamp(one["ThoiDiemXuLy"]), one["NoiDungXuLy"]) for one in story.dossier.lines]
            self.assertCountEqual(steps, lines)
            self.assertEqual(steps, lines, "in another order")

    def test_that_looks_up_first_ends_with_everything_once(self):
        self.check("x05", self.live(LookingUp(self.client("x05")), "H29.X05"))

    def test_that_creates_first_and_has_a_certificate_ends_with_everything_once(self):
        self.check("x06", self.live(CreatingFirst(self.client("x06", "x06")), "H29.X06"))


class Facade(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = Gateway(session_seconds=600)
        cls.addClassCleanup(cls.gateway.stop)

    def took(self, text):
        answer = json.loads(text)
        self.assertEqual(answer["error_code"], 0, answer)
        return answer["result"]

    def code_of(self, text):
        return json.loads(text)["error_code"]

    def test_comes_back_to_an_earlier_state(self):
        client, code = self.gateway.client("x05"), "H29.X05-261121-1001"
        self.took(client.record({"MaHoSo": code, **record("A")}, False))
        for subject in ("B", "A", "B", "A"):
            self.took(client.record({"MaHoSo": code, **record(subject)}, True))
            self.assertEqual(self.gateway.dossier("x05", code)["subject"], subject)

    def test_answers_for_a_foreign_dossier_as_for_a_missing_one(self):
        mine, code = self.gateway.client("x05"), "H29.X05-261121-1002"
        self.took(mine.record({"MaHoSo": code, **record("A")}, False))
        other, missing = self.gateway.client("x06", "x06"), "H29.X05-261121-1999"
        same = lambda text: text.replace(code, missing)
        for ask in (other.find, lambda it: other.record({"MaHoSo": it, **record("B")}, True),
                    lambda it: other.record({"MaHoSo": it, **record("B")}, False),
                    lambda it: other.progress([{"MaHoSo": it, **line(480, "4", "việc")}])):
            self.assertEqual(same(ask(code)), ask(missing))
        self.assertEqual(self.gateway.dossier("x05", code)["subject"], "A")

    def test_slows_the_guessing_of_passwords_and_lets_the_owner_in(self):
        guesser = self.gateway.client("x05", source="127.0.0.7")
        guesser.password = "mat-khau-doan-mo"
        for _ in range(20):
            self.assertEqual(guesser.login()["error_code"], -2)
            if "Retry-After" in guesser.headers:
                break
        self.assertIn("Retry-After", guesser.headers)
        guesser.password = PASSWORD["x05"]
        refused = guesser.login()
        self.assertEqual(refused["error_code"], -2, "the right one is not even looked at")
        self.assertNotIn("session", refused)
        time.sleep(int(guesser.headers["Retry-After"]))
        self.assertEqual(guesser.login()["error_code"], 0)

    def test_binds_an_account_to_its_certificate(self):
        without = self.gateway.client("x06", source="127.0.0.8")
        self.assertEqual(without.login()["error_code"], -2)
        other = self.gateway.client("x06", "x05", source="127.0.0.8")
        self.assertEqual(other.login()["error_code"], -2)
        bound = self.gateway.client("x06", "x06")
        self.took(bound.find("x"))
        without.cached, without.cached_at = bound.session(), time.monotonic()
        self.assertEqual(self.code_of(without.find("x")), -5)

    def test_tells_of_procedures(self):
        client = self.gateway.client("x05")
        listed = self.took(client.service("/share", "LayDanhSachTTHC"))
        self.assertGreaterEqual(len(listed), 20)
        whole = self.took(client.service("/share", "LayThuTuc", maTTHC=listed[0]["MATTHC"]))
        self.assertEqual(whole[0]["TENTTHC"], listed[0]["TENTTHC"])
        self.assertIn("CACHTHUCTHUCHIEN", whole[0])


if __name__ == "__main__":
    unittest.main()
