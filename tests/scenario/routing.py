"""Work that is given to agencies: who leads, who is asked, who refuses, who hands over."""
from scenario import words
from scenario.acts import Acts


class Routing(Acts):
    def new_assignment(self, by, agency, role="lead", accepted=False):
        self.assignments += 1
        element_id = self.content.id(by, f"pc{self.assignments}")
        fields = {"agency": agency, "role": role, "assigned_time": self.content.now, "due_time": self.content.due(3)}
        if accepted:
            fields |= {"answer": "accepted", "answered_time": self.content.now}
        if role == "lead":
            self.lead, self.assignment = agency, element_id
        self.dossier.agencies.add(agency)
        return {"assignments": {element_id: fields}}

    def accept_by_lead(self):
        if "routing refused" in self.dossier.traits:
            self._refuse_assignment()
            agency = self._other_agency()
            routed = self.new_assignment(self.receiver, agency)
            self.act(self.receiver, f"Chuyển lại hồ sơ đến {words.AGENCY_UNITS[agency]}", routed)
        if self.receiver == self.lead:
            self.act(self.lead, "Chuyển hồ sơ vào xử lý", {"processing_unit": words.AGENCY_UNITS[self.lead]}, status=4)
        else:
            self._accept_assignment(status=4)

    def _accept_assignment(self, status=None):
        patch = {"assignments": {self.assignment: {"answer": "accepted", "answered_time": self.content.later()}},
                 "processing_unit": words.AGENCY_UNITS[self.lead]}
        receipt = ""
        if "own receipt" in self.dossier.traits and self.by_lead == "district" and not self.dossier.own_receipt:
            receipt = f"{self.lead[-3:]}/2026/{self.dossier.number:06d}"
        self.act(self.by_lead, "Nhận hồ sơ, phân công xử lý", patch, status=status, own_receipt=receipt)

    def _refuse_assignment(self):
        patch = {"assignments": {self.assignment: {
            "answer": "refused", "answered_time": self.content.later(),
            "answer_note": f"Không thuộc địa bàn của {words.AGENCY_UNITS[self.lead]}, đề nghị chuyển lại (mẫu)"}}}
        self.act(self.by_lead, "Từ chối nhận bàn giao, trả lại nơi chuyển", patch, returned=True)

    def hand_over(self):
        giver, giver_agency, given = self.by_lead, self.lead, self.assignment
        self._route_on(giver, giver_agency, given, self._next_agency())
        if "hand-over refused" in self.dossier.traits:
            self._refuse_assignment()
            self._route_on(giver, giver_agency, given, self._other_agency(giver_agency))
        self._accept_assignment()

    def _route_on(self, giver, giver_agency, given, agency):
        self.content.later()
        patch = self.new_assignment(giver, agency)
        patch["assignments"][given] = {"answer": "done", "answered_time": self.content.now}
        self.act(giver, f"Bàn giao hồ sơ cho {words.AGENCY_UNITS[agency]}", patch, agency=giver_agency, to=agency)

    def _next_agency(self):
        if self.lead in words.DISTRICT_AGENCIES and self.rng.random() < 0.4:
            return self.rng.choice(self._served(words.GRPC_AGENCIES) or self._served(words.DISTRICT_AGENCIES))
        return self._other_agency()

    def _other_agency(self, *but_not):
        return self.rng.choice(self._served(words.DISTRICT_AGENCIES, *but_not) or self._served(words.GRPC_AGENCIES, *but_not))

    def _served(self, agencies, *but_not):
        return [a for a in agencies if a in self.dossier.door and a != self.lead and a not in but_not]

    def cooperate(self):
        agency = self._other_agency()
        self.content.later()
        patch = self.new_assignment(self.by_lead, agency, role="cooperating")
        element_id = next(iter(patch["assignments"]))
        self.act(self.by_lead, f"Lấy ý kiến phối hợp của {words.AGENCY_UNITS[agency]}", patch, to=agency)
        for answer, text in (("accepted", "Nhận yêu cầu phối hợp"), ("done", "Đã có ý kiến phối hợp: thống nhất")):
            answered = {"assignments": {element_id: {"answer": answer, "answered_time": self.content.later()}}}
            self.act("district", text, answered, agency=agency)
