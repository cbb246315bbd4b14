"""What stands around a case: a gateway with one link, to the city's simulator, and an agency that pushes."""
import json
import os
import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path

from scenario import gateway_config, processes
from scenario.control import Control
from scenario.ctl import Ctl
from scenario.processes import Program, StartError, free_ports, wait_until

ROOT = Path(__file__).resolve().parents[2]
AGENCY = "H29.X05"
CONFIG = """store: {{url: "sqlite:{folder}/gateway.db"}}
listen: {{grpc: "127.0.0.1:{grpc}", admin: "127.0.0.1:{admin}"}}
tls: {{certificate: pki/gateway.crt, key: pki/gateway.key, client_ca: pki/ca.crt}}
parties:
  - {{name: city, roles: [receiving], agencies: [H29.X01]}}
agencies:
  - {{code: {agency}}}
links:
  - name: city
    adapter: city
    party: city
    scope: all
    parallel_max: 16
    settings: {{base_url: "https://127.0.0.1:{city}", ca_file: city.crt, access_key: {access_key}, secret_key_file: city.secret,
               app_name: {app_name}, partner_code: {partner_code}, mapping_file: {mapping}, poll_interval_ms: 200,
               timeout_ms: {timeout_ms}}}
"""


class CityWorld:
    """Starts everything; `close` stops it and removes what it wrote."""

    def __init__(self, timeout_ms=2000):
        self.seed = 1
        self.root, self.build = ROOT, Path(os.environ.get("BUILD_DIR", ROOT / "build"))
        self.folder = Path(tempfile.mkdtemp(prefix="lienthong-bench."))
        self.city = self.gateway = None
        try:
            self._start(timeout_ms)
        except Exception:
            self.close()
            raise

    def path(self, name):
        return str(self.folder / name)

    def secret(self, name):
        return Path(self.path(name)).read_text()

    def program(self, name):
        return str(self.build / "bin" / name)

    def ctl(self, name):
        return Ctl(self.program("lienthongctl"), f"127.0.0.1:{self._grpc}", f"127.0.0.1:{self._admin}", self.path("pki"), name)

    @property
    def operator(self):
        return self.ctl("operator-bench")

    @property
    def rig(self):
        return Control("city", self.city.ports["control"])

    def link(self):
        return self.operator.json("links")["links"][0]

    def wait_at_rest(self, seconds_max):
        """Until the link has nothing to deliver."""
        wait_until(lambda: int(self.link().get("pending", 0)) == 0, "the link at rest", seconds_max)

    def _start(self, timeout_ms):
        self._make_keys()
        self.city = processes.city_rig(self).start()
        self._grpc, self._admin = free_ports(2)
        Path(self.path("gateway.yaml")).write_text(CONFIG.format(
            folder=self.folder, grpc=self._grpc, admin=self._admin, agency=AGENCY, city=self.city.ports["https"],
            mapping=self.root / "adapters/city/mapping.yaml", timeout_ms=timeout_ms, **gateway_config.CITY_KEYS))
        self.gateway = Program([self.program("lienthongd"), "--config", self.path("gateway.yaml")], self.path("gateway.log"))
        self.gateway.start()
        wait_until(self.operator.healthy, "lienthongd", alive=self.gateway.process)

    def _make_keys(self):
        tool = str(self.root / "certs/lienthong-pki")
        self._call(tool, "init", "--dir", self.path("pki"))
        for name, uri, *more in (("gateway", "gateway", "--server", "--ip", "127.0.0.1"), ("operator-bench", "operator/bench"),
                                 ("agency", f"agency/{AGENCY}")):
            self._call(tool, "issue", "--dir", self.path("pki"), "--name", name, "--uri", f"spiffe://lienthong/{uri}", *more)
        self._call("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                   "-subj", "/CN=lienthong-sim city", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                   "-keyout", self.path("city.key"), "-out", self.path("city.crt"))
        with open(os.open(self.path("city.secret"), os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(12))

    @staticmethod
    def _call(*command):
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise StartError(f"{' '.join(command)}: {done.stderr.strip()}")

    def close(self):
        for part in (self.gateway, self.city):
            if part:
                part.stop()
        shutil.rmtree(self.folder)


class Pusher:
    """Pushes over one stream; `push` returns at once, `acknowledged` blocks for the next answer."""

    def __init__(self, ctl):
        self._process = subprocess.Popen(ctl.command("push", "--stream"), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         stderr=subprocess.DEVNULL, text=True, encoding="utf-8")

    def push(self, request_id, dossier):
        self._process.stdin.write(json.dumps({"request_id": request_id, "dossier": dossier}, ensure_ascii=False) + "\n")
        self._process.stdin.flush()

    def acknowledged(self):
        """(request id, code); raises StartError when the stream has ended or refused something."""
        line = self._process.stdout.readline()
        answer = json.loads(line) if line else {}
        if "code" not in answer:
            raise StartError(f"a push was not acknowledged: {line.strip() or 'the stream ended'}")
        return answer["request_id"], answer["code"]

    def close(self):
        """Ends the stream, also one with pushes that were not answered."""
        self._process.stdin.close()
        self._process.terminate()
        self._process.wait()
        self._process.stdout.close()
