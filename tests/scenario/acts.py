"""How one act of a dossier's story is written down: its patch, its step, its causes, who must come to show it."""
from scenario import words
from scenario.content import Content
from scenario.forms import merge
from scenario.plan import Action


class Acts:
    """Builds the actions of one dossier. Actions of the main line follow each other; side edits hang beside it."""

    def __init__(self, dossier, rng):
        self.dossier = dossier
        self.rng = rng
        self.content = Content(dossier, rng)
        self.record = {}                  # what stands so far, without lost proposals
        self.status = 0
        self.steps = 0
        self.last = -1                    # index of the newest action of the main line
        self.lead = dossier.lead          # agency that leads now
        self.assignment = ""              # element id of its assignment
        self.assignments = 0

    @property
    def receiver(self):
        return self.dossier.receiver

    @property
    def by_lead(self):
        """Who acts for the lead agency."""
        return "district" if self.lead in words.DISTRICT_AGENCIES else self.lead

    def act(self, actor, text, patch, status=None, agency="", to="", returned=False, pauses=False, **more):
        """An act with a step, in the main line."""
        if status:
            self.status = status
            patch = patch | {"status": status}
        agency = agency or (self.dossier.receiving if actor == self.receiver else self.lead)
        step_id, step = self._step(actor, text, agency, to)
        step |= ({"returned": True} if returned else {}) | ({"pauses_clock": True} if pauses else {})
        held = tuple(system for system in self.dossier.held_in if system != actor)
        action = self._add(actor, patch | {"steps": {step_id: step}}, marker=step_id, shown_in=held, **more)
        action.sent_twice = "sent twice" in self.dossier.traits and action.index == 1

    def online_act(self, call, patch, marker="", told=False, fee=None):
        """An act of the applicant at the portal, in the main line. It leaves no step; `told`: nor a trace elsewhere."""
        shown_in = ("city", *(("district",) if self.dossier.in_district else ())) if marker and not told else ()
        self._add(self.dossier.origin, patch, marker=marker, shown_in=shown_in, call=call, fee=fee or {})

    def side(self, actor, patch, after=None):
        """An edit beside the main line."""
        return self._add(actor, patch, after=after if after is not None else [self.last], main=False, wants_code=True)

    def _add(self, actor, patch, after=None, main=True, **more):
        index = len(self.dossier.actions)
        if after is None:
            after = [self.last] if self.last >= 0 else []
        action = Action(self.dossier.number, index, actor, patch, after, **more)
        self.dossier.actions.append(action)
        merge(self.record, patch)
        if main:
            self.last = index
        return action

    def _step(self, actor, text, agency, to):
        rng, content = self.rng, self.content
        self.steps += 1
        step_id = content.id(actor, f"qt{self.steps}")
        # The number of the slip stands in the text: a portal has no place for a step's id.
        step = {"officer": content.officer(), "unit": f"Phòng chuyên môn mẫu, {words.AGENCY_UNITS[agency]}",
                "time": content.later(), "content": f"{text}. Phiếu {step_id}.", "status": self.status, "agency": agency}
        if rng.random() < 0.6:
            step["officer_title"] = rng.choice(words.OFFICER_TITLES)
        if rng.random() < 0.5:
            step |= {"start_time": content.now, "due_time": content.due(2)}
        if to:
            step |= {"to_officer": content.officer(), "to_unit": words.AGENCY_UNITS[to]}
        return step_id, step

    def value(self, path):
        return self.record.get(path)

    def finance_after(self, fees):
        """The financial state once `fees` (a patch) stand: refunded, nothing due, all paid, or something due."""
        lines = merge({"fees": {key: dict(line) for key, line in self.record.get("fees", {}).items()}}, {"fees": fees})
        return finance_state(lines["fees"].values())


def finance_state(fees):
    """What the fee lines of a dossier amount to."""
    lines = [fee for fee in fees if not fee.get("removed")]
    if any(fee.get("refunded_vnd") for fee in lines):
        return "refunded"
    if not lines:
        return "nothing"
    return "paid" if all(fee.get("paid_vnd", 0) >= fee.get("amount_vnd", 0) for fee in lines) else "due"
