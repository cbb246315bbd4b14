"""What one-stop software can say is all that it says, and the judge knows its steps by their slips."""
import unittest

from scenario import one_stop_form, portal_form
from scenario.forms import merge
from scenario.judge_fixture import JudgeCase
from scenario.plan import make_plan
from scenario.tables import LIST_NAMES
from scenario.words import DISTRICT_AGENCIES, ONE_STOP_AGENCY

SAYABLE = {*portal_form.SCALAR_PATHS, "reception.agency", *LIST_NAMES} - {"assignments", "pauses", "requests"}


class PlanTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dossiers = [d for d in make_plan(600, 3).dossiers if d.origin == ONE_STOP_AGENCY]

    def _own_acts(self, dossier):
        return [a for a in dossier.actions if a.actor == ONE_STOP_AGENCY and not a.call]

    def test_a_third_of_what_agencies_take_in_and_half_of_it_for_the_district(self):
        self.assertAlmostEqual(len(self.dossiers) / 600, 0.20 / 3, delta=0.03)
        routed = [d for d in self.dossiers if d.agencies & set(DISTRICT_AGENCIES)]
        self.assertAlmostEqual(len(routed) / len(self.dossiers), 0.5, delta=0.05)

    def test_its_acts_have_words_in_the_contract(self):
        for dossier in self.dossiers:
            for action in self._own_acts(dossier):
                follows = {"finance_state"} if "fees" in action.patch else set()     # the gateway's to say
                self.assertLessEqual(action.patch.keys(), SAYABLE | follows, dossier.label)
                self.assertFalse(any("agency" in step for step in action.patch.get("steps", {}).values()))

    def test_some_acts_have_more_lines_than_one_call_takes(self):
        self.assertTrue(any(len(a.patch.get("steps", {})) > 10 for d in self.dossiers for a in self._own_acts(d)))

    def test_where_the_district_works_the_software_goes_on_with_what_it_knew(self):
        """It says again a status, a unit and a due date that are no longer true: that is what the demo is to show."""
        stale = set()
        for dossier in self.dossiers:
            stands, own, taken_up = {}, {}, False
            for action in dossier.actions:
                merge(stands, action.patch)
                taken_up |= action.actor == "district"
                if action in self._own_acts(dossier):
                    merge(own, action.patch)
                    said = one_stop_form.write_record(own)
                    right = portal_form.write_record(stands)
                    if taken_up:
                        self.assertNotEqual(said["DonViXuLy"], right["DonViXuLy"])
                        stale |= {name for name in said if name in right and said[name] != right[name]}
        self.assertLessEqual({"TrangThaiHoSo", "DonViXuLy", "NgayHenTra"}, stale)


class FormTest(unittest.TestCase):
    def test_a_record_has_the_software_s_own_ids_and_all_addresses(self):
        record = {"papers": {"H29.X07:x07-000001-gt1": {"name": "Tờ khai", "file.source": "https://tep.vidu.example/a.pdf"}},
                  "supplements": {"H29.X07:101": {"content": "?"}}}
        raw = one_stop_form.write_record(record)
        self.assertEqual(raw["TaiLieuNop"], [{"TepDinhKemId": "x07-000001-gt1", "TenTepDinhKem": "Tờ khai",
                                              "DuongDanTaiTepTin": "https://tep.vidu.example/a.pdf"}])
        self.assertEqual(raw["DanhSachHoSoBoSung"][0]["HoSoBoSungId"], 101)

    def test_what_others_did_is_seen_when_the_look_up_says_all_of_it(self):
        patch = {"status": 4, "processing_unit": "Đội (mẫu)", "assignments": {}}
        self.assertTrue(one_stop_form.shows({"TrangThaiHoSo": "4", "DonViXuLy": "Đội (mẫu)", "GhiChu": ""}, patch))
        self.assertFalse(one_stop_form.shows({"TrangThaiHoSo": "4", "DonViXuLy": "Một cửa (mẫu)"}, patch))


class StepIdsTest(JudgeCase):
    def setUp(self):
        super().setUp()
        self.number = next(d.number for d in self.plan.dossiers if d.origin == ONE_STOP_AGENCY and "routed" in d.traits)
        self.steps = {"gateway": (self._gateway(self.number)["steps"], "id"), "city": (self._city(self.number)["QuaTrinhXuLy"], "Id"),
                      "district": (self._district(self.number).record["qua_trinh"], "ma")}
        for steps, key in self.steps.values():
            for position, step in enumerate(steps):
                if step[key].startswith("x07-"):
                    step[key] = f"{one_stop_form.PREFIX}td-{position}"

    def test_ids_that_the_gateway_gave_are_the_same_everywhere(self):
        self.assertEqual(self._verdict().findings, [])

    def test_the_software_finds_what_it_knew_before_the_district_came(self):
        self.shot.one_stop[self.number]["TrangThaiHoSo"] = "2"
        self._only("differing", "one-stop", self.number, "TrangThaiHoSo")

    def test_the_software_finds_nothing(self):
        self.shot.one_stop[self.number] = {}
        self._only("missing", "one-stop", self.number)

    def test_another_id_at_the_district(self):
        self.steps["district"][0][0]["ma"] += "9"
        self._only("differing", "district", self.number, "ids of steps")

    def test_a_line_taken_in_twice(self):
        steps, _ = self.steps["gateway"]
        steps.append(steps[0] | {"id": f"{one_stop_form.PREFIX}td-99"})
        self.assertIn(("duplicated_steps", "gateway"), {(f.kind, f.system) for f in self._verdict().findings})


if __name__ == "__main__":
    unittest.main()
