#!/usr/bin/python3
"""One outage of each kind of each counterpart: its link resumes by itself within its bound (tests/bench/outages.py)."""
import os
import unittest

os.environ.setdefault("BUILD_DIR", os.environ.get("LIENTHONG_BUILD_DIR", "build"))

from bench import outages  # pylint: disable=wrong-import-position


class Outages(unittest.TestCase):
    def test_each_link_resumes(self):
        self.assertEqual(outages.main(["--outages", "6", "--seconds-max", "1"]), 0)


if __name__ == "__main__":
    unittest.main()
