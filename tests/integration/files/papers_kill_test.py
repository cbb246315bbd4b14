#!/usr/bin/python3
"""Papers of 20 MB from a source over HTTPS into dossiers, while lienthongd is killed with SIGKILL at chosen bytes of the
downloads and just after them. At the end every paper is verified, the gateway serves exactly its bytes, nothing half is
left, and no life of the process used more memory than it may."""
import hashlib
import http.server
import importlib
import os
import pathlib
import random
import re
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

from integration import python_client_test as client

try:
    import grpc
except ImportError:
    sys.exit(77)

MB = 1 << 20
PAPER_BYTES = 20 * MB
PAPERS = 5
PIECE_BYTES = 64 << 10
MEMORY_BYTES_MAX = 256 * MB
# Bytes that the source sends in a life of the gateway, which is killed at the last of them. Two papers come at a time: with
# all bytes of two, their contents are just being made durable and the dossiers written.
KILLS_AT = (1 * MB, 13 * MB, PAPER_BYTES, 2 * PAPER_BYTES, 2 * PAPER_BYTES - PIECE_BYTES, 2 * PAPER_BYTES, 3 * MB)
SECONDS_MAX = 120
CONFIG = """store: {{url: "sqlite:{work}/gateway.db"}}
listen: {{grpc: "127.0.0.1:{grpc}", admin: "127.0.0.1:{admin}", https: "127.0.0.1:{https}"}}
tls: {{certificate: pki/gateway.crt, key: pki/gateway.key, client_ca: pki/ca.crt}}
agencies:
  - {{code: H29.X05}}
files:
  public_url: "https://127.0.0.1:{https}"
  sources:
    - {{url_prefix: "https://127.0.0.1:{source}/papers/", ca_file: pki/ca.crt, retry_min_ms: 20, retry_max_ms: 200}}
"""


def pieces(name):
    """The content of a paper, the same for the same name, without holding it."""
    block = random.Random(name).randbytes(PIECE_BYTES)
    for number in range(PAPER_BYTES // PIECE_BYTES):
        yield number.to_bytes(8, "big") + block[8:]


def digest(name):
    whole = hashlib.sha256()
    for piece in pieces(name):
        whole.update(piece)
    return whole.hexdigest()


class Source:
    """A file server that sends as much as it is allowed to, to one life of the gateway after the other."""

    def __init__(self, pki):
        self.sent = 0
        self.allowed = 0
        self.life = 0
        self.requests = 0
        self.changed = threading.Condition()
        source = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                with source.changed:
                    source.requests += 1
                    life = source.life
                name = self.path.rsplit("/", 1)[1]
                self.send_response(200)
                self.send_header("Content-Type", "application/pdf")
                self.send_header("Content-Length", str(PAPER_BYTES))
                self.end_headers()
                try:
                    for piece in pieces(name):
                        source.take(len(piece), life)
                        self.wfile.write(piece)
                        source.count(len(piece))
                except OSError:
                    self.close_connection = True

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *arguments: None  # connections of killed processes
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(pki / "source.crt", pki / "source.key")
        self.server.socket = tls.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def allow(self, size):
        with self.changed:
            self.allowed = size
            self.changed.notify_all()

    def end_life(self):
        """What waits to send belongs to a process that is gone."""
        with self.changed:
            self.life += 1
            self.allowed = 0
            self.changed.notify_all()

    def take(self, size, life):
        with self.changed:
            self.changed.wait_for(lambda: self.life != life or self.allowed >= size)
            if self.life != life:
                raise ConnectionError("the gateway that asked is gone")
            self.allowed -= size

    def count(self, size):
        with self.changed:
            self.sent += size
            self.changed.notify_all()

    def wait_for(self, size):
        """Until so much was sent in all."""
        with self.changed:
            if not self.changed.wait_for(lambda: self.sent >= size, SECONDS_MAX):
                raise AssertionError(f"the gateway fetches nothing; sent {self.sent} of {size}")


class PapersThroughKills(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.work = pathlib.Path(tempfile.mkdtemp(prefix="lienthong-papers."))
        cls.addClassCleanup(shutil.rmtree, cls.work)
        (cls.work / "stubs").mkdir()
        client.make_stubs(cls.work / "stubs")
        cls.pb = importlib.import_module("lienthong.dossier.v1.dossier_service_pb2")
        cls.enums = importlib.import_module("lienthong.dossier.v1.enums_pb2")
        cls.papers = importlib.import_module("lienthong.dossier.v1.papers_pb2")
        cls.service = importlib.import_module("lienthong.dossier.v1.dossier_service_pb2_grpc")
        cls.pki = cls.work / "pki"
        subprocess.run([client.PKI, "init", "--dir", str(cls.pki)], check=True)
        for name, uri, *more in (("gateway", "gateway", "--server", "--ip", "127.0.0.1"),
                                 ("source", "counterpart/source", "--server", "--ip", "127.0.0.1"),
                                 ("agency", "agency/H29.X05")):
            subprocess.run([client.PKI, "issue", "--dir", str(cls.pki), "--name", name,
                            "--uri", f"spiffe://lienthong/{uri}", *more], check=True)
        cls.source = Source(cls.pki)

    def setUp(self):
        self.gateway = None
        self.memory = 0
        self.port, admin, self.https = client.free_ports(3)
        (self.work / "gateway.yaml").write_text(CONFIG.format(
            work=self.work, grpc=self.port, admin=admin, https=self.https, source=self.source.port))
        self.addCleanup(self.end)
        self.start()

    def start(self):
        with open(self.work / "log", "ab") as log:
            self.gateway = subprocess.Popen([client.LIENTHONGD, "--config", str(self.work / "gateway.yaml")], stderr=log)
        read = lambda name: (self.pki / name).read_bytes()
        self.channel = grpc.secure_channel(
            f"127.0.0.1:{self.port}",
            grpc.ssl_channel_credentials(read("ca.crt"), read("agency.key"), read("agency.crt")))
        grpc.channel_ready_future(self.channel).result(timeout=SECONDS_MAX)
        self.stub = self.service.DossierServiceStub(self.channel)

    def note_memory(self):
        status = pathlib.Path(f"/proc/{self.gateway.pid}/status").read_text()
        peak = int(re.search(r"^VmHWM:\s+(\d+) kB", status, re.M)[1]) << 10
        self.memory = max(self.memory, peak)

    def kill(self):
        self.note_memory()
        os.kill(self.gateway.pid, signal.SIGKILL)
        self.gateway.wait()
        self.channel.close()

    def end(self):
        if self.gateway.poll() is None:
            self.channel.close()
            self.gateway.send_signal(signal.SIGTERM)
            self.assertEqual(self.gateway.wait(SECONDS_MAX), 0, (self.work / "log").read_text()[-2000:])

    def push(self, name, **declared):
        request = client.PythonClient.new_request(self, "Đỗ Mẫu")
        request.dossier.papers.add(
            id="p0", name="Giấy tờ (mẫu)",
            file=self.papers.FileReference(source=f"https://127.0.0.1:{self.source.port}/papers/{name}", **declared))
        return self.stub.PushDossier(request, timeout=SECONDS_MAX).code

    def file(self, code):
        return self.stub.GetDossier(self.pb.GetDossierRequest(code=code), timeout=SECONDS_MAX).papers[0].file

    def settled(self, codes):
        waiting = (self.papers.FileReference.FETCH_STATE_UNSPECIFIED, self.papers.FileReference.FETCH_STATE_REFERENCED)
        return all(self.file(code).fetch_state not in waiting for code in codes)

    def served(self, identifier):
        """The digest and size of what the gateway serves, without a client certificate, and its headers."""
        tls = ssl.create_default_context(cafile=str(self.pki / "ca.crt"))
        with urllib.request.urlopen(f"https://127.0.0.1:{self.https}/papers/{identifier}", context=tls,
                                    timeout=SECONDS_MAX) as answer:
            whole, size = hashlib.sha256(), 0
            while part := answer.read(PIECE_BYTES):
                whole.update(part)
                size += len(part)
            return whole.hexdigest(), size, answer.headers

    def test_papers_are_whole_after_kills(self):
        names = [f"paper-{number}" for number in range(PAPERS)]
        codes = {name: self.push(name) for name in names}
        wrong = self.push("paper-wrong", sha256="0" * 64)
        for size in KILLS_AT:
            goal = self.source.sent + size
            self.source.allow(size)
            self.source.wait_for(goal)
            self.kill()
            self.source.end_life()
            self.start()
        self.source.allow(sys.maxsize)
        deadline = time.monotonic() + SECONDS_MAX
        while not self.settled([*codes.values(), wrong]):
            self.assertLess(time.monotonic(), deadline, "papers are not fetched")
            time.sleep(0.1)

        verified = self.papers.FileReference.FETCH_STATE_VERIFIED
        for name, code in codes.items():
            file = self.file(code)
            self.assertEqual((file.fetch_state, file.sha256, file.size_bytes, file.media_type),
                             (verified, digest(name), PAPER_BYTES, "application/pdf"))
            got, size, headers = self.served(file.id)
            self.assertEqual((got, size), (file.sha256, PAPER_BYTES))
            self.assertEqual(headers["Content-Length"], str(PAPER_BYTES))
            self.assertEqual((headers["Cache-Control"], headers["Content-Disposition"]), ("no-store", "attachment"))
        refused = self.file(wrong)
        self.assertEqual(refused.fetch_state, self.papers.FileReference.FETCH_STATE_REFUSED)
        self.assertFalse(refused.id)
        with self.assertRaises(urllib.error.HTTPError) as unknown:
            self.served("0" * 32)
        self.assertEqual(unknown.exception.code, 404)
        self.note_memory()
        self.end()
        left = [path for path in (self.work / "files").rglob("*") if path.is_file()]
        # The content that was refused is kept under its own digest: another may want it.
        self.assertEqual(sorted(path.name for path in left), sorted(digest(name) for name in [*names, "paper-wrong"]))
        print(f"{len(KILLS_AT)} kills, {self.source.requests} requests, {self.source.sent // MB} MB sent, "
              f"peak memory {self.memory // MB} MB", file=sys.stderr)
        self.assertLess(self.memory, MEMORY_BYTES_MAX)


if __name__ == "__main__":
    unittest.main()
