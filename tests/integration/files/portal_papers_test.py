#!/usr/bin/python3
"""Papers of 20 MB that a portal sends inside its calls, and that a hub takes as uploads, through one lienthongd: whole on every
side, and the process within its memory."""
import base64
import hashlib
import http.client
import json
import os
import pathlib
import random
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

SOURCE = pathlib.Path(os.environ.get("LIENTHONG_SOURCE_DIR", pathlib.Path(__file__).parents[3]))
BUILD = pathlib.Path(os.environ.get("LIENTHONG_BUILD_DIR", SOURCE / "build"))
sys.path.insert(0, str(SOURCE / "tests"))
from scenario.ctl import Ctl  # noqa: E402
from scenario.processes import Program, Rig, free_port  # noqa: E402

LIENTHONGD = os.environ.get("LIENTHONGD", str(BUILD / "bin/lienthongd"))
LIENTHONGCTL = os.environ.get("LIENTHONGCTL", str(BUILD / "bin/lienthongctl"))
SIM = os.environ.get("LIENTHONG_SIM", str(BUILD / "bin/lienthong-sim"))
PKI = os.environ.get("LIENTHONG_PKI", str(SOURCE / "certs/lienthong-pki"))
PAPER_BYTES = 20 << 20
INLINE = 10  # at the same time: held whole, these alone would not fit
UPLOADS = 4
PIECE_BYTES = 48 << 10  # in whole groups of Base64
MEMORY_BYTES_MAX = 256 << 20
SECONDS_MAX = 90
CONFIG = """store: {{url: "sqlite:{work}/gateway.db"}}
listen: {{grpc: "127.0.0.1:{grpc}", admin: "127.0.0.1:{admin}", https: "127.0.0.1:{https}"}}
tls: {{certificate: pki/gateway.crt, key: pki/gateway.key, client_ca: pki/ca.crt}}
parties:
  - {{name: portal, roles: [origin], agencies: [H29.X01]}}
  - {{name: hub, roles: [origin], agencies: [H29.X05]}}
agencies:
  - {{code: H29.X01}}
  - {{code: H29.X05}}
files:
  public_url: "https://127.0.0.1:{https}"
  sources:
    - {{url_prefix: "https://127.0.0.1:{portal}/files/", ca_file: pki/ca.crt}}
links:
  - name: portal
    adapter: national
    party: portal
    scope: agencies
    caller: spiffe://lienthong/counterpart/portal
    settings: {{generation: "1", base_url: "https://127.0.0.1:{portal}", ca_file: pki/ca.crt, dstcode: D, madonvi: H29,
               username: u, password_file: secret}}
  - name: hub
    adapter: national
    party: hub
    scope: agencies
    caller: spiffe://lienthong/counterpart/hub
    settings: {{generation: "2", base_url: "https://127.0.0.1:{hub}", ca_file: pki/ca.crt, client_id: u,
               client_secret_file: secret, upload_timeout_ms: "60000"}}
"""


def pieces(name):
    """The content of a paper, the same for the same name, without holding it."""
    block = random.Random(name).randbytes(PIECE_BYTES)
    for at in range(0, PAPER_BYTES, PIECE_BYTES):
        yield (at.to_bytes(8, "big") + block[8:])[:PAPER_BYTES - at]


def digest(name):
    whole = hashlib.sha256()
    for piece in pieces(name):
        whole.update(piece)
    return whole.hexdigest()


def submission(number):
    return {"MaHoSo": f"DVC.2026.{number:07d}", "MaTTHC": "1.001193", "TenTTHC": "Đăng ký khai sinh",
            "MaLinhVuc": "G15-HT03", "TenLinhVuc": "Hộ tịch", "KenhThucHien": "2", "NoiNopHoSo": "1", "ChuHoSo": "Nguyễn Thị Mẫu",
            "LoaiDoiTuong": "1", "MaDoiTuong": f"mau-{number}", "SoDienThoai": "0900000001", "TrangThaiHoSo": "1",
            "HinhThuc": "0", "NgayNopHoSo": "20260302081500", "DonViXuLy": "UBND phường Mẫu"}


class PortalPapers(unittest.TestCase):
    def setUp(self):
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="lienthong-portal-papers."))
        self.addCleanup(shutil.rmtree, self.work)
        self.pki = str(self.work / "pki")
        subprocess.run([PKI, "init", "--dir", self.pki], check=True)
        server = ("--server", "--ip", "127.0.0.1")
        for name, uri, *more in (("gateway", "gateway", *server), ("rig", "counterpart/rig", *server),
                                 ("portal", "counterpart/portal"), ("hub", "counterpart/hub"),
                                 ("x01", "agency/H29.X01"), ("x05", "agency/H29.X05")):
            subprocess.run([PKI, "issue", "--dir", self.pki, "--name", name, "--uri", f"spiffe://lienthong/{uri}", *more],
                           check=True)
        (self.work / "secret").write_text("s")
        (self.work / "secret").chmod(0o600)
        grpc, admin, self.https = free_port(), free_port(), free_port()
        self.portal = self.rig("portal", 1, "--username", "u", "--password", "s", "--dstcode", "D")
        self.hub = self.rig("hub", 2, "--client-id", "u", "--client-secret", "s")
        (self.work / "gateway.yaml").write_text(CONFIG.format(
            work=self.work, grpc=grpc, admin=admin, https=self.https, portal=self.portal.ports["https"],
            hub=self.hub.ports["https"]))
        self.gateway = Program([LIENTHONGD, "--config", self.work / "gateway.yaml"], self.work / "log").start()
        self.addCleanup(self.gateway.stop)
        self.until("the gateway serves", lambda: '"serving"' in (self.work / "log").read_text())
        self.ctl = {name: Ctl(LIENTHONGCTL, f"127.0.0.1:{grpc}", f"127.0.0.1:{admin}", self.pki, name)
                    for name in ("x01", "x05")}

    def rig(self, name, generation, *login):
        rig = Rig([SIM, "portal", "--generation", str(generation), "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0",
                   "--tls-cert", f"{self.pki}/rig.crt", "--tls-key", f"{self.pki}/rig.key", *login,
                   "--gateway", f"https://127.0.0.1:{self.https}", "--gateway-ca", f"{self.pki}/ca.crt",
                   "--gateway-cert", f"{self.pki}/{name}.crt", "--gateway-key", f"{self.pki}/{name}.key", "--link", name],
                  self.work / f"{name}.out").start()
        self.addCleanup(rig.stop)
        return rig

    def until(self, what, condition):
        end = time.monotonic() + SECONDS_MAX
        while not (value := condition()):
            self.assertLess(time.monotonic(), end, f"{what}: not within {SECONDS_MAX} s")
            time.sleep(0.05)
        return value

    @staticmethod
    def control(rig, method, path, body=None):
        with closing(http.client.HTTPConnection("127.0.0.1", rig.ports["control"], timeout=SECONDS_MAX)) as connection:
            connection.request(method, f"/rig/{path}", None if body is None else json.dumps(body),
                               {"Content-Type": "application/json"})
            return json.loads(connection.getresponse().read())

    def connect(self, name):
        tls = ssl.create_default_context(cafile=f"{self.pki}/ca.crt")
        tls.load_cert_chain(f"{self.pki}/{name}.crt", f"{self.pki}/{name}.key")
        return http.client.HTTPSConnection("127.0.0.1", self.https, timeout=SECONDS_MAX, context=tls)

    def submit(self, number):
        """A call of the portal with a paper in its midst; the shared code."""
        record = submission(number) | {"TaiLieuNop": [{"TepDinhKemId": "t1", "TenTepDinhKem": "Đơn (mẫu)", "Base64": "?"}]}
        call = json.dumps({"madonvi": "H29.X01", "service": "DongBoHoSoMC", "data": [record]})
        before, after = (part.encode() for part in call.split('"?"'))
        length = len(before) + len(after) + 2 + 4 * -(-PAPER_BYTES // 3)

        def body():
            yield before + b'"'
            for piece in pieces(f"inline-{number}"):
                yield base64.b64encode(piece)
            yield b'"' + after
        with closing(self.connect("portal")) as connection:
            connection.request("POST", "/links/portal/DongBoHoSoMC", body(), {"Content-Type": "application/json",
                                                                              "Content-Length": str(length)})
            answer = json.loads(connection.getresponse().read())
        self.assertEqual(answer["error_code"], 0, answer)
        return answer["result"][0]["SoBienNhan"]

    def served(self, identifier):
        whole = hashlib.sha256()
        with closing(self.connect("portal")) as connection:
            connection.request("GET", f"/papers/{identifier}")
            answer = connection.getresponse()
            while part := answer.read(PIECE_BYTES):
                whole.update(part)
        return whole.hexdigest()

    def push(self, number):
        """A dossier of H29.X05 with a paper at the portal's file server; its code and the paper's digest."""
        made = self.control(self.portal, "POST", "file", {"name": f"paper-{number}", "bytes": PAPER_BYTES, "seed": number})
        dossier = {
            "status": "STATUS_ACCEPTED", "processing_unit": "UBND phường Mẫu", "origin": {"channel": "CHANNEL_COUNTER"},
            "procedure": {"code": "1.001193", "name": "Đăng ký khai sinh", "field_code": "G15-HT03", "field_name": "Hộ tịch"},
            "applicant": {"name": "Nguyễn Văn Mẫu", "kind": "APPLICANT_KIND_CITIZEN"},
            "reception": {"agency": "H29.X05", "received_time": "2026-03-02T01:15:00Z"},
            "outcome": {"return_method": "RETURN_METHOD_DIRECT"},
            "papers": [{"id": "p1", "name": "Đơn (mẫu)", "file": {"source": made["url"]}}]}
        pushed = json.loads(self.ctl["x05"].run("push", "-f", "-", "--json", stdin=json.dumps(dossier)))
        return pushed["code"], made["sha256"]

    def test_are_whole_on_every_side_and_never_in_memory(self):
        with ThreadPoolExecutor(INLINE + UPLOADS) as pool:
            pushes = [pool.submit(self.push, number) for number in range(UPLOADS)]
            inline = list(pool.map(self.submit, range(INLINE)))
            pushed = [push.result() for push in pushes]
        for number, code in enumerate(inline):
            file = self.ctl["x01"].json("get", code)["papers"][0]["file"]
            self.assertEqual((file["fetch_state"], file["sha256"], int(file["size_bytes"])),
                             ("FETCH_STATE_VERIFIED", digest(f"inline-{number}"), PAPER_BYTES))
            self.assertEqual(self.served(file["id"]), file["sha256"])
        # The portal is told of its dossiers, with addresses of the gateway, and fetches what lies there.
        self.assertEqual(self.until("the portal has its papers", lambda: self.downloaded(self.portal)),
                         sorted(digest(f"inline-{number}") for number in range(INLINE)))
        self.assertEqual(self.until("the hub has its papers", lambda: self.uploaded(self.hub)),
                         sorted((sha256, PAPER_BYTES) for _, sha256 in pushed))
        memory = self.gateway.memory_peak()
        print(f"{INLINE} inline, {UPLOADS} fetched and uploaded, peak memory {memory >> 20} MB", file=sys.stderr)
        self.assertGreater(memory, 0)
        self.assertLess(memory, MEMORY_BYTES_MAX)

    def downloaded(self, rig):
        papers = [one["sha256"] for one in self.control(rig, "GET", "papers")["papers"] if one["error"] is None]
        return sorted(papers) if len(papers) == INLINE else None

    def uploaded(self, rig):
        uploads = self.control(rig, "GET", "papers")["uploads"]
        held = [paper["HashTepTin"] for record in self.control(rig, "GET", "records")["records"]
                for part in record["ThanhPhanHoSo"] for paper in part["GiayToDinhKem"]]
        return sorted((one["HashTepTin"], one["bytes"]) for one in uploads) if len(held) == UPLOADS else None


if __name__ == "__main__":
    unittest.main()
