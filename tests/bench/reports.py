"""How long do reports take over many open dossiers? Beside it a call that reads nothing, which is what the call itself costs.

The store is filled first (bench-fill), then the real gateway answers `lienthongctl report ...` over mTLS.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scenario.processes import Program, free_ports, wait_until

P95_MS_MAX = 200
AGENCIES = 26
REPORTS = {"of all agencies": ("deadlines",), "of one agency": ("deadlines", "--agency", "H29.X05"),
           "first 100 that are late": ("due", "overdue", "--max", "100"), "backlog": ("backlog",), "defects": ("defects",)}
CONFIG = """listen: {{grpc: "127.0.0.1:{grpc}", admin: "127.0.0.1:{admin}"}}
tls: {{certificate: pki/gateway.crt, key: pki/gateway.key, client_ca: pki/ca.crt}}
store: {{url: "sqlite:{folder}/gateway.db"}}
agencies: [{agencies}]
"""


class World:
    def __init__(self, folder, build):
        self.folder, self.bin = Path(folder), build
        self.root = Path(__file__).resolve().parents[2]
        self.grpc, self.admin = free_ports(2)
        agencies = ", ".join(f"{{code: H29.X{i:02}}}" for i in range(1, AGENCIES + 1))
        (self.folder / "gateway.yaml").write_text(
            CONFIG.format(grpc=self.grpc, admin=self.admin, folder=folder, agencies=agencies))
        tool = self.root / "certs" / "lienthong-pki"
        for words in (("init",), ("issue", "--name", "gateway", "--uri", "spiffe://lienthong/gateway", "--server", "--ip", "127.0.0.1"),
                      ("issue", "--name", "operator", "--uri", "spiffe://lienthong/operator/bench")):
            subprocess.run([tool, words[0], "--dir", self.folder / "pki", *words[1:]], check=True, capture_output=True)

    def fill(self, dossiers):
        begin = time.monotonic()
        subprocess.run([self.bin / "tests/bin/bench-fill", self.folder / "gateway.db", str(dossiers), str(AGENCIES)], check=True)
        return time.monotonic() - begin

    def ctl(self, *words):
        pki = self.folder / "pki"
        return subprocess.run([self.bin / "bin/lienthongctl", *words, "--json", "--server", f"127.0.0.1:{self.grpc}", "--admin",
                               f"127.0.0.1:{self.admin}", "--ca", pki / "ca.crt", "--cert", pki / "operator.crt", "--key",
                               pki / "operator.key"], capture_output=True, text=True, check=False)

    def milliseconds(self, rounds, *words):
        times = []
        for _ in range(rounds):
            begin = time.perf_counter()
            done = self.ctl(*words)
            times.append((time.perf_counter() - begin) * 1000)
            if done.returncode != 0:
                raise SystemExit(f"{words}: {done.stdout}{done.stderr}")
        return statistics.median(times), statistics.quantiles(times, n=20)[18]


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="tests/bench/run reports", description=__doc__)
    parser.add_argument("--dossiers", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    figures = {}
    with tempfile.TemporaryDirectory(prefix="reports-") as folder:
        world = World(folder, Path(os.environ["BUILD_DIR"]))
        figures["filled in s"] = round(world.fill(options.dossiers), 1)
        gateway = Program([world.bin / "bin/lienthongd", "--config", world.folder / "gateway.yaml"], world.folder / "gateway.log")
        gateway.start()
        try:
            wait_until(lambda: world.ctl("health").returncode == 0, "lienthongd", alive=gateway.process)
            late = int(json.loads(world.ctl("report", "deadlines").stdout)["total"]["overdue"])
            if late < options.dossiers // 10:
                raise SystemExit(f"{late} of {options.dossiers} are late: the store was not filled as meant")
            nothing, _ = world.milliseconds(options.rounds, "health")
            figures["a call, ms"] = round(nothing, 1)
            for name, words in REPORTS.items():
                _, p95 = world.milliseconds(options.rounds, "report", *words)
                figures[f"{name}, p95 ms"] = round(max(0, p95 - nothing), 1)
        finally:
            gateway.stop()
    if options.json:
        print(json.dumps({"reports": figures}))
    else:
        for name, value in figures.items():
            print(f"  {name:34} {value:>10}")
    return 0 if all(value <= P95_MS_MAX for name, value in figures.items() if name.endswith("p95 ms")) else 1


if __name__ == "__main__":
    sys.exit(main())
