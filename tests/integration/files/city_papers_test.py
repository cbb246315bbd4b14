#!/usr/bin/python3
"""Papers between the city's system and the gateway: the city fetches others' papers from the gateway, its own keep the address
that it gave them, and what it reports of both changes nothing, so that traffic falls to zero."""
import importlib
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
import uuid

from integration import python_client_test as client
from integration.files import papers_kill_test as kills

try:
    import grpc
except ImportError:
    sys.exit(77)

SIM = client.os.environ.get("LIENTHONG_SIM", str(client.SOURCE / "build/bin/lienthong-sim"))
SECONDS_MAX = 60
CONFIG = """store: {{url: "sqlite:{work}/gateway.db"}}
listen: {{grpc: "127.0.0.1:{grpc}", admin: "127.0.0.1:{admin}", https: "127.0.0.1:{https}"}}
tls: {{certificate: pki/gateway.crt, key: pki/gateway.key, client_ca: pki/ca.crt}}
parties:
  - {{name: city, roles: [receiving], agencies: [H29.C01]}}
agencies:
  - {{code: H29.X05}}
files:
  public_url: "https://127.0.0.1:{https}"
  sources:
    - {{url_prefix: "https://127.0.0.1:{source}/papers/", ca_file: pki/ca.crt}}
    - {{url_prefix: "https://127.0.0.1:{city}/files/", ca_file: pki/ca.crt}}
links:
  - name: city
    adapter: city
    party: city
    scope: all
    settings: {{base_url: "https://127.0.0.1:{city}", ca_file: pki/ca.crt, access_key: k, secret_key_file: secret,
               app_name: a, partner_code: p, poll_interval_ms: "100"{more}}}
"""
INTAKE = {"MaTTHC": "1.000001", "MaLinhVuc": "LV", "KenhThucHien": "1", "ChuHoSo": "Lê Văn Mẫu", "LoaiDoiTuong": "1",
          "MaDonViTiepNhan": "H29.C01", "TrangThaiHoSo": "1", "HinhThuc": "0", "NgayNopHoSo": "20260105080000"}


class CityWithGateway(unittest.TestCase):
    MORE_SETTINGS = ""

    def setUp(self):
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="lienthong-city-papers."))
        self.addCleanup(shutil.rmtree, self.work)
        (self.work / "stubs").mkdir()
        client.make_stubs(self.work / "stubs")
        self.pb = importlib.import_module("lienthong.dossier.v1.dossier_service_pb2")
        self.enums = importlib.import_module("lienthong.dossier.v1.enums_pb2")
        self.papers = importlib.import_module("lienthong.dossier.v1.papers_pb2")
        self.sync = importlib.import_module("lienthong.sync.v1.sync_service_pb2")
        services = importlib.import_module("lienthong.dossier.v1.dossier_service_pb2_grpc")
        operators = importlib.import_module("lienthong.sync.v1.sync_service_pb2_grpc")
        self.pki = self.work / "pki"
        subprocess.run([client.PKI, "init", "--dir", str(self.pki)], check=True)
        for name, uri, *more in (("gateway", "gateway", "--server", "--ip", "127.0.0.1"),
                                 ("source", "counterpart/source", "--server", "--ip", "127.0.0.1"),
                                 ("agency", "agency/H29.X05"), ("operator", "operator/test")):
            subprocess.run([client.PKI, "issue", "--dir", str(self.pki), "--name", name,
                            "--uri", f"spiffe://lienthong/{uri}", *more], check=True)
        (self.work / "secret").write_text("s")
        (self.work / "secret").chmod(0o600)
        self.source = kills.Source(self.pki)
        self.source.allow(sys.maxsize)
        port, admin, self.https = client.free_ports(3)
        self.start_city()
        (self.work / "gateway.yaml").write_text(CONFIG.format(
            more=self.MORE_SETTINGS, work=self.work, grpc=port, admin=admin, https=self.https, source=self.source.port, city=self.city_port))
        self.start([client.LIENTHONGD, "--config", str(self.work / "gateway.yaml")])
        self.stub = services.DossierServiceStub(self.connect(port, "agency"))
        self.links = operators.SyncServiceStub(self.connect(admin, "operator"))

    def start(self, command, **options):
        with open(self.work / "log", "ab") as log:
            process = subprocess.Popen(command, stderr=log, **options)

        def stop():
            process.send_signal(signal.SIGTERM)
            process.wait(SECONDS_MAX)
        self.addCleanup(stop)
        return process

    def start_city(self):
        city = self.start(
            [SIM, "city", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--tls-cert", str(self.pki / "source.crt"),
             "--tls-key", str(self.pki / "source.key"), "--access-key", "k", "--secret-key", "s", "--app-name", "a",
             "--partner-code", "p", "--gateway", f"https://127.0.0.1:{self.https}",
             "--gateway-ca", str(self.pki / "ca.crt")], stdout=subprocess.PIPE, text=True)
        words = dict(word.split("=") for word in city.stdout.readline().split() if "=" in word)
        self.addCleanup(city.stdout.close)
        self.city_port, self.control = words["https"], words["control"]

    def connect(self, port, name):
        read = lambda file: (self.pki / file).read_bytes()
        channel = grpc.secure_channel(f"127.0.0.1:{port}", grpc.ssl_channel_credentials(
            read("ca.crt"), read(f"{name}.key"), read(f"{name}.crt")))
        self.addCleanup(channel.close)
        grpc.channel_ready_future(channel).result(timeout=SECONDS_MAX)
        return channel

    def rig(self, call, body=None):
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(f"http://127.0.0.1:{self.control}/rig/{call}", data, SECONDS_MAX) as answer:
            return json.load(answer)

    def wait(self, what, look):
        deadline = time.monotonic() + SECONDS_MAX
        while not (found := look()):
            self.assertLess(time.monotonic(), deadline, what + "\n" + (self.work / "log").read_text()[-3000:])
            time.sleep(0.1)
        return found

    def dossier(self, code):
        return self.stub.GetDossier(self.pb.GetDossierRequest(code=code), timeout=SECONDS_MAX)

    def city_record(self, code):
        records = [record for record in self.rig("records")["records"] if record["MaHoSo"] == code]
        return records[0] if records else None

    def link(self):
        return self.links.GetLink(self.sync.GetLinkRequest(name="city"), timeout=SECONDS_MAX)

    def new_request(self):
        request = client.PythonClient.new_request(self, "Vũ Mẫu")
        request.dossier.procedure.field_code = "LV"
        request.dossier.outcome.return_method = self.enums.RETURN_METHOD_DIRECT
        return request


class CityPapers(CityWithGateway):
    def test_each_is_shown_where_it_can_fetch(self):
        request = self.new_request()
        theirs = f"https://127.0.0.1:{self.source.port}/papers/one"
        request.dossier.papers.add(id="p0", name="Giấy tờ (mẫu)", file=self.papers.FileReference(source=theirs))
        code = self.stub.PushDossier(request, timeout=SECONDS_MAX).code
        own = self.rig("file", {"name": "own.pdf", "bytes": 3_000_000, "seed": 1})
        self.rig("intake", {"HoSo": {**INTAKE, "TaiLieuNop": [
            {"Id": "tl-1", "TenTepDinhKem": "Đơn (mẫu)", "DuongDanTaiTepTin": own["url"]}]}})

        def fetched():
            record = self.city_record(code)
            return record and [url for paper in record["TaiLieuNop"]
                               if (url := paper["DuongDanTaiTepTin"]).startswith(f"https://127.0.0.1:{self.https}/papers/")]
        url, = self.wait("the city is not shown the gateway's address", fetched)
        file = self.dossier(code).papers[0].file
        self.assertEqual((file.source, file.author), (theirs, "agency/H29.X05"))
        self.assertEqual(url.rsplit("/", 1)[1], file.id)
        downloaded = self.wait("the city does not download", lambda: [
            paper for paper in self.rig("papers")["papers"] if paper["url"] == url])
        self.assertEqual((downloaded[0]["sha256"], downloaded[0]["bytes"], downloaded[0]["error"]),
                         (kills.digest("one"), kills.PAPER_BYTES, None))

        # Its own paper was verified here, and stays where the city said.
        record, = [record for record in self.rig("records")["records"] if record["MaDonViTiepNhan"] == "H29.C01"]
        self.wait("the city's paper is not fetched", lambda: [
            path for path in (self.work / "files").rglob(own["sha256"]) if path.parent.name != "tmp"])
        self.wait("nothing is left to do", lambda: self.link().pending == 0)
        record, = [record for record in self.rig("records")["records"] if record["MaDonViTiepNhan"] == "H29.C01"]
        self.assertEqual([paper["DuongDanTaiTepTin"] for paper in record["TaiLieuNop"]], [own["url"]])

        # A clerk saves the form as it stands: the gateway's address comes back, and is no edit.
        shown = self.city_record(code)
        self.rig("edit", {"MaHoSo": code, "HoSo": {"TaiLieuNop": shown["TaiLieuNop"]}})
        versions = self.rig("stats")["versions"]
        received = self.link().received
        self.wait("the edit does not come", lambda: self.link().received > received)
        self.wait("nothing is left to do", lambda: self.link().pending == 0)
        file = self.dossier(code).papers[0].file
        self.assertEqual((file.source, file.fetch_state), (theirs, self.papers.FileReference.FETCH_STATE_VERIFIED))
        link = self.link()
        self.assertEqual((link.conflicts, link.dead_letters), (0, 0))
        calls = self.link().delivered
        polls = self.rig("stats")["calls"] + 5
        self.wait("the link does not poll", lambda: self.rig("stats")["calls"] > polls)
        self.assertEqual(self.link().delivered, calls, "traffic falls to zero")
        self.assertGreaterEqual(self.rig("stats")["versions"], versions)


class InlineCityPapers(CityWithGateway):
    BYTES_MAX = 700_000
    MORE_SETTINGS = f', inline_bytes_max: "{BYTES_MAX}"'

    def paper(self, record, number):
        return next((paper for paper in record["TaiLieuNop"] if paper["Id"] == number), {}) if record else {}

    def test_small_ones_go_inline_and_others_by_address(self):
        sizes = {"nhan": self.BYTES_MAX, "mot": 1, "hon": self.BYTES_MAX + 1}
        made = {name: self.rig("file", {"name": f"{name}.pdf", "bytes": size, "seed": 7}) for name, size in sizes.items()}
        request = self.new_request()
        for name, content in made.items():
            request.dossier.papers.add(id=name, name="Giấy tờ (mẫu)", file=self.papers.FileReference(source=content["url"]))
        code = self.stub.PushDossier(request, timeout=SECONDS_MAX).code
        for name in ("nhan", "mot"):
            paper = self.wait("the content does not come", lambda: "HashTepTin" in (
                one := self.paper(self.city_record(code), name)) and one)
            self.assertEqual((paper["HashTepTin"], paper["DuongDanTaiTepTin"]), (made[name]["sha256"], ""))
            self.assertNotIn("NoiDungTepTin", paper)
        ours = f"https://127.0.0.1:{self.https}/papers/"  # until its content was fetched, the source's stands there
        paper = self.wait("the address does not come", lambda: (
            one := self.paper(self.city_record(code), "hon")).get("DuongDanTaiTepTin", "").startswith(ours) and one)
        self.assertNotIn("HashTepTin", paper)
        downloaded, = self.wait("the city does not download", lambda: self.rig("papers")["papers"])
        self.assertEqual(downloaded["sha256"], made["hon"]["sha256"])

        # What the city reports of it is what it was sent: nothing changes, and traffic falls to zero.
        self.wait("nothing is left to do", lambda: self.link().pending == 0)
        link = self.link()
        self.assertEqual((link.conflicts, link.dead_letters), (0, 0))
        calls = self.rig("stats")["calls"] + 5
        self.wait("the link does not poll", lambda: self.rig("stats")["calls"] > calls)
        self.assertEqual(self.link().delivered, link.delivered)
        for paper in self.dossier(code).papers:
            self.assertEqual((paper.file.source, paper.file.sha256, paper.file.author),
                             (made[paper.id]["url"], made[paper.id]["sha256"], "agency/H29.X05"))

        # A paper that becomes too large goes by its address, and what was inline is taken back.
        change = self.pb.PushDossierRequest(request_id=str(uuid.uuid4()))
        change.dossier.code = code
        change.dossier.papers.add(id="mot", file=self.papers.FileReference(source=made["hon"]["url"]))
        self.stub.PushDossier(change, timeout=SECONDS_MAX)
        paper = self.wait("the new content does not come", lambda: (
            one := self.paper(self.city_record(code), "mot")).get("DuongDanTaiTepTin") and one)
        self.assertEqual(paper["HashTepTin"], "")


if __name__ == "__main__":
    unittest.main()
