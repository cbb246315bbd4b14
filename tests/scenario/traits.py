"""Which dossiers are special in which way: exact shares, each drawn among the dossiers that can have the trait."""
from scenario.papers import BIG_BYTES
from scenario.words import DISTRICT_AGENCIES, ONE_STOP_AGENCY

MANY_AGENCIES_SHARE = 0.10
REFUSED_HANDOVER_SHARE = 0.02
SUPPLEMENT_SHARE = 0.10
INTAKE_SUPPLEMENT_SHARE = 0.03
OWN_RECEIPT_SHARE = 0.10
REFUSED_SHARE = 0.05
STOPPED_SHARE = 0.03
WITHDRAWN_SHARE = 0.03
CONFLICT_SHARE = 0.02
PAYMENT_SHARE = 0.10
REFUND_SHARE = 0.01
COOPERATION_SHARE = 0.04
LATE_EDIT_SHARE = 0.10
CLEARED_SHARE = 0.02
REMOVED_PAPER_SHARE = 0.03
RESENT_SHARE = 0.02
BIG_PAPER_SHARE = 0.02
LARGE_PAPERS_MAX = 20            # each stands on five disks; beyond, the others are smaller
INLINE_PAPER_SHARE = 0.02
# Of what comes through the portal.
INTERNAL_CODE_SHARE, HUB_CODE_SHARE = 0.50, 0.10
# Of what the counter takes in: papers that lie on the city's own file server, not only links to somewhere.
COUNTER_FILES_SHARE = 0.25
# Of what one-stop software takes in.
ROUTED_SHARE, OWN_NUMBER_SHARE, ROUND_SHARE = 0.50, 0.40, 0.20
# Of that, what goes to the district.
EXTENDED_SHARE, DISTRICT_ROUND_SHARE, DONE_AGAIN_SHARE = 0.50, 0.40, 0.20


def share(count, part):
    """How many of `count`, at least one."""
    return min(count, max(1, round(count * part)))


def give_traits(rng, dossiers):
    count = len(dossiers)
    city = [d for d in dossiers if d.origin == "city"]
    online = [d for d in dossiers if d.online]
    one_stop = [d for d in dossiers if d.origin == ONE_STOP_AGENCY]
    grpc = [d for d in dossiers if not d.online and d.origin not in ("city", ONE_STOP_AGENCY)]
    rich = [d for d in dossiers if d.origin != ONE_STOP_AGENCY]      # whose software has words for everything

    def give(trait, among, many, *but_not):
        free = [d for d in among if not d.traits & set(but_not)]
        for dossier in rng.sample(free, min(many, len(free))):
            dossier.traits.add(trait)

    def give_each(trait, part, *but_not):
        """In each way of intake alike."""
        many, given = share(count, part), 0
        for among in (grpc, online):
            of_these = round(many * len(among) / count)
            give(trait, among, of_these, *but_not)
            given += of_these
        give(trait, city, many - given, *but_not)

    refused = share(count, REFUSED_SHARE)
    give("refused at intake", online, (refused + 1) // 2)
    give("refused at intake", city + grpc, refused // 2)
    withdrawn = share(count, WITHDRAWN_SHARE)
    give("withdrawn early", online, withdrawn // 3, "refused at intake")
    ended = ("refused at intake", "withdrawn early")
    give("withdrawn", online, withdrawn - withdrawn // 3, *ended)
    give("stopped", rich, share(count, STOPPED_SHARE), "withdrawn", *ended)
    ended += ("withdrawn", "stopped")
    give("refunded online", online, share(count, REFUND_SHARE), *ended)
    for dossier in online:
        dossier.traits |= {"payment", "stopped"} if "refunded online" in dossier.traits else set()
    give_each("hand-over", MANY_AGENCIES_SHARE, *ended)
    moved = [d for d in dossiers if "hand-over" in d.traits]
    refusals = share(count, REFUSED_HANDOVER_SHARE)
    give("hand-over refused", moved, (refusals + 1) // 2)
    at_counter = [d for d in city + online if d.lead in DISTRICT_AGENCIES]
    # Another agency of the district must be there to be asked.
    others = {d.number for d in dossiers if len(set(DISTRICT_AGENCIES) & set(d.door)) > 2}
    give("routing refused", [d for d in at_counter if d.number in others], refusals // 2, "hand-over", *ended)
    give_each("supplement", SUPPLEMENT_SHARE, *ended)
    give("intake supplement", online, share(count, INTAKE_SUPPLEMENT_SHARE), "supplement", *ended)
    give_each("payment", PAYMENT_SHARE, *ended)
    held = [d for d in rich if d.in_district or "hand-over" in d.traits]
    give("own receipt", held, share(count, OWN_RECEIPT_SHARE), "refused at intake", "withdrawn early")
    give("conflict", at_counter, share(count, CONFLICT_SHARE), "routing refused", *ended)
    give("cooperation", [d for d in held if d.number in others], share(count, COOPERATION_SHARE), *ended)
    give("late edit", dossiers, share(count, LATE_EDIT_SHARE), *ended)
    give("cleared", [d for d in dossiers if d.origin != "hub"], share(count, CLEARED_SHARE), *ended)
    give("removed paper", dossiers, share(count, REMOVED_PAPER_SHARE), *ended)
    give("sent twice", grpc, share(count, RESENT_SHARE))
    _give_to_one_stop(give, one_stop)
    _give_codes(give, [d for d in online if d.origin == "portal"])
    _give_files(give, count, city, online)


def _give_to_one_stop(give, dossiers):
    """The software numbers its dossiers itself: in the agency's legal series, or as it likes."""
    if not dossiers:
        return
    give("routed", dossiers, share(len(dossiers), ROUTED_SHARE))
    give("round", dossiers, share(len(dossiers), ROUND_SHARE), "routed")
    routed = [d for d in dossiers if "routed" in d.traits]
    give("extended", routed, share(len(routed), EXTENDED_SHARE))
    give("district's round", routed, share(len(routed), DISTRICT_ROUND_SHARE), "extended")
    give("done again", routed, share(len(routed), DONE_AGAIN_SHARE))
    give("own number", dossiers, int(len(dossiers) * OWN_NUMBER_SHARE))
    for dossier in dossiers:
        if "own number" in dossier.traits:
            dossier.local_id = f"X07.2026.{dossier.number:07d}"
        else:
            dossier.brought_code = f"{dossier.receiving}-261122-{dossier.number:06d}"


def _give_codes(give, online):
    """What a code made at the portal looks like decides whether it is the shared one."""
    if not online:
        return
    give("own code", online, int(len(online) * INTERNAL_CODE_SHARE))
    give("hub code", online, share(len(online), HUB_CODE_SHARE), "own code")
    for dossier in online:
        if "own code" in dossier.traits:
            dossier.portal_code = f"DVC.2026.{dossier.number:07d}"
        elif "hub code" in dossier.traits:
            dossier.portal_code = f"G09.20-20261122-{dossier.number:07d}"
        else:
            dossier.portal_code = f"{dossier.receiving}-261122-{dossier.number:06d}"


def _give_files(give, count, city, online):
    give("counter files", city, share(len(city), COUNTER_FILES_SHARE))
    big = share(count, BIG_PAPER_SHARE)
    at_counter, results = max(big // 4, big >= 2), max(big // 4, big >= 3)
    ended = ("refused at intake", "withdrawn early", "withdrawn", "stopped", "removed paper")
    give("big result", [d for d in city + online if d.lead in DISTRICT_AGENCIES], results, "hand-over", *ended)
    give("big paper", [d for d in city if "counter files" in d.traits], at_counter, "removed paper", "big result")
    give("big paper", online, big - at_counter - results, "removed paper", "big result")
    with_big = [d for d in city + online if d.traits & {"big result", "big paper"}]
    apart = -(-len(with_big) // LARGE_PAPERS_MAX)
    for position, dossier in enumerate(with_big):
        large, rest = divmod(position, apart)
        dossier.big_bytes = BIG_BYTES // (16 if rest else 1 + large % 4)      # the whole of it, half, a third, a quarter
    give("inline paper", [d for d in online if d.origin == "portal"], share(count, INLINE_PAPER_SHARE), "big paper", "removed paper")
