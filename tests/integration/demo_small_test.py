#!/usr/bin/python3
"""50 random dossiers through real processes: by every alias, `lienthongctl get --json` equals the ledger and each
counterpart on every shared field. LIENTHONG_BUILD_DIR names the build."""
import os
import random
import sys
import unittest
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
SKIPPED = 77

try:
    from scenario import hub_form, portal_form, report, snapshot
    from scenario.forms import neutral, read
    from scenario.judge import Judge
    from scenario.ledger import Ledger
    from scenario.main import judged, look
    from scenario.papers import Link
    from scenario.plan import make_plan
    from scenario.run import Run
    from scenario.sides import plan_number, slip_of
    from scenario.world import World
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(SKIPPED)

DOSSIERS = 50
PORTAL = os.environ.get("LIENTHONG_PORTAL", "mixed")       # both contracts


class DemoSmallTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        seed = int(os.environ.get("LIENTHONG_SEED", random.SystemRandom().randrange(1, 10**6)))
        print(f"seed {seed}")
        plan = make_plan(DOSSIERS, seed, PORTAL)
        cls.world = World(ROOT, os.environ.get("LIENTHONG_BUILD_DIR", ROOT / "build"), plan)
        cls.addClassCleanup(cls.world.stop)
        cls.world.start()
        cls.ledger = Ledger(plan)
        cls.run_ = Run(cls.world, plan, 0, report.Progress())
        cls.shot = cls.run_.execute(lambda: look(cls.world))
        cls.ledger.resolve(cls.world.library)
        cls.judge, cls.verdict = judged(cls.world, cls.ledger, cls.run_, cls.shot)
        cls.aliases = cls.judge.aliases()
        cls.answers = snapshot.dossiers(cls.world.operator, cls.aliases)

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
        shot = snapshot.Snapshot(city=self.shot.city, district=self.shot.district, portals=self.shot.portals,
                                 one_stop=self.shot.one_stop)
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
        for alias, number in self.aliases.items():
            ours = shared("gateway", self.answers[alias])
            self.assertEqual(ours, shared("city", city[number]), alias)
            if number in district:
                self.assertEqual(ours, shared("district", district[number]), alias)

    def test_get_by_every_alias_equals_each_portal(self):
        """Lists and progress lines too: the judge looks at the portals with the answer in the ledger's place."""
        compared = 0
        for alias, number in self.aliases.items():
            said = _said_by(self.answers[alias], self.ledger.entries[number])
            shot = snapshot.Snapshot(gateway=[self.answers[alias]], portals=self.shot.portals, one_stop=self.shot.one_stop)
            verdict = Judge(_only(self.ledger, number, said), shot, self.run_.known).judge()
            found = [f for f in verdict.findings if f.system in said.expected and number == plan_number_of(f)]
            self.assertEqual(found, [], alias)
            compared += verdict.fields_compared
        self.assertGreater(compared, DOSSIERS * 100)


FORMS = {"portal": portal_form, "hub": hub_form}


def plan_number_of(finding):
    """Of which dossier a finding is; 0 when of none of the plan."""
    return int(finding.dossier.partition("#")[2].rstrip(")") or 0)


def _said_by(answer, entry):
    """The ledger's entry with what the gateway says of the dossier in the place of what portals must hold."""
    record = neutral("gateway", answer)
    expected, progress = {}, {}
    for name in FORMS.keys() & entry.expected.keys():
        # Where a paper lies is another address for each, which the judge has looked at.
        links = {path: value for path, value in entry.expected[name].items() if isinstance(value, Link)}
        expected[name] = FORMS[name].expected_of(record, entry.expected[name]) | links
        progress[name] = {slip_of(step["content"]): FORMS[name].write_progress("", step) for step in record["steps"].values()}
    return replace(entry, expected=expected, progress=progress)


def _only(ledger, number, entry=None):
    part = Ledger.__new__(Ledger)
    part.entries, part.conflicts = {number: entry or ledger.entries[number]}, set()
    return part


if __name__ == "__main__":
    unittest.main(verbosity=2)
