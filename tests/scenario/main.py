"""The demo: N dossiers between a city system, a district's database and two gRPC agencies, and a judge at the end."""
import argparse
import os
import random
import signal
import sys
import time
from pathlib import Path

from scenario import plants, report, snapshot
from scenario.ctl import CtlError
from scenario.judge import Judge
from scenario.ledger import Ledger
from scenario.plan import make_plan
from scenario.processes import StartError
from scenario.run import Run
from scenario.world import World

ROOT = Path(__file__).resolve().parents[2]
DOSSIERS_MIN, DOSSIERS_MAX = 20, 20_000
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(arguments=None):
    options = parse(arguments)
    for number in STOPS:
        signal.signal(number, _stopped)
    progress = report.Progress()
    world, right = None, False
    try:
        world = World(ROOT, options.build_dir, options.seed)
        right = play(world, options, progress)
        if options.keep:
            world.leave_running()
            world = None                         # nothing to stop
        return 0 if right else 1
    except (StartError, CtlError) as error:
        progress.say(f"cannot run: {error}")
        return 2
    finally:
        for number in STOPS:
            signal.signal(number, signal.SIG_IGN)     # nothing may come between us and the tidying up
        if world:
            keep_log = not right and not options.plant
            world.stop(keep_log)
            if keep_log:
                progress.say(f"the gateway's log is kept in {world.folder}")


def _stopped(number, _):
    sys.exit(128 + number)


def parse(arguments):
    parser = argparse.ArgumentParser(prog="deploy/demo", description=__doc__)
    parser.add_argument("--dossiers", type=_count, default=1000, metavar="N", help="how many dossiers (default 1000)")
    parser.add_argument("--seed", type=int, default=None, metavar="S", help="repeats a run; printed at start")
    parser.add_argument("--kills", type=int, default=0, metavar="K", help="kill -9 the gateway K times while it works")
    parser.add_argument("--plant", choices=plants.KINDS, metavar="FAULT",
                        help="afterwards alter one place behind the gateway's back, which the judge must find: " + ", ".join(plants.KINDS))
    parser.add_argument("--keep", action="store_true", help="leave everything running and say what to try next")
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    parser.add_argument("--build-dir", default=os.environ.get("BUILD_DIR", ROOT / "build"), metavar="DIR",
                        help="where the programs were built (default build)")
    options = parser.parse_args(arguments)
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1, 10**6)
    return options


def _count(text):
    count = int(text)
    if not DOSSIERS_MIN <= count <= DOSSIERS_MAX:
        raise argparse.ArgumentTypeError(f"{count}: give {DOSSIERS_MIN} to {DOSSIERS_MAX}")
    return count


def play(world, options, progress):
    """Runs and judges one scenario; returns whether everything is right."""
    start = time.monotonic()
    progress.say(f"seed {options.seed}, {options.dossiers} dossiers, work directory {world.folder}")
    plan = make_plan(options.dossiers, options.seed)
    ledger = Ledger(plan)
    progress.say("starting PostgreSQL, the city simulator and lienthongd")
    world.start()
    run = Run(world, plan, options.kills, progress)
    run.execute()
    if options.plant:
        planter = plants.Planter(plan, ledger, run.control, world.database, run.city, run.district)
        progress.say(f"planted {options.plant}: {planter.plant(options.plant)}")
    progress.say("judging")
    judge, verdict = judged(world, ledger, run)
    faults = sum(run.control.call("GET", "/rig/stats")["faults_injected"].values()) + run.counters.faults
    figures = report.summary(plan, ledger, run, verdict, faults, time.monotonic() - start)
    right = not verdict.findings and not run.counters.shortfalls
    show(world, options, judge, figures, verdict, run, right, progress)
    return right


def judged(world, ledger, run):
    """The judge and its verdict on what stands now in the three systems."""
    shot = snapshot.take(world.operator, run.control, world.database.dsn)
    judge = Judge(ledger, shot, run.city.city_ids, run.district.keys)
    verdict = judge.judge()
    judge.judge_resolution(snapshot.resolve(world.operator, judge.aliases()))
    return judge, verdict


def show(world, options, judge, figures, verdict, run, right, progress):
    progress.say("everything is right" if right else "NOT right:")
    report.print_findings(verdict, run.counters.shortfalls)
    report.print_table(figures, sys.stderr if options.json else sys.stdout)
    if options.keep:
        report.print_what_next(world, judge.code_of(1), sys.stderr if options.json else sys.stdout)
    if options.json:
        report.print_json(figures)


if __name__ == "__main__":
    sys.exit(main())
