"""The demo: N dossiers between a city system, a district's database, agencies by gRPC and by the façade, and the national
portal, and a judge at the end."""
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from scenario import one_stop_form, papers, plants, report, snapshot
from scenario.ctl import CtlError
from scenario.faults import ANSWERS_BETWEEN_KILLS
from scenario.judge import Judge
from scenario.ledger import Ledger
from scenario.options import ROOT, parse
from scenario.plan import make_plan
from scenario.processes import StartError
from scenario.run import Run
from scenario.words import ONE_STOP_AGENCY
from scenario.world import World

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
