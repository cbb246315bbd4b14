#!/usr/bin/python3
"""The demo's run, in which the gateway ends at each boundary of its links and of the papers that it keeps: afterwards every field
and every paper of every system is as the ledger says. LIENTHONG_FAULT_ROUNDS: how often each boundary (2)."""
import os
import random
import signal
import sys
import threading
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from scenario import report  # pylint: disable=wrong-import-position
from scenario.ledger import Ledger  # pylint: disable=wrong-import-position
from scenario.main import judged, look  # pylint: disable=wrong-import-position
from scenario.plan import make_plan  # pylint: disable=wrong-import-position
from scenario.run import Run  # pylint: disable=wrong-import-position
from scenario.world import World  # pylint: disable=wrong-import-position

BUILD = Path(os.environ.get("LIENTHONG_BUILD_DIR", ROOT / "build"))
POINTS = ("intent_durable", "delivery_answered", "outcome_durable", "items_durable", "paper_written", "paper_waiting", "paper_named")
ROUNDS = int(os.environ.get("LIENTHONG_FAULT_ROUNDS", "2"))
SEED = int(os.environ.get("LIENTHONG_FAULT_SEED") or random.SystemRandom().randrange(1, 10**6))
DOSSIERS = 150
LATE = {"items": 3, "paper": 4}    # at most at which passing it ends; 25 for others: there are many deliveries
END_SECONDS_MAX = 60


class FaultWorld(World):
    """Its gateway ends at a point that it is told."""

    def program(self, name):
        return str(BUILD / "tests/bin/lienthongd-fault") if name == "lienthongd" else super().program(name)

    def start_gateway_to_end_at(self, point):
        os.environ["LIENTHONG_FAILPOINT"] = point
        try:
            self.gateway.start()
        finally:
            del os.environ["LIENTHONG_FAILPOINT"]


class Ender:
    """In the place of the scenario's killer: the gateway ends by itself at one point after the other."""
    answers_min = 0

    def __init__(self, world, counters, points):
        self._world, self._counters, self._points = world, counters, points
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.busy = False
        self.times = []            # (ended, started again), seconds
        self.reached = []
        self.answers, self.calls_cut = [], []

    def start(self):
        self.busy = True           # until it runs for good: that it is not there is our doing
        self._thread.start()

    def finish(self):
        self._thread.join(END_SECONDS_MAX)
        if self._thread.is_alive():
            self._counters.shortfall("-", "gateway", "(points)", f"{self._points[len(self.reached)]} was not reached")

    def _run(self):
        self._world.kill_gateway()
        ended = time.time()
        for point in self._points:
            self._world.start_gateway_to_end_at(point)
            self.times.append((ended, time.time()))
            if self._world.gateway.process.wait() != -signal.SIGKILL:
                self._counters.shortfall("-", "gateway", f"({point})", self._world.gateway.log_end())
                break
            ended = time.time()
            self.reached.append(point)
        self._world.start_gateway()
        self.times.append((ended, time.time()))
        self.busy = False


class SyncPoints(unittest.TestCase):
    def test_each_boundary_of_links_and_papers(self):
        chance = random.Random(SEED)
        points = [f"{point}:{chance.randint(1, LATE.get(point.partition('_')[0], 25))}" for point in POINTS * ROUNDS]
        chance.shuffle(points)
        plan = make_plan(DOSSIERS, SEED, "mixed")
        world = FaultWorld(ROOT, BUILD, plan)
        self.addCleanup(world.stop)
        world.start()
        run = Run(world, plan, 0, report.Progress(), calm=True)
        run.killer = ender = Ender(world, run.counters, points)
        shot = run.execute(lambda: look(world))
        ledger = Ledger(plan)
        ledger.resolve(world.library)
        _, verdict = judged(world, ledger, run, shot)
        print(f"seed {SEED}: ended at {len(ender.reached)} of {len(points)} points, {verdict.fields_compared} fields and "
              f"{verdict.papers_checked} papers compared", flush=True)
        self.assertEqual(run.counters.shortfalls, [])
        self.assertEqual(verdict.findings, [])
        self.assertEqual(ender.reached, points)


if __name__ == "__main__":
    unittest.main(verbosity=2)
