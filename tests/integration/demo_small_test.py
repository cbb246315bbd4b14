#!/usr/bin/python3
"""50 random dossiers through real processes: by every alias, `lienthongctl get --json` equals the ledger and each
counterpart on every shared field. LIENTHONG_BUILD_DIR names the build."""
import os
import random
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
SKIPPED = 77

try:
    from scenario import portal_form, report, snapshot
    from scenario.forms import read
    from scenario.judge import Judge
    from scenario.ledger import Ledger
    from scenario.main import judged, look
    from scenario.plan import make_plan
    from scenario.run import Run
    from scenario.sides import plan_number
    from scenario.world import World
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(SKIPPED)

DOSSIERS = 50


class DemoSmallTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        seed = int(os.environ.get("LIENTHONG_SEED", random.SystemRandom().randrange(1, 10**6)))
        print(f"seed {seed}")
        plan = make_plan(DOSSIERS, seed, os.environ.get("LIENTHONG_PORTAL", "gen1"))
        cls.world = World(ROOT, os.environ.get("LIENTHONG_BUILD_DIR", ROOT / "build"), plan)
        cls.addClassCleanup(cls.world.stop)
        cls.world.start()
        cls.ledger = Ledger(plan)
        cls.run_ = Run(cls.world, plan, 0, report.Progress())
        cls.run_.execute()
        cls.ledger.resolve(cls.world.library)
        cls.shot = look(cls.world)
        cls.judge, cls.verdict = judged(cls.world, cls.ledger, cls.run_, cls.shot)
        cls.aliases = cls.judge.aliases()
        cls.answers = snapshot.resolve(cls.world.operator, cls.aliases)

    def test_nothing_fell_short(self):
        self.assertEqual(self.run_.counters.shortfalls, [])

    def test_all_systems_equal_the_ledger(self):
        self.assertEqual(self.verdict.findings, [])
        self.assertGreater(self.verdict.papers_checked, DOSSIERS)
        self.assertGreater(self.verdict.fields_compared, DOSSIERS * 200)

    def test_every_dossier_has_its_aliases(self):
        for number, entry in self.ledger.entries.items():
            mine = [alias for alias, of in self.aliases.items() if of == number]
            # Code (the receipt number may be the same text) and the city's id; the district's key where it holds it.
            self.assertGreaterEqual(len(mine), 3 if "district" in entry.expected else 2, entry.label)

    def test_get_by_every_alias_is_what_the_ledger_says(self):
        shot = snapshot.Snapshot(city=self.shot.city, district=self.shot.district, portals=self.shot.portals)
        for alias, number in self.aliases.items():
            answer = self.answers.get(alias)
            self.assertIsNotNone(answer, f"{alias} finds nothing")
            shot.gateway = [answer]
            judge = Judge(_only(self.ledger, number), shot, self.run_.known)
            found = [f for f in judge.judge().findings if f.system == "gateway" and f.kind != "conflict"]
            self.assertEqual(found, [], alias)

    def test_get_by_every_alias_equals_each_counterpart(self):
        city = {plan_number(record): record for record in self.shot.city}
        district = {plan_number(row.record): row.record for row in self.shot.district}
        # Where a paper lies is another address for each, which the judge has looked at.
        def shared(system, raw):
            return {key: value for key, value in read(system, raw).items() if key[2] != "file.source"}
        # A hub keeps a dossier as it was when it was made; the judge has looked at that.
        held = self.shot.portals["portal"].records if "portal" in self.shot.portals else []
        portal = {plan_number(record): record for record in held}
        for alias, number in self.aliases.items():
            ours = shared("gateway", self.answers[alias])
            if number in portal:
                self.assertEqual(portal_form.kept(ours), portal_form.read(portal[number]), alias)
            self.assertEqual(ours, shared("city", city[number]), alias)
            if number in district:
                self.assertEqual(ours, shared("district", district[number]), alias)


def _only(ledger, number):
    part = Ledger.__new__(Ledger)
    part.entries, part.conflicts = {number: ledger.entries[number]}, set()
    return part


if __name__ == "__main__":
    unittest.main(verbosity=2)
