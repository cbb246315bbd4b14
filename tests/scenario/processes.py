"""Starts and stops the programs of the demo. Only what was started here is ever stopped, by its pid."""
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path

from scenario import gateway_config

SESSION_CALLS = 50
PORT_MIN = 10_000
START_SECONDS_MAX = 30
STOP_SECONDS_MAX = 15
_PG_BIN = Path("/usr/lib/postgresql/15/bin")


class StartError(RuntimeError):
    """A program did not come up; the text names its log."""


def free_port():
    return free_ports(1)[0]


def free_ports(count):
    """So many different ones, below those that the system gives to outgoing connections: a client that asks again and again
    for a server that is down would in the end be given the server's own port, connect to itself, and keep the server out."""
    first_outgoing = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    with ExitStack() as stack:
        found = []
        while len(found) < count:
            probe = stack.enter_context(socket.socket())
            port = PORT_MIN + secrets.randbelow(first_outgoing - PORT_MIN)
            with suppress(OSError):  # taken
                probe.bind(("127.0.0.1", port))
                found.append(port)
        return found


def wait_until(condition, what, seconds_max=START_SECONDS_MAX, alive=None):
    deadline = time.monotonic() + seconds_max
    while not condition():
        if alive and alive.poll() is not None:
            raise StartError(f"{what}: ended with exit code {alive.returncode}")
        if time.monotonic() > deadline:
            raise StartError(f"{what}: not ready after {seconds_max} s")
        time.sleep(0.05)


class Program:
    """One child process with its log file."""

    def __init__(self, command, log, env=None):
        self._command = [str(part) for part in command]
        self._log = Path(log)
        self._env = env
        self.process = None

    def start(self):
        with open(self._log, "ab") as log:
            self.process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            start_new_session=True, env=self._env)
        return self

    def memory_peak(self):
        """In bytes; 0 when it does not run."""
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text()
        except (AttributeError, OSError):
            return 0
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        return int(found[1]) * 1024 if found else 0

    @property
    def pid(self):
        return self.process.pid

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        """As a power cut would: no chance to tidy up."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if not self.alive():
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.kill()

    def log_end(self, characters=800):
        text = self._log.read_text(errors="replace") if self._log.exists() else ""
        return text[-characters:].strip()


class Rig(Program):
    """A program that says on its first line on which ports it is ready: "... ready name=port name=port"."""

    def __init__(self, command, out, env=None):
        self._name = Path(out).stem
        super().__init__(command, out, env)
        self.ports = {}

    def start(self):
        self._log.unlink(missing_ok=True)        # it may say what an earlier start said
        super().start()
        found = None

        def ready():
            nonlocal found
            found = re.search(r" ready((?: \w+=\d+)+)", self.log_end())
            return found
        try:
            wait_until(ready, self._name, alive=self.process)
        except StartError as error:
            self.stop()
            raise StartError(f"{error}: {self.log_end()}") from error
        self.ports = {name: int(port) for name, port in re.findall(r"(\w+)=(\d+)", found[1])}
        return self

    def keep(self, state):
        """Starts it anew, so that from here on each start is on the same ports and with the records in the file `state`."""
        self.stop()
        for option, port in (("--listen", "https"), ("--control", "control")):
            self._command[self._command.index(option) + 1] = f"127.0.0.1:{self.ports[port]}"
        self._command += ["--state", state]
        return self.start()


def city_rig(world):
    """lienthong-sim city."""
    return Rig([world.program("lienthong-sim"), "city", *_doors(world, "city"),
                "--access-key", gateway_config.CITY_KEYS["access_key"], "--secret-key", world.secret("city.secret"),
                "--app-name", gateway_config.CITY_KEYS["app_name"], "--partner-code", gateway_config.CITY_KEYS["partner_code"],
                "--seed", str(world.seed)], world.path("city.out"))


def portal_rig(world, name):
    """lienthong-sim portal, of the generation that `name` speaks; it calls the gateway with a certificate of its own."""
    keys = gateway_config.PORTAL_KEYS
    generation, user, secret = ("2", "--client-id", "--client-secret") if name == "hub" else ("1", "--username", "--password")
    login = ["--generation", generation, user, keys["username"], secret, world.secret(f"{name}.secret")]
    return Rig([world.program("lienthong-sim"), "portal", *_doors(world, name), *login, "--dstcode", keys["dstcode"],
                "--session-calls", str(SESSION_CALLS), "--seed", str(world.seed), "--gateway", world.public_url, "--gateway-ca", world.path("pki/ca.crt"),
                "--gateway-cert", world.path(f"pki/{name}-sim.crt"), "--gateway-key", world.path(f"pki/{name}-sim.key"),
                "--link", name], world.path(f"{name}.out"))


def paper_host(world):
    """File servers of the city and the district."""
    return Rig([sys.executable, "-m", "rigs.district.paper_host", "--cert", world.path("papers.crt"), "--key",
                world.path("papers.key")], world.path("papers.out"), os.environ | {"PYTHONPATH": str(world.root / "tests")})


def _doors(world, name):
    return ["--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--tls-cert", world.path(f"{name}.crt"),
            "--tls-key", world.path(f"{name}.key")]


class Database:
    """A real PostgreSQL of its own, in the work directory, for the district's software."""

    name, gateway_role = "phanmem_quan", "lienthong_gateway"

    def __init__(self, world):
        self._folder = Path(world.path("postgres"))
        self._data = self._folder / "data"
        self._log = self._folder / "log"
        self.port = free_port()
        self.password = secrets.token_hex(12)

    @property
    def dsn(self):
        """For the software itself, through the socket."""
        return f"host={self._folder} port={self.port} dbname={self.name} user=postgres"

    def _command(self, *command):
        command = [str(part) for part in command]
        return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command

    def _run(self, *command):
        environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"}
        done = subprocess.run(self._command(*command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, cwd="/",
                              stderr=subprocess.STDOUT, text=True, timeout=120, check=False, env=environment)
        if done.returncode != 0:
            log = self._log.read_text(errors="replace")[-600:] if self._log.exists() else ""
            raise StartError(f"PostgreSQL: {Path(str(command[0])).name} failed: {done.stdout[-600:]}{log}")

    def start(self):
        if not (_PG_BIN / "initdb").exists():
            raise StartError("PostgreSQL 15 is not installed: run deploy/install-packages demo")
        self._folder.mkdir()
        if os.geteuid() == 0:
            shutil.chown(self._folder, "postgres", "postgres")
        self._folder.chmod(0o700)
        self._run(_PG_BIN / "initdb", "-D", self._data, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8",
                  "--auth-local=trust", "--auth-host=scram-sha-256", "--no-sync")
        return self.launch()

    def launch(self):
        """Also again after stop(), on the same data and port."""
        options = (f"-c port={self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self._folder} "
                   "-c unix_socket_permissions=0700 -c max_connections=60 -c jit=off")
        self._run(_PG_BIN / "pg_ctl", "-D", self._data, "-l", self._log, "-w", "-o", options, "start")
        return self

    def create(self, *schema_files):
        """The software's database, the gateway's role and the tables of `schema_files`."""
        import psycopg2
        connection = psycopg2.connect(self.dsn.replace(f"dbname={self.name}", "dbname=postgres"))
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {self.name}")
            cursor.execute(f"CREATE ROLE {self.gateway_role} LOGIN PASSWORD %s", (self.password,))
        connection.close()
        for file in schema_files:
            self._psql(file)

    def _psql(self, file):
        done = subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-v", f"gateway={self.gateway_role}",
                               "-f", str(file), self.dsn], capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise StartError(f"{file}: {done.stderr.strip()}")

    def stop(self):
        if (self._data / "postmaster.pid").exists():
            self._run(_PG_BIN / "pg_ctl", "-D", self._data, "-m", "fast", "-w", "stop")
