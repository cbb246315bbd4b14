#!/usr/bin/python3
"""A client that shares no code with the gateway: Debian's python3-grpcio, with stubs made from our protos, pushes and
watches over mTLS against a started lienthongd."""
import importlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
import uuid

try:
    import google
    import grpc
except ImportError:
    print("python3-grpcio is not installed")
    sys.exit(77)

SOURCE = pathlib.Path(os.environ.get("LIENTHONG_SOURCE_DIR", pathlib.Path(__file__).parents[2]))
sys.path.insert(0, str(SOURCE / "tests"))

from scenario.processes import free_ports  # noqa: E402

LIENTHONGD = os.environ.get("LIENTHONGD", str(SOURCE / "build/bin/lienthongd"))
PKI = os.environ.get("LIENTHONG_PKI", str(SOURCE / "certs/lienthong-pki"))
SECONDS_MAX = 20
CONFIG = """store: {{url: "sqlite:{work}/gateway.db"}}
listen: {{grpc: "127.0.0.1:{port}", admin: "127.0.0.1:{admin}"}}
tls: {{certificate: pki/gateway.crt, key: pki/gateway.key, client_ca: pki/ca.crt}}
agencies:
  - {{code: H29.X05}}
"""


def make_stubs(folder):
    """Runs protoc with the Python plug-in, as the developer of a district would."""
    protos = [str(path.relative_to(SOURCE / "proto")) for path in (SOURCE / "proto").rglob("*.proto")]
    subprocess.run(["protoc", f"-I{SOURCE / 'proto'}", f"--python_out={folder}", f"--grpc_out={folder}",
                    f"--plugin=protoc-gen-grpc={shutil.which('grpc_python_plugin')}", *protos], check=True)
    sys.path.insert(0, str(folder))
    # google.protobuf is installed, google.rpc is ours: one package in two folders.
    google.__path__.append(str(folder / "google"))


class PythonClient(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.work = pathlib.Path(tempfile.mkdtemp(prefix="lienthong-python."))
        cls.addClassCleanup(shutil.rmtree, cls.work)
        stubs = cls.work / "stubs"
        stubs.mkdir()
        make_stubs(stubs)
        cls.pb = importlib.import_module("lienthong.dossier.v1.dossier_service_pb2")
        cls.dossier_pb = importlib.import_module("lienthong.dossier.v1.dossier_pb2")
        cls.enums = importlib.import_module("lienthong.dossier.v1.enums_pb2")
        cls.service = importlib.import_module("lienthong.dossier.v1.dossier_service_pb2_grpc")
        cls.errors = importlib.import_module("google.rpc.error_details_pb2")
        cls.rpc_status = importlib.import_module("google.rpc.status_pb2")
        cls.make_certificates()
        cls.start_gateway()

    @classmethod
    def make_certificates(cls):
        pki = str(cls.work / "pki")
        subprocess.run([PKI, "init", "--dir", pki], check=True)
        subprocess.run([PKI, "issue", "--dir", pki, "--name", "gateway", "--uri", "spiffe://lienthong/gateway",
                        "--server", "--ip", "127.0.0.1"], check=True)
        subprocess.run([PKI, "issue", "--dir", pki, "--name", "agency", "--uri", "spiffe://lienthong/agency/H29.X05"],
                       check=True)

    @classmethod
    def start_gateway(cls):
        port, admin = free_ports(2)
        config = cls.work / "gateway.yaml"
        config.write_text(CONFIG.format(work=cls.work, port=port, admin=admin))
        log = open(cls.work / "log", "wb")
        cls.gateway = subprocess.Popen([LIENTHONGD, "--config", str(config)], stderr=log)
        log.close()
        cls.addClassCleanup(cls.stop_gateway)
        read = lambda name: (cls.work / "pki" / name).read_bytes()
        credentials = grpc.ssl_channel_credentials(read("ca.crt"), read("agency.key"), read("agency.crt"))
        cls.channel = grpc.secure_channel(f"127.0.0.1:{port}", credentials)
        cls.addClassCleanup(cls.channel.close)
        grpc.channel_ready_future(cls.channel).result(timeout=SECONDS_MAX)
        cls.stub = cls.service.DossierServiceStub(cls.channel)

    @classmethod
    def stop_gateway(cls):
        cls.gateway.send_signal(signal.SIGTERM)
        code = cls.gateway.wait(SECONDS_MAX)
        if code != 0:
            raise AssertionError(f"lienthongd ended with {code}: {(cls.work / 'log').read_text()[-2000:]}")

    def new_request(self, name):
        request = self.pb.PushDossierRequest(request_id=str(uuid.uuid4()))
        dossier = request.dossier
        dossier.origin.channel = self.enums.CHANNEL_COUNTER
        dossier.procedure.code = "1.001193"
        dossier.procedure.name = "Thủ tục (mẫu)"
        dossier.applicant.name = name
        dossier.applicant.kind = self.enums.APPLICANT_KIND_CITIZEN
        dossier.reception.agency = "H29.X05"
        dossier.reception.received_time.FromJsonString("2026-03-02T01:00:00Z")
        dossier.status = self.enums.STATUS_ACCEPTED
        return request

    def push(self, request):
        return self.stub.PushDossier(request, timeout=SECONDS_MAX)

    def details(self, error):
        """The google.rpc.Status of the trailer."""
        for key, value in error.trailing_metadata():
            if key == "grpc-status-details-bin":
                return self.rpc_status.Status.FromString(value)
        raise AssertionError("no details in the trailer")

    def test_pushes_and_reads_back(self):
        request = self.new_request("Trần Thị Mẫu")
        pushed = self.push(request)
        self.assertEqual(pushed.revision, 1)
        got = self.stub.GetDossier(self.pb.GetDossierRequest(code=pushed.code.lower()), timeout=SECONDS_MAX)
        self.assertEqual(got.applicant.name, "Trần Thị Mẫu")
        again = self.push(request)
        self.assertTrue(again.duplicate)
        self.assertEqual((again.code, again.revision), (pushed.code, 1))

    def test_errors_can_be_read_by_whoever_knows_google_rpc(self):
        request = self.new_request("Lê Mẫu")
        request.dossier.procedure.code = "?"
        with self.assertRaises(grpc.RpcError) as raised:
            self.push(request)
        self.assertEqual(raised.exception.code(), grpc.StatusCode.INVALID_ARGUMENT)
        info, bad = self.errors.ErrorInfo(), self.errors.BadRequest()
        found = [name for any_ in self.details(raised.exception).details
                 for name, message in (("info", info), ("bad", bad)) if any_.Unpack(message)]
        self.assertEqual(sorted(found), ["bad", "info"])
        self.assertEqual((info.domain, info.reason), ("lienthong.gateway", "FIELD_INVALID"))
        self.assertEqual([v.field for v in bad.field_violations], ["dossier.procedure.code"])

    def test_streams_one_acknowledgement_per_item(self):
        requests = [self.new_request(f"Mẫu {i}") for i in range(200)]
        answers = {a.request_id: a for a in self.stub.PushDossiers(iter(requests), timeout=SECONDS_MAX)}
        self.assertEqual(set(answers), {r.request_id for r in requests})
        self.assertEqual({a.WhichOneof("outcome") for a in answers.values()}, {"acknowledged"})
        self.assertEqual(len({a.acknowledged.code for a in answers.values()}), 200)

    def test_a_list_and_the_changes_after_it_leave_no_gap(self):
        first = self.push(self.new_request("Đỗ Mẫu"))
        listed, token, page = {}, "", self.pb.ListDossiersRequest(page_size=20)
        while True:
            answer = self.stub.ListDossiers(page, timeout=SECONDS_MAX)
            token = token or answer.resume_token
            self.assertEqual(answer.resume_token, token, "one token for the whole list")
            listed |= {d.code: d.revision for d in answer.dossiers}
            if not page.page_token:                       # while the pages are read
                change = self.pb.PushDossierRequest(request_id=str(uuid.uuid4()),
                                                    dossier=self.dossier_pb.Dossier(code=first.code, subject="sửa"))
                self.push(change)
            page.page_token = answer.next_page_token
            if not page.page_token:
                break
        self.assertIn(first.code, listed)
        watch = self.stub.WatchChanges(self.pb.WatchChangesRequest(resume_token=token), timeout=SECONDS_MAX)
        changes = next(iter(watch)).changes
        watch.cancel()
        self.assertEqual([(c.code, c.revision, c.whole) for c in changes], [(first.code, 2, False)])

    def test_what_cannot_be_obeyed_is_named(self):
        request = self.new_request("Ngô Mẫu")
        request.dossier.reception.received_time.FromJsonString("2136-03-02T01:00:00Z")
        request.update_mask.paths.extend(["reception", "nope", "receipt_number", "papers"])
        with self.assertRaises(grpc.RpcError) as raised:
            self.push(request)
        bad = self.errors.BadRequest()
        self.assertTrue(any(any_.Unpack(bad) for any_ in self.details(raised.exception).details))
        self.assertEqual({v.field for v in bad.field_violations},
                         {"dossier.reception.received_time", *(f"update_mask.paths[{i}]" for i in (1, 2, 3))})

    def test_watches_and_goes_on_from_a_token(self):
        pushed = self.push(self.new_request("Phạm Mẫu"))
        watch = self.stub.WatchChanges(self.pb.WatchChangesRequest(), timeout=SECONDS_MAX)
        seen, token = set(), ""
        for message in watch:
            seen |= {(c.code, c.revision) for c in message.changes}
            token = message.resume_token
            if (pushed.code, 1) in seen:
                break
        watch.cancel()
        change = self.pb.PushDossierRequest(request_id=str(uuid.uuid4()),
                                            dossier=self.dossier_pb.Dossier(code=pushed.code, subject="sửa"))
        self.assertEqual(self.push(change).revision, 2)
        watch = self.stub.WatchChanges(self.pb.WatchChangesRequest(resume_token=token), timeout=SECONDS_MAX)
        codes = []
        for message in watch:
            codes += [(c.code, c.revision, list(c.paths)) for c in message.changes]
            if codes:
                break
        watch.cancel()
        self.assertIn((pushed.code, 2, ["subject"]), codes)
        self.assertFalse({c[:2] for c in codes} & seen, "nothing comes twice")


if __name__ == "__main__":
    unittest.main()
