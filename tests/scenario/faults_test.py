"""The killer waits for answers of the gateway itself, and a kill counts only when it cut a call."""
import threading
import time
import unittest

from scenario.counters import Counters
from scenario.faults import ANSWERS_BETWEEN_KILLS, Killer

SECONDS_MAX = 5


class Gateway:
    """Stands for the world: counts its kills."""

    def __init__(self):
        self.killed = threading.Semaphore(0)
        self.kills = 0

    def kill_gateway(self):
        self.kills += 1
        self.killed.release()

    def start_gateway(self):
        pass


class Caller:
    """Has always a call in flight; `answered_late`: those that were answered all the same, before the kill."""

    def __init__(self):
        self.calls, self.answered_late = {"a", "b"}, set()

    def in_flight(self):
        return set(self.calls)

    def unanswered(self, calls):
        return calls - self.answered_late


class KillerTest(unittest.TestCase):
    def setUp(self):
        self.world, self.caller, self.counters = Gateway(), Caller(), Counters()

    def _killer(self, kills, answers_expected=10_000):
        killer = Killer(self.world, [self.caller], self.counters, kills, answers_expected)
        killer._step = killer.answers_min
        killer.start()
        return killer

    def _killed(self):
        return self.world.killed.acquire(timeout=SECONDS_MAX)

    def _wait_for(self, condition):
        end = time.monotonic() + SECONDS_MAX
        while not condition() and time.monotonic() < end:
            time.sleep(0.01)
        self.assertTrue(condition())

    def test_two_kills_with_enough_answers_before_each(self):
        killer = self._killer(2)
        for kill in (1, 2):
            self.counters.answered(ANSWERS_BETWEEN_KILLS - 1)
            self.counters.acknowledge(1000)                  # what counterparts took in is no answer of the gateway
            time.sleep(0.1)
            self.assertEqual(self.world.kills, kill - 1)
            self.counters.answered()
            self.assertTrue(self._killed())
            self._wait_for(lambda kill=kill: self.counters.kills == kill and not killer.busy)
        killer.finish()
        self.assertEqual((killer.answers, killer.calls_cut), ([200, 200], [2, 2]))
        self.assertEqual(self.counters.shortfalls, [])

    def test_a_kill_that_cut_no_call_is_made_again(self):
        self.caller.answered_late = {"a", "b"}
        killer = self._killer(1)
        self.counters.answered(200)
        self.assertTrue(self._killed())
        self._wait_for(lambda: not killer.busy)
        self.assertEqual((self.counters.kills, killer.calls_cut), (0, []))
        self.caller.answered_late = {"a"}
        self.counters.answered(200)
        self.assertTrue(self._killed())
        self._wait_for(lambda: self.counters.kills == 1)
        killer.finish()
        self.assertEqual((killer.answers, killer.calls_cut), ([200], [1]))

    def test_without_a_call_in_flight_it_waits_and_says_so(self):
        self.caller.calls = set()
        killer = self._killer(1)
        self.counters.answered(1000)
        time.sleep(0.1)
        killer.finish()
        self.assertEqual(self.world.kills, 0)
        self.assertIn("only 0 of 1 kills", self.counters.shortfalls[0][3])

    def test_few_dossiers_scale_the_bound(self):
        self.assertEqual(Killer(self.world, [], self.counters, 3, 300).answers_min, 90)
        self.assertEqual(Killer(self.world, [], self.counters, 3, 3000).answers_min, 200)


if __name__ == "__main__":
    unittest.main()
