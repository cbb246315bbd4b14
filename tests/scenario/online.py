"""What is done at the portal: handing in, answering, paying, withdrawing; and what the offices do about it."""
from scenario import words
from scenario.routing import Routing


class Online(Routing):
    def submit(self):
        """The portal says no more than the applicant did; the marker is the first paper."""
        patch = self.content.origin("online") | {"status": 1}
        self.status = 1
        self.online_act("submit", patch, marker=next(iter(patch["papers"])))

    def answer_online(self, element_id):
        content = self.content
        now, papers = content.later(), content.papers(1, first=20)
        answer = {"reply_note": "Tôi đã bổ sung giấy tờ (mẫu)", "received_time": now, "answered": True,
                  "paper_ids": tuple(papers)}
        self.online_act("supplement", {"supplements": {element_id: answer}, "papers": papers}, marker=next(iter(papers)))

    def pay_online(self, element_id, fee):
        reference = self.content.id(self.dossier.origin, "tt1")
        self.content.later()
        paid = {"paid_vnd": fee["amount_vnd"], "paid_time": self.content.now, "payment_reference": reference,
                "payment_channel": "portal"}
        # What follows from it is the gateway's to say.
        follows = {"finance_state": self.finance_after({element_id: paid}), "online_payment": "portal"}
        self.online_act("pay", {"fees": {element_id: paid}} | follows, marker=reference, fee=fee | paid)

    def refund_online(self, element_id, fee):
        refund = {"refunded_vnd": fee["amount_vnd"], "refunded_time": self.content.later()}
        self.online_act("refund", {"fees": {element_id: refund}, "finance_state": self.finance_after({element_id: refund})},
                        fee=fee | refund)

    def withdraw(self):
        """The applicant asks; the counter, or who leads by then, decides and says so."""
        self.content.later()
        request = self.content.id(self.dossier.origin, "yc1")
        by = self.by_lead if self.status == 4 else self.receiver
        self.online_act("withdraw", {"requests": {request: {
            "kind": "withdraw", "time": self.content.now, "content": self.rng.choice(words.WITHDRAWAL_REASONS)}}},
            marker=request, told=True)
        self.act(by, "Người nộp rút hồ sơ, kết thúc giải quyết", {"outcome.finished_time": self.content.later()}
                 if self.status == 4 else {}, status=7, told=by in ("city", "district"), wants_code=True)
