"""What happens to one dossier, from intake to the end, as a list of actions with their causes."""
from scenario import words
from scenario.content import Content, prefix
from scenario.plan import Action
from scenario.tables import LIST_NAMES


class Flow:
    """Builds the actions of one dossier. Actions of the main line follow each other; side edits hang beside it."""

    def __init__(self, dossier, rng):
        self.dossier = dossier
        self.rng = rng
        self.content = Content(dossier, rng)
        self.status = 0
        self.steps = 0
        self.last = -1                    # index of the newest action of the main line
        self.lead = dossier.lead          # agency that leads now
        self.assignment = ""              # element id of its assignment
        self.assignments = 0
        self.paid_fee = None
        dossier.in_district = dossier.receiving in words.DISTRICT_AGENCIES

    def run(self):
        traits = self.dossier.traits
        self._take_in()
        if "refused at intake" in traits:
            self._refuse_at_intake()
            return
        if self.status == 1:
            self._act(self.dossier.origin, "Tiếp nhận hồ sơ, in giấy hẹn", self._reception(), status=2, wants_code=True)
        self._accept_by_lead()
        self._side_edits()
        if "cooperation" in traits:
            self._cooperate()
        if "hand-over" in traits:
            self._hand_over()
        for text in self.rng.sample(words.WORK_STEPS, self.rng.randrange(1, 3)):
            self._act(self._lead_actor(), text, {})
        if "supplement" in traits:
            self._supplement()
        if "payment" in traits:
            self._payment()
        if "stopped" in traits:
            self._stop()
        else:
            self._finish_and_return()

    # --- the counter -------------------------------------------------------------------------------------------

    def _take_in(self):
        dossier, rng = self.dossier, self.rng
        online = "refused at intake" in dossier.traits or rng.random() < 0.5
        channel = "online" if online else rng.choice(("counter", "counter", "counter", "postal"))
        patch = self.content.origin(channel)
        if dossier.origin != "city":
            patch |= self._agency_extras()
        if online:
            self._act(dossier.origin, "Hồ sơ nộp trực tuyến, chờ tiếp nhận", patch, status=1)
        else:
            self._act(dossier.origin, "Tiếp nhận hồ sơ tại quầy, in giấy hẹn", patch | self._reception(), status=2)

    def _agency_extras(self):
        """What only a gRPC agency can say; the two counterparts have no place for it."""
        extras = {"procedure.service_code": f"DVC.MAU.{self.dossier.number % 7}"}
        if self.rng.random() < 0.5:
            extras["other_papers"] = {self.content.id("origin", "gk1"): {
                "name": "Bìa hồ sơ (mẫu)", "quantity": self.rng.randrange(1, 3), "kind": "Bản giấy"}}
        if self.rng.random() < 0.5:
            extras["database_lookups"] = {self.content.id("origin", "cs1"): {"database_code": self.rng.choice("17")}}
        if self.rng.random() < 0.5:
            self.dossier.local_id = f"{prefix(self.dossier.origin).upper()}-HS-{self.dossier.number:06d}"
        return extras

    def _reception(self):
        content, rng, origin = self.content, self.rng, self.dossier.origin
        fees, finance = self._intake_fees()
        patch = {
            "reception.received_time": content.later(), "reception.officer": content.officer(),
            "deadline.promised_due": content.due(rng.choice((3, 5, 10, 20))),
            "processing_unit": f"Bộ phận Một cửa {words.AGENCY_UNITS[self.dossier.receiving]}",
            "has_digitized_papers": rng.random() < 0.7, "finance_state": finance,
        }
        if fees:
            patch["fees"] = fees
        if rng.random() < 0.3:
            patch["note"] = "Đã đối chiếu bản chính (ghi chú mẫu)"
        return patch | self._new_assignment(origin, self.lead, accepted=origin == self.lead)

    def _intake_fees(self):
        fees, states = {}, ["nothing"]
        for position in range(self.rng.choice((0, 1, 1, 2))):
            paid = self.rng.random() < 0.7
            element_id = self.content.id("origin", f"lp{position + 1}")
            fees[element_id] = self.content.fee(position, "reception", paid)
            if paid:
                self.paid_fee = (element_id, fees[element_id])
            states.append("paid" if paid else "due")
        return fees, "due" if "due" in states else states[-1]

    def _refuse_at_intake(self):
        content, origin = self.content, self.dossier.origin
        element_id = content.id("origin", "bs1")
        self._act(origin, "Yêu cầu bổ sung trước khi tiếp nhận (mẫu 02)", self._round(element_id), status=5, wants_code=True)
        self._act(origin, "Người nộp đã gửi bổ sung", self._reply(element_id), status=1)
        self._act(origin, "Từ chối tiếp nhận hồ sơ (mẫu 03)", {
            "reception.refused_time": content.later(), "reception.officer": content.officer(),
            "reception.refusal_reason": self.rng.choice(words.REFUSAL_REASONS), "finance_state": "nothing"}, status=3)

    # --- routing -----------------------------------------------------------------------------------------------

    def _new_assignment(self, by, agency, role="lead", accepted=False):
        self.assignments += 1
        element_id = self.content.id(by, f"pc{self.assignments}")
        fields = {"agency": agency, "role": role, "assigned_time": self.content.now, "due_time": self.content.due(3)}
        if accepted:
            fields |= {"answer": "accepted", "answered_time": self.content.now}
        if role == "lead":
            self.lead, self.assignment = agency, element_id
        if agency in words.DISTRICT_AGENCIES:
            self.dossier.in_district = True
        return {"assignments": {element_id: fields}}

    def _accept_by_lead(self):
        if "routing refused" in self.dossier.traits:
            self._refuse_assignment()
            agency = self._other_agency()
            routed = self._new_assignment(self.dossier.origin, agency)
            self._act(self.dossier.origin, f"Chuyển lại hồ sơ đến {words.AGENCY_UNITS[agency]}", routed)
        if self.dossier.origin == self.lead:
            self._act(self.lead, "Chuyển hồ sơ vào xử lý", {"processing_unit": words.AGENCY_UNITS[self.lead]}, status=4)
        else:
            self._accept_assignment(status=4)

    def _accept_assignment(self, status=None):
        patch = {"assignments": {self.assignment: {"answer": "accepted", "answered_time": self.content.later()}},
                 "processing_unit": words.AGENCY_UNITS[self.lead]}
        receipt = ""
        if "own receipt" in self.dossier.traits and self._lead_actor() == "district" and not self.dossier.own_receipt:
            receipt = f"{self.lead[-3:]}/2026/{self.dossier.number:06d}"
        self._act(self._lead_actor(), "Nhận hồ sơ, phân công xử lý", patch, status=status, own_receipt=receipt)

    def _refuse_assignment(self):
        patch = {"assignments": {self.assignment: {
            "answer": "refused", "answered_time": self.content.later(),
            "answer_note": f"Không thuộc địa bàn của {words.AGENCY_UNITS[self.lead]}, đề nghị chuyển lại (mẫu)"}}}
        self._act(self._lead_actor(), "Từ chối nhận bàn giao, trả lại nơi chuyển", patch, returned=True)

    def _hand_over(self):
        giver, giver_agency, given = self._lead_actor(), self.lead, self.assignment
        self._route_on(giver, giver_agency, given, self._next_agency())
        if "hand-over refused" in self.dossier.traits:
            self._refuse_assignment()
            self._route_on(giver, giver_agency, given, self._other_agency(giver_agency))
        self._accept_assignment()

    def _route_on(self, giver, giver_agency, given, agency):
        self.content.later()
        patch = self._new_assignment(giver, agency)
        patch["assignments"][given] = {"answer": "done", "answered_time": self.content.now}
        self._act(giver, f"Bàn giao hồ sơ cho {words.AGENCY_UNITS[agency]}", patch, agency=giver_agency, to=agency)

    def _next_agency(self):
        if self.lead in words.DISTRICT_AGENCIES and self.rng.random() < 0.4:
            return self.rng.choice(words.GRPC_AGENCIES)
        return self._other_agency()

    def _other_agency(self, *but_not):
        return self.rng.choice([a for a in words.DISTRICT_AGENCIES if a != self.lead and a not in but_not])

    def _cooperate(self):
        agency = self._other_agency()
        self.content.later()
        patch = self._new_assignment(self._lead_actor(), agency, role="cooperating")
        element_id = next(iter(patch["assignments"]))
        self._act(self._lead_actor(), f"Lấy ý kiến phối hợp của {words.AGENCY_UNITS[agency]}", patch, to=agency)
        for answer, text in (("accepted", "Nhận yêu cầu phối hợp"), ("done", "Đã có ý kiến phối hợp: thống nhất")):
            answered = {"assignments": {element_id: {"answer": answer, "answered_time": self.content.later()}}}
            self._act("district", text, answered, agency=agency)

    # --- processing --------------------------------------------------------------------------------------------

    def _round(self, element_id):
        now = self.content.later()
        return {"supplements": {element_id: {
            "requested_by": self.content.officer(), "requested_time": now,
            "content": "Đề nghị bổ sung: bản sao giấy tờ chứng minh nơi cư trú; lý do: bản nộp bị mờ (mẫu)"}}}

    def _reply(self, element_id):
        content = self.content
        papers = content.papers(1, first=20)
        fields = {"received_by": content.officer(), "reply_note": "Đã nhận đủ giấy tờ bổ sung (mẫu)",
                  "received_time": content.later(), "answered": True}
        patch = {"supplements": {element_id: fields}, "papers": papers}
        if self.dossier.origin != "city":
            fields["paper_ids"] = tuple(papers)
            patch["requests"] = {content.id("origin", "yc1"): {
                "kind": "reply", "time": content.now, "content": "Tôi gửi bổ sung giấy tờ (mẫu)"}}
        return patch

    def _pause(self, by, position, reason):
        return {"pauses": {self.content.id(by, f"td{position}"): {
            "start_time": self.content.now, "reason": reason, "note": "Tạm dừng tính hạn (mẫu)"}}}

    def _ask_supplement(self):
        by = self._lead_actor()
        element_id = self.content.id(by, "bs1")
        patch = self._round(element_id)
        patch["supplements"][element_id]["previous_due"] = self._value("deadline.promised_due")
        self._act(by, "Yêu cầu bổ sung giấy tờ (mẫu 02)", patch | self._pause(by, 1, "supplement"), status=5, pauses=True)
        return by, element_id

    def _supplement(self):
        by, element_id = self._ask_supplement()
        self._act(self.dossier.receiver, "Tiếp nhận giấy tờ bổ sung", self._reply(element_id))
        now, due = self.content.later(), self.content.due(7)
        patch = {"pauses": {self.content.id(by, "td1"): {"end_time": now}},
                 "supplements": {element_id: {"new_due": due}}, "deadline.promised_due": due}
        if by != "district":
            patch["deadline.change_reason"] = "Cộng thời gian chờ bổ sung (mẫu)"
        self._act(by, "Tiếp tục xử lý sau bổ sung, hẹn lại ngày trả", patch, status=4)

    def _payment(self):
        by = self._lead_actor()
        self.content.later()
        element_id, fee = self.content.id(by, "lp9"), self.content.fee(9, "supplement", False)
        self._act(by, "Thông báo nghĩa vụ tài chính", {"fees": {element_id: fee}, "finance_state": "due"}
                  | self._pause(by, 2, "payment"), status=6, pauses=True)
        self.content.later()
        self._act(self.dossier.receiver, "Thu phí theo thông báo", {"fees": {element_id: self.content.payment(fee)}})
        self._act(by, "Đã nộp nghĩa vụ tài chính, tiếp tục xử lý", {
            "pauses": {self.content.id(by, "td2"): {"end_time": self.content.later()}}, "finance_state": "paid"}, status=4)

    def _stop(self):
        by, _ = self._ask_supplement()
        now = self.content.later(hours_max=60)
        self._act(by, "Dừng giải quyết hồ sơ (mẫu 05)", {
            "outcome.stop_reason": "Quá thời hạn bổ sung, người nộp không phản hồi (lý do mẫu)",
            "outcome.finished_time": now, "pauses": {self.content.id(by, "td1"): {"end_time": now}}}, status=8)
        if self.paid_fee:
            element_id, fee = self.paid_fee
            self._act(self.dossier.receiver, "Hoàn trả phí, lệ phí đã thu", {"fees": {element_id: {
                "refunded_vnd": fee["paid_vnd"], "refunded_time": self.content.later()}}})
            self._act(by, "Ghi nhận đã hoàn trả phí", {"finance_state": "refunded"})

    def _finish_and_return(self):
        rng, content, by = self.rng, self.content, self._lead_actor()
        results = {content.id(by, f"kq{position}"): {
            "name": f"Kết quả giải quyết số {self.dossier.number}-{position}/KQ-MAU", "component_code": "KQ.01",
            "result_code": f"KQ.G15.{rng.randrange(10**6):06d}",
            "file.source": f"https://tep.vidu.example/{self.dossier.number:06d}/ket-qua-{position}.pdf"}
            for position in range(1, rng.randrange(2, 4))}
        patch = {"results": results, "outcome.finished_time": content.later()}
        if rng.random() < 0.15:
            patch["outcome.tax_result"] = "Đã hoàn thành nghĩa vụ thuế (mẫu)"
        if rng.random() < 0.5:
            patch["outcome.wrong_procedure"] = False
        self._act(by, "Đã ký kết quả, chuyển bộ phận trả", patch, status=9)
        patch = {"outcome.returned_time": content.later(), "outcome.return_note": "Đã trả cho người nộp (mẫu)"}
        if rng.random() < 0.3:
            patch["outcome.wrong_result"] = False
        if self.dossier.origin != "city":
            patch["delivery_state"] = "delivered"
        self._act(self.dossier.receiver, "Trả kết quả cho công dân", patch, status=10)

    # --- edits beside the main line ----------------------------------------------------------------------------

    def _side_edits(self):
        traits, receiver = self.dossier.traits, self.dossier.receiver
        if "late edit" in traits:
            self._side(receiver, {"note": "Người nộp xin nhận kết quả buổi sáng (ghi chú mẫu)",
                                  "applicant.address": f"Số {self.rng.randrange(500, 900)} đường Mẫu mới (địa chỉ giả định)"})
        if "cleared" in traits:
            self._side(receiver, {"contact.fax": None})
        if "removed paper" in traits:
            self._side(receiver, {"papers": {self.content.id("origin", "gt1"): {"removed": True}}})
        if "conflict" in traits:
            self._both_edit()

    def _both_edit(self):
        path = self.rng.choice(("contact.phone", "contact.email"))
        value = self.content.phone if path == "contact.phone" else self.content.email
        mine, theirs = value(), value()
        while theirs == mine or self._value(path) in (mine, theirs):
            mine, theirs = value(), value()
        ours = self._side("city", {path: mine}, after=[self.last])
        proposal = self._side("district", {path: theirs}, after=[self.last])
        proposal.proposal = True
        ours.partner, proposal.partner = proposal.index, ours.index
        self.dossier.conflict_path = path

    def _side(self, actor, patch, after=None):
        action = Action(self.dossier.number, len(self.dossier.actions), actor, patch,
                        after if after is not None else [self.last], wants_code=True)
        self.dossier.actions.append(action)
        return action

    # --- one action --------------------------------------------------------------------------------------------

    def _act(self, actor, text, patch, status=None, agency="", to="", returned=False, pauses=False,
             wants_code=False, own_receipt=""):
        if status:
            self.status = status
            patch = patch | {"status": status}
        agency = agency or (self.dossier.receiving if actor == self.dossier.origin else self.lead)
        step_id, step = self._step(actor, text, agency, to)
        step |= ({"returned": True} if returned else {}) | ({"pauses_clock": True} if pauses else {})
        held = ("city", "district") if self.dossier.in_district else ("city",)
        action = Action(self.dossier.number, len(self.dossier.actions), actor, patch | {"steps": {step_id: step}},
                        [self.last] if self.last >= 0 else [], step_id,
                        tuple(system for system in held if system != actor), wants_code, own_receipt)
        action.sent_twice = "sent twice" in self.dossier.traits and len(self.dossier.actions) == 1
        self.last = action.index
        self.dossier.actions.append(action)

    def _step(self, actor, text, agency, to):
        rng, content = self.rng, self.content
        self.steps += 1
        step = {"officer": content.officer(), "unit": f"Phòng chuyên môn mẫu, {words.AGENCY_UNITS[agency]}",
                "time": content.later(), "content": f"{text}.", "status": self.status, "agency": agency}
        if rng.random() < 0.6:
            step["officer_title"] = rng.choice(words.OFFICER_TITLES)
        if rng.random() < 0.5:
            step |= {"start_time": content.now, "due_time": content.due(2)}
        if to:
            step |= {"to_officer": content.officer(), "to_unit": words.AGENCY_UNITS[to]}
        return content.id(actor, f"qt{self.steps}"), step

    def _lead_actor(self):
        return "district" if self.lead in words.DISTRICT_AGENCIES else self.lead

    def _value(self, path):
        assert path not in LIST_NAMES
        return next((a.patch[path] for a in reversed(self.dossier.actions) if path in a.patch and not a.proposal), None)
