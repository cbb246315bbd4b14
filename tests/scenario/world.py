"""Everything that stands around one run: work directory, keys, database, city, portals, paper servers, gateway."""
import hashlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from integration.http.todays_software import tls_of
from rigs.district import paper_host as papers_of
from scenario import gateway_config, processes
from scenario.actor_one_stop import Client
from scenario.control import Control
from scenario.ctl import Ctl
from scenario.papers import Library, parts
from scenario.plan import PORTALS, WITH_OWN_SOFTWARE
from scenario.processes import Database, Program, StartError, free_ports, wait_until
from scenario.words import ONE_STOP_AGENCY

_CERTIFICATES = (
    ("gateway", "spiffe://lienthong/gateway", True),
    ("operator-demo", "spiffe://lienthong/operator/demo", False),
    *((f"agency-{code}", f"spiffe://lienthong/agency/{code}", False) for code in WITH_OWN_SOFTWARE),
    *((f"{name}-sim", gateway_config.caller(name), False) for name in PORTALS),
)
# Other people's servers have certificates of their own, as everywhere: the gateway is told whom to trust.
_STRANGERS = ("city", "papers", *PORTALS)


class World:
    def __init__(self, root, build, plan):
        self.root, self.build, self.plan, self.seed = Path(root), Path(build), plan, plan.seed
        self.folder = Path(tempfile.mkdtemp(prefix="lienthong-demo."))
        self.folder.chmod(0o711)                 # the database's user must pass through
        self.grpc_port, self.admin_port, self.https_port = free_ports(3)
        self.library = Library(f"{self.public_url}/")
        self.database = self.papers = self.city = self.gateway = None
        self.portals = {}                        # name -> rig
        self.one_stop_hash = ""                  # of the password of the one-stop software
        self.memory_peak = 0                     # of any lienthongd of this run, bytes

    def path(self, name):
        return str(self.folder / name)

    def program(self, name):
        binary = self.build / "bin" / name
        if not binary.exists():
            raise StartError(f"{binary} is not built")
        return str(binary)

    @property
    def public_url(self):
        return f"https://127.0.0.1:{self.https_port}"

    @property
    def authorities(self):
        """Of all servers that papers may come from."""
        return [self.path("pki/ca.crt"), *(self.path(f"{name}.crt") for name in _STRANGERS)]

    def control(self, name):
        return Control(name, (self.city if name == "city" else self.portals[name]).ports["control"])

    def ctl(self, name):
        return Ctl(self.program("lienthongctl"), f"127.0.0.1:{self.grpc_port}", f"127.0.0.1:{self.admin_port}",
                   self.path("pki"), name)

    def one_stop_client(self, **more):
        """Of the one-stop software: by certificate, login and password."""
        return Client(f"{self.public_url}/facade", gateway_config.ONE_STOP_USER, self.secret("one-stop.secret"), ONE_STOP_AGENCY,
                      tls_of(self.path("pki"), f"agency-{ONE_STOP_AGENCY}"), self.seed, **more)

    @property
    def operator(self):
        return self.ctl("operator-demo")

    def config(self):
        """Of the gateway, as YAML."""
        return gateway_config.text(self)

    def start(self):
        with ThreadPoolExecutor(1) as beside:
            database = beside.submit(self._start_database)
            self._make_keys()
            self._start_rigs()
            database.result()
        Path(self.path("procedures.json")).write_text(json.dumps(gateway_config.procedures(), ensure_ascii=False))
        Path(self.path("gateway.yaml")).write_text(self.config())
        self.gateway = Program([self.program("lienthongd"), "--config", self.path("gateway.yaml")], self.path("gateway.log"))
        self.start_gateway()

    def _start_database(self):
        self.database = Database(self)
        self.database.start()
        self.database.create(self.root / "adapters/district/schema.sql", self.root / "tests/rigs/district/schema.sql")
        self._secret("district.password", self.database.password)

    def _start_rigs(self):
        for name in ("city", *PORTALS):
            self._secret(f"{name}.secret", secrets.token_hex(12))
        self._secret("one-stop.secret", secrets.token_hex(12))
        self.one_stop_hash = self.operator.run("hash-password", stdin=self.secret("one-stop.secret") + "\n").strip()
        self.papers = processes.paper_host(self).start()
        self._put_papers()
        self.city = processes.city_rig(self).start()
        for name in self.plan.doors:
            self.portals[name] = processes.portal_rig(self, name).start()

    def _put_papers(self):
        """Those of city and district lie on their servers from the beginning; a portal's come with the citizens."""
        for marked, size in self.plan.files.items():
            system, name = parts(marked)
            if system in self.papers.ports:
                digest = hashlib.sha256(papers_of.content(name, size)).hexdigest()
                self.library.put(marked, papers_of.address(self.papers.ports[system], name, size), digest, size)

    def kill_gateway(self):
        self.note_memory()
        self.gateway.kill()

    def note_memory(self):
        self.memory_peak = max(self.memory_peak, self.gateway.memory_peak())

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
        for name in _STRANGERS:
            self._call("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                       "-subj", f"/CN=lienthong-sim {name}", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                       "-keyout", self.path(f"{name}.key"), "-out", self.path(f"{name}.crt"))

    def _call(self, *command):
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise StartError(f"{' '.join(command)}: {done.stderr.strip()}")

    def _secret(self, name, text):
        descriptor = os.open(self.path(name), os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)

    def secret(self, name):
        return Path(self.path(name)).read_text()

    def stop(self, keep_log=False):
        """Stops all that was started and removes the work directory, but for the gateway's log when it is wanted."""
        parts = [part for part in (self.gateway, *self.portals.values(), self.city, self.papers, self.database) if part]
        with ThreadPoolExecutor(len(parts) or 1) as pool:
            list(pool.map(_stop, parts))
            kept = ("gateway.log", "gateway.yaml") if keep_log else ()
            list(pool.map(_remove, [item for item in self.folder.iterdir() if item.name not in kept]))
        if not keep_log:
            self.folder.rmdir()

    def leave_running(self):
        """Hands the running programs over: starts the software's inbox worker and writes the `stop` script."""
        environment = os.environ | {"PYTHONPATH": str(self.root / "tests")}
        worker = Program([sys.executable, "-m", "rigs.district", "--dsn", self.database.dsn], self.path("district.log"),
                         environment).start()
        pids = " ".join(str(part.pid) for part in (self.gateway, worker, *self.portals.values(), self.city, self.papers))
        as_postgres = "runuser -u postgres -- " if os.geteuid() == 0 else ""
        script = Path(self.path("stop"))
        script.write_text(f"#!/bin/sh\n# Stops what this demo left running.\nkill {pids} 2>/dev/null\nsleep 1\ncd /\n"
                          f"{as_postgres}/usr/lib/postgresql/15/bin/pg_ctl -D {self.path('postgres/data')} -m fast stop\n"
                          f"rm -rf {self.folder}\n")
        script.chmod(0o755)


def _remove(item):
    if item.is_dir():
        shutil.rmtree(item, ignore_errors=True)
    else:
        item.unlink()


def _stop(part):
    try:
        part.stop()
    except (OSError, StartError, subprocess.SubprocessError) as error:
        print(f"demo: could not stop everything: {error}", file=sys.stderr)
