"""The demo: N dossiers between a city system, a district's database, agencies by gRPC and by the façade, and the national
portal, and a judge at the end."""
import argparse
import os
import random
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scenario import one_stop_form, papers, plants, report, snapshot
from scenario.ctl import CtlError
from scenario.faults import ANSWERS_BETWEEN_KILLS
from scenario.judge import Judge
from scenario.ledger import Ledger
from scenario.plan import ARRANGEMENTS, PORTALS, make_plan
from scenario.processes import StartError
from scenario.run import Run
from scenario.words import ONE_STOP_AGENCY
from scenario.world import World

ROOT = Path(__file__).resolve().parents[2]
DOSSIERS_MIN, DOSSIERS_MAX = 20, 20_000
CHAOS_KILLS = 3
MEMORY_BYTES_MAX = 256 << 20
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(arguments=None):
    options = parse(arguments)
    for number in STOPS:
        signal.signal(number, _stopped)
    progress = report.Progress()
    world, right = None, False
    try:
        plan = make_plan(options.dossiers, options.seed, options.portal)
        world = World(ROOT, options.build_dir, plan)
        right = play(world, plan, options, progress)
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
    parser.add_argument("--chaos", action="store_true", help="everything that the simulators can do wrong, each link stopped for a "
                        "while, and three kills unless --kills says otherwise")
    parser.add_argument("--seed", type=int, default=None, metavar="S", help="repeats a run (its days move on with the weeks); printed at start")
    parser.add_argument("--kills", type=int, default=None, metavar="K", help="kill -9 the gateway K times while it works")
    parser.add_argument("--plant", choices=plants.CHOICES, metavar="FAULT[@PLACE]",
                        help="afterwards alter one place behind the gateway's back, which the judge must find: "
                        + ", ".join(plants.KINDS) + "; with @PLACE there: " + ", ".join(plants.PLACES))
    parser.add_argument("--portal", choices=ARRANGEMENTS, default="gen1",
                        help="the national portal's contract: gen1 (default), gen2 (the hub), or mixed, some agencies at each")
    parser.add_argument("--keep", action="store_true", help="leave everything running and say what to try next")
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    parser.add_argument("--build-dir", default=os.environ.get("BUILD_DIR", ROOT / "build"), metavar="DIR",
                        help="where the programs were built (default build)")
    options = parser.parse_args(arguments)
    place = (options.plant or "").partition("@")[2]
    if place in PORTALS and place not in ARRANGEMENTS[options.portal]:
        parser.error(f"--plant {options.plant}: no {place} in --portal {options.portal}")
    if options.kills is None:
        options.kills = CHAOS_KILLS if options.chaos else 0
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1, 10**6)
    return options


def _count(text):
    count = int(text)
    if not DOSSIERS_MIN <= count <= DOSSIERS_MAX:
        raise argparse.ArgumentTypeError(f"{count}: give {DOSSIERS_MIN} to {DOSSIERS_MAX}")
    return count


def play(world, plan, options, progress):
    """Runs and judges one scenario; returns whether everything is right."""
    start = time.monotonic()
    progress.say(f"seed {options.seed}, {options.dossiers} dossiers, portal {options.portal}, work directory {world.folder}")
    progress.say("starting PostgreSQL, the city, the portal, the paper servers and lienthongd")
    with ThreadPoolExecutor(1) as beside:
        written = beside.submit(Ledger, plan)
        world.start()
        ledger = written.result()
    run = Run(world, plan, options.kills, progress, options.chaos)
    if options.kills and run.killer.answers_min < ANSWERS_BETWEEN_KILLS:
        progress.say(f"too few dossiers for {ANSWERS_BETWEEN_KILLS} answers between two kills: {run.killer.answers_min} are required")
    shot = run.execute(lambda: look(world))
    ledger.resolve(world.library)
    if options.plant:
        planter = plants.Planter(plan, ledger, world, Judge(ledger, shot, run.known))
        progress.say(f"planted {options.plant}: {planter.plant(options.plant)}")
        shot = look(world)
    progress.say("judging")
    judge, verdict = judged(world, ledger, run, shot)
    world.note_memory()
    check_memory(world, run)
    figures = report.summary(ledger, run, verdict, outside(world, run), time.monotonic() - start)
    right = not verdict.findings and not run.counters.shortfalls
    show(world, options, judge, figures, verdict, run, right, progress)
    return right


def judged(world, ledger, run, shot):
    """The judge and its verdict on what stands in all systems."""
    judge = Judge(ledger, shot, run.known)
    certificate = (world.path("pki/operator-demo.crt"), world.path("pki/operator-demo.key"))
    with ThreadPoolExecutor(1) as beside:
        resolved = beside.submit(snapshot.resolve, world.operator, judge.aliases())
        verdict = judge.judge()
        judge.judge_papers(papers.digests(judge.addresses(), world.authorities, certificate))
        judge.judge_resolution(resolved.result())
    return judge, verdict


def look(world):
    """What stands now in all systems."""
    portals = {name: world.control(name) for name in world.portals}
    codes = {d.number: one_stop_form.code_of(d) for d in world.plan.dossiers if d.origin == ONE_STOP_AGENCY}
    one_stop = world.one_stop_client(lost_percent=0, cache_seconds=1)
    try:
        return snapshot.take(world.operator, world.control("city"), portals, world.database.dsn, one_stop, codes)
    finally:
        one_stop.close()


def check_memory(world, run):
    if world.memory_peak > MEMORY_BYTES_MAX:
        run.counters.shortfall("-", "gateway", "(memory)", f"lienthongd took {world.memory_peak >> 20} MB, "
                               f"more than {MEMORY_BYTES_MAX >> 20}")


def outside(world, run):
    stats = {name: world.control(name).call("GET", "/rig/stats") for name in ("city", *world.portals)}
    injected = sum(sum(rig["faults_injected"].values()) for rig in stats.values())
    return {"faults_injected": injected + run.counters.faults, "memory_peak_mb": world.memory_peak >> 20,
            "portal_calls": sum(stats[name]["calls"] for name in world.portals),
            "portal_logins": sum(stats[name]["logins"] for name in world.portals)}


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
