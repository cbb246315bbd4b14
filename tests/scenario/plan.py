"""The seeded plan: which dossiers there are, what happens to each, who does it and what he must have seen first."""
import random
from dataclasses import dataclass, field

from scenario.words import DISTRICT_AGENCIES, GRPC_AGENCIES, ONE_STOP_AGENCY

ALL_AGENCIES = DISTRICT_AGENCIES + GRPC_AGENCIES      # that work may be given to
WITH_OWN_SOFTWARE = (*GRPC_AGENCIES, ONE_STOP_AGENCY)
# Which portal serves which agencies: the name of a portal is that of its system, its party and its link.
ARRANGEMENTS = {
    "gen1": {"portal": (*ALL_AGENCIES, ONE_STOP_AGENCY)},
    "gen2": {"hub": (*ALL_AGENCIES, ONE_STOP_AGENCY)},
    "mixed": {"portal": (*ALL_AGENCIES[:3], ONE_STOP_AGENCY), "hub": ALL_AGENCIES[3:]},
}
PORTALS = ("portal", "hub")
COUNTER_SHARE, ONLINE_SHARE = 0.40, 0.40         # the rest comes from agencies with software of their own


@dataclass
class Action:
    """One act of one system: a patch of its own record, in one transaction or call of that system."""
    number: int
    index: int
    actor: str                    # "city", "district", a portal or the code of an agency with software of its own
    patch: dict                   # neutral
    after: list                   # indexes of actions whose effect the actor's own system must show first
    marker: str = ""              # id of a list element that this action adds: seen there, the action is seen
    shown_in: tuple = ()          # counterparts that must come to show it
    wants_code: bool = False      # the actor first wants to see the shared code in its own record
    own_receipt: str = ""         # so_bien_nhan_rieng given by the district's software
    proposal: bool = False        # a non-owner's edit: it must not stand at the end
    partner: int = -1             # index of the action done at the same moment
    sent_twice: bool = False      # pushed twice with the same request id
    call: str = ""                # what a portal does: submit, supplement, pay, refund or withdraw; of one-stop software: assign
    fee: dict = field(default_factory=dict)      # of which fee line, as it then stands, a payment or refund is
    told: bool = False            # the actor's system has no place for what comes before: the gateway's desk tells him

    @property
    def key(self):
        return (self.number, self.index)


@dataclass
class Dossier:
    """One dossier of the plan."""
    number: int
    origin: str                   # "city", a portal or the code of an agency with software of its own
    receiving: str                # agency code of the receiving unit
    lead: str                     # agency that leads first
    traits: set
    doors: dict                   # portal -> agencies it serves
    actions: list = field(default_factory=list)
    agencies: set = field(default_factory=set)   # that received it or were ever asked to work on it
    files: dict = field(default_factory=dict)    # mark of a paper with content -> its size in bytes
    local_id: str = ""            # the agency's own id of it
    brought_code: str = ""        # the shared code when the agency's software makes it
    portal_code: str = ""         # under which the portal made it known; a hub's comes with the run
    conflict_path: str = ""
    big_bytes: int = 0            # of its big paper

    def __post_init__(self):
        self.agencies |= {self.receiving, self.lead}

    @property
    def label(self):
        return f"#{self.number:06d}"

    @property
    def online(self):
        return self.origin in PORTALS

    @property
    def receiver(self):
        """Who acts for the receiving unit."""
        return "city" if self.online else self.origin

    @property
    def in_district(self):
        return bool(self.agencies & set(DISTRICT_AGENCIES))

    @property
    def door(self):
        """Agencies that work on it may be given to: a hub numbers no dossier that another agency than those it serves received."""
        return ALL_AGENCIES if self.receiving in self.doors.get("hub", ()) else next(
            served for served in self.doors.values() if self.receiving in served)

    @property
    def held_in(self):
        """The counterparts that must hold it."""
        portals = tuple(name for name, served in self.doors.items() if self.agencies & set(served))
        return ("city", *(("district",) if self.in_district else ()), *portals)

    @property
    def shared_code(self):
        """The shared code when it comes from outside; else the gateway issues one."""
        return self.brought_code or (self.portal_code if "own code" not in self.traits else "")

    @property
    def own_receipt(self):
        return next((action.own_receipt for action in self.actions if action.own_receipt), "")


@dataclass
class Plan:
    seed: int
    dossiers: list
    doors: dict                   # portal -> agencies it serves

    @property
    def actions(self):
        return [action for dossier in self.dossiers for action in dossier.actions]

    @property
    def files(self):
        """{mark: size} of all papers with content."""
        return {mark: size for dossier in self.dossiers for mark, size in dossier.files.items()}


def make_plan(count, seed, portal="gen1"):
    """The same plan for the same arguments."""
    from scenario.flows import Flow
    from scenario.one_stop import OneStop
    from scenario.traits import give_traits
    rng = random.Random(f"lienthong-scenario-{seed}")
    doors = ARRANGEMENTS[portal]
    dossiers = _dossiers(rng, count, doors)
    give_traits(rng, dossiers)
    for dossier in dossiers:
        flow = OneStop if dossier.origin == ONE_STOP_AGENCY else Flow
        flow(dossier, random.Random(f"{seed}-{dossier.number}")).run()
    return Plan(seed, dossiers, doors)


def _dossiers(rng, count, doors):
    counter, online = max(1, round(count * COUNTER_SHARE)), round(count * ONLINE_SHARE)
    origins = ["city"] * counter + ["online"] * online + ["agency"] * (count - counter - online)
    rng.shuffle(origins)
    dossiers = []
    for number, origin in enumerate(origins, start=1):
        if origin == "city":
            lead = DISTRICT_AGENCIES[number % len(DISTRICT_AGENCIES)]
        elif origin == "online":
            lead = ALL_AGENCIES[number % len(ALL_AGENCIES)]
            origin = next(name for name, served in doors.items() if lead in served)
        else:
            origin = lead = WITH_OWN_SOFTWARE[number % len(WITH_OWN_SOFTWARE)]
        dossiers.append(Dossier(number, origin, lead, lead, set(), doors))
    return dossiers
