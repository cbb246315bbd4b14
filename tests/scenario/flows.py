"""What happens to one dossier, from intake to the end, as a list of actions with their causes."""
from scenario import words
from scenario.content import prefix
from scenario.online import Online


class Flow(Online):
    def run(self):
        traits = self.dossier.traits
        self._take_in()
        if "refused at intake" in traits:
            self._refuse_at_intake()
            return
        if "withdrawn early" in traits:
            self.withdraw()
            return
        if self.status == 1:
            self._accept()
        self.accept_by_lead()
        self._side_edits()
        if "cooperation" in traits:
            self.cooperate()
        if "hand-over" in traits:
            self.hand_over()
        for text in self.rng.sample(words.WORK_STEPS, self.rng.randrange(1, 3)):
            self.act(self.by_lead, text, {})
        if "withdrawn" in traits:
            self.withdraw()
            return
        if "supplement" in traits:
            self._supplement()
        if "payment" in traits:
            self._payment()
        if "stopped" in traits:
            self._stop()
        else:
            self.finish()
            self._return()

    # --- the counter -------------------------------------------------------------------------------------------

    def _take_in(self):
        dossier, rng = self.dossier, self.rng
        if dossier.online:
            self.submit()
            return
        online = "refused at intake" in dossier.traits or rng.random() < 0.3
        channel = "online" if online else rng.choice(("counter", "counter", "counter", "postal"))
        patch = self.content.origin(channel)
        if dossier.origin != "city":
            patch |= self._agency_extras()
        if online:
            self.act(dossier.origin, "Hồ sơ nộp trực tuyến, chờ tiếp nhận", patch, status=1)
        else:
            self.act(dossier.origin, "Tiếp nhận hồ sơ tại quầy, in giấy hẹn", patch | self._reception(), status=2)

    def _agency_extras(self):
        """What only a gRPC agency can say; city and district have no place for it."""
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
        content, rng, by = self.content, self.rng, self.receiver
        fees = self._intake_fees()
        patch = {
            "reception.received_time": content.later(), "reception.officer": content.officer(),
            "deadline.promised_due": content.due(rng.choice((3, 5, 10, 20))),
            "processing_unit": f"Bộ phận Một cửa {words.AGENCY_UNITS[self.dossier.receiving]}",
            "has_digitized_papers": rng.random() < 0.7, "finance_state": self.finance_after(fees),
        }
        if fees:
            patch["fees"] = fees
        if rng.random() < 0.3:
            patch["note"] = "Đã đối chiếu bản chính (ghi chú mẫu)"
        return patch | self.new_assignment(by, self.lead, accepted=by == self.lead)

    def _intake_fees(self):
        return {self.content.id(self.receiver, f"lp{position + 1}"): self.content.fee(position, "reception", self.rng.random() < 0.7)
                for position in range(self.rng.choice((0, 1, 1, 2)))}

    def _accept(self):
        """Sometimes only after something was handed in that was missing."""
        if "intake supplement" in self.dossier.traits:
            element_id = self.content.id(self.receiver, "bs1")
            self.act(self.receiver, "Yêu cầu bổ sung trước khi tiếp nhận (mẫu 02)", self._round(element_id), status=5,
                     wants_code=True)
            self.answer_online(element_id)
        self.act(self.receiver, "Tiếp nhận hồ sơ, in giấy hẹn", self._reception(), status=2, wants_code=True)

    def _refuse_at_intake(self):
        content, by = self.content, self.receiver
        if not self.dossier.online:
            element_id = content.id(by, "bs1")
            self.act(by, "Yêu cầu bổ sung trước khi tiếp nhận (mẫu 02)", self._round(element_id), status=5, wants_code=True)
            self.act(by, "Người nộp đã gửi bổ sung", self._answer(element_id), status=1)
        self.act(by, "Từ chối tiếp nhận hồ sơ (mẫu 03)", {
            "reception.refused_time": content.later(), "reception.officer": content.officer(),
            "reception.refusal_reason": self.rng.choice(words.REFUSAL_REASONS), "finance_state": "nothing"}, status=3,
            wants_code=True)

    # --- processing --------------------------------------------------------------------------------------------

    def _round(self, element_id):
        now = self.content.later()
        return {"supplements": {element_id: {
            "requested_by": self.content.officer(), "requested_time": now,
            "content": "Đề nghị bổ sung: bản sao giấy tờ chứng minh nơi cư trú; lý do: bản nộp bị mờ (mẫu)"}}}

    def _answer(self, element_id):
        """Handed in at the counter or to the agency."""
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
        by = self.by_lead
        element_id = self.content.id(by, "bs1")
        patch = self._round(element_id)
        patch["supplements"][element_id]["previous_due"] = self.value("deadline.promised_due")
        self.act(by, "Yêu cầu bổ sung giấy tờ (mẫu 02)", patch | self._pause(by, 1, "supplement"), status=5, pauses=True)
        return by, element_id

    def _supplement(self):
        by, element_id = self._ask_supplement()
        if self.dossier.online:
            self.answer_online(element_id)
        else:
            self.act(self.receiver, "Tiếp nhận giấy tờ bổ sung", self._answer(element_id))
        now, due = self.content.later(), self.content.due(7)
        patch = {"pauses": {self.content.id(by, "td1"): {"end_time": now}},
                 "supplements": {element_id: {"new_due": due}}, "deadline.promised_due": due}
        if by != "district":
            patch["deadline.change_reason"] = "Cộng thời gian chờ bổ sung (mẫu)"
        self.act(by, "Tiếp tục xử lý sau bổ sung, hẹn lại ngày trả", patch, status=4)

    def _payment(self):
        by = self.by_lead
        self.content.later()
        element_id, fee = self.content.id(by, "lp9"), self.content.fee(2, "supplement", False)
        assessed = {element_id: fee}
        self.act(by, "Thông báo nghĩa vụ tài chính", {"fees": assessed, "finance_state": self.finance_after(assessed)}
                 | self._pause(by, 2, "payment"), status=6, pauses=True)
        if self.dossier.online:
            self.pay_online(element_id, fee)
        else:
            self.content.later()
            paid = {element_id: self.content.payment(fee)}
            self.act(self.receiver, "Thu phí theo thông báo", {"fees": paid, "finance_state": self.finance_after(paid)}
                     if self.receiver == by else {"fees": paid})
        self.act(by, "Đã nộp nghĩa vụ tài chính, tiếp tục xử lý", {
            "pauses": {self.content.id(by, "td2"): {"end_time": self.content.later()}},
            "finance_state": self.finance_after({})}, status=4)

    def _stop(self):
        by, _ = self._ask_supplement()
        now = self.content.later(hours_max=60)
        self.act(by, "Dừng giải quyết hồ sơ (mẫu 05)", {
            "outcome.stop_reason": "Quá thời hạn bổ sung, người nộp không phản hồi (lý do mẫu)",
            "outcome.finished_time": now, "pauses": {self.content.id(by, "td1"): {"end_time": now}}}, status=8)
        self._pay_back(by)

    def _pay_back(self, by):
        """By who collected: what was paid online goes back online."""
        paid = [(key, fee) for key, fee in self.record.get("fees", {}).items() if fee.get("paid_vnd")]
        online = [line for line in paid if line[1].get("payment_channel")]
        if online:
            self.refund_online(*online[0])
        elif paid:
            element_id, fee = paid[0]
            fees = {element_id: {"refunded_vnd": fee["paid_vnd"], "refunded_time": self.content.later()}}
            self.act(self.receiver, "Hoàn trả phí, lệ phí đã thu", {"fees": fees})
            self.act(by, "Ghi nhận đã hoàn trả phí", {"finance_state": self.finance_after({})})

    def finish(self):
        """By who leads: results, and what follows from them."""
        rng, content, by = self.rng, self.content, self.by_lead
        results = {content.id(by, f"kq{position}"): self.result(by, position) for position in range(1, rng.randrange(2, 4))}
        patch = {"results": results, "outcome.finished_time": content.later()}
        if rng.random() < 0.15:
            patch["outcome.tax_result"] = "Đã hoàn thành nghĩa vụ thuế (mẫu)"
        if rng.random() < 0.5:
            patch["outcome.wrong_procedure"] = False
        self.act(by, "Đã ký kết quả, chuyển bộ phận trả", patch, status=9)

    def _return(self):
        content, rng = self.content, self.rng
        patch = {"outcome.returned_time": content.later(), "outcome.return_note": "Đã trả cho người nộp (mẫu)"}
        if rng.random() < 0.3:
            patch["outcome.wrong_result"] = False
        if self.receiver != "city":
            patch["delivery_state"] = "delivered"
        self.act(self.receiver, "Trả kết quả cho công dân", patch, status=10)

    def result(self, by, position):
        big = position == 1 and "big result" in self.dossier.traits
        return {
            "name": f"Kết quả giải quyết số {self.dossier.number}-{position}/KQ-MAU", "component_code": "KQ.01",
            "result_code": f"KQ.G15.{self.rng.randrange(10**6):06d}",
            "file.source": self.content.result_file(by, f"kq{position}", big)}

    # --- edits beside the main line ----------------------------------------------------------------------------

    def _side_edits(self):
        traits, receiver = self.dossier.traits, self.receiver
        if "late edit" in traits:
            self.side(receiver, {"note": "Người nộp xin nhận kết quả buổi sáng (ghi chú mẫu)",
                                 "applicant.address": f"Số {self.rng.randrange(500, 900)} đường Mẫu mới (địa chỉ giả định)"})
        if "cleared" in traits:
            self.side(receiver, {"contact.fax": None})
        if "removed paper" in traits:
            self.side(receiver, {"papers": {self.content.id("origin", "gt1"): {"removed": True}}})
        if "conflict" in traits:
            self._both_edit()

    def _both_edit(self):
        path = self.rng.choice(("contact.phone", "contact.email"))
        value = self.content.phone if path == "contact.phone" else self.content.email
        mine, theirs = value(), value()
        while theirs == mine or self.value(path) in (mine, theirs):
            mine, theirs = value(), value()
        proposal = self.side("district", {path: theirs}, after=[self.last])
        ours = self.side("city", {path: mine}, after=[self.last])
        proposal.proposal = True
        ours.partner, proposal.partner = proposal.index, ours.index
        self.dossier.conflict_path = path
