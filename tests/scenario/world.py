"""Everything that stands around one run: work directory, keys, database, city, gateway."""
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from scenario import gateway_config
from scenario.ctl import Ctl
from scenario.processes import Database, Program, Simulator, StartError, free_port, wait_until
from scenario.words import GRPC_AGENCIES

_CERTIFICATES = (
    ("gateway", "spiffe://lienthong/gateway", True),
    ("operator-demo", "spiffe://lienthong/operator/demo", False),
    *((f"agency-{code}", f"spiffe://lienthong/agency/{code}", False) for code in GRPC_AGENCIES),
)


class World:
    def __init__(self, root, build, seed):
        self.root, self.build, self.seed = Path(root), Path(build), seed
        self.folder = Path(tempfile.mkdtemp(prefix="lienthong-demo."))
        self.folder.chmod(0o711)                 # the database's user must pass through
        self.grpc_port, self.admin_port = free_port(), free_port()
        self.database = self.city = self.gateway = None

    def path(self, name):
        return str(self.folder / name)

    def program(self, name):
        binary = self.build / "bin" / name
        if not binary.exists():
            raise StartError(f"{binary} is not built")
        return str(binary)

    @property
    def city_port(self):
        return self.city.port

    def ctl(self, name):
        return Ctl(self.program("lienthongctl"), f"127.0.0.1:{self.grpc_port}", f"127.0.0.1:{self.admin_port}",
                   self.path("pki"), name)

    @property
    def operator(self):
        return self.ctl("operator-demo")

    def start(self):
        self._make_keys()
        self.database = Database(self)
        self.database.start()
        self.database.create(self.root / "adapters/district/schema.sql", self.root / "tests/rigs/district/schema.sql")
        self._secret("district.password", self.database.password)
        self._secret("city.secret", secrets.token_hex(12))
        self.city = Simulator(self.program("lienthong-sim"), self, gateway_config.CITY_KEYS, self.seed).start()
        Path(self.path("gateway.yaml")).write_text(gateway_config.text(self))
        self.gateway = Program([self.program("lienthongd"), "--config", self.path("gateway.yaml")], self.path("gateway.log"))
        self.start_gateway()

    def start_gateway(self):
        self.gateway.start()
        try:
            wait_until(self.operator.healthy, "lienthongd", alive=self.gateway.process)
        except StartError as error:
            raise StartError(f"{error}\n{self.gateway.log_end()}") from error

    def _make_keys(self):
        tool, folder = str(self.root / "certs/lienthong-pki"), self.path("pki")
        self._call(tool, "init", "--dir", folder)
        for name, uri, server in _CERTIFICATES:
            extra = ("--server", "--dns", "localhost", "--ip", "127.0.0.1") if server else ()
            self._call(tool, "issue", "--dir", folder, "--name", name, "--uri", uri, *extra)
        # The city's platform has a certificate of its own, as everywhere: the gateway is told whom to trust.
        self._call("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                   "-subj", "/CN=lienthong-sim city", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                   "-keyout", self.path("city.key"), "-out", self.path("city.crt"))

    def _call(self, *command):
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise StartError(f"{' '.join(command)}: {done.stderr.strip()}")

    def _secret(self, name, text):
        descriptor = os.open(self.path(name), os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)

    def stop(self, keep_log=False):
        """Stops all that was started and removes the work directory, but for the gateway's log when it is wanted."""
        for part in (self.gateway, self.city, self.database):
            try:
                if part:
                    part.stop()
            except (OSError, StartError, subprocess.SubprocessError) as error:
                print(f"demo: could not stop everything: {error}", file=sys.stderr)
        for item in self.folder.iterdir():
            if keep_log and item.name in ("gateway.log", "gateway.yaml"):
                continue
            if item.is_dir():
                shutil.rmtree(item, ignore_errors=True)
            else:
                item.unlink()
        if not keep_log:
            self.folder.rmdir()

    def leave_running(self):
        """Hands the running programs over: starts the software's inbox worker and writes the `stop` script."""
        environment = os.environ | {"PYTHONPATH": str(self.root / "tests")}
        worker = Program([sys.executable, "-m", "rigs.district", "--dsn", self.database.dsn], self.path("district.log"),
                         environment).start()
        pids = " ".join(str(part.pid) for part in (self.gateway, worker, self.city))
        as_postgres = "runuser -u postgres -- " if os.geteuid() == 0 else ""
        script = Path(self.path("stop"))
        script.write_text(f"#!/bin/sh\n# Stops what this demo left running.\nkill {pids} 2>/dev/null\nsleep 1\ncd /\n"
                          f"{as_postgres}/usr/lib/postgresql/15/bin/pg_ctl -D {self.path('postgres/data')} -m fast stop\n"
                          f"rm -rf {self.folder}\n")
        script.chmod(0o755)
