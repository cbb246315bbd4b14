"""A gateway that is ended in every way there is, clients that write to it, and the verdict on what is left."""
import collections
import dataclasses
import json
import os
import signal
import subprocess
import time
from pathlib import Path

from scenario.processes import free_ports

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("LIENTHONG_BUILD_DIR", ROOT / "build"))
BIN = BUILD / "tests/bin"
AGENCY = "H29.X01"
ALL = ("push", "update", "stream", "reserve", "commit", "release", "lease", "correct", "void")
START_SECONDS_MAX = 5.0       # from exec to serving, also at a million journal entries
END_SECONDS_MAX = 90.0        # a client's own longest wait, and more
LOOK_SECONDS = 0.01
EXIT_DISK_FAILED = 70
CONFIG = """listen: {grpc: "127.0.0.1:%d", admin: "127.0.0.1:%d"}
tls: {certificate: pki/gateway.crt, key: pki/gateway.key, client_ca: pki/ca.crt}
store: {url: "sqlite:%s/gateway.db"}
agencies: [{code: H29.X01}]
"""


class FaultError(AssertionError):
    """The gateway or a client did what none may."""


@dataclasses.dataclass
class Verdict:
    """What fault-check found."""
    ok: int = 0
    unknown: int = 0
    busy: int = 0
    refused: int = 0
    sent: int = 0
    seen: int = 0
    journal: int = 0
    rows: int = 0
    violations: int = 0
    first: list = dataclasses.field(default_factory=list)


class World:
    """`folder`: an empty one. `store`: where the store is, another file system perhaps."""

    def __init__(self, folder, store=None):
        self.folder = Path(folder)
        self.store = Path(store) if store else self.folder / "store"
        self.store.mkdir(exist_ok=True)
        self.ledger = self.folder / "ledger"
        self.port, self.admin = free_ports(2)
        self.config = self.folder / "gateway.yaml"
        self.config.write_text(CONFIG % (self.port, self.admin, self.store))
        self._issue()
        self.gateway = self.load = None
        self.starts = []               # seconds from exec to serving
        self.loads = 0
        self._read, self._counts = 0, collections.Counter()

    def _issue(self):
        tool, pki = ROOT / "certs/lienthong-pki", self.folder / "pki"
        run(tool, "init", "--dir", pki)
        run(tool, "issue", "--dir", pki, "--name", "gateway", "--uri", "spiffe://lienthong/gateway", "--server",
            "--dns", "localhost", "--ip", "127.0.0.1")
        run(tool, "issue", "--dir", pki, "--name", "operator", "--uri", "spiffe://lienthong/operator/trial")
        run(tool, "issue", "--dir", pki, "--name", AGENCY, "--uri", f"spiffe://lienthong/agency/{AGENCY}")

    def start(self, program="lienthongd-fault", waits=True, **environment):
        """`environment`: what failpoints.cc and disk.c read."""
        log = open(self.folder / "gateway.log", "a")
        path = BIN / program if program != "lienthongd" else BUILD / "bin" / program
        begun = time.monotonic()
        self.gateway = subprocess.Popen([path, "--config", self.config], stdout=log, stderr=log,
                                        env=os.environ | {name: str(value) for name, value in environment.items()})
        log.close()
        if waits:
            self.until_serving(begun)

    def until_serving(self, begun=None):
        begun = begun or time.monotonic()
        while self.ctl("health").strip() != "SERVING":
            if self.gateway.poll() is not None:
                raise FaultError(f"the gateway ended by itself with {self.gateway.returncode}: {self.last_lines()}")
            if time.monotonic() - begun > START_SECONDS_MAX:
                raise FaultError(f"not serving {START_SECONDS_MAX} s after its start: {self.last_lines()}")
        self.starts.append(time.monotonic() - begun)

    def ctl(self, *words, name="operator"):
        """What it printed, whatever its exit status."""
        pki = self.folder / "pki"
        return subprocess.run([BUILD / "bin/lienthongctl", "--admin", f"127.0.0.1:{self.admin}", "--server",
                               f"127.0.0.1:{self.port}", "--ca", pki / "ca.crt", "--cert", pki / f"{name}.crt", "--key",
                               pki / f"{name}.key", *map(str, words)], capture_output=True, text=True, timeout=60,
                              check=False).stdout

    def last_lines(self):
        """What the gateway said last, and what clients were refused for good."""
        refused = [line for line in self.ledger.read_text().splitlines() if line.startswith("refused")] if self.ledger.exists() else []
        return " | ".join([*(self.folder / "gateway.log").read_text().splitlines()[-3:], *refused[:2]])

    def begin_load(self, operations=ALL, clients=8, seed=1):
        self.loads += 1
        self.load = subprocess.Popen([BIN / "fault-load", f"ipv4:127.0.0.1:{self.port}", self.folder / "pki", AGENCY, str(clients),
                                      str(seed * 1000 + self.loads), self.ledger, ",".join(operations)])

    def count(self, kind="ok"):
        """Lines of the ledger so far."""
        if self.ledger.exists():
            with open(self.ledger, "rb") as lines:
                lines.seek(self._read)
                added = lines.read()
            whole = added[:added.rfind(b"\n") + 1]
            self._read += len(whole)
            self._counts.update(line.partition(b"\t")[0].decode() for line in whole.splitlines())
        return self._counts[kind]

    def forget_ledger(self):
        """A new store, whose clients begin anew."""
        self.ledger.unlink(missing_ok=True)
        self._read, self._counts = 0, collections.Counter()

    def until(self, condition, what, seconds_max=30.0):
        deadline = time.monotonic() + seconds_max
        while not condition():
            if time.monotonic() > deadline:
                raise FaultError(f"not within {seconds_max} s: {what}; {self.last_lines()}")
            time.sleep(LOOK_SECONDS)

    def until_acknowledged(self, count):
        """So many more, while it is under load."""
        wanted = self.count() + count
        self.until(lambda: self.count() >= wanted or self.count("refused") or self.gateway.poll() is not None,
                   f"{count} acknowledgements")

    def kill(self):
        self.gateway.send_signal(signal.SIGKILL)
        return self.ended()

    def end(self):
        """In order, as systemd has it ended."""
        self.gateway.send_signal(signal.SIGTERM)
        return self.ended()

    def freeze(self):
        """No thread of it runs any more, as when the power is gone."""
        self.gateway.send_signal(signal.SIGSTOP)
        tasks = Path(f"/proc/{self.gateway.pid}/task")
        self.until(lambda: all((task / "stat").read_text().rpartition(")")[2].split()[0] == "T" for task in tasks.iterdir()),
                   "all threads stopped")

    def ended(self, seconds_max=30.0):
        """Its exit status, once it has ended by itself."""
        return self.gateway.wait(seconds_max)

    def end_load(self):
        """Clients bring to an end what they began, which takes a gateway."""
        self.load.send_signal(signal.SIGTERM)
        status = self.load.wait(END_SECONDS_MAX)
        if status != 0:
            raise FaultError(f"clients had no answer to the end ({status}): {self.last_lines()}")

    def stop(self):
        for process in (self.load, self.gateway):
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()

    def verdict(self, whole=True, backup=None):
        """Of a gateway that has ended, or of a backup. `whole`: the clients came to their end."""
        mode = "backup" if backup else "all" if whole else "part"
        done = subprocess.run([BIN / "fault-check", backup or self.store / "gateway.db", AGENCY, self.ledger, mode],
                              capture_output=True, text=True, timeout=120, check=False)
        if done.returncode not in (0, 1):
            raise FaultError(f"the store cannot be opened: {done.stderr}")
        found = json.loads(done.stdout)
        return Verdict(**{name: value for name, value in found.items() if name in Verdict.__dataclass_fields__})


def run(*command):
    subprocess.run([str(part) for part in command], check=True, capture_output=True)
