#!/usr/bin/python3
"""Runs the unit tests of the demo's judge, plan and forms, of the district software and of its paper servers."""
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

if __name__ == "__main__":
    names = ["scenario.faults_test", "scenario.judge_test", "scenario.judge_portal_test", "scenario.one_stop_test",
             "scenario.papers_test", "scenario.plan_test", "scenario.rest_test", "rigs.district.papers_test", "rigs.district.software_test"]
    result = unittest.TextTestRunner(verbosity=2).run(unittest.defaultTestLoader.loadTestsFromNames(names))
    sys.exit(not result.wasSuccessful())
