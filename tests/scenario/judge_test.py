"""The judge finds each kind of difference, and nothing where there is none."""
import copy
import unittest

from scenario.judge import STOPS_CLOCK, Judge
from scenario.judge_fixture import COUNT, JudgeCase, code_of


class JudgeTest(JudgeCase):
    def test_equal_systems_have_no_finding_and_every_field_is_compared(self):
        verdict = self._verdict()
        self.assertEqual(verdict.findings, [])
        self.assertGreater(verdict.fields_compared, COUNT * 200)
        self.assertEqual(verdict.conflicts_found, len(self.ledger.conflicts))

    def test_lost_step(self):
        step = self._city(self.held)["QuaTrinhXuLy"].pop()
        verdict = self._only("missing", "city", self.held, step["Id"])
        self.assertEqual(len(verdict.findings), 1)

    def test_lost_record(self):
        self.shot.district.remove(self._district(self.held))
        self._only("missing", "district", self.held, "(record)")

    def test_stale_due(self):
        self._district(self.held).record["hen_tra"] = "2026-01-01T16:30:00+07:00"
        self._only("differing", "district", self.held, "hen_tra")

    def test_wrong_fee(self):
        self._city(self.held)["DanhSachLePhi"][0]["Gia"] = "1"
        self._only("differing", "city", self.held, "Gia")

    def test_field_that_must_be_empty(self):
        self._gateway(self.held)["outcome"]["stop_reason"] = "?"
        self._only("extra", "gateway", self.held, "outcome.stop_reason")

    def test_false_is_not_absent(self):
        number = next(n for n, e in self.ledger.entries.items() if e.record.get("outcome.wrong_procedure") is False)
        del self._gateway(number)["outcome"]["wrong_procedure"]
        self._only("missing", "gateway", number, "outcome.wrong_procedure")

    def test_swapped_codes(self):
        one, two = self.shot.district[:2]
        for row, code in ((one, two.code), (two, one.code)):
            row.record["ma_ho_so"] = code
        one.code, two.code = two.code, one.code
        verdict = self._only("differing", "district", field="ma_ho_so")
        self.assertEqual(len({f.dossier for f in verdict.findings}), 2)

    def test_extra_record(self):
        self.shot.city.append({"IdHoSo": "TP-2026-9999999", "MaHoSo": "H29.X01-010126-0001", "ChuHoSo": "Ai đó (mẫu)"})
        self._only("extra", "city", field="(record)")

    def test_held_twice(self):
        self.shot.city.append(copy.deepcopy(self._city(self.held)))
        self._only("held_twice", "city", self.held)

    def test_step_twice_under_another_id(self):
        steps = self._gateway(self.held)["steps"]
        steps.append(steps[0] | {"id": "city-1-again"})
        self._only("duplicated_steps", "gateway", self.held)

    def test_step_twice_under_the_same_id(self):
        steps = self._city(self.held)["QuaTrinhXuLy"]
        steps.append(dict(steps[0]))
        self._only("duplicated_steps", "city", self.held)

    def test_steps_in_another_order(self):
        for system, steps in (("gateway", self._gateway(self.held)["steps"]), ("city", self._city(self.held)["QuaTrinhXuLy"]),
                              ("district", self._district(self.held).record["qua_trinh"])):
            steps[0], steps[1] = steps[1], steps[0]
            verdict = self._only("differing", system, self.held)
            self.assertEqual(len(verdict.findings), 1)
            self.assertIn("order", verdict.findings[0].text)
            steps[0], steps[1] = steps[1], steps[0]

    def test_other_elements_in_another_order(self):
        number = next(n for n, e in self.ledger.entries.items() if "district" in e.expected and len(e.record["papers"]) > 1)
        for system, papers in (("gateway", self._gateway(number)["papers"]), ("city", self._city(number)["TaiLieuNop"]),
                               ("district", self._district(number).record["giay_to_nop"]),
                               ("portal", self._portal(number)["TaiLieuNop"])):
            papers[0], papers[1] = papers[1], papers[0]
            self.assertEqual(len(self._only("differing", system, number).findings), 1)
            papers[0], papers[1] = papers[1], papers[0]

    def test_a_lost_step_does_not_disturb_the_order(self):
        del self._gateway(self.held)["steps"][0]
        self.assertEqual(len(self._only("missing", "gateway", self.held).findings), 1)

    def test_element_of_another_author(self):
        step = self._gateway(self.held)["steps"][-1]
        step["author"] = "city" if step["author"] != "city" else "district"
        self._only("differing", "gateway", self.held, f"steps[{step['id']}].author")

    def test_element_without_an_author(self):
        fee = self._gateway(self.held)["fees"][0]
        del fee["author"]
        self._only("missing", "gateway", self.held, f"fees[{fee['id']}].author")

    def test_content_that_the_gateway_has_not_verified(self):
        number, paper = next((n, p) for n in self.ledger.entries for p in self._gateway(n)["papers"]
                             if p["file"].get("fetch_state") == "FETCH_STATE_VERIFIED")
        paper["file"]["fetch_state"] = "FETCH_STATE_REFERENCED"
        self._only("differing", "gateway", number, f"papers[{paper['id']}].file.fetch_state")

    def test_payment_of_another_collector(self):
        number, fee = next((n, f) for n in self.ledger.entries for f in self._gateway(n).get("fees", []) if "collector" in f)
        fee["collector"] = "link/city"
        self._only("differing", "gateway", number, f"fees[{fee['id']}].collector")

    def test_due_date_that_was_moved_without_a_reason(self):
        number = next(n for n, e in self.ledger.entries.items() if "defects[missing-due-reason]" in e.expected["gateway"])
        defects = self._gateway(number)["defects"]
        moved = next(defect for defect in defects if defect["id"] == "missing-due-reason")
        defects.remove(moved)
        self._only("missing", "gateway", number, "defects[missing-due-reason]")
        defects.append(moved)
        self._gateway(self.held)["defects"].append(moved)
        self._only("extra", "gateway", self.held, "defects[missing-due-reason]")

    def test_refusal_without_a_legal_text(self):
        name = "defects[missing-legal-basis]"
        number = next(n for n, e in self.ledger.entries.items() if name in e.expected["gateway"])
        self._gateway(number)["defects"] = [d for d in self._gateway(number)["defects"] if d["id"] != "missing-legal-basis"]
        self._only("missing", "gateway", number, name)

    def test_author_of_what_has_none(self):
        self._gateway(self.held)["papers"][0]["author"] = "city"
        self._only("extra", "gateway", self.held, "author")

    def _handed_over(self):
        number = next(n for n, e in self.ledger.entries.items() if len(e.leads) > 1)
        return number, self._gateway(number)["owner_history"]

    def test_leads_in_another_order(self):
        number, periods = self._handed_over()
        periods[0]["agency"], periods[1]["agency"] = periods[1]["agency"], periods[0]["agency"]
        self._only("differing", "gateway", number, "owner_history")

    def test_lead_that_was_forgotten(self):
        number, periods = self._handed_over()
        del periods[0]
        self._only("differing", "gateway", number, "owner_history")

    def test_lead_that_ends_too_early(self):
        number, periods = self._handed_over()
        periods[0]["end_time"] = "2020-01-01T00:00:00Z"
        self._only("differing", "gateway", number, "owner_history")

    def test_clock_that_stands_for_ever(self):
        number = next(n for n, e in self.ledger.entries.items() if e.record["status"] not in STOPS_CLOCK)
        self._gateway(number).setdefault("deadline", {})["standing"] = [{"id": "1", "start_time": "2026-09-01T00:00:00Z"}]
        self._only("differing", "gateway", number, "deadline.standing")

    def test_promise_proposed_for_nothing(self):
        number = next(n for n, e in self.ledger.entries.items() if e.record["status"] not in STOPS_CLOCK)
        record = self._gateway(number)
        record.setdefault("deadline", {})["proposed_due"] = "2026-09-01T00:00:00Z"
        record["deadline"]["standing"] = []
        record.setdefault("defects", []).append({"id": "promise-to-decide"})
        self._only("differing", "gateway", number, "deadline.proposed_due")

    def test_element_that_nobody_planned(self):
        self._city(self.held)["DanhSachLePhi"].append({"Id": "tp-1", "Gia": "1"})
        self._only("extra", "city", self.held, "DanhSachLePhi[tp-1]")

    def test_code_of_another_agency(self):
        entry = next(e for e in self.ledger.entries.values() if "district" not in e.expected)
        code = "H29.X01-010126-0001"
        self._gateway(entry.number)["code"] = self._city(entry.number)["MaHoSo"] = code
        for record in (self._portal(entry.number), *self._portal(entry.number)["TienDo"]):
            record["MaHoSo"] = code
        self._only("differing", "gateway", entry.number, "code")

    def test_one_code_for_two(self):
        a, b = [e for e in self.ledger.entries.values() if "district" not in e.expected
                and e.dossier.receiving == "H29.X05" and not e.dossier.conflict_path][:2]
        for record in (self._gateway(b.number), ):
            record["code"] = code_of(a)
        self._city(b.number)["MaHoSo"] = code_of(a)
        self.assertIn("held_twice", {f.kind for f in self._verdict().findings})

    def test_receipt_number_that_differs_at_the_city(self):
        self._city(self.held)["SoBienNhan"] = "H29.X01-010126-9999"
        self._only("differing", "city", self.held, "SoBienNhan")

    def test_alias_lost_at_the_gateway(self):
        self._gateway(self.held)["codes"] = []
        self._only("missing", "gateway", self.held, "codes")

    def test_number_of_nobody_at_the_gateway(self):
        self._gateway(self.held)["codes"].append({"id": "more", "issuer": "city", "code": "TP-2026-9999999"})
        self._only("extra", "gateway", self.held, "codes")

    def test_number_of_nobody_at_the_district(self):
        row = next(row for row in self.shot.district if row.code == code_of(self.ledger.entries[self.held]))
        row.record["ma_khac"] = [{"ma": "x", "so": "TP-2026-9999999"}]
        self._only("extra", "district", self.held, "ma_khac")

    def test_number_under_another_issuer(self):
        self._gateway(self.held)["codes"][0]["issuer"] = "district"
        self.assertEqual({f.kind for f in self._verdict().findings}, {"missing", "extra"})

    def test_unresolvable_alias(self):
        judge = Judge(self.ledger, self.shot, self.known)
        judge.judge()
        resolved = {alias: judge.code_of(number) for alias, number in judge.aliases().items()}
        resolved[f"NV-{self.held:06d}"] = None
        judge.judge_resolution(resolved)
        self.assertEqual([(f.kind, f.field) for f in judge.verdict.findings], [("unresolvable", f"NV-{self.held:06d}")])

    def test_own_receipt_lost_at_the_city(self):
        number = next(n for n, e in self.ledger.entries.items() if "own receipt" in e.aliases)
        self._city(number)["MaKhac"] = []
        self._only("missing", "city", number, "MaKhac")

    def test_conflicts_planned_and_not(self):
        self.assertTrue(self.ledger.conflicts)
        self.shot.conflicts.append(dict(self.shot.conflicts[0]))
        self._only("conflict", "gateway")
        del self.shot.conflicts[:2], self.shot.notices[0]
        self._only("conflict", "gateway")
        self.shot.conflicts = [{"code": "H29.X01-010126-0001", "path": "note", "proposer": "link/district"}]
        self.shot.notices = [("H29.X01-010126-0001", "note", "CONFLICT_OPENED")]
        self.assertEqual(self._verdict().count("conflict"), len(self.ledger.conflicts) + 1)

    def test_conflicts_told_to_the_district_once(self):
        self.shot.notices.append(self.shot.notices[0])
        self._only("conflict", "district")
        del self.shot.notices[:2]
        self._only("conflict", "district")

    def test_dead_letter(self):
        self.shot.dead_letters.append({"link": "city", "code": "H29.X01-010126-0001", "field": "Email", "reason": "too long"})
        self._only("dead_letter", "link city", field="Email")


if __name__ == "__main__":
    unittest.main()
