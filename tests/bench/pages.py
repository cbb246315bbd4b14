"""How long does the server take for each page of the console over many dossiers and dead letters, while a link is paused and
everything waits for it?

The store is filled first (bench-fill), then the real gateway serves its pages over TLS to an operator's certificate. What an empty
answer of the same server takes, an asset, is taken off.
"""
import argparse
import http.client
import json
import os
import re
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

from bench.reports import AGENCIES, P95_MS_MAX
from bench.reports import World as ReportsWorld
from scenario.processes import Program, free_ports, wait_until

WARM_SECONDS_MAX = 300
LINK = """listen: {{grpc: "127.0.0.1:{grpc}", admin: "127.0.0.1:{admin}", https: "127.0.0.1:{https}"}}
tls: {{certificate: pki/gateway.crt, key: pki/gateway.key, client_ca: pki/ca.crt}}
store: {{url: "sqlite:{folder}/gateway.db"}}
files: {{public_url: "https://127.0.0.1:{https}"}}
parties: [{{name: archive, roles: [origin], agencies: [{codes}]}}]
links: [{{name: archive, adapter: folder, party: archive, scope: all, settings: {{directory: "{folder}/archive"}}}}]
agencies: [{agencies}]
"""


class World(ReportsWorld):
    def __init__(self, folder, build):
        super().__init__(folder, build)
        (self.https,) = free_ports(1)
        codes = [f"H29.X{i:02}" for i in range(1, AGENCIES + 1)]
        (self.folder / "archive").mkdir()
        (self.folder / "gateway.yaml").write_text(
            LINK.format(grpc=self.grpc, admin=self.admin, https=self.https, folder=folder, codes=", ".join(codes),
                        agencies=", ".join(f"{{code: {code}}}" for code in codes)))
        self.context = ssl.create_default_context(cafile=self.folder / "pki/ca.crt")
        self.context.load_cert_chain(self.folder / "pki/operator.crt", self.folder / "pki/operator.key")
        self.connection = None

    def fill(self, dossiers, letters=0):
        subprocess.run([self.bin / "tests/bin/bench-fill", self.folder / "gateway.db", str(dossiers), str(AGENCIES), "archive",
                        str(letters)], check=True)

    def get(self, page):
        """The page, and how long it took in milliseconds; over one connection that stays."""
        if self.connection is None:
            self.connection = http.client.HTTPSConnection("127.0.0.1", self.https, timeout=60, context=self.context)
        begin = time.perf_counter()
        self.connection.request("GET", "/console/" + page, headers={"Accept-Language": "en"})
        answer = self.connection.getresponse()
        body = answer.read().decode("utf-8", "replace")
        took = (time.perf_counter() - begin) * 1000
        if answer.status != 200 or "<title>Not possible" in body:
            raise SystemExit(f"{page}: {answer.status} {body[-600:]}")
        return body, took

    def p95(self, rounds, page):
        return statistics.quantiles([self.get(page)[1] for _ in range(rounds)], n=20)[18]


def pages_of(world):
    code = json.loads(world.ctl("report", "due", "overdue", "--max", "1").stdout)["dossiers"][0]["code"]
    letters, _ = world.get("letters")
    later = re.search(r'href="/console/(letters\?[^"]*page=[^"]*)"', letters)
    letter = re.search(r'href="/console/(letter\?id=[^"]*)"', letters)
    if not later or not letter:
        raise SystemExit("there are no dead letters: the store was not filled as meant")
    quoted = urllib.parse.quote(code)
    return {"health": "", "health's figures": "health", "dossier": f"dossier?number={quoted}", "dead letters": "letters",
            "dead letters, next page": later[1].replace("&amp;", "&"), "dead letters by a text": "letters?contains=missing",
            "one dead letter": letter[1].replace("&amp;", "&"), "conflicts": "conflicts", "reconciliation": "reconciliation",
            "by hand": "tasks", "dispatch": "dispatch", "duplicates": "duplicates", "agencies": "agencies",
            "late of one agency": "agencies?class=overdue&agency=H29.X05", "indicators": "indicators?from=2020-01-01",
            "dossiers that lower one": "indicators?from=2020-01-01&indicator=4.5", "mapping": "mapping",
            "system": "system", "audit": "audit"}


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="tests/bench/run pages", description=__doc__)
    parser.add_argument("--dossiers", type=int, default=100_000)
    parser.add_argument("--letters", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    figures = {}
    with tempfile.TemporaryDirectory(prefix="pages-") as folder:
        world = World(folder, Path(os.environ["BUILD_DIR"]))
        world.fill(options.dossiers, options.letters)
        gateway = Program([world.bin / "bin/lienthongd", "--config", world.folder / "gateway.yaml"], world.folder / "gateway.log")
        gateway.start()
        try:
            wait_until(lambda: world.ctl("health").returncode == 0, "lienthongd", alive=gateway.process)
            world.ctl("links", "pause", "archive", "--reason", "everything waits")
            wait_until(lambda: "LOADING" not in world.ctl("links").stdout, "the link knows all dossiers", WARM_SECONDS_MAX,
                       alive=gateway.process)
            wait_until(lambda: not json.loads(world.ctl("report", "indicators").stdout)["counting"], "all dossiers are counted",
                       WARM_SECONDS_MAX, alive=gateway.process)
            pages = pages_of(world)
            world.get("assets/icon.svg")
            nothing = statistics.median(world.get("assets/icon.svg")[1] for _ in range(options.rounds))
            figures["an answer, ms"] = round(nothing, 1)
            for name, page in pages.items():
                figures[f"{name}, p95 ms"] = round(max(0, world.p95(options.rounds, page) - nothing), 1)
        finally:
            gateway.stop()
    if options.json:
        print(json.dumps({"pages": figures}))
    else:
        for name, value in figures.items():
            print(f"  {name:34} {value:>10}")
    return 0 if all(value <= P95_MS_MAX for name, value in figures.items() if name.endswith("p95 ms")) else 1


if __name__ == "__main__":
    sys.exit(main())
