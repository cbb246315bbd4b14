#!/usr/bin/python3
"""4 processes of 64 clients each reserve, ask again, commit and release numbers of one gateway, which is killed, started
again, and once put back from a backup. Then every answer is held against the gateway's own account of each number: no number
twice, no number unexplained, the same request id always the same number.

  numbers_test.py [--operations N] [--seed S] [--clients N] [--plant unmarked|forged] [--keep]

--plant unmarked: the backup is put back without --restored; forged: an answer is forged. Either must be found.
LIENTHONG_NUMBERS_OPERATIONS is the default of --operations (200,000).
"""
import argparse
import collections
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from scenario.processes import free_ports  # noqa: E402

BUILD = Path(os.environ.get("LIENTHONG_BUILD_DIR") or os.environ.get("BUILD_DIR") or ROOT / "build")
AGENCIES = ("H29.X01", "H29.X02")
PROCESSES = {"1": "H29.X01", "2": "H29.X01", "3": "H29.X02", "4": "H29.X02"}  # two share each series
KILLS = (0.15, 0.5, 0.85)            # shares of the operations at which the gateway is killed and started again
BACKUP, RESTORE = 0.3, 0.65          # ... a copy is kept, and is put back
STILL_SECONDS_MAX = 60               # without one more answer
RUN_SECONDS_MAX = 240                # a run stays within one day of the numbers: what is left of it is waited for
DAY_BEGINS_SECONDS = 17 * 3600       # UTC: midnight in Vietnam, whose day is in the numbers
CONFIG = """listen: {grpc: "127.0.0.1:%d", admin: "127.0.0.1:%d"}
tls: {certificate: pki/gateway.crt, key: pki/gateway.key, client_ca: pki/ca.crt}
store: {url: "sqlite:%s/store/gateway.db"}
agencies: [{code: H29.X01}, {code: H29.X02}]
"""
Answer = collections.namedtuple("Answer", "begin end what request number reservation outcome agency")


class World:
    """One gateway with its certificates and store, in a folder of its own."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.pki = self.folder / "pki"
        (self.folder / "store").mkdir()
        self.port, admin = free_ports(2)
        (self.folder / "gateway.yaml").write_text(CONFIG % (self.port, admin, self.folder))
        self.issue_all()
        self.gateway = None

    def issue_all(self):
        tool = ROOT / "certs" / "lienthong-pki"
        run(tool, "init", "--dir", self.pki)
        run(tool, "issue", "--dir", self.pki, "--name", "gateway", "--uri", "spiffe://lienthong/gateway", "--server",
            "--dns", "localhost", "--ip", "127.0.0.1")
        run(tool, "issue", "--dir", self.pki, "--name", "operator", "--uri", "spiffe://lienthong/operator/trial")
        for agency in AGENCIES:
            run(tool, "issue", "--dir", self.pki, "--name", agency, "--uri", f"spiffe://lienthong/agency/{agency}")

    def start(self):
        log = open(self.folder / "gateway.log", "a")
        self.gateway = subprocess.Popen([BUILD / "bin" / "lienthongd", "--config", self.folder / "gateway.yaml"],
                                        stdout=log, stderr=log)

    def kill(self):
        self.gateway.send_signal(signal.SIGKILL)
        self.gateway.wait()

    def ctl(self, *words):
        command = [BUILD / "bin" / "lienthongctl", "--server", f"127.0.0.1:{self.port}", "--ca", self.pki / "ca.crt",
                   "--cert", self.pki / "operator.crt", "--key", self.pki / "operator.key", "--json", *words]
        for _ in range(200):  # while it starts
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode == 0:
                return json.loads(done.stdout)
            time.sleep(0.1)
        raise SystemExit(f"{words}: {done.stdout}{done.stderr}")

    def open_all(self, date, highest):
        """As an operator does: the list of closed series, edited, and opened by the file."""
        closed = self.ctl("receipt", "closed", "--date", date)["series"]
        rows = [f"{one['agency']},{one['date']},{highest[one['agency']]}" for one in closed]
        (self.folder / "series.csv").write_text("\n".join(["agency,date,last serial", *rows]))
        opened = self.ctl("receipt", "open", "--file", self.folder / "series.csv", "--reason", "what its clients were told")
        assert sorted(one["agency"] for one in opened["series"] if one["state"] == "opened") == list(AGENCIES), opened

    def series(self, agency, date):
        return self.ctl("receipt", "series", agency, "--date", date)

    def load(self, process, clients, operations, seed, mix="all"):
        return subprocess.Popen([BUILD / "tests" / "bin" / "numbers-load", f"ipv4:127.0.0.1:{self.port}", self.pki,
                                 PROCESSES[process], str(clients), str(operations), str(seed), self.log_of(process), mix])

    def log_of(self, process):
        return self.folder / f"{process}.history"

    def answers(self):
        found = []
        for process, agency in PROCESSES.items():
            if not self.log_of(process).exists():
                continue
            for line in self.log_of(process).read_text().splitlines(keepends=True):
                fields = line.rstrip("\n").split("\t")
                if line.endswith("\n") and len(fields) == 7:
                    found.append(Answer(float(fields[0]), float(fields[1]), *fields[2:], agency))
        return found

    def count(self):
        return sum(self.log_of(p).read_bytes().count(b"\n") for p in PROCESSES if self.log_of(p).exists())

    def copy(self, source, target):
        shutil.rmtree(self.folder / target, ignore_errors=True)
        shutil.copytree(self.folder / source, self.folder / target)


def run(*command):
    subprocess.run([str(part) for part in command], check=True, capture_output=True)


def serial_of(number):
    return int(number.rsplit("-", 1)[1])


def wait_for(world, loads, count):
    """Until so many answers came. Whoever waits in vain is told why."""
    seen, deadline = -1, 0.0
    while (now := world.count()) < count and any(load.poll() is None for load in loads):
        if now > seen:
            seen, deadline = now, time.monotonic() + STILL_SECONDS_MAX
        ended = world.gateway.poll()
        if ended is not None or time.monotonic() > deadline:
            log = (world.folder / "gateway.log").read_text().splitlines()[-30:]
            state = "runs" if ended is None else f"ended by itself with {ended}"
            raise SystemExit("\n".join([*log, f"{now} of {count} operations, and none more in {STILL_SECONDS_MAX} s; "
                                              f"the gateway {state}"]))
        time.sleep(0.05)


def restore(world, date, marked):
    """Puts the backup back. The time from which answers are those of the restored gateway."""
    world.kill()
    time.sleep(1)  # what was on its way to the clients is there
    world.copy("backup", "store")
    highest = {agency: 0 for agency in AGENCIES}
    for answer in world.answers():
        if answer.what == "reserve" and answer.outcome == "ok":
            highest[answer.agency] = max(highest[answer.agency], serial_of(answer.number))
    if marked:
        run(BUILD / "bin" / "lienthongd", "--config", world.folder / "gateway.yaml", "--restored")
    at = time.time()
    world.start()
    if marked:
        world.open_all(date, highest)
    return at


def stay_within_one_day():
    left = (DAY_BEGINS_SECONDS - time.time()) % 86400
    if left < RUN_SECONDS_MAX:
        print(f"a new day of numbers begins in {left:.0f} s: waiting for it", flush=True)
        time.sleep(left + 1)


def play(world, options):
    """Runs the load through all that happens to the gateway: date, time of the restore, seconds."""
    world.start()
    date = world.series(AGENCIES[0], "")["date"]
    share = options.operations // len(PROCESSES)
    loads = [world.load(process, options.clients, share, options.seed + i) for i, process in enumerate(PROCESSES)]
    events = [(at, "kill") for at in KILLS] + [(BACKUP, "backup"), (RESTORE, "restore")]
    begin, restored_at = time.monotonic(), 0.0
    try:
        for at, event in sorted(events):
            wait_for(world, loads, int(at * options.operations))
            if event == "restore":
                restored_at = restore(world, date, options.plant != "unmarked")
                continue
            world.kill()
            if event == "backup":
                world.copy("store", "backup")
            world.start()
        wait_for(world, loads, share * len(PROCESSES))
        for load in loads:
            load.wait(60)
    finally:
        for load in loads:
            if load.poll() is None:
                load.kill()
    return date, restored_at, time.monotonic() - begin


def check(world, answers, date, restored_at):
    """The figures and every violation."""
    faults = []
    numbers, requests = collections.defaultdict(set), {}
    for answer in answers:
        if answer.outcome == "ok" and answer.what in ("reserve", "again"):
            numbers[answer.number].add(answer.request)
            era = answer.end >= restored_at
            first = requests.setdefault((answer.request, era), answer.number)
            if first != answer.number:
                faults.append(f"request {answer.request} got {first} and {answer.number}")
    faults += [f"{number} was given to {len(ids)} requests" for number, ids in numbers.items() if len(ids) > 1]
    # A request is refused only for a reservation that the restore has lost.
    faults += [f"{answer.what} {answer.request} was refused" for answer in answers
               if answer.outcome == "refused" and (answer.end < restored_at or answer.what in ("reserve", "again"))]
    done = collections.Counter(answer.what for answer in answers if answer.outcome == "ok")
    faults += [f"only {done[what]} of {len(answers)} answers were a {what}"
               for what, share in (("reserve", 4), ("commit", 10), ("release", 20)) if done[what] * share < len(answers)]
    states = collections.Counter()
    for agency in AGENCIES:
        faults += check_series(world.series(agency, date), agency, answers, restored_at, states)
    return faults, {"operations": len(answers), "numbers": len(numbers),
                    "duplicates": sum(len(ids) > 1 for ids in numbers.values()),
                    "unexplained": states["UNSPECIFIED"], "lost in the restore": states["lost"],
                    "committed": states["COMMITTED"], "released": states["RELEASED"],
                    "still reserved": states["RESERVED"],
                    "refused": sum(answer.outcome == "refused" for answer in answers)}


def check_series(series, agency, answers, restored_at, states):
    """No dossier is made here, so the series' account must name each of its numbers once."""
    faults = []
    gaps = {serial_of(gap["code"]): gap for gap in series["gaps"]}
    for serial in range(1, int(series["last_serial"]) + 1):
        state = gaps[serial]["state"].removeprefix("STATE_") if serial in gaps else "UNSPECIFIED"
        lost = serial in gaps and gaps[serial]["reason"].startswith("after a restore")
        states["lost" if lost else state] += 1
        if state == "UNSPECIFIED":
            faults.append(f"{agency}: serial {serial} is not explained")
    expected, told, released = {}, set(), {}
    for answer in answers:
        if answer.agency != agency or answer.outcome != "ok":
            continue
        told.add(serial_of(answer.number))
        if answer.end >= restored_at:
            state = {"commit": "COMMITTED", "release": "RELEASED"}.get(answer.what)
            expected.setdefault(serial_of(answer.number), "RESERVED")
            if state:
                expected[serial_of(answer.number)] = state
            if answer.what == "release":
                released[serial_of(answer.number)] = f"trial {answer.reservation}"
    for serial, state in expected.items():
        found = gaps.get(serial, {}).get("state", "none").removeprefix("STATE_")
        if found != state and not (state == "RESERVED" and found != "none"):
            faults.append(f"{agency}: serial {serial} was told {state}, and is {found}")
    faults += [f"{agency}: serial {serial} was released as '{reason}', which nobody is told"
               for serial, reason in released.items() if gaps.get(serial, {}).get("reason") != reason]
    for serial in sorted(told - set(gaps)):
        faults.append(f"{agency}: serial {serial} was given out, and the gateway does not know it")
    unknown = [s for s, gap in gaps.items() if s not in told and not gap["reason"].startswith("after a restore")]
    faults += [f"{agency}: serial {serial} was given to nobody" for serial in unknown]
    return faults


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--operations", type=int, default=int(os.environ.get("LIENTHONG_NUMBERS_OPERATIONS", 200_000)))
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3), "big"))
    parser.add_argument("--plant", choices=("unmarked", "forged"))
    parser.add_argument("--keep", action="store_true")
    return parser.parse_args()


def main():
    options = parse()
    print(f"numbers: seed {options.seed}, {options.operations} operations", flush=True)
    stay_within_one_day()
    folder = tempfile.mkdtemp(prefix="numbers-")
    world = World(folder)
    try:
        date, restored_at, seconds = play(world, options)
        answers = world.answers()
        if options.plant == "forged":
            given = next(answer for answer in answers if answer.what == "reserve")
            answers.append(given._replace(request="forged"))
        faults, figures = check(world, answers, date, restored_at)
    finally:
        if world.gateway is not None and world.gateway.poll() is None:
            world.kill()
        if not options.keep:
            shutil.rmtree(folder)
    figures["seconds"] = round(seconds, 1)
    figures["operations/s"] = round(len(answers) / seconds)
    for name, value in figures.items():
        print(f"  {name:20} {value:>10}")
    for fault in faults[:20]:
        print(f"FAULT {fault}")
    print(f"{len(faults)} faults; numbers_test.py --seed {options.seed} --operations {options.operations}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
