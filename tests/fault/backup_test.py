#!/usr/bin/python3
"""A backup is taken while clients write: it has all that was acknowledged before it began, and fits together; a gateway that is
ended in the middle of one leaves store and backups as they were; on an empty machine it serves again, in another epoch."""
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fault.world import BUILD, World  # pylint: disable=wrong-import-position

SEED = int(os.environ.get("LIENTHONG_FAULT_SEED") or random.SystemRandom().randrange(1 << 30))
POINTS = ("backup_written", "backup_named")
FILLED = 3000                  # acknowledgements before, so that a copy takes a while


class Backups(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="lienthong-fault.")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.world = self.make("first")
        self.backups = self.world.store / "backup"

    def make(self, name):
        (self.folder / name).mkdir()
        world = World(self.folder / name)
        self.addCleanup(world.stop)
        return world

    def back_up(self):
        found = json.loads(self.world.ctl("backup", "--json", "--reason", "trial"))
        self.assertEqual(found["state"], "STATE_DONE", found)
        return Path(found["path"]), found

    def told_so_far(self):
        """The newest change that was acknowledged."""
        lines = (line.split("\t") for line in self.world.ledger.read_text().splitlines())
        return max(int(fields[5]) for fields in lines if len(fields) == 6 and fields[0] == "ok")

    def test_a_backup_under_load_and_its_restore(self):
        world = self.world
        world.start()
        world.begin_load(seed=SEED)
        world.until_acknowledged(FILLED)
        before = self.told_so_far()
        path, found = self.back_up()
        self.assertGreaterEqual(int(found["last_sequence"]), before)
        world.until_acknowledged(200)
        checked = json.loads(world.ctl("check", "--json", "--reason", "trial"))
        self.assertEqual((checked["state"], checked["faults"]), ("STATE_DONE", "0"), checked)
        self.assertGreaterEqual(int(checked["rows"]), FILLED)
        world.end_load()
        world.kill()
        self.assertEqual(world.verdict().violations, 0)
        self.assertEqual(sorted(self.backups.iterdir()), [path], "only the backup, and as one file")
        verdict = world.verdict(backup=path)
        self.assertEqual((verdict.violations, verdict.first), (0, []))
        print(f"seed {SEED}: {path.stat().st_size >> 20} MiB under load, {found['rows']} rows checked, changes up to "
              f"{verdict.journal} of {world.verdict().journal}", flush=True)
        self.restore(path)

    def restore(self, path):
        fresh = self.make("second")
        shutil.copy(path, fresh.store / "gateway.db")
        subprocess.run([BUILD / "bin/lienthongd", "--config", fresh.config, "--restored"], check=True, capture_output=True)
        fresh.start("lienthongd")
        info = json.loads(fresh.ctl("info", "--json"))
        self.assertGreater(int(info["store_epoch"]), 1)
        closed = json.loads(fresh.ctl("receipt", "closed", "--json"))["series"]
        self.assertGreater(len(closed), 0, "numbers that were given out after the backup would be given out again")

    def test_an_end_in_the_middle_of_a_backup(self):
        world = self.world
        world.start()
        world.begin_load(seed=SEED)
        world.until_acknowledged(FILLED)
        whole, _ = self.back_up()
        for point in POINTS:
            world.kill()
            world.start(LIENTHONG_FAILPOINT=point)
            world.ctl("backup", "--reason", "trial")
            self.assertEqual(world.ended(), -signal.SIGKILL, point)
            world.start()
            whole_ones = sorted(self.backups.glob("*.db"))
            self.assertEqual(len(whole_ones), 2 if point == "backup_named" else 1, point)
            for copy in whole_ones:
                verdict = world.verdict(backup=copy)
                self.assertEqual((verdict.violations, verdict.first), (0, []), point)
        last, _ = self.back_up()
        self.assertIn(whole, list(self.backups.glob("*.db")))
        left = [one.name for one in self.backups.iterdir() if ".part" in one.name]
        self.assertEqual(left, [], "what was begun is gone")
        world.end_load()
        world.kill()
        self.assertEqual(world.verdict().violations, 0)
        self.assertEqual(world.verdict(backup=last).violations, 0)

    def test_a_damaged_row_is_found(self):
        world = self.world
        world.start()
        world.begin_load(["push"], seed=SEED)
        world.until_acknowledged(50)
        world.end_load()
        world.end()
        edit = "UPDATE dossier SET body = substr(body, 1, 40) WHERE id = 7; PRAGMA user_version"
        subprocess.run(["sqlite3", world.store / "gateway.db", edit], check=True, capture_output=True)
        world.start("lienthongd")
        checked = json.loads(world.ctl("check", "--json"))
        self.assertEqual(checked["state"], "STATE_FAILED")
        self.assertIn("a row of dossier, 7, is not what was written", checked["problem"])
        backup = json.loads(world.ctl("backup", "--json"))
        self.assertEqual(backup["state"], "STATE_FAILED", "a backup of a damaged store is none")
        self.assertEqual(list(self.backups.iterdir()), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
