"""The judge: compares each system with the ledger, field by field. Pure: a ledger and a snapshot in, findings out."""
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from scenario import one_stop_form
from scenario.forms import OneOf
from scenario.judge_codes import CodesJudge
from scenario.judge_papers import PapersJudge
from scenario.judge_portal import ProgressJudge
from scenario.papers import Link
from scenario.plan import PORTALS
from scenario.sides import SIDES, plan_number, slips
from scenario.words import ONE_STOP_AGENCY

RECORD = "(record)"
STOPS_CLOCK = (5, 6)  # a supplement or a payment is waited for
ENDED = (3, 7, 8, 9, 10)  # refused, withdrawn, stopped, finished, handed over


@dataclass(frozen=True)
class Finding:
    # missing, differing, extra, duplicated_steps, held_twice, unresolvable, conflict, dead_letter, paper
    kind: str
    dossier: str
    system: str
    field: str
    text: str


@dataclass
class Known:
    """What the actors came to know in the run: numbers that a system gave out itself."""
    city_ids: dict = field(default_factory=dict)        # dossier number -> IdHoSo of what the counter took in
    district_keys: dict = field(default_factory=dict)   # dossier number -> khoa
    hub_codes: dict = field(default_factory=dict)       # dossier number -> code under which a hub made it known
    progress_at_kills: dict = field(default_factory=dict)   # portal -> ProgressCalls: see perhaps_missed
    slips: dict = field(default_factory=dict)           # portal -> {call: slips of the lines that its log shows}


@dataclass
class Verdict:
    fields_compared: int = 0
    records: dict = field(default_factory=dict)
    findings: list = field(default_factory=list)
    conflicts_found: int = 0
    flagged: Counter = field(default_factory=Counter)   # portal -> lines that stand twice and are said to
    replies_dropped: int = 0
    flagged_calls: int = 0                              # calls without an answer that explain them
    flagged_calls_at_kills: int = 0                     # and calls that were cut by a kill
    lines_unanswered: int = 0                           # how many lines may stand twice at most
    links: list = field(default_factory=list)           # (dossier, system, field, URL, Link): papers to look into
    papers_checked: int = 0

    def count(self, kind):
        return sum(finding.kind == kind for finding in self.findings)


class Judge(CodesJudge, PapersJudge, ProgressJudge):
    def __init__(self, ledger, shot, known):
        self._ledger, self._shot, self._known = ledger, shot, known
        self.verdict = Verdict()
        self._twice = defaultdict(list)         # portal -> (dossier, its code there, step) of lines that stand twice, flagged
        self._records = {"gateway": shot.gateway, "city": shot.city, "district": [row.record for row in shot.district]}
        self._records |= {name: portal.records for name, portal in shot.portals.items()}
        self._rows = {id(row.record): row for row in shot.district}
        self._by_number = {system: self._group(system) for system in self._records}

    def judge(self):
        self.verdict.records = {system: len(records) for system, records in self._records.items()}
        for number, entry in self._ledger.entries.items():
            found = {system: self._record(system, entry) for system in self._records if system in entry.expected}
            for system, record in found.items():
                if record is not None:
                    self._compare(entry, system, record)
                    if system in PORTALS:
                        self._progress(entry, system, record)
            if found.get("gateway") is not None:
                self._leads(entry, found["gateway"])
                self._standing(entry, found["gateway"])
                self._proposal(entry, found["gateway"])
                self._codes(entry, found)
                self._step_ids(entry, found)
                self._looked_up(entry)
        self._unplanned()
        self._unique_codes()
        self._conflicts()
        self._possible_duplicates()
        self._refused()
        return self.verdict

    def _refused(self):
        for letter in self._shot.dead_letters:
            self._find("dead_letter", letter.get("code") or letter.get("key", "?"), f"link {letter.get('link', '?')}",
                       letter.get("field", ""), letter.get("reason", ""))
        for code, reason in self._shot.refused_rows:
            self._find("dead_letter", code, "district", "inbox", f"the software cannot use the row: {reason}")
        for name, portal in self._shot.portals.items():
            for call in portal.refused:
                self._find("dead_letter", call.get("MaHoSo", "?"), name, call.get("service", "?"),
                           f"the gateway refused the portal's call: {call.get('answer')}")

    def label(self, entry):
        """The plan's number and the shared code, where one is known."""
        records = self._by_number["gateway"].get(entry.number)
        return f"{records[0].get('code', '?')} ({entry.label})" if records else entry.label

    # --- records -----------------------------------------------------------------------------------------------

    def _group(self, system):
        groups = defaultdict(list)
        for record in self._records[system]:
            groups[plan_number(record)].append(record)
        return groups

    def _record(self, system, entry):
        records = self._by_number[system].get(entry.number, [])
        if not records:
            self._find("missing", self.label(entry), system, RECORD, "the record is not there")
            return None
        if len(records) > 1:
            names = ", ".join(str(self._name(system, record)) for record in records)
            self._find("held_twice", self.label(entry), system, RECORD, f"held {len(records)} times: {names}")
        return records[0]

    def _unplanned(self):
        for system in self._records:
            planned = self._ledger.held_by(system)
            for number, records in self._by_number[system].items():
                for record in records if number not in planned else ():
                    self._find("extra", self._name(system, record), system, RECORD, "no such record in the ledger")

    def _name(self, system, record):
        if system == "district":
            row = self._rows[id(record)]
            return row.code or row.key
        return record.get(SIDES[system].codes[0]) or record.get("IdHoSo") or "?"

    # --- fields ------------------------------------------------------------------------------------------------

    def _compare(self, entry, system, record):
        actual, twice = SIDES[system].flatten(record)
        expected, label = entry.expected[system], self.label(entry)
        own, gone, more = SIDES[system].own, set(), set()
        for path, value in expected.items():
            self.verdict.fields_compared += 1
            element = path.partition("].")[0] + "]" if "]." in path else ""
            self.verdict.papers_checked += path.endswith(".HashTepTin")
            if isinstance(value, Link) and element not in gone:
                self._link(label, system, path, actual.get(path, ""), value)
            elif isinstance(value, OneOf):
                if actual.get(path) not in value:
                    self._find("differing", label, system, path, f"expected one of {value}, found {actual.get(path)!r}")
            elif path not in actual:
                gone.add(path)
                if element not in gone:
                    text = "it is not there" if path.endswith("]") else f"expected {value!r}, found nothing"
                    self._find("missing", label, system, path, text)
            elif actual[path] != value or isinstance(actual[path], bool) != isinstance(value, bool):
                self._find("differing", label, system, path, f"expected {value!r}, found {actual[path]!r}")
        self._order(label, system, actual, expected)
        for path in sorted(actual.keys() - expected.keys()):
            element = path.partition("].")[0] + "]" if "]." in path else ""
            if own.match(path) or element in more:
                continue
            more.add(path)
            self._extra(label, system, path, actual, expected)
        for path in twice:
            steps = SIDES[system].steps
            kind = "duplicated_steps" if steps and path.startswith(steps + "[") else "extra"
            self._find(kind, label, system, path, "the same id stands more than once")

    def _extra(self, label, system, path, actual, expected):
        steps = SIDES[system].steps
        if steps and path.endswith("]") and path.startswith(steps + "["):
            known = [_element(expected, other) for other in expected if other.endswith("]") and other.startswith(steps)]
            if _element(actual, path) in known:
                self._find("duplicated_steps", label, system, path, "a second time the same step")
                return
        text = "nobody added it" if path.endswith("]") else f"found {actual[path]!r}, expected nothing"
        self._find("extra", label, system, path, text)

    def _order(self, label, system, actual, expected):
        """Elements stand in the order in which they were made; those that are lacking or too many are found apart."""
        made, stand = _lists(expected, actual), _lists(actual, expected)
        for name, elements in made.items():
            self._equal(label, system, name, stand[name], elements, "order")

    def _leads(self, entry, record):
        """Who led it when: the agencies in order, each until the next, the last still."""
        label, periods = self.label(entry), record.get("owner_history", [])
        self._equal(label, "gateway", "owner_history", [period.get("agency") for period in periods], entry.leads, "led by")
        ends = [period.get("end_time") for period in periods]
        starts = [period.get("start_time") for period in periods[1:]]
        self._equal(label, "gateway", "owner_history", ends, starts + [None] * bool(periods), "each ends where the next begins")

    def _standing(self, entry, record):
        """When the clock stood: each period is over but the last, which lasts while the status stops the clock."""
        periods, stands = record.get("deadline", {}).get("standing", []), entry.record.get("status") in STOPS_CLOCK
        last = [not period.get("end_time") for period in periods]
        expected = [False] * (len(periods) - 1) + [stands] if periods else [True] * stands
        self._equal(self.label(entry), "gateway", "deadline.standing", last, expected, "still lasts")

    def _proposal(self, entry, record):
        """Another promise is proposed only after the clock stood, and is a defect while the dossier is open."""
        deadline, label = record.get("deadline", {}), self.label(entry)
        proposed = "proposed_due" in deadline
        waited = bool(record.get("pauses")) or any(period.get("end_time") for period in deadline.get("standing", []))
        self._equal(label, "gateway", "deadline.proposed_due", proposed and not waited, False, "proposed without a wait")
        noted = any(defect.get("id") == "promise-to-decide" for defect in record.get("defects", []))
        self._equal(label, "gateway", "defects[promise-to-decide]", noted, proposed and entry.record.get("status") not in ENDED,
                    "noted while it is to be decided")

    def _looked_up(self, entry):
        """One-stop software keeps its own record; what it can look up is what stands."""
        if entry.dossier.origin == ONE_STOP_AGENCY:
            found = self._shot.one_stop.get(entry.number, {})
            for name, value in one_stop_form.looked_up(entry.record).items():
                self._equal(self.label(entry), "one-stop", name, found.get(name) or "", value, "TraCuuHoSo")

    def _step_ids(self, entry, found):
        """A step whose software has no ids was given one, the same for all."""
        given = slips("gateway", found["gateway"])
        for system in ("city", "district"):
            if given and found.get(system) is not None:
                self._equal(self.label(entry), system, "ids of steps", slips(system, found[system]), given)

    def _equal(self, label, system, path, found, expected, text=""):
        self.verdict.fields_compared += 1
        if found != expected:
            kind = "missing" if found in (None, "", False) else "differing"
            self._find(kind, label, system, path, f"{text + ': ' if text else ''}expected {expected!r}, found {found!r}")

    # --- conflicts ---------------------------------------------------------------------------------------------

    def _conflicts(self):
        expected = {(self.code_of(number), path): number for number, path in self._ledger.conflicts}
        seen = Counter((conflict.get("code"), conflict.get("path")) for conflict in self._shot.conflicts)
        self.verdict.conflicts_found = sum(seen.values())
        for (code, path), times in seen.items():
            if (code, path) not in expected:
                self._find("conflict", code, "gateway", path, "a conflict that was not planned")
            elif times > 1:
                self._find("conflict", code, "gateway", path, f"{times} conflicts, expected one")
        for (code, path), number in expected.items():
            if (code, path) not in seen:
                self._find("conflict", self.label(self._ledger.entries[number]), "gateway", path, "a planned conflict was not recorded")
        for conflict in self._shot.conflicts:
            planned = (conflict.get("code"), conflict.get("path")) in expected
            if planned and "district" not in conflict.get("proposer", ""):
                self._find("conflict", conflict.get("code", "?"), "gateway", conflict.get("path", "?"),
                           f"proposed by {conflict.get('proposer')!r}, expected the district")
        told = Counter((code, path, kind) for code, path, kind in self._shot.notices)
        opened = Counter({(code, path, "CONFLICT_OPENED"): 1 for code, path in seen})
        for code, path, kind in sorted(told.keys() | opened.keys()):
            times, due = told[code, path, kind], opened[code, path, kind]
            if times != due:
                self._find("conflict", code, "district", path, f"its people were told of {kind} {times} times, expected {due}")

    def _find(self, kind, dossier, system, path, text):
        self.verdict.findings.append(Finding(kind, dossier, system, path, text))


def _element(values, path):
    """The fields of one list element, without its id."""
    return {name[len(path) + 1:]: value for name, value in values.items() if name.startswith(path + ".")}


def _lists(values, other):
    """{list: its elements in their order} of a flat record, without those that `other` has not."""
    lists = defaultdict(list)
    for path in values:
        if path.endswith("]") and path in other:
            name, _, element = path.rpartition("[")
            lists[name].append(element[:-1])
    return lists
