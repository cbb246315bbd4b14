#!/usr/bin/python3
"""A real lienthongd between the portal's simulator and one agency, each generation: an online dossier comes in, is received
and completed, its progress goes out though an answer is lost, and what the citizen does at the portal comes in."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import uuid

SOURCE = pathlib.Path(os.environ.get("LIENTHONG_SOURCE_DIR", pathlib.Path(__file__).parents[3]))
BUILD = pathlib.Path(os.environ.get("LIENTHONG_BUILD_DIR", SOURCE / "build"))
sys.path.insert(0, str(SOURCE / "tests"))
from scenario.control import Control  # noqa: E402
from scenario.ctl import Ctl  # noqa: E402
from scenario.processes import free_ports  # noqa: E402

LIENTHONGD = os.environ.get("LIENTHONGD", str(BUILD / "bin/lienthongd"))
LIENTHONGCTL = os.environ.get("LIENTHONGCTL", str(BUILD / "bin/lienthongctl"))
SIM = os.environ.get("LIENTHONG_SIM", str(BUILD / "bin/lienthong-sim"))
PKI = os.environ.get("LIENTHONG_PKI", str(SOURCE / "certs/lienthong-pki"))
SECONDS_MAX = 20
AGENCY = "H29.X05"
OTHER_AGENCY = "H29.X06"    # the portal does not serve it
PROCEDURE = {"MATTHC": "1.001193", "TENTTHC": "Đăng ký khai sinh",
             "LINHVUCTHUCHIEN": [{"MALINHVUC": "G15-HT03", "TENLINHVUC": "Hộ tịch"}]}
CONFIG = """store: {{url: "sqlite:{work}/gateway.db"}}
listen: {{grpc: "127.0.0.1:{grpc}", admin: "127.0.0.1:{admin}", https: "127.0.0.1:{https}"}}
tls: {{certificate: pki/gateway.crt, key: pki/gateway.key, client_ca: pki/ca.crt}}
files:
  public_url: "https://127.0.0.1:{https}"
  sources: [{{url_prefix: "https://127.0.0.1:{portal}/", ca_file: pki/ca.crt, retry_min_ms: 100}}]
parties:
  - {{name: portal, roles: [origin], agencies: [{agency}]}}
agencies:
  - {{code: {agency}}}
  - {{code: {other_agency}}}
links:
  - name: portal
    adapter: national
    party: portal
    scope: all
    caller: spiffe://lienthong/counterpart/portal
    backoff_min_ms: 50
    backoff_max_ms: 500
    settings: {{generation: {generation}, base_url: "https://127.0.0.1:{portal}", ca_file: pki/ca.crt, dstcode: D,
               timeout_ms: 3000, {login}}}
"""
LOGIN = {1: "username: U, password_file: secret, madonvi: 000.00.00.H29",
         2: "client_id: U, client_secret_file: secret, procedures_file: procedures.json"}


def until(what, condition):
    end = time.monotonic() + SECONDS_MAX
    while not (value := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {SECONDS_MAX} s")
        time.sleep(0.05)
    return value


class World:
    """Portal and gateway, with certificates of their own; ends them by `stop`."""

    def __init__(self, generation, folder):
        self.work, self.pki, self._processes = pathlib.Path(folder), f"{folder}/pki", []
        subprocess.run([PKI, "init", "--dir", self.pki], check=True)
        self._issue("gateway", "gateway", "--server", "--ip", "127.0.0.1")
        self._issue("portal", "counterpart/portal", "--server", "--ip", "127.0.0.1")
        self._issue("x05", f"agency/{AGENCY}")
        self._issue("x06", f"agency/{OTHER_AGENCY}")
        self._issue("an", "operator/an")
        grpc, admin, https = free_ports(3)
        self._start_portal(generation, https)
        (self.work / "secret").write_text("S\n")
        (self.work / "secret").chmod(0o600)
        (self.work / "procedures.json").write_text(json.dumps([PROCEDURE]))
        config = self.work / "gateway.yaml"
        config.write_text(CONFIG.format(work=self.work, grpc=grpc, admin=admin, https=https, portal=self.portal_port,
                                        agency=AGENCY, other_agency=OTHER_AGENCY, generation=generation, login=LOGIN[generation]))
        with open(self.work / "log", "wb") as log:
            self._processes.append(subprocess.Popen([LIENTHONGD, "--config", str(config)], stderr=log))
        self.agency, self.other, self.operator = (
            Ctl(LIENTHONGCTL, f"127.0.0.1:{grpc}", f"127.0.0.1:{admin}", self.pki, name) for name in ("x05", "x06", "an"))
        until("the gateway serves", lambda: b'"serving"' in (self.work / "log").read_bytes())

    def _issue(self, name, uri, *more):
        subprocess.run([PKI, "issue", "--dir", self.pki, "--name", name, "--uri", f"spiffe://lienthong/{uri}", *more],
                       check=True)

    def _start_portal(self, generation, gateway_port):
        login = ("--username", "U", "--password", "S") if generation == 1 else ("--client-id", "U", "--client-secret", "S")
        portal = subprocess.Popen(
            [SIM, "portal", "--generation", str(generation), "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0",
             "--tls-cert", f"{self.pki}/portal.crt", "--tls-key", f"{self.pki}/portal.key", "--dstcode", "D", "--seed", "1",
             "--session-calls", "7", *login, "--gateway", f"https://127.0.0.1:{gateway_port}", "--gateway-ca",
             f"{self.pki}/ca.crt", "--gateway-cert", f"{self.pki}/portal.crt", "--gateway-key", f"{self.pki}/portal.key",
             "--link", "portal"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self._processes.append(portal)
        words = portal.stdout.readline().split()
        self.portal_port, control = (int(word.partition("=")[2]) for word in words[-2:])
        self.control = Control("portal", control)

    def stop(self):
        for process in reversed(self._processes):
            process.send_signal(signal.SIGTERM)
        codes = [process.wait(SECONDS_MAX) for process in self._processes]
        self._processes[0].stdout.close()
        if any(codes):
            raise AssertionError(f"exit codes {codes}: " + (self.work / "log").read_text()[-2000:])

    # --- what each side does, and what it sees

    def citizen(self, act, **said):
        """The citizen does something at the portal, which tells the gateway; its answer."""
        body = {"madonvi": AGENCY, "HoSo": said} if act == "submit" else {"madonvi": AGENCY, "data": [said]}
        call = self.control.call("POST", f"/rig/{act}", body)
        done = until(f"{act} is taken", lambda: self._call(call["n"]))
        if done["state"] != "done":
            raise AssertionError(f"{act}: {done}")
        return done

    def _call(self, number):
        outgoing = self.control.call("GET", "/rig/outgoing?limit=1000")
        return next((call for call in outgoing["calls"] if call["n"] == number and call["state"] != "waiting"), None)

    def push(self, by=None, **dossier):
        return json.loads((by or self.agency).run("push", "--json", "-f", "-", stdin=json.dumps({"dossier": dossier})))

    def dossier(self, code):
        return self.agency.json("get", code)

    def record(self, code):
        page = self.control.call("GET", "/rig/records?limit=1000")
        return next((record for record in page["records"] if record["MaHoSo"] == code), {})

    def see(self, code, **fields):
        """Until the portal's record says so."""
        try:
            until("", lambda: fields.items() <= self.record(code).items())
        except AssertionError:
            found = {name: self.record(code).get(name) for name in fields}
            raise AssertionError(f"{code}: the portal has {found}, not {fields}; "
                                 + self.operator.run("deadletters", "--json")) from None


def submission(generation, code):
    if generation == 1:
        return {"MaTTHC": "1.001193", "TenTTHC": "Đăng ký khai sinh", "MaLinhVuc": "G15-HT03", "TenLinhVuc": "Hộ tịch",
                "ChuHoSo": "Trần Thị Mẫu", "LoaiDoiTuong": "1", "HinhThuc": "0", "SoDienThoai": "0900000001"} | code
    detail = {"HoTen": "Trần Thị Mẫu", "SoGiayTo": "", "SoDienThoai": "0900000001", "Email": "", "DiaChi": "", "MaTinh": "",
              "MaXa": ""}
    return {"MaTTHC": "1.001193", "ChuHoSo": "Trần Thị Mẫu", "LoaiDoiTuong": 0,
            "ThongTinNguoiNop": {"LoaiDoiTuong": 0, "IdDoiTuong": "", "ThongTinChiTiet": detail}} | code


class PortalProcess(unittest.TestCase):
    def story(self, generation):
        folder = tempfile.TemporaryDirectory(prefix="lienthong-portal.")
        self.addCleanup(folder.cleanup)
        world = World(generation, folder.name)
        self.addCleanup(world.stop)
        code, at_portal = self.comes_in(world, generation)
        status = (lambda number: {"TrangThaiHoSo": str(number)}) if generation == 1 else (lambda number: {"TrangThai": number})
        self.is_received(world, code)
        world.see(at_portal, **status(2))
        self.loses_an_answer(world, code, at_portal)
        world.push(code=code, status="STATUS_SUPPLEMENT_REQUESTED",
                   supplements=[{"id": "bs1", "content": "Bổ sung giấy chứng sinh", "requested_time": "2026-03-02T02:00:00Z"}])
        world.see(at_portal, **status(5))
        self.is_answered(world, code, at_portal)
        world.push(code=code, status="STATUS_PAYMENT_REQUESTED",
                   fees=[{"id": "lp1", "code": "LP01", "name": "Lệ phí", "amount_vnd": "8000"}])
        world.see(at_portal, **status(6))
        self.is_paid(world, code, at_portal)
        world.push(code=code, status="STATUS_PROCESSING")
        world.see(at_portal, **status(4))
        self.is_withdrawn(world, code, at_portal)
        self.counter_dossiers(world, generation)
        self.assertEqual(world.operator.json("deadletters").get("dead_letters", []), [])
        self.assertEqual(world.operator.json("conflicts").get("conflicts", []), [])
        self.assertEqual(world.control.call("GET", "/rig/outgoing?limit=1")["refused"], [])
        self.contradicts_itself(world, code, at_portal)
        self.letters_are_seen_to(world, code)

    def comes_in(self, world, generation):
        done = world.citizen("submit", **submission(generation, {}))
        at_portal = done["MaHoSo"]
        code = done["answer"]["result"][0]["SoBienNhan"]
        self.assertEqual(code == at_portal, generation == 2, "a code of the legal shape is the dossier's, another is not")
        dossier = world.dossier(at_portal)
        self.assertEqual((dossier["code"], dossier["status"]), (code, "STATUS_SUBMITTED"))
        self.assertEqual(dossier["procedure"]["field_name"], "Hộ tịch")
        self.assertEqual(dossier["contact"]["phone"], "0900000001")
        return code, at_portal

    def is_received(self, world, code):
        world.push(code=code, status="STATUS_ACCEPTED", processing_unit="UBND phường (mẫu)",
                   reception={"received_time": "2026-03-02T01:00:00Z"})

    def loses_an_answer(self, world, code, at_portal):
        """The portal shows twice what comes twice: the gateway sends again, and says which line may stand there twice."""
        service = "CapNhatTienTrinh" if "IdHoSo" in world.record(at_portal) else "CapNhatTienDoHoSoMC"
        world.control.call("POST", "/rig/fault", {"kind": "drop_reply", "count": 1, "path": service})
        for i, content in enumerate(("Thẩm định hồ sơ", "Trình ký")):
            world.push(code=code, steps=[{"id": f"x{i}", "officer": "Lê Văn Mẫu", "content": content,
                                          "time": f"2026-03-02T01:0{i}:00Z"}])
        until("both lines", lambda: len(world.record(at_portal)["TienDo"]) == 3)
        lines = [line["NoiDungXuLy"] for line in world.record(at_portal)["TienDo"]]
        self.assertEqual(lines, ["Thẩm định hồ sơ", "Thẩm định hồ sơ", "Trình ký"])
        lanes = world.operator.json("lanes", "--link", "portal", "--possible-duplicates")["lanes"]
        self.assertEqual([(lane["code"], lane["possible_duplicates"]) for lane in lanes], [(code, ["steps[x0]"])])

    def is_answered(self, world, code, at_portal):
        rounds = world.record(at_portal).get("DanhSachHoSoBoSung", [{"HoSoBoSungId": "bs1"}])
        paper = {"TepDinhKemId": "77", "TenTepDinhKem": "Giấy chứng sinh", "Base64": "R2nhuqV5"}
        world.citizen("supplement", MaHoSo=at_portal, HoSoBoSungId=rounds[0]["HoSoBoSungId"], ThongTinTiepNhan="Đã bổ sung",
                      NgayTiepNhanBoSung="20260302093000", TaiLieuNop=[paper])
        dossier = world.dossier(code)
        reply = dossier["supplements"][0]
        self.assertEqual((reply["id"], reply["reply_note"], reply["paper_ids"]), ("bs1", "Đã bổ sung", ["dvc-77"]))
        self.assertEqual(dossier["papers"][0]["file"]["size_bytes"], "6")

    def is_paid(self, world, code, at_portal):
        world.citizen("pay", MaHoSo=at_portal, MaPhiLePhi="LP01", SoTien="8000", NgayThanhToan="20260302094500",
                      MaGiaoDich="GD-1", HoanTra="0")
        fee = world.dossier(code)["fees"][0]
        self.assertEqual((fee["id"], fee["paid_vnd"], fee["payment_reference"]), ("lp1", "8000", "GD-1"))

    def is_withdrawn(self, world, code, at_portal):
        world.citizen("withdraw", MaHoSo=at_portal, MaYeuCau="yc-1", NgayYeuCau="20260302100000", LyDo="Không cần nữa")
        request = world.dossier(code)["requests"][0]
        self.assertEqual((request["id"], request["kind"], request["content"]), ("dvc-yc-1", "KIND_WITHDRAW", "Không cần nữa"))
        self.assertEqual(world.dossier(code)["status"], "STATUS_PROCESSING", "who leads decides, not the request")

    def contradicts_itself(self, world, code, at_portal):
        """What was told once stands: the same again is answered alike, another thing under its name is a data error that names
        the portal's field and changes nothing. 3 would mean that it exists, 4 is for what is not there."""
        before = world.dossier(code)
        pay = {"MaPhiLePhi": "LP01", "SoTien": "8000", "NgayThanhToan": "20260302094500", "MaGiaoDich": "GD-1", "HoanTra": "0"}
        withdraw = {"MaYeuCau": "yc-1", "NgayYeuCau": "20260302100000", "LyDo": "Không cần nữa"}
        reply = {"HoSoBoSungId": "bs1", "ThongTinTiepNhan": "Lời khác", "NgayTiepNhanBoSung": "20260302093000"}
        for service, said, expected in (
                ("ThanhToanHoSo", pay, 0), ("ThanhToanHoSo", pay | {"MaGiaoDich": "GD-2"}, "MaGiaoDich: "),
                ("ThanhToanHoSo", pay | {"SoTien": "9000"}, "SoTien: "),
                ("ThanhToanHoSo", pay | {"HoanTra": "1", "SoTien": "8001"}, "SoTien: "),
                ("ThanhToanHoSo", pay | {"MaPhiLePhi": "LP02"}, "MaPhiLePhi: "), ("RutHoSo", withdraw, 0),
                ("RutHoSo", withdraw | {"LyDo": "Lý do khác"}, "LyDo: "), ("BoSungHoSo", reply, "ThongTinTiepNhan: ")):
            answer = self.told(world, service, {"MaHoSo": at_portal} | said)
            self.assertEqual(answer["error_code"], 1 if expected else 0, (service, said, answer))
            self.assertTrue(answer["message"].startswith(expected or "Thành công"), (service, said, answer))
        unknown = {"MaHoSo": "DVC.0", "IdHoSo": "DVC.0"} | withdraw
        self.assertEqual(self.told(world, "RutHoSo", unknown)["error_code"], 4)
        self.assertEqual(world.dossier(code), before)

    def letters_are_seen_to(self, world, code):
        """What was refused waits for a person, who looks, and gives it up: once, with a reason, and nothing else changes."""
        before = world.dossier(code)
        letters = world.operator.json("dlq", "list", "--link", "portal", "--direction", "in")["dead_letters"]
        self.assertIn("fees[lp1].paid_vnd", {letter["field"] for letter in letters})
        self.assertEqual({letter["code"] for letter in letters if letter["field"] == "fees[lp1].paid_vnd"}, {code})
        one = letters[0]["id"]
        self.assertNotIn("raw", world.operator.json("dlq", "show", one))
        self.assertTrue(world.operator.json("dlq", "show", one, "--purpose", "a test")["raw"])
        self.assertTrue(world.operator.json("dlq", "preview", one)["fault"], "nothing is better than it was")
        refused = json.loads(world.operator.run("dlq", "replay", one, "--reason", "a test", "--json", accept=(3,)))
        self.assertEqual((refused["done"], refused["failures"][0]["id"]), ("0", one))
        discard = ("dlq", "discard", "--link", "portal", "--reason", "a test", "--request-id", str(uuid.uuid4()))
        world.operator.run(*discard, accept=(2,))
        self.assertEqual(len(world.operator.json("dlq", "list")["dead_letters"]), len(letters), "it was not said yet: --yes")
        for _ in range(2):
            self.assertEqual(world.operator.json(*discard, "--yes")["done"], str(len(letters)))
            self.assertEqual(world.operator.json("deadletters")["dead_letters"], [])
        self.assertEqual(world.dossier(code), before)

    def told(self, world, service, said):
        return world.control.call("POST", "/rig/call", {"madonvi": AGENCY, "service": service, "data": [said]})["answer"]

    def counter_dossiers(self, world, generation):
        """What was handed in at a counter becomes known at the portal, at the hub under a number of the hub's, whose series is
        never that of an agency which it does not serve."""
        self.counter_dossier(world, generation, world.agency, AGENCY)
        self.counter_dossier(world, generation, world.other, OTHER_AGENCY)

    def counter_dossier(self, world, generation, by, agency):
        code = world.push(by, status="STATUS_ACCEPTED", procedure={"code": "1.001193", "name": "Đăng ký khai sinh",
                                                               "field_code": "G15-HT03", "field_name": "Hộ tịch"},
                          applicant={"name": "Nguyễn Văn Mẫu", "kind": "APPLICANT_KIND_CITIZEN"},
                          origin={"channel": "CHANNEL_COUNTER"}, outcome={"return_method": "RETURN_METHOD_DIRECT"},
                          reception={"agency": agency, "received_time": "2026-03-02T01:00:00Z"})["code"]
        if generation == 1:
            world.see(code, TrangThaiHoSo="2", DonViXuLy=agency)
            return
        given = until("the hub's code", lambda: [one["code"] for one in by.json("get", code).get("codes", [])
                                                 if one["kind"] == "KIND_DOSSIER_CODE"])[0]
        self.assertTrue(given.startswith(AGENCY), given)
        world.see(given, TrangThai=2, ChuHoSo="Nguyễn Văn Mẫu", MaDonViTiepNhan=agency)
        self.assertEqual(by.json("get", given)["code"], code)

    def test_generation_1(self):
        self.story(1)

    def test_generation_2(self):
        self.story(2)


if __name__ == "__main__":
    unittest.main()
