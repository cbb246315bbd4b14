#!/usr/bin/python3
"""A city that is stopped, or asks for patience: the gateway calls it as often as the link's breaker lets it, however many
dossiers wait, and delivers all of them once it may, without a restart."""
import os
import time
import unittest
import uuid

os.environ.setdefault("BUILD_DIR", os.environ.get("LIENTHONG_BUILD_DIR", "build"))

from bench.city_world import CityWorld, Pusher  # pylint: disable=wrong-import-position
from bench.poison import UPDATE_PATH, new_dossier  # pylint: disable=wrong-import-position
from scenario.processes import wait_until  # pylint: disable=wrong-import-position

DOSSIERS = 400
AWAY_SECONDS = 4
CALLS_MAX = 100            # 16 at the same time, two breakers' first failures and probes, the polls until then
PATIENCE_SECONDS = 5
UNDER_WAY_SECONDS = 0.7    # calls that had begun before the answer to the first was read
SECONDS_MAX = 60


class CityIsAway(unittest.TestCase):
    def setUp(self):
        self.world = CityWorld()
        self.addCleanup(self.world.close)
        self.world.city.keep(self.world.path("city.state"))
        self.pusher = Pusher(self.world.ctl("agency"))
        self.addCleanup(self.pusher.close)

    def push(self, count):
        for _ in range(count):
            self.pusher.push(str(uuid.uuid4()), new_dossier("Hồ sơ thử", is_complete=True))
        return {self.pusher.acknowledged()[1] for _ in range(count)}

    def calls(self):
        return sum(int(count) for count in self.world.link()["call"]["counts"])

    def assert_delivered(self, codes):
        self.world.wait_at_rest(SECONDS_MAX)
        self.assertEqual({record["MaHoSo"] for record in self.world.rig.records()}, codes)
        wait_until(lambda: self.world.link()["state"] == "OK", "the feed is read again", SECONDS_MAX)

    def test_stopped(self):
        codes = self.push(1)
        self.world.wait_at_rest(SECONDS_MAX)
        self.world.city.stop()
        before = self.calls()
        codes |= self.push(DOSSIERS)
        time.sleep(AWAY_SECONDS)                   # as long as it is away
        self.assertLessEqual(self.calls() - before, CALLS_MAX)
        self.assertEqual(self.world.link()["state"], "DEGRADED")
        self.world.city.start()
        self.assert_delivered(codes)

    def test_asks_for_patience(self):
        self.world.rig.call("POST", "/rig/fault", {"kind": "429", "milliseconds": PATIENCE_SECONDS * 1000, "path": UPDATE_PATH})
        codes = self.push(DOSSIERS // 4)
        deadline = time.monotonic() + SECONDS_MAX
        while not (refused := [call["time_ms"] for call in self.all_calls() if call["status"] == 429]):
            self.assertLess(time.monotonic(), deadline, "the city was never called")
        until = min(refused) / 1000 + PATIENCE_SECONDS
        time.sleep(max(0, until - time.time()))    # as long as it asked
        begun = min(refused) + UNDER_WAY_SECONDS * 1000
        late = [call["path"] for call in self.all_calls() if begun < call["time_ms"] < until * 1000]
        self.assertEqual(late, [], "calls before the time that the city named")
        self.world.rig.call("DELETE", "/rig/fault")
        self.assert_delivered(codes)

    def all_calls(self):
        return self.world.rig.pages("/rig/calls", "calls")


if __name__ == "__main__":
    unittest.main()
