"""The judge finds each kind of difference at a portal and at a hub."""
import copy
import unittest

from scenario.judge_fixture import GATEWAY_FILES, JudgeCase
from scenario.gateway_config import PORTAL_CALLS_MAX
from scenario.judge_portal import ProgressCall, SentCall, perhaps_missed


class PortalTest(JudgeCase):
    def setUp(self):
        super().setUp()
        self.shot_ = self.shot.portals["portal"]
        self.record = self._portal(self.held)
        self.lines = self.record["TienDo"]
        self.step = list(self.ledger.entries[self.held].record["steps"])[1]

    def _flag(self, *steps):
        gateway = self._gateway(self.held)
        self.shot_.flagged = {gateway["code"]: set(steps)}

    def _silent(self, lines=1, n=7, **more):
        """A call with progress of the dossier that got no answer."""
        return ProgressCall(n, self.record["MaHoSo"], lines, **more)

    def test_every_online_dossier_and_every_other_is_held(self):
        self.assertEqual(len(self.shot_.records), len(self.plan.dossiers))
        self.assertEqual(self._verdict().findings, [])

    def test_lost_line(self):
        del self.lines[1]
        verdict = self._only("missing", "portal", self.held, f"TienDo[{self.step}]")
        self.assertEqual(len(verdict.findings), 1)

    def test_line_twice_unflagged(self):
        self.lines.append(dict(self.lines[1]))
        self._only("duplicated_steps", "portal", self.held, f"TienDo[{self.step}]")

    def test_line_twice_flagged_with_a_reply_lost(self):
        self.lines.insert(2, dict(self.lines[1]))
        self._flag(self.step)
        self.shot_.progress_unanswered, self.known.slips = [self._silent()], {"portal": {7: [self.step]}}
        verdict = self._verdict()
        self.assertEqual((verdict.findings, verdict.flagged, verdict.flagged_calls), ([], {"portal": 1}, 1))
        self.known.slips = {"portal": {7: ["tp-999999-qt1"]}}         # it was a call with another line
        self._only("duplicated_steps", "portal", self.held, f"TienDo[{self.step}]")
        self.shot_.progress_unanswered = [ProgressCall(7, "H29.X01-010126-0001", 10)]
        self._only("duplicated_steps", "portal", self.held, f"TienDo[{self.step}]")

    def test_lines_of_one_call_twice_are_one_reply_lost(self):
        steps = list(self.ledger.entries[self.held].record["steps"])[:3]
        self.lines[3:3] = [dict(line) for line in self.lines[:3]]
        self._flag(*steps)
        self.shot_.progress_unanswered = [self._silent(3)]            # the log has cut its body off
        verdict = self._verdict()
        self.assertEqual((verdict.findings, verdict.flagged, verdict.flagged_calls), ([], {"portal": 3}, 1))
        self.shot_.progress_unanswered = [self._silent(2)]
        self._only("duplicated_steps", "portal", self.held)

    def test_a_line_three_times_needs_two_calls(self):
        self.lines[2:2] = [dict(self.lines[1])] * 2
        self._flag(self.step)
        self.shot_.progress_unanswered, self.known.slips = [self._silent()], {"portal": {n: [self.step] for n in (7, 8)}}
        self._only("duplicated_steps", "portal", self.held)
        self.shot_.progress_unanswered.append(self._silent(n=8))
        verdict = self._verdict()
        self.assertEqual((verdict.findings, verdict.flagged_calls), ([], 2))

    def test_line_twice_flagged_and_no_reply_lost(self):
        self.lines.insert(2, dict(self.lines[1]))
        self._flag(self.step)
        self._only("duplicated_steps", "portal")

    def test_line_twice_flagged_after_a_kill_in_its_call(self):
        self.lines.insert(2, dict(self.lines[1]))
        self._flag(self.step)
        self.known.progress_at_kills = {"portal": [self._silent(kill=1)]}
        verdict = self._verdict()
        self.assertEqual((verdict.findings, verdict.lines_unanswered, verdict.flagged_calls, verdict.flagged_calls_at_kills),
                         ([], 1, 0, 1))

    def _killed_after(self, *calls):
        """The gateway was killed when the portal had taken these calls about the dossier: (seconds before, n, steps)."""
        sent = [SentCall(100 - before, n, self.record["MaHoSo"], len(steps)) for before, n, steps in calls]
        self.known.progress_at_kills = {"portal": perhaps_missed(sent, [(100, 101)], 3)}

    def test_a_kill_explains_the_last_call_of_a_dossier_and_no_other(self):
        other = list(self.ledger.entries[self.held].record["steps"])[2]
        self.lines.insert(2, dict(self.lines[1]))
        self._flag(self.step)
        self.known.slips = {"portal": {7: [self.step], 8: [other], 9: [self.step]}}
        self._killed_after((2, 7, [self.step]), (1, 8, [other]))       # what was sent before was noted
        self._only("duplicated_steps", "portal", self.held, f"TienDo[{self.step}]")
        self._killed_after((2, 7, [self.step]), (1, 8, []))            # so it was when anything else came after it
        self._only("duplicated_steps", "portal", self.held, f"TienDo[{self.step}]")
        self._killed_after((4, 7, [self.step]))                        # the gateway had ceased to wait
        self._only("duplicated_steps", "portal", self.held, f"TienDo[{self.step}]")
        self._killed_after((2, 7, [self.step]), (-2, 9, [self.step]))
        self.assertEqual(self._verdict().findings, [])

    def test_a_kill_explains_no_line_that_was_twice_before_it(self):
        self.lines.insert(2, dict(self.lines[1]))
        self._flag(self.step)
        self.known.slips = {"portal": {6: [self.step], 7: [self.step]}}
        self._killed_after((2, 6, [self.step]), (1, 7, [self.step]))
        self._only("duplicated_steps", "portal", self.held, f"TienDo[{self.step}]")

    def test_a_kill_explains_no_more_calls_than_were_under_way(self):
        entries = [entry for entry in self.ledger.entries.values() if "portal" in entry.expected][:PORTAL_CALLS_MAX + 1]
        missed, slips = [], {}
        for n, entry in enumerate(entries):
            record, step = self._portal(entry.number), next(iter(entry.record["steps"]))
            record["TienDo"].insert(1, dict(record["TienDo"][0]))
            self.shot_.flagged[self._gateway(entry.number)["code"]] = {step}
            missed.append(ProgressCall(n, record["MaHoSo"], 1, kill=1))
            slips |= {n: [step], n + 100: [step]}
        self.known.progress_at_kills, self.known.slips = {"portal": missed}, {"portal": slips}
        self.assertEqual([f.dossier for f in self._verdict().findings], ["kill 1"])
        self.known.progress_at_kills["portal"] = missed[1:]
        self.assertEqual([f.dossier for f in self._verdict().findings], [self._judge_label(entries[0])])

    def _judge_label(self, entry):
        return f"{self._gateway(entry.number)['code']} ({entry.label})"

    def test_another_line_twice_than_the_flagged_one(self):
        self.lines.append(dict(self.lines[1]))
        self._flag("tp-999999-qt1")
        self.shot_.progress_unanswered = [self._silent(5)]
        self._only("duplicated_steps", "portal", self.held)

    def test_lines_in_another_order(self):
        self.lines[0], self.lines[1] = self.lines[1], self.lines[0]
        self._only("differing", "portal", self.held, "TienDo")

    def test_line_with_another_status(self):
        self.lines[1]["TrangThai"] = "8"
        self._only("differing", "portal", self.held, f"TienDo[{self.step}].TrangThai")

    def test_line_of_nobody(self):
        self.lines.append(self.lines[0] | {"NoiDungXuLy": "Việc lạ (mẫu)"})
        self._only("extra", "portal", self.held, "TienDo[?]")

    def test_officers_are_cut_to_fifty_characters(self):
        number, step, fields = next((n, s, f) for n, e in self.ledger.entries.items()
                                    for s, f in e.record["steps"].items() if len(f["officer"]) > 50)
        line = next(line for line in self._portal(number)["TienDo"] if step in line["NoiDungXuLy"])
        self.assertEqual(len(line["NguoiXuLy"]), 50)
        line["NguoiXuLy"] = fields["officer"]
        self._only("differing", "portal", number, "NguoiXuLy")

    def test_field_that_differs(self):
        self.record["NgayHenTra"] = "20260101163000"
        self._only("differing", "portal", self.held, "NgayHenTra")

    def test_field_that_must_be_empty(self):
        self.record["NgayTuChoi"] = "20260101163000"
        self._only("extra", "portal", self.held, "NgayTuChoi")

    def test_wrong_fee(self):
        self.record["DanhSachLePhi"][0]["Gia"] = "1"
        self._only("differing", "portal", self.held, "Gia")

    def test_lost_record(self):
        self.shot_.records.remove(self.record)
        self._only("missing", "portal", self.held, "(record)")

    def test_held_twice(self):
        self.shot_.records.append(copy.deepcopy(self.record))
        self._only("held_twice", "portal", self.held)

    def test_extra_record(self):
        self.shot_.records.append({"MaHoSo": "H29.X01-010126-0001", "ChuHoSo": "Ai đó (mẫu)", "TienDo": []})
        self._only("extra", "portal", field="(record)")

    def test_another_receipt_number(self):
        self.record["SoBienNhan"] = "H29.X01-010126-9999"
        self._only("differing", "portal", self.held, "SoBienNhan")

    def test_a_code_made_at_the_portal_that_is_not_kept_there(self):
        number = next(d.number for d in self.plan.dossiers if "own code" in d.traits)
        self._portal(number)["MaHoSo"] = self._gateway(number)["code"]
        self.assertEqual({(f.kind, f.field.split("[")[0]) for f in self._verdict().findings}, {("differing", "MaHoSo")})

    def test_a_code_made_at_the_portal_that_the_gateway_does_not_know(self):
        number = next(d.number for d in self.plan.dossiers if "own code" in d.traits)
        gateway = self._gateway(number)
        gateway["codes"] = [reference for reference in gateway["codes"] if reference["issuer"] != "portal"]
        self._only("missing", "gateway", number, "codes (portal code)")

    def test_a_legal_code_made_at_the_portal_is_the_shared_one(self):
        number = next(d.number for d in self.plan.dossiers if d.shared_code)
        self._gateway(number)["code"] = "H29.X01-010126-0001"
        self.assertIn(("differing", "gateway", "code"), {(f.kind, f.system, f.field) for f in self._verdict().findings})

    def test_a_portal_sees_its_own_papers_where_they_lie_and_the_others_at_the_gateway(self):
        online = next(n for n, e in self.ledger.entries.items() if e.dossier.online and e.dossier.traits.isdisjoint({"removed paper"}))
        counter = next(n for n, e in self.ledger.entries.items() if "counter files" in e.dossier.traits)
        for number, wrong in ((online, GATEWAY_FILES + "1"), (counter, "https://127.0.0.1:2/")):
            paper = self._portal(number)["TaiLieuNop"][0]
            right, paper["DuongDanTaiTepTin"] = paper["DuongDanTaiTepTin"], wrong
            self._only("differing", "portal", number, "DuongDanTaiTepTin")
            paper["DuongDanTaiTepTin"] = right

    def test_call_of_the_portal_that_was_refused(self):
        self.shot_.refused = [{"MaHoSo": "DVC.2026.1", "service": "RutHoSo", "answer": {"error_code": 3}}]
        self._only("dead_letter", "portal", field="RutHoSo")


class HubTest(JudgeCase):
    arrangement = "mixed"

    def setUp(self):
        super().setUp()
        self.records = {r["MaHoSo"]: r for r in self.shot.portals["hub"].records}
        self.number = next(n for n, e in self.ledger.entries.items() if e.dossier.origin == "hub" and e.record.get("results"))
        self.record = self._hub(self.number)

    def _hub(self, number):
        return next(r for r in self.records.values() if r["IdHoSo"] == f"HUB-{number:06d}")

    def test_each_portal_holds_the_dossiers_of_its_agencies(self):
        self.assertEqual(self._verdict().findings, [])
        counts = [len(portal.records) for portal in self.shot.portals.values()]
        self.assertTrue(all(counts) and max(counts) < len(self.plan.dossiers))

    def test_lost_line_and_line_twice(self):
        line = self.record["TienDo"].pop()
        self._only("missing", "hub", self.number)
        self.record["TienDo"] += [line, dict(line)]
        self._only("duplicated_steps", "hub", self.number)

    def test_stale_status_wrong_fee_lost_result_other_bytes(self):
        for change in ({"TrangThai": 4}, {"DanhSachGiayToKetQua": []}):
            right = {name: self.record[name] for name in change}
            self.record.update(change)
            self.assertIn(next(iter(change)), self._verdict().findings[0].field)
            self.record.update(right)
        self.record["DanhSachGiayToKetQua"][0]["HashTepTin"] = "f" * 64
        self._only("differing", "hub", self.number, "HashTepTin")

    def test_what_was_said_once_may_be_as_it_was_then_or_as_it_became(self):
        number, action = next((n, a) for n, e in self.ledger.entries.items() if "hub" in e.expected and e.dossier.origin != "hub"
                              for a in e.dossier.actions if "applicant.address" in a.patch and a.index > 0)
        person = self._hub(number)["ThongTinNguoiNop"]["ThongTinChiTiet"]
        for address in (person["DiaChi"], action.patch["applicant.address"]):
            person["DiaChi"] = address
            self.assertEqual(self._verdict().findings, [])
        person["DiaChi"] = "?"
        self._only("differing", "hub", number, "DiaChi")

    def test_a_code_of_the_hub_that_the_gateway_lost(self):
        number = next(n for n, e in self.ledger.entries.items() if "hub" in e.expected and e.dossier.origin != "hub")
        gateway = self._gateway(number)
        gateway["codes"] = [code for code in gateway["codes"] if code["issuer"] != "hub" or code["code"].startswith("HUB-")]
        self._only("missing", "gateway", number, "codes (hub code)")

    def test_a_code_of_the_hub_that_is_not_the_shared_one(self):
        self._gateway(self.number)["code"] = "H29.X04-010126-0001"
        self.assertIn(("differing", "gateway", "code"), {(f.kind, f.system, f.field) for f in self._verdict().findings})


if __name__ == "__main__":
    unittest.main()
