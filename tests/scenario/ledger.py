"""The ledger: every field that each system must hold at the end, written from the plan alone."""
from dataclasses import dataclass, field

from scenario import hub_form, portal_form
from scenario.forms import OneOf, flatten, merge, write
from scenario.papers import MARK, parts
from scenario.plan import PORTALS
from scenario.tables import SYSTEMS

# Lists whose elements belong to the system that added them, and what makes a fee line somebody's payment.
_AUTHORED = ("assignments", "fees", "pauses", "requests", "results", "steps", "supplements")
# A date promised to the citizen that is another now, and nobody said why: only a round of supplements has a place for that.
_DUE = "deadline.promised_due"
_MOVED_SILENTLY = {"defects[missing-due-reason]": True, "defects[missing-due-reason].kind": "KIND_MISSING_REASON",
                   "defects[missing-due-reason].detail": _DUE}
_PAYMENT = {"paid_vnd", "paid_time", "payment_reference", "refunded_vnd", "refunded_time"}


@dataclass
class Entry:
    """What must stand about one dossier. Codes are issued by others during the run and are judged apart."""
    number: int
    dossier: object
    record: dict                                  # neutral
    expected: dict = field(default_factory=dict)  # system -> {flat path: value}
    progress: dict = field(default_factory=dict)  # portal -> {step id: fields of its line, but for the dossier's code}
    aliases: dict = field(default_factory=dict)   # kind -> code; those issued in the run are added when known
    leads: list = field(default_factory=list)     # agencies in the order in which they came to lead it

    @property
    def label(self):
        return f"#{self.number:06d}"


class Ledger:
    def __init__(self, plan):
        self.entries = {d.number: _entry(d) for d in plan.dossiers}
        self.conflicts = {(d.number, d.conflict_path) for d in plan.dossiers if d.conflict_path}

    def held_by(self, system):
        return {number for number, entry in self.entries.items() if system in entry.expected}

    def resolve(self, library):
        """Puts the papers of this run in the place of their marks: address, and at the gateway size and digest."""
        for entry in self.entries.values():
            for system, values in entry.expected.items():
                for path, value in list(values.items()):
                    if system == "hub":
                        values[path] = _digests(value, library)
                    elif _is_mark(value):
                        _resolve(system, values, path, value, library)


def _entry(dossier):
    record, leads, authors, defects = {}, [], {}, {}
    for action in dossier.actions:
        if not action.proposal:
            due = record.get(_DUE)
            merge(record, action.patch)
            if _is_due_of_round(record):
                defects = {}
            elif due and record[_DUE] != due:
                defects = _MOVED_SILENTLY
            _note_authors(action, authors)
            lead = _lead(record)
            if lead and lead != (leads or [""])[-1]:
                leads.append(lead)
    entry = Entry(dossier.number, dossier, record, leads=leads)
    for system in ("gateway", *dossier.held_in):
        if system in SYSTEMS:
            entry.expected[system], _ = flatten(system, write(system, record))
        else:
            _expect_at_portal(entry, system)
    entry.expected["gateway"]["origin.system"] = system_of(dossier.origin)
    entry.expected["gateway"]["reception.system"] = system_of(dossier.receiver)
    entry.expected["gateway"] |= authors | defects | _legal_defects(entry.expected["gateway"])
    for path, value in list(entry.expected["gateway"].items()):
        if path.endswith(".file.source") and not _is_mark(value):
            entry.expected["gateway"][path.removesuffix("source") + "fetch_state"] = "FETCH_STATE_REFERENCED"
    if dossier.own_receipt:
        entry.expected["district"]["so_bien_nhan_rieng"] = dossier.own_receipt
        entry.aliases["own receipt"] = dossier.own_receipt
    if dossier.local_id:
        entry.aliases["agency id"] = dossier.local_id
    if dossier.portal_code and not dossier.shared_code:
        entry.aliases["portal code"] = dossier.portal_code
    return entry


def _legal_defects(held):
    """What the law demands and the dossier lacks at the end."""
    status = held.get("status")
    rounds = {path.partition("]")[0] for path in held if path.startswith("supplements[")}
    removed = {path.partition("]")[0] for path in held if path.startswith("supplements[") and path.endswith("].removed")}
    lacks = {
        "missing-legal-basis": ("KIND_MISSING_LEGAL_BASIS", status, _lacks_legal_basis(held, status)),
        "missing-promised-due": ("KIND_MISSING_PROMISED_DUE", _DUE, _lacks_promise(held, status)),
        "repeated-supplement": ("KIND_REPEATED_SUPPLEMENT", "supplements", len(rounds - removed) > 1),
    }
    return {path: value for name, (kind, detail, is_there) in lacks.items() if is_there
            for path, value in ((f"defects[{name}]", True), (f"defects[{name}].kind", kind), (f"defects[{name}].detail", detail))}


def _lacks_legal_basis(held, status):
    field_of = {"STATUS_REFUSED": "reception.refusal_legal_basis", "STATUS_STOPPED": "outcome.stop_legal_basis"}
    return status in field_of and field_of[status] not in held


def _lacks_promise(held, status):
    exempt = ("STATUS_SUBMITTED", "STATUS_REFUSED", "STATUS_WITHDRAWN")
    return "reception.received_time" in held and status not in exempt and _DUE not in held


def _expect_at_portal(entry, system):
    form = {"portal": portal_form, "hub": hub_form}[system]
    entry.expected[system] = form.expected(entry.dossier)
    entry.progress[system] = {step: form.write_progress("", fields) for step, fields in entry.record["steps"].items()}


def _is_due_of_round(record):
    given = [fields["new_due"] for fields in record.get("supplements", {}).values() if "new_due" in fields]
    return bool(given) and given[-1] == record.get(_DUE)


def _is_mark(value):
    return isinstance(value, str) and value.startswith(MARK)


def _digests(value, library):
    """A hub holds the bytes themselves, and says their digest."""
    if isinstance(value, OneOf):
        return OneOf(_digests(item, library) for item in value)
    return library.link(value, "hub").sha256 if _is_mark(value) else value


def _resolve(system, values, path, marked, library):
    base = path.rpartition(".")[0]
    element = base.removesuffix(".file")
    is_gone = any(f"{element}.{name}" in values for name in ("removed", "IsDeleted", "da_xoa"))
    values[path] = link = library.link(marked, system, is_gone)
    if system == "gateway":
        values[base + ".fetch_state"] = link if is_gone else "FETCH_STATE_VERIFIED"
        if parts(marked)[0] == "inline":
            del values[path]
        values[base + ".sha256"] = link if is_gone else link.sha256
        values[base + ".size_bytes"] = link if is_gone else str(link.size_bytes)


def _note_authors(action, authors):
    """The first to write an element is its author, the first to write of its payment the collector; a file is who names it's."""
    for name in _AUTHORED:
        for element, fields in action.patch.get(name, {}).items():
            authors.setdefault(f"{name}[{element}].author", system_of(action.actor))
            if name == "fees" and _PAYMENT & fields.keys():
                authors.setdefault(f"{name}[{element}].collector", system_of(action.actor))
    for name in ("papers", "results"):
        for element, fields in action.patch.get(name, {}).items():
            if "file.source" in fields:
                authors[f"{name}[{element}].file.author"] = system_of(action.actor)


def _lead(record):
    """The agency of the last lead assignment that was accepted or is done."""
    accepted = [fields["agency"] for fields in record.get("assignments", {}).values()
                if fields.get("role") == "lead" and fields.get("answer") in ("accepted", "done")]
    return accepted[-1] if accepted else ""


def system_of(actor):
    """By which name the gateway knows who acts: a counterpart by its party, an agency by its certificate."""
    return actor if actor in SYSTEMS + PORTALS else f"agency/{actor}"
