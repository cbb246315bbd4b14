#!/usr/bin/python3
"""The gateway ends at each boundary of its store, in the middle of each kind of operation: nothing acknowledged is lost, nothing
is there twice, and it serves again by itself.

LIENTHONG_FAULT_ROUNDS: how often each point meets each operation (1; a longer trial: 3). LIENTHONG_FAULT_SEED: repeats a run."""
import os
import random
import re
import shutil
import signal
import sqlite3
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fault.backup_test import POINTS as BACKUP_POINTS  # pylint: disable=wrong-import-position
from fault.sync_points_test import POINTS as SYNC_POINTS  # pylint: disable=wrong-import-position
from fault.world import ALL, ROOT, World  # pylint: disable=wrong-import-position

ROUNDS = int(os.environ.get("LIENTHONG_FAULT_ROUNDS", "1"))
SEED = int(os.environ.get("LIENTHONG_FAULT_SEED") or random.SystemRandom().randrange(1 << 30))
COMMITS = ("batch_begun", "batch_written", "batch_durable", "batch_published", "first_answered", "batch_answered")
CHECKPOINTS = ("checkpoint_begun", "checkpoint_ended")
MIGRATIONS = ("migration_begun", "migration_table", "migration_written", "migration_durable")
FAR = {"batch": (20, 60), "first": (20, 60), "checkpoint": (1, 1)}   # at which passing it ends
OLD_SCHEMA = 5                                                       # whose tables are taken away for the migrations
NEWER_TABLES = ("catalogue", "block", "collision", "fingerprint", "suspect", "due", "defect", "dispatch")


class CrashPoints(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="lienthong-fault.")
        self.addCleanup(folder.cleanup)
        self.world = World(folder.name)
        self.addCleanup(self.world.stop)
        self.seen = Path(folder.name) / "points"
        self.random = random.Random(SEED)

    def start(self, **environment):
        self.world.start(LIENTHONG_FAILPOINTS_SEEN=self.seen, **environment)

    def end_at(self, point, nth):
        self.world.start(waits=False, LIENTHONG_FAILPOINTS_SEEN=self.seen, LIENTHONG_FAILPOINT=f"{point}:{nth}")
        self.assertEqual(self.world.ended(), -signal.SIGKILL, f"{point}:{nth} {self.world.last_lines()}")

    def judge(self, what):
        verdict = self.world.verdict()
        print(f"{what}: {verdict.ok} acknowledged, {verdict.unknown} unknown, {verdict.journal} changes, "
              f"{verdict.violations} violations", flush=True)
        self.assertEqual((verdict.violations, verdict.first), (0, []))
        return verdict

    def test_each_operation_at_each_boundary_of_a_commit(self):
        crashes = 0
        for operation in ALL:
            with self.subTest(operation=operation):
                self.world.begin_load([operation], seed=SEED)
                for point in COMMITS * ROUNDS + CHECKPOINTS * ROUNDS:
                    self.end_at(point, self.random.randint(*FAR[point.partition("_")[0]]))
                    crashes += 1
                self.start()
                self.world.end_load()
                self.world.kill()
                verdict = self.judge(operation)
                self.assertGreater(verdict.unknown, 0)
        missed = {*COMMITS, *CHECKPOINTS} - set(self.seen.read_text().split())
        print(f"seed {SEED}: {crashes} crashes at {len(COMMITS + CHECKPOINTS)} points, longest start "
              f"{max(self.world.starts):.2f} s", flush=True)
        self.assertEqual(missed, set())

    def test_every_failpoint_is_tried(self):
        header = (ROOT / "gateway/base/failpoint.h").read_text()
        names = re.search(r"kFailpointNames = .*?\{(.*?)\}\);", header, re.DOTALL).group(1)
        tried = {*COMMITS, *CHECKPOINTS, *MIGRATIONS, *SYNC_POINTS, *BACKUP_POINTS}
        self.assertEqual({name.strip('" ') for name in names.replace("\n", "").split(",") if name.strip()}, tried)
        print(f"failpoints tried: {len(tried)} of {len(tried)}", flush=True)

    def test_each_step_of_a_migration(self):
        """From nothing, and from a store of an older version."""
        for old in (False, True):
            for point in MIGRATIONS * 3:
                self.remake(old)
                self.end_at(point, self.random.randint(1, 8) if point == "migration_table" else 1)
                self.start()
                self.world.begin_load(seed=SEED)
                self.world.until_acknowledged(20)
                self.world.end_load()
                self.world.kill()
                self.assertEqual(self.world.verdict().violations, 0, point)
        print(f"seed {SEED}: {2 * 3 * len(MIGRATIONS)} crashes in migrations", flush=True)

    def remake(self, old):
        """An empty store, or one as a former version left it."""
        shutil.rmtree(self.world.store)
        self.world.store.mkdir()
        self.world.forget_ledger()
        if not old:
            return
        self.start()
        self.world.end()
        with sqlite3.connect(self.world.store / "gateway.db") as database:
            for table in NEWER_TABLES:
                database.execute(f"DROP TABLE {table}")
            database.execute(f"PRAGMA user_version={OLD_SCHEMA}")
        database.close()


if __name__ == "__main__":
    unittest.main(verbosity=2)
