#!/usr/bin/python3
"""Random kill -9 under load, 200 acknowledgements and more between them; and power cuts, which a kill cannot stand for: what the
gateway acknowledged without having it on the disk survives every kill. LIENTHONG_FAULT_KILLS (60), LIENTHONG_FAULT_CUTS (20)."""
import os
import random
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fault.disk import Disk, own_mounts  # pylint: disable=wrong-import-position
from fault.world import START_SECONDS_MAX, World  # pylint: disable=wrong-import-position

KILLS = int(os.environ.get("LIENTHONG_FAULT_KILLS", "60"))
CUTS = int(os.environ.get("LIENTHONG_FAULT_CUTS", "20"))
SEED = int(os.environ.get("LIENTHONG_FAULT_SEED") or random.SystemRandom().randrange(1 << 30))
ACKNOWLEDGED_MIN = 200
LATER_SECONDS_MAX = 0.2
PLANTED_CUTS = 4
DISK_MEGABYTES = 1024


class Trial(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="lienthong-fault.")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.random = random.Random(SEED)

    def world(self, store=None):
        made = World(self.folder, store)
        self.addCleanup(made.stop)
        return made

    def under_load(self, world):
        """At some moment after enough was acknowledged."""
        world.until_acknowledged(ACKNOWLEDGED_MIN)
        time.sleep(self.random.uniform(0, LATER_SECONDS_MAX))

    def tell(self, what, world, verdict):
        print(f"{what}: seed {SEED}, {verdict.sent} requests, {verdict.ok} acknowledged, {verdict.unknown} without an answer, "
              f"{verdict.journal} changes, {verdict.violations} violations, longest start {max(world.starts):.2f} s", flush=True)


class Kills(Trial):
    def test_random_kills_under_load(self):
        world = self.world()
        world.start("lienthongd")
        world.begin_load(seed=SEED)
        for _ in range(KILLS):
            self.under_load(world)
            world.kill()
            world.start("lienthongd")
        world.end_load()
        world.kill()
        verdict = world.verdict()
        self.tell(f"{KILLS} kills", world, verdict)
        self.assertEqual((verdict.violations, verdict.first), (0, []))
        self.assertGreater(verdict.unknown, KILLS)
        self.assertGreaterEqual(verdict.ok, KILLS * ACKNOWLEDGED_MIN)
        self.assertLess(max(world.starts), START_SECONDS_MAX)


class PowerCuts(Trial):
    @classmethod
    def setUpClass(cls):
        own_mounts()

    def cut_and_judge(self, cuts, program="lienthongd", **environment):
        """The verdict after so many power cuts."""
        disk = Disk(self.folder, DISK_MEGABYTES)
        self.addCleanup(disk.unmount)
        world = self.world(disk.path)
        world.start(program, **environment)
        world.begin_load(seed=SEED)
        for _ in range(cuts):
            self.under_load(world)
            if world.count("refused"):
                break              # for good: something is wrong already
            world.freeze()
            disk.cut()
            world.kill()
            disk.come_back()
            world.start(program, **environment)
        whole = not world.count("refused")
        if whole:
            world.end_load()
        world.stop()
        verdict = world.verdict(whole)
        self.tell(f"{cuts} power cuts {' '.join(environment.values())}".rstrip(), world, verdict)
        return verdict

    def test_power_cuts_under_load(self):
        verdict = self.cut_and_judge(CUTS)
        self.assertEqual((verdict.violations, verdict.first), (0, []))
        self.assertGreater(verdict.unknown, CUTS)

    def test_a_log_that_is_not_synced_is_found(self):
        self.assertGreater(self.cut_and_judge(PLANTED_CUTS, "lienthongd-fault", LIENTHONG_PLANT="sync_less").violations, 0)

    def test_an_answer_before_the_commit_is_found(self):
        self.assertGreater(self.cut_and_judge(PLANTED_CUTS, "lienthongd-fault", LIENTHONG_PLANT="answer_early").violations, 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
