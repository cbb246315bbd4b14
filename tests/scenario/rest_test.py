"""All systems are read while nothing is pending and nothing moves, else once more."""
import time
import unittest

from scenario.rest import QUIET_SECONDS, read_at_rest


class RestTest(unittest.TestCase):
    def setUp(self):
        self.state, self.busy, self.reads = 1, "", 0
        self.at_look = self.at_read = lambda: None

    def _look(self):
        self.at_look()
        return self.state, self.busy

    def _read(self):
        self.reads += 1
        found = self.state
        self.at_read()
        return found

    def _rest(self, seconds_max=20):
        return read_at_rest(self._look, self._read, lambda _: None, seconds_max)

    def test_what_stands_still_is_read_once_and_watched_for_the_quiet_time(self):
        start = time.monotonic()
        self.assertEqual((self._rest(), self.reads), ((1, ""), 1))
        self.assertGreaterEqual(time.monotonic() - start, QUIET_SECONDS)

    def test_what_moves_while_it_is_read_is_read_again(self):
        def move():
            self.state = min(self.state + 1, 3)
        self.at_read = move
        self.assertEqual((self._rest(), self.reads), ((3, ""), 3))

    def test_what_moves_after_it_was_read_is_read_again(self):
        looks = 0

        def move():
            nonlocal looks
            looks += 1
            self.state = 2 if looks > 3 else 1
        self.at_look = move
        self.assertEqual((self._rest(), self.reads), ((2, ""), 2))

    def test_nothing_is_read_while_something_waits(self):
        start = time.monotonic()

        def wait():
            self.busy = "city 1 pending" if time.monotonic() - start < 1 else ""
        self.at_look = wait
        self.at_read = lambda: self.assertGreaterEqual(time.monotonic() - start, 1)
        self.assertEqual((self._rest(), self.reads), ((1, ""), 1))

    def test_no_rest_is_told(self):
        self.busy = "city 1 pending"
        self.assertEqual(self._rest(0.5), (1, "city 1 pending"))
        self.busy = ""

        def move():
            self.state += 1
        self.at_look = move
        self.assertEqual(self._rest(0.5)[1], "it moves")


if __name__ == "__main__":
    unittest.main()
