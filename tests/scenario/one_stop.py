"""What becomes of a dossier of existing one-stop software, which speaks the portal's contract and keeps to its own records.

Half of them the ward works on itself. The others go to the district: there the software repeats, with each change of its own,
what it knew before the district came, or what it last took over from a look-up. That must put nothing back. For giving out
work the contract has no word: the ward's clerk does that with the gateway's own tool.
"""
from scenario import one_stop_form, words
from scenario.flows import Flow
from scenario.one_stop_form import in_places, own
from scenario.portal_form import OFFICER_CHARS_MAX

LINES = (1, 1, 2, 12)           # of progress; one call takes ten


class OneStop(Flow):
    def __init__(self, dossier, rng):
        super().__init__(dossier, rng)
        self._stands = 2         # the status in the software's own record

    def run(self):
        self._register()
        if "routed" in self.dossier.traits:
            self._in_district()
        else:
            self._alone()
        self._note("Trả kết quả cho công dân", {
            "outcome.returned_time": self.content.later(), "outcome.return_note": "Đã trả tại Một cửa (mẫu)"}, status=10)

    def _note(self, text, patch, status=None, lines=1):
        """An act of the ward's clerks: what changes in the record, and lines of progress."""
        unit = self.dossier.receiving
        if status:
            self.status = self._stands = status
            patch = patch | {"status": status}
        texts, steps = [*self.rng.choices(words.WORK_STEPS, k=lines - 1), text], {}
        for line in texts:
            step_id, step = self._step(unit, line, unit, "")
            del step["agency"]
            steps[step_id] = step | {"officer": step["officer"][:OFFICER_CHARS_MAX], "status": self._stands}
        held = tuple(self.dossier.held_in)
        self._add(unit, patch | {"steps": steps}, marker=step_id, shown_in=held)

    def _register(self):
        content, rng = self.content, self.rng
        patch = one_stop_form.sayable(content.origin(rng.choice(("counter", "counter", "postal"))))
        fees = in_places(content.fee(position, "reception", False) for position in range(rng.choice((0, 1, 2))))
        patch |= {"reception.received_time": content.later(), "deadline.promised_due": content.due(rng.choice((5, 10, 20))),
                  "processing_unit": f"Bộ phận Một cửa {words.AGENCY_UNITS[self.dossier.receiving]}",
                  "has_digitized_papers": rng.random() < 0.7, "note": "Đã đối chiếu bản chính (ghi chú mẫu)"}
        if fees:                 # the contract has no word for what follows from them: the gateway says it
            patch |= {"fees": fees, "finance_state": self.finance_after(fees)}
        self._note("Tiếp nhận hồ sơ tại Một cửa, in giấy hẹn", patch, status=2, lines=rng.choice(LINES))

    def _in_district(self):
        agency = self.rng.choice(self._served(words.DISTRICT_AGENCIES))
        self.content.later()
        self.act(self.receiver, f"Chuyển hồ sơ đến {words.AGENCY_UNITS[agency]}", self.new_assignment(self.receiver, agency),
                 to=agency, call="assign")
        self._edit()                             # while the district takes it up
        self.accept_by_lead()
        self._note("Bổ sung ghi chú của Một cửa", {"note": "Công dân hẹn nhận buổi chiều (ghi chú mẫu)"})
        if "extended" in self.dossier.traits:
            self.content.later()
            self.act("district", "Gia hạn giải quyết", {"deadline.promised_due": self.content.due(7)})
            self._note("Gọi báo công dân ngày hẹn mới", {"other_info": "Đã gọi báo công dân (mẫu)"}, lines=self.rng.choice(LINES))
        self.act("district", self.rng.choice(words.WORK_STEPS), {})
        if "district's round" in self.dossier.traits:
            self._round_of_the_district()
        self.finish()
        if "done again" in self.dossier.traits:
            self._done_again()

    def _round_of_the_district(self):
        """The clerk enters the state that the look-up shows; the next record says it again when it is over."""
        by, key = self._ask_supplement()
        self._stands = 5
        self._note("Ghi vào hồ sơ: chờ công dân bổ sung", {"note": "Công dân hẹn nộp bổ sung trong tuần (ghi chú mẫu)"})
        now, due = self.content.later(), self.content.due(7)
        self.act(by, "Công dân đã nộp bổ sung tại phòng chuyên môn, tiếp tục xử lý", {
            "pauses": {self.content.id(by, "td1"): {"end_time": now}}, "supplements": {key: {"new_due": due}},
            "deadline.promised_due": due}, status=4)
        self._note("Gọi báo công dân ngày hẹn mới", {"other_info": "Đã gọi báo công dân sau bổ sung (mẫu)"})

    def _done_again(self):
        self._note("Kiểm tra kết quả nhận về, phát hiện sai sót", {"other_info": "Đã báo phòng chuyên môn (mẫu)"})
        self.act("district", "Nhận lại kết quả sai sót, xử lý lại", {}, status=4)
        self._note("Xin lỗi công dân, hẹn lại", {"note": "Kết quả được sửa lại (ghi chú mẫu)"})
        self.act("district", "Đã ký lại kết quả, chuyển bộ phận trả", {
            "outcome.finished_time": self.content.later()}, status=9)

    def _alone(self):
        rng, content = self.rng, self.content
        self._note("Chuyển hồ sơ vào xử lý", {"processing_unit": words.AGENCY_UNITS[self.dossier.receiving]}, status=4)
        self._edit()
        if "round" in self.dossier.traits:
            self._round_of_its_own()
        self._note(rng.choice(words.WORK_STEPS), {}, lines=rng.choice(LINES))
        results = {own(content.id(self.receiver, f"kq{position}")): self.result(self.receiver, position)
                   for position in range(1, rng.randrange(2, 4))}
        self._note("Đã ký kết quả, chuyển bộ phận trả", {"results": results, "outcome.finished_time": content.later()}, status=9)

    def _round_of_its_own(self):
        key, due = own(f"{self.dossier.number}01"), self.value("deadline.promised_due")      # the software numbers its rounds
        asked = self._round(key)
        asked["supplements"][key]["previous_due"] = due
        self._note("Yêu cầu bổ sung giấy tờ (mẫu 02)", asked, status=5)
        answer = {"received_by": self.content.officer(), "reply_note": "Đã nhận đủ giấy tờ bổ sung (mẫu)",
                  "received_time": self.content.later(), "answered": True, "new_due": self.content.due(7)}
        self._note("Tiếp tục xử lý sau bổ sung, hẹn lại ngày trả", {
            "supplements": {key: answer}, "deadline.promised_due": answer["new_due"]}, status=4)

    def _edit(self):
        """One field changed, beside the main line: the whole record goes out again."""
        traits, content = self.dossier.traits, self.content
        if "routed" in traits or "late edit" in traits:
            self.side(self.receiver, {"contact.phone": content.phone()})
        if "cleared" in traits:
            self.side(self.receiver, {"contact.fax": None})
        if "removed paper" in traits:
            self.side(self.receiver, {"papers": {own(content.id("origin", "gt1")): {"removed": True}}})
