"""The seeded plan: which dossiers there are, what happens to each, who does it and what he must have seen first."""
import random
from dataclasses import dataclass, field

from scenario.words import DISTRICT_AGENCIES, GRPC_AGENCIES

CITY_SHARE = 0.70
MANY_AGENCIES_SHARE = 0.10
REFUSED_HANDOVER_SHARE = 0.02
SUPPLEMENT_SHARE = 0.10
OWN_RECEIPT_SHARE = 0.10
REFUSED_SHARE = 0.05
CONFLICT_SHARE = 0.02
PAYMENT_SHARE = 0.08
COOPERATION_SHARE = 0.04
LATE_EDIT_SHARE = 0.10
CLEARED_SHARE = 0.02
REMOVED_PAPER_SHARE = 0.03
RESENT_SHARE = 0.02


@dataclass
class Action:
    """One act of one system: a patch of its own record, in one transaction or call of that system."""
    number: int
    index: int
    actor: str                    # "city", "district" or a gRPC agency's code
    patch: dict                   # neutral
    after: list                   # indexes of actions whose effect the actor's own system must show first
    marker: str = ""              # id of a list element that this action adds: seen there, the action is seen
    shown_in: tuple = ()          # counterparts ("city", "district") that must come to show it
    wants_code: bool = False      # the actor first wants to see the shared code in its own record
    own_receipt: str = ""         # so_bien_nhan_rieng given by the district's software
    proposal: bool = False        # a non-owner's edit: it must not stand at the end
    partner: int = -1             # index of the action done at the same moment
    sent_twice: bool = False      # pushed twice with the same request id

    @property
    def key(self):
        return (self.number, self.index)


@dataclass
class Dossier:
    """One dossier of the plan."""
    number: int
    origin: str                   # "city" or a gRPC agency's code
    receiving: str                # agency code of the receiving unit
    lead: str                     # agency that leads first
    traits: set
    actions: list = field(default_factory=list)
    local_id: str = ""            # the gRPC agency's own id of it
    conflict_path: str = ""
    in_district: bool = False

    @property
    def label(self):
        return f"#{self.number:06d}"

    @property
    def receiver(self):
        """Who acts for the receiving unit."""
        return self.origin

    @property
    def own_receipt(self):
        return next((action.own_receipt for action in self.actions if action.own_receipt), "")


@dataclass
class Plan:
    seed: int
    dossiers: list

    @property
    def actions(self):
        return [action for dossier in self.dossiers for action in dossier.actions]


def share(count, part):
    """How many of `count`, at least one."""
    return min(count, max(1, round(count * part)))


def make_plan(count, seed):
    """The same plan for the same arguments."""
    from scenario.flows import Flow
    rng = random.Random(f"lienthong-scenario-{seed}")
    dossiers = _dossiers(rng, count)
    _give_traits(rng, dossiers)
    for dossier in dossiers:
        Flow(dossier, random.Random(f"{seed}-{dossier.number}")).run()
    return Plan(seed, dossiers)


def _dossiers(rng, count):
    from_city = share(count, CITY_SHARE) if count > 1 else 1
    origins = ["city"] * from_city + [""] * (count - from_city)
    rng.shuffle(origins)
    dossiers = []
    for number, origin in enumerate(origins, start=1):
        if origin == "city":
            receiving = lead = DISTRICT_AGENCIES[number % len(DISTRICT_AGENCIES)]
        else:
            origin = receiving = lead = GRPC_AGENCIES[number % len(GRPC_AGENCIES)]
        dossiers.append(Dossier(number, origin, receiving, lead, set()))
    return dossiers


def _give_traits(rng, dossiers):
    """Exact shares, each drawn among the dossiers that can have the trait."""
    count = len(dossiers)
    city = [d for d in dossiers if d.origin == "city"]
    grpc = [d for d in dossiers if d.origin != "city"]

    def give(trait, among, many, *but_not):
        free = [d for d in among if not d.traits & set(but_not)]
        for dossier in rng.sample(free, min(many, len(free))):
            dossier.traits.add(trait)

    def give_both(trait, part, *but_not):
        many = share(count, part)
        of_grpc = min(len(grpc), round(many * (1 - CITY_SHARE)))
        give(trait, grpc, of_grpc, *but_not)
        give(trait, city, many - of_grpc, *but_not)

    refused = share(count, REFUSED_SHARE)
    give("refused at intake", dossiers, (refused + 1) // 2)
    give("stopped", dossiers, refused // 2, "refused at intake")
    ended = ("refused at intake", "stopped")
    give_both("hand-over", MANY_AGENCIES_SHARE, *ended)
    moved = [d for d in dossiers if "hand-over" in d.traits]
    refusals = share(count, REFUSED_HANDOVER_SHARE)
    give("hand-over refused", moved, (refusals + 1) // 2)
    give("routing refused", city, refusals // 2, "hand-over", *ended)
    give_both("supplement", SUPPLEMENT_SHARE, *ended)
    give("payment", dossiers, share(count, PAYMENT_SHARE), *ended)
    held = [d for d in dossiers if d.origin == "city" or "hand-over" in d.traits]
    give("own receipt", held, share(count, OWN_RECEIPT_SHARE), "refused at intake")
    give("conflict", city, share(count, CONFLICT_SHARE), "routing refused", *ended)
    give("cooperation", held, share(count, COOPERATION_SHARE), *ended)
    give("late edit", dossiers, share(count, LATE_EDIT_SHARE), *ended)
    give("cleared", dossiers, share(count, CLEARED_SHARE), *ended)
    give("removed paper", dossiers, share(count, REMOVED_PAPER_SHARE), *ended)
    give("sent twice", grpc, share(count, RESENT_SHARE))
