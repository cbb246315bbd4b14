"""The ledger: every field that each system must hold at the end, written from the plan alone."""
from dataclasses import dataclass, field

from scenario.forms import flatten, merge, write
from scenario.tables import SYSTEMS


@dataclass
class Entry:
    """What must stand about one dossier. Codes are issued by others during the run and are judged apart."""
    number: int
    dossier: object
    record: dict                                  # neutral
    expected: dict = field(default_factory=dict)  # system -> {flat path: value}
    aliases: dict = field(default_factory=dict)   # kind -> code; those issued in the run are added when known

    @property
    def label(self):
        return f"#{self.number:06d}"


class Ledger:
    def __init__(self, plan):
        self.entries = {d.number: _entry(d) for d in plan.dossiers}
        self.conflicts = {(d.number, d.conflict_path) for d in plan.dossiers if d.conflict_path}

    def held_by(self, system):
        return {number for number, entry in self.entries.items() if system in entry.expected}


def _entry(dossier):
    record = {}
    for action in dossier.actions:
        if not action.proposal:
            merge(record, action.patch)
    entry = Entry(dossier.number, dossier, record)
    for system in SYSTEMS:
        if system != "district" or dossier.in_district:
            entry.expected[system], _ = flatten(system, write(system, record))
    entry.expected["gateway"]["origin.system"] = entry.expected["gateway"]["reception.system"] = origin_system(dossier)
    if dossier.own_receipt:
        entry.expected["district"]["so_bien_nhan_rieng"] = dossier.own_receipt
        entry.aliases["own receipt"] = dossier.own_receipt
    if dossier.local_id:
        entry.aliases["agency id"] = dossier.local_id
    return entry


def origin_system(dossier):
    return dossier.origin if dossier.origin == "city" else f"agency/{dossier.origin}"
