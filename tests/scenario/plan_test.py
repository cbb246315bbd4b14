"""The plan has the shares it promises, the ledger follows from it, and every form can be read back."""
import re
import unittest

from scenario.forms import read, write
from scenario.ledger import Ledger
from scenario.papers import BIG_BYTES, parts
from scenario.plan import make_plan
from scenario.schedule import Schedule
from scenario.tables import LISTS, SCALAR_PATHS
from scenario.words import AGENCY_UNITS

COUNT = 500
EDGES = {(0, 1), (0, 2), (1, 2), (1, 3), (1, 5), (1, 7), (5, 1), (5, 2), (2, 4), (4, 5), (5, 4), (4, 6), (6, 4), (4, 7),
         (5, 8), (4, 9), (9, 4), (9, 10)}
SHORT = {"refused at intake", "withdrawn early"}     # traits that end a dossier before anybody works on it


class PlanTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.plan = make_plan(COUNT, 5)
        cls.ledger = Ledger(cls.plan)

    def _share(self, trait):
        return sum(trait in d.traits for d in self.plan.dossiers) / COUNT

    def test_same_seed_same_plan(self):
        self.assertEqual(self.plan.actions, make_plan(COUNT, 5).actions)
        self.assertNotEqual(self.plan.actions, make_plan(COUNT, 6).actions)

    def test_shares(self):
        self.assertEqual(sum(d.origin == "city" for d in self.plan.dossiers) / COUNT, 0.40)
        self.assertEqual(sum(d.online for d in self.plan.dossiers) / COUNT, 0.40)
        for trait, part in (("hand-over", 0.10), ("supplement", 0.10), ("own receipt", 0.10), ("conflict", 0.02),
                            ("refused at intake", 0.05), ("intake supplement", 0.03)):
            self.assertAlmostEqual(self._share(trait), part, places=3, msg=trait)
        self.assertGreaterEqual(self._share("payment"), 0.10)
        self.assertAlmostEqual(self._share("withdrawn") + self._share("withdrawn early"), 0.03, places=3)
        self.assertAlmostEqual(self._share("hand-over refused") + self._share("routing refused"), 0.02, places=3)
        self.assertGreaterEqual(len({e.record["procedure.code"] for e in self.ledger.entries.values()}), 20)
        self.assertEqual({d.receiving for d in self.plan.dossiers}, set(AGENCY_UNITS))

    def test_codes_of_what_comes_through_the_portal(self):
        online = [d for d in self.plan.dossiers if d.online]
        legal = re.compile(r"[A-Z0-9.]+-(\d{6}|\d{8})-\d{4,7}$")
        kept = [d for d in online if legal.match(d.portal_code)]
        self.assertGreaterEqual(len(kept) / len(online), 0.40)
        self.assertEqual(sum(d.portal_code.startswith("G09.20-") for d in online) / len(online), 0.10)
        self.assertEqual({d.number for d in kept}, {d.number for d in online if d.shared_code})
        codes = [d.portal_code for d in online]
        self.assertEqual(len(codes), len(set(codes)))

    def test_papers_with_content(self):
        for plan in (self.plan, make_plan(150, 1)):
            big = [d for d in plan.dossiers if any(size > 5_000_000 for size in d.files.values())]
            self.assertEqual(len(big) / len(plan.dossiers), 0.02)
            self.assertEqual({parts(mark)[0] for d in big for mark, size in d.files.items() if size > 5_000_000},
                             {"city", "portal", "district"})
            largest = sum(size == BIG_BYTES for d in big for size in d.files.values())
            self.assertEqual((largest, BIG_BYTES), (-(-len(big) // 4), 20 * 1024 * 1024))
        for dossier in self.plan.dossiers:
            if dossier.online:
                papers = self.ledger.entries[dossier.number].record["papers"].values()
                self.assertTrue(all(paper["file.source"] in dossier.files for paper in papers))
        many = make_plan(3000, 1).files.values()
        self.assertEqual((sum(size > 1_000_000 for size in many), sum(size > 5_000_000 for size in many)), (60, 20))

    def test_status_changes_and_steps_along_the_graph(self):
        for dossier in self.plan.dossiers:
            states = [0, *(a.patch["status"] for a in dossier.actions if "status" in a.patch)]
            self.assertLessEqual(set(zip(states, states[1:])), EDGES, dossier.label)
            if not dossier.traits & SHORT:
                self.assertGreaterEqual(len(states) - 1, 4, dossier.label)
                self.assertGreaterEqual(len(self.ledger.entries[dossier.number].record["steps"]), 4)

    def test_moved_dossiers_have_two_agencies(self):
        for dossier in self.plan.dossiers:
            if "hand-over" in dossier.traits:
                assigned = self.ledger.entries[dossier.number].record["assignments"].values()
                leads = {a["agency"] for a in assigned if a["role"] == "lead" and a.get("answer") != "refused"}
                self.assertGreaterEqual(len(leads), 2, dossier.label)

    def test_every_field_is_used(self):
        entries = [*self.ledger.entries.values(), *Ledger(make_plan(COUNT, 5, "mixed")).entries.values()]
        used = {path for entry in entries for path in entry.record}
        self.assertEqual(set(SCALAR_PATHS) - used, set())
        for name, _, _, fields in LISTS:
            seen = {f for e in entries for item in e.record.get(name, {}).values() for f in item}
            self.assertEqual({field[0] for field in fields} - seen, set(), name)

    def test_element_ids_tell_who_made_them_and_never_repeat(self):
        ids = [a.marker for a in self.plan.actions if a.marker]
        self.assertEqual(len(ids), len(set(ids)))
        for marker in ids:
            self.assertRegex(marker, re.compile(r"^((tp|nv|x0[5-7])-\d{6}-qt\d+|dvc-\d{6}-(gt|tt|yc)\d+)$"))

    def test_a_losing_proposal_is_not_in_the_ledger(self):
        lost = [a for a in self.plan.actions if a.proposal]
        self.assertEqual(len(lost), len(self.ledger.conflicts))
        for action in lost:
            (path, value), = action.patch.items()
            self.assertNotEqual(self.ledger.entries[action.number].record[path], value)

    def test_forms_can_be_read_back_the_same(self):
        for entry in self.ledger.entries.values():
            forms = [read(system, write(system, entry.record)) for system in ("gateway", "city", "district")]
            self.assertEqual(forms[0], forms[1])
            self.assertEqual(forms[0], forms[2])

    def test_the_schedule_does_every_action_when_all_is_shown(self):
        schedule, actors = Schedule(self.plan), {a.actor for a in self.plan.actions}
        for dossier in self.plan.dossiers:
            schedule.start(dossier.number)
            for system in actors | {"gateway"}:
                schedule.code_seen(system, dossier.number)
        moved = True
        while moved:
            moved = False
            for actor in actors:
                while not schedule.queue_of(actor).empty():
                    action, moved = schedule.queue_of(actor).get(), True
                    schedule.committed(action)
                    for system in actors | {"gateway"} - {actor}:
                        schedule.seen(system, f'"{action.marker}"')
        self.assertEqual(schedule.unfinished(), [])
        self.assertEqual(schedule.unseen(), [])


if __name__ == "__main__":
    unittest.main()
