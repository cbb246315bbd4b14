"""The judge finds each kind of difference, and nothing where there is none."""
import copy
import unittest

from scenario.forms import write
from scenario.judge import Judge
from scenario.ledger import Ledger, origin_system
from scenario.plan import make_plan
from scenario.snapshot import DistrictRow, Snapshot

SEED, COUNT = 11, 40


class JudgeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.plan = make_plan(COUNT, SEED)
        cls.ledger = Ledger(cls.plan)

    def setUp(self):
        self.city_ids, self.keys, self.shot = {}, {}, Snapshot()
        for number, entry in self.ledger.entries.items():
            self._stand(number, entry)
        self.shot.conflicts = [{"code": _code(self.ledger.entries[number]), "path": path, "proposer": "link/district"}
                               for number, path in self.ledger.conflicts]
        self.shot = copy.deepcopy(self.shot)
        self.held = next(n for n, e in self.ledger.entries.items() if "district" in e.expected and e.record.get("fees"))

    def _stand(self, number, entry):
        """All three systems hold just what they must."""
        code, city_id, key = _code(entry), f"TP-2026-{number:07d}", f"NV-{number:06d}"
        gateway = write("gateway", entry.record) | {"code": code, "receipt_number": code, "revision": "7"}
        gateway["origin"]["system"] = gateway["reception"]["system"] = origin_system(entry.dossier)
        numbers = [("city", city_id)] + [("district" if kind == "own receipt" else gateway["origin"]["system"], alias)
                                         for kind, alias in entry.aliases.items()]
        if "district" in entry.expected:
            numbers.append(("district", key))
        gateway["codes"] = [{"id": alias, "issuer": issuer, "code": alias} for issuer, alias in numbers]
        self.shot.gateway.append(gateway)
        own = entry.aliases.get("own receipt")
        others = [{"Id": "1", "DonViCap": "district", "Loai": "SoBienNhan", "Ma": own}] if own else []
        self.shot.city.append(write("city", entry.record) | {"IdHoSo": city_id, "MaHoSo": code, "SoBienNhan": code,
                                                             "MaKhac": others, "Fax": write("city", entry.record).get("Fax", "")})
        if entry.dossier.origin == "city":
            self.city_ids[number] = city_id
        if "district" in entry.expected:
            self.keys[number] = key
            record = write("district", entry.record) | {"ma_ho_so": code, "so_bien_nhan": code}
            if own:
                record["so_bien_nhan_rieng"] = own
            self.shot.district.append(DistrictRow(key, code, code, own, record))

    def _verdict(self):
        judge = Judge(self.ledger, self.shot, self.city_ids, self.keys)
        verdict = judge.judge()
        judge.judge_resolution({alias: {"code": judge.code_of(number)} for alias, number in judge.aliases().items()})
        return verdict

    def _only(self, kind, system, number=None, field=None):
        verdict = self._verdict()
        self.assertEqual({f.kind for f in verdict.findings}, {kind}, verdict.findings[:5])
        self.assertEqual({f.system for f in verdict.findings}, {system})
        if number:
            self.assertIn(f"#{number:06d}", verdict.findings[0].dossier)
        if field:
            self.assertIn(field, verdict.findings[0].field)
        return verdict

    def _city(self, number):
        return next(r for r in self.shot.city if r["IdHoSo"].endswith(f"{number:07d}"))

    def _district(self, number):
        return next(row for row in self.shot.district if row.key == f"NV-{number:06d}")

    def _gateway(self, number):
        return self.shot.gateway[number - 1]

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

    def test_element_that_nobody_planned(self):
        self._city(self.held)["DanhSachLePhi"].append({"Id": "tp-1", "Gia": "1"})
        self._only("extra", "city", self.held, "DanhSachLePhi[tp-1]")

    def test_code_of_another_agency(self):
        entry = next(e for e in self.ledger.entries.values() if "district" not in e.expected)
        code = "H29.X01-010126-0001"
        self._gateway(entry.number)["code"] = self._city(entry.number)["MaHoSo"] = code
        self._only("differing", "gateway", entry.number, "code")

    def test_one_code_for_two(self):
        a, b = [e for e in self.ledger.entries.values() if "district" not in e.expected
                and e.dossier.receiving == "H29.X05" and not e.dossier.conflict_path][:2]
        for record in (self._gateway(b.number), ):
            record["code"] = _code(a)
        self._city(b.number)["MaHoSo"] = _code(a)
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
        row = next(row for row in self.shot.district if row.code == _code(self.ledger.entries[self.held]))
        row.record["ma_khac"] = [{"ma": "x", "so": "TP-2026-9999999"}]
        self._only("extra", "district", self.held, "ma_khac")

    def test_number_under_another_issuer(self):
        self._gateway(self.held)["codes"][0]["issuer"] = "district"
        self.assertEqual({f.kind for f in self._verdict().findings}, {"missing", "extra"})

    def test_unresolvable_alias(self):
        judge = Judge(self.ledger, self.shot, self.city_ids, self.keys)
        judge.judge()
        resolved = {alias: {"code": judge.code_of(number)} for alias, number in judge.aliases().items()}
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
        del self.shot.conflicts[:2]
        self._only("conflict", "gateway")
        self.shot.conflicts = [{"code": "H29.X01-010126-0001", "path": "note", "proposer": "link/district"}]
        self.assertEqual(self._verdict().count("conflict"), len(self.ledger.conflicts) + 1)

    def test_dead_letter(self):
        self.shot.dead_letters.append({"link": "city", "code": "H29.X01-010126-0001", "field": "Email", "reason": "too long"})
        self._only("dead_letter", "link city", field="Email")


def _code(entry):
    return f"{entry.dossier.receiving}-010926-{entry.number:04d}"


if __name__ == "__main__":
    unittest.main()
