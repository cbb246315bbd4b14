"""One poisoned dossier in 1,000: how much later do the others come to the city?

Rounds alternate: clean; `hangs`: the city never answers the calls of one dossier; `fails`: it answers them with an error;
`refused`: it does not accept its data, and its lane stops with a dead letter. In each an agency pushes new dossiers at a steady
pace; a dossier's delay is from there until the city got it.
"""
import argparse
import json
import statistics
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

from bench.city_world import AGENCY, CityWorld, Pusher

POISON = "HO-SO-DOC"                 # in the subject of the poisoned dossier, and nowhere else
ROUNDS = ("clean", "hangs", "fails", "refused")
FAULTS = {"hangs": {"kind": "hang", "milliseconds": 60_000}, "fails": {"kind": "5xx"}}
RATIO_MAX = 1.2
DRAIN_SECONDS_MAX = 60
UPDATE_PATH = "/HoSo/CapNhat"


def main(arguments=None):
    options = parse(arguments)
    world = CityWorld()
    try:
        rounds = {name: [] for name in ROUNDS}
        for number in range(options.rounds):
            for name in ROUNDS:
                print(f"\rround {number + 1} of {options.rounds}: {name}   ", end="", file=sys.stderr, flush=True)
                rounds[name].append(play(world, name, options))
        print("\r" + " " * 40 + "\r", end="", file=sys.stderr)
    finally:
        world.close()
    return report(rounds, options)


def parse(arguments):
    parser = argparse.ArgumentParser(prog="tests/bench/run poison", description=__doc__)
    parser.add_argument("--dossiers", type=int, default=1000, help="in each round, one of them poisoned (default 1000)")
    parser.add_argument("--per-second", type=int, default=150, help="how fast they are pushed (default 150)")
    parser.add_argument("--rounds", type=int, default=5, help="of each kind (default 5)")
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    return parser.parse_args(arguments)


def play(world, name, options):
    """Delays of one round, in milliseconds, without the poisoned dossier's."""
    before = last_call(world)
    if name in FAULTS:
        world.rig.call("POST", "/rig/fault", FAULTS[name] | {"path": UPDATE_PATH, "contains": POISON})
    pushed, poisoned = push_all(world, options, name)
    arrived = wait_for_arrivals(world, before, set(pushed) - poisoned)
    if name != "clean" and not was_tried(world, before, name):
        raise SystemExit(f"poison: the poisoned dossier was never tried in a round where it {name}")
    if name in FAULTS:
        world.rig.call("DELETE", "/rig/fault")
    world.wait_at_rest(DRAIN_SECONDS_MAX)
    return [arrived[code] - pushed[code] for code in arrived]


def last_call(world):
    return max((call["n"] for call in world.rig.pages("/rig/calls", "calls")), default=0)


def was_tried(world, before, name):
    calls = [call for call in world.rig.pages("/rig/calls", "calls") if call["n"] > before and POISON in call["body"]]
    return any(call["fault"] if name in FAULTS else call["status"] == 400 for call in calls)


def push_all(world, options, name):
    """({code: when it was pushed, ms}, codes of the poisoned)."""
    pusher, sent, codes = Pusher(world.ctl("agency")), {}, {}

    def take():
        for _ in range(options.dossiers):
            request_id, code = pusher.acknowledged()
            codes[request_id] = code
    taker = ThreadPoolExecutor(1).submit(take)
    start, poisoned = time.monotonic(), ""
    for position in range(options.dossiers):
        wait = start + position / options.per_second - time.monotonic()
        if wait > 0:
            time.sleep(wait)                   # the pace of the clerks, not a wait for something to happen
        request_id = str(uuid.uuid4())
        is_poison = name != "clean" and position == options.dossiers // 10
        poisoned = request_id if is_poison else poisoned
        sent[request_id] = time.time() * 1000
        pusher.push(request_id, new_dossier(POISON if is_poison else "Hồ sơ thử", is_complete=not is_poison or name != "refused"))
    try:
        taker.result(DRAIN_SECONDS_MAX)
    finally:
        pusher.close()
    return {codes[request_id]: at for request_id, at in sent.items()}, {codes[poisoned]} if poisoned else set()


def new_dossier(subject, is_complete):
    """The city does not accept one that does not name its procedure's field."""
    field = {"field_code": "LV-THU"} if is_complete else {}
    return {"reception": {"agency": AGENCY}, "status": "STATUS_ACCEPTED", "subject": subject,
            "origin": {"channel": "CHANNEL_COUNTER", "submitted_time": "2026-01-05T01:00:00Z"},
            "procedure": {"code": "1.001193", "name": "Thủ tục thử"} | field,
            "applicant": {"name": "Người Thử", "kind": "APPLICANT_KIND_CITIZEN"}, "outcome": {"return_method": "RETURN_METHOD_DIRECT"}}


def wait_for_arrivals(world, before, codes):
    """{code: when the city first took it in, ms} of all `codes`."""
    arrived, seen, deadline = {}, before, time.monotonic() + DRAIN_SECONDS_MAX
    while not codes <= arrived.keys():
        if time.monotonic() > deadline:
            raise SystemExit(f"poison: {len(codes - arrived.keys())} dossiers never came to the city")
        page = world.rig.call("GET", f"/rig/calls?after={seen}&limit=500")["calls"]
        for call in page:
            seen = call["n"]
            if call["path"] == UPDATE_PATH and call["status"] == 200:
                arrived.setdefault(json.loads(call["body"])["HoSo"]["MaHoSo"], call["time_ms"])
        if not page:
            time.sleep(0.05)
    return {code: at for code, at in arrived.items() if code in codes}


def report(rounds, options):
    p99 = {name: statistics.median(percentile(delays, 0.99) for delays in all_rounds) for name, all_rounds in rounds.items()}
    p50 = {name: statistics.median(percentile(delays, 0.5) for delays in all_rounds) for name, all_rounds in rounds.items()}
    print(f"poison: 1 dossier in {options.dossiers}, {options.per_second} a second, {options.rounds} rounds of each kind")
    for name in rounds:
        print(f"  {name:<8} p50 {p50[name]:6.0f} ms   p99 {p99[name]:6.0f} ms   p99 ratio {p99[name] / p99['clean']:.2f}")
    worst = max(p99[name] / p99["clean"] for name in rounds)
    print(f"  {'holds' if worst <= RATIO_MAX else 'DOES NOT HOLD'}: p99 of the others at most {RATIO_MAX} times that of a clean round")
    if options.json:
        print(json.dumps({"p50_ms": p50, "p99_ms": p99, "ratio_max": RATIO_MAX, "ratio": worst}))
    return 0 if worst <= RATIO_MAX else 1


def percentile(values, part):
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


if __name__ == "__main__":
    sys.exit(main())
