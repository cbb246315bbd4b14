#!/usr/bin/python3
"""A bit turns, or the end is torn off, in the database or its log of a gateway that was killed: it is noticed when the store is
opened, by `check`, or by the check of a backup; or it changes nothing. LIENTHONG_FAULT_BITS: how many are tried (80)."""
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fault.world import AGENCY, BIN, World  # pylint: disable=wrong-import-position

BITS = int(os.environ.get("LIENTHONG_FAULT_BITS", "80"))
SEED = int(os.environ.get("LIENTHONG_FAULT_SEED") or random.SystemRandom().randrange(1 << 30))
ACKNOWLEDGED = 1500
PARTS = ("", "-wal")
TORN_AT = 12                   # places
FRAMES_MIN = 50


class Damage(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="lienthong-fault.")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.world = World(self.folder)
        self.addCleanup(self.world.stop)
        self.random = random.Random(SEED)
        self.fill()

    def fill(self):
        """A database and a log, both with something in them. What counts of the log: its file is used again and again."""
        frames = 0
        while frames < FRAMES_MIN:
            self.world.start("lienthongd")
            self.world.begin_load(seed=SEED)
            self.world.until_acknowledged(ACKNOWLEDGED)
            self.world.end_load()
            self.world.kill()
            frames = int.from_bytes(Path(f"{self.world.store}/gateway.db.mark").read_bytes()[8:12], "little")
        self.sizes = {"": (self.world.store / "gateway.db").stat().st_size, "-wal": 32 + frames * (24 + 4096)}
        self.assertGreater(min(self.sizes.values()), 100_000)

    def damaged(self, part, change):
        """A copy of the store with something changed in it."""
        shutil.rmtree(self.folder / "damaged", ignore_errors=True)
        shutil.copytree(self.world.store, self.folder / "damaged", ignore=shutil.ignore_patterns("files"))
        store = self.folder / "damaged/gateway.db"
        with open(f"{store}{part}", "r+b") as file:
            change(file)
        return store

    def what_becomes_of(self, store):
        """How it is noticed; "nothing changed" when nothing has."""
        done = subprocess.run([BIN / "fault-check", store, AGENCY, self.world.ledger, "all"], capture_output=True, text=True,
                              timeout=120, check=False)
        if done.returncode not in (0, 1):
            self.assertRegex(done.stderr, "damaged|lost|not an intact|cannot be read|as this version makes it|another program")
            return "refused when it is opened or read"
        found = json.loads(done.stdout)
        if found["faults"]:
            return "found by check"
        try:
            database = sqlite3.connect(store)
            intact = database.execute("PRAGMA integrity_check(1)").fetchall() == [("ok",)]
            database.close()
        except sqlite3.DatabaseError:
            intact = False
        if not intact:
            return "found by the check of a backup"
        return "nothing changed" if done.returncode == 0 else f"NOT FOUND: {found['first'][:2]}"

    def test_a_bit_that_turns(self):
        seen = Counter()
        for number in range(BITS):
            part = PARTS[number % 2]
            at, bit = self.random.randrange(self.sizes[part]), self.random.randrange(8)

            def turn(file):
                file.seek(at)
                byte = file.read(1)[0]
                file.seek(at)
                file.write(bytes([byte ^ 1 << bit]))
            became = self.what_becomes_of(self.damaged(part, turn))
            seen[became.partition(":")[0]] += 1
            with self.subTest(part=part, at=at, bit=bit):
                self.assertNotIn("NOT FOUND", became)
        print(f"seed {SEED}: {BITS} bits: {dict(seen)}", flush=True)
        self.assertGreater(seen["refused when it is opened or read"], BITS // 4)

    def test_a_log_that_is_torn_off(self):
        for size in self.random.sample(range(self.sizes["-wal"]), TORN_AT):
            with self.subTest(size=size):
                became = self.what_becomes_of(self.damaged("-wal", lambda file, left=size: file.truncate(left)))
                self.assertEqual(became, "refused when it is opened or read")

    def test_without_the_mark_a_torn_log_would_not_be_noticed(self):
        """That the test above can fail."""
        store = self.damaged("-wal", lambda file: file.truncate(self.sizes["-wal"] // 2))
        Path(f"{store}.mark").unlink()
        self.assertIn("NOT FOUND", self.what_becomes_of(store))


if __name__ == "__main__":
    unittest.main(verbosity=2)
