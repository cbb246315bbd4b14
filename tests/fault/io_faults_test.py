#!/usr/bin/python3
"""Calls to the disk fail, one after the other: a failed fsync is never followed by an acknowledgement, and the process ends; a full
disk refuses writes, keeps reads and health, and recovers by itself.

LIENTHONG_FAULT_CALLS: how many calls of each kind are tried (12; 0: every one up to CALLS_MAX)."""
import os
import random
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fault.disk import Disk, own_mounts  # pylint: disable=wrong-import-position
from fault.world import BIN, EXIT_DISK_FAILED, World  # pylint: disable=wrong-import-position

TRIED = int(os.environ.get("LIENTHONG_FAULT_CALLS", "12"))
SEED = int(os.environ.get("LIENTHONG_FAULT_SEED") or random.SystemRandom().randrange(1 << 30))
CALLS_MAX = 300
# What must become of the gateway: "ends" (code 70) or "goes on".
FAULTS = {"write:EIO": "ends", "write:ENOSPC": "goes on", "write:EINTR": "goes on", "write:short": "goes on", "sync:EIO": "ends",
          "sync:ENOSPC": "goes on or ends", "sync:EINTR": "ends"}
AFTER_FAULT = 60              # acknowledgements that show that it goes on
EXIT_AT_START = 2             # it could not open its store: one line says why
DISK_MEGABYTES = 96
BUSY_MIN = 20
FULL_SECONDS = 3
RECOVERY_SECONDS_MAX = 10.0


class IoFaults(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="lienthong-fault.")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.random = random.Random(SEED)

    def world(self, store=None):
        made = World(self.folder, store)
        self.addCleanup(made.stop)
        return made

    def start_on_bad_disk(self, world, fault, **more):
        world.start("lienthongd", waits=False, LD_PRELOAD=BIN / "libfault-disk.so", LIENTHONG_DISK_FAULT=fault,
                    LIENTHONG_DISK_PATH=world.store, LIENTHONG_DISK_COUNTS=self.folder / "calls", **more)

    def calls(self):
        try:
            return int((self.folder / "calls").read_text() or 0)
        except (FileNotFoundError, ValueError):
            return 0

    def numbers(self):
        every = range(1, CALLS_MAX + 1)
        return every if TRIED == 0 else sorted(self.random.sample(every, TRIED))

    def test_each_call_that_changes_the_disk(self):
        world = self.world()
        world.start("lienthongd")
        world.begin_load(clients=4, seed=SEED)
        world.until_acknowledged(AFTER_FAULT)
        world.kill()
        tried = 0
        for kind, expected in FAULTS.items():
            ends = 0
            for nth in self.numbers():
                with self.subTest(fault=f"{kind}:{nth}"):
                    (self.folder / "calls").unlink(missing_ok=True)
                    self.start_on_bad_disk(world, f"{kind}:{nth}")
                    world.until(lambda: self.calls() >= nth or world.gateway.poll() is not None, "the call that fails")
                    world.until_acknowledged(AFTER_FAULT)
                    status = world.gateway.poll()
                    ends += status is not None
                    if status is None:
                        self.assertIn("goes on", expected)
                        world.kill()
                    elif status != EXIT_AT_START:
                        self.assertEqual(status, EXIT_DISK_FAILED, world.last_lines())
                        self.assertIn("ends", expected)
                    tried += 1
            print(f"{kind}: {len(self.numbers())} calls, the gateway ended {ends} times", flush=True)
            if expected == "ends":
                self.assertGreater(ends, 0)
        world.start("lienthongd")
        world.end_load()
        world.kill()
        verdict = world.verdict()
        print(f"seed {SEED}: {tried} faults, {verdict.ok} acknowledged, {verdict.unknown} unknown, {verdict.busy} refused for now, "
              f"{verdict.violations} violations", flush=True)
        self.assertEqual((verdict.violations, verdict.first), (0, []))

    def test_a_failed_sync_that_is_tried_again_is_found(self):
        """Whose second answer is a lie, as on Linux: what it was about is not on the disk."""
        world = self.world()
        self.start_on_bad_disk(world, "sync:EIO:40+", LIENTHONG_DISK_PLANT="sync_again")
        world.until_serving()
        world.begin_load(seed=SEED)
        world.until(lambda: self.calls() >= 60, "the sync that fails")
        world.until_acknowledged(AFTER_FAULT)
        self.assertIsNone(world.gateway.poll(), "the planted bug is none")

    def test_a_full_disk_refuses_writes_and_nothing_else(self):
        own_mounts()
        disk = Disk(self.folder, DISK_MEGABYTES)
        self.addCleanup(disk.unmount)
        world = self.world(disk.path)
        world.start("lienthongd")
        world.begin_load(seed=SEED)
        world.until_acknowledged(AFTER_FAULT)
        disk.fill()
        busy = world.count("busy")
        world.until(lambda: world.count("busy") >= busy + BUSY_MIN, "refusals of a full disk")
        seen, until = world.count("ok"), time.monotonic() + FULL_SECONDS
        while time.monotonic() < until:
            self.assertEqual(world.ctl("health").strip(), "SERVING")
            self.assertIn('"code"', world.ctl("list", "--json", "--purpose", "trial"))
        self.assertIsNone(world.gateway.poll(), world.last_lines())
        print(f"full for {FULL_SECONDS} s and more: {world.count('busy') - busy} refusals, {world.count() - seen} acknowledged")
        disk.make_room()
        begun, before = time.monotonic(), world.count()
        world.until(lambda: world.count() > before, "an acknowledgement after there is room", RECOVERY_SECONDS_MAX)
        print(f"the next acknowledgement came {time.monotonic() - begun:.2f} s after there was room", flush=True)
        world.end_load()
        world.kill()
        verdict = world.verdict()
        self.assertEqual((verdict.violations, verdict.first), (0, []))


if __name__ == "__main__":
    unittest.main(verbosity=2)
