"""So many outages of each counterpart, one after another: does its link resume by itself, within its backoff bound?

A counterpart goes away in each way that its simulator knows, a clerk changes dossiers meanwhile, and once the gateway has noticed
it comes back. From there it is measured until the link has delivered all that waited. The gateway is never restarted; in the end
every counterpart must hold the last change of every dossier.
"""
import argparse
import itertools
import json
import random
import sys
import time
import uuid
from dataclasses import dataclass

from bench.city_world import Pusher
from bench.links_world import AGENCY, BACKOFF_SECONDS_MAX, CALL_SECONDS_MAX, POLL_SECONDS, LinksWorld
from bench.troubles import ANSWERED_LATE, TROUBLES

ALLOWANCE_SECONDS = 1.0        # for the machine, and for asking lienthongctl
NOTICED_SECONDS_MAX = 20       # an outage lasts until the gateway has met it
GIVEN_UP_SECONDS = 60
LOOK_SECONDS = 0.05


@dataclass
class Outage:
    counterpart: str
    trouble: str
    seconds: float             # that it lasted
    failed_calls: int
    resumed: float             # seconds after its end; infinite: not
    bound: float


def main(arguments=None):
    options = parse(arguments)
    world = LinksWorld()
    try:
        clerk = Clerk(world, options)
        outages = [outage for name in options.counterparts for outage in series(world, clerk, name, options)]
        lost = clerk.missing(options.counterparts)
        restarts = 0 if world.gateway.alive() else 1
        clerk.close()
    finally:
        world.close()
    return report(outages, lost, restarts, options)


def parse(arguments):
    parser = argparse.ArgumentParser(prog="tests/bench/run outages", description=__doc__)
    parser.add_argument("--outages", type=int, default=100, help="of each counterpart (default 100)")
    parser.add_argument("--dossiers", type=int, default=20, help="that there are (default 20)")
    parser.add_argument("--changes", type=int, default=10, help="during each outage (default 10)")
    parser.add_argument("--counterparts", nargs="+", choices=list(TROUBLES), default=list(TROUBLES), help="default: all")
    parser.add_argument("--seconds-max", type=float, default=3, help="that an outage lasts (default 3)")
    parser.add_argument("--seed", type=int, default=1, help="of how long each lasts (default 1)")
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    return parser.parse_args(arguments)


class Clerk:
    """Hands in dossiers at the start, and changes some of them whenever told to."""

    def __init__(self, world, options):
        self._world, self._changes = world, options.changes
        self._pusher = Pusher(world.ctl(f"agency-{AGENCY}"))
        self._numbers = itertools.count(1)
        codes = self._push([new_dossier() for _ in range(options.dossiers)])
        self.last = {code: {} for code in codes}       # code -> what was said last
        self._turns = itertools.cycle(codes)
        must(lambda: all(is_well(link) for link in world.links().values()), "all dossiers everywhere")
        self.change(options.dossiers)                  # each has something to be looked for in the end

    def change(self, count=None):
        """One field that all but the hub take, and one that the hub takes."""
        changes = []
        for code in itertools.islice(self._turns, count or self._changes):
            number = next(self._numbers)
            self.last[code] = {"contact": {"phone": f"09{number:08}"}, "status_note": f"Lần sửa {number:06}"}
            changes.append({"code": code} | self.last[code])
        self._push(changes)

    def _push(self, dossiers):
        ids = [str(uuid.uuid4()) for _ in dossiers]
        for request_id, dossier in zip(ids, dossiers):
            self._pusher.push(request_id, dossier)
        codes = dict(self._pusher.acknowledged() for _ in ids)
        return [codes[request_id] for request_id in ids]

    def missing(self, names):
        """{counterpart: dossiers whose last change it does not hold}; the district's software may still be at work."""
        wait_for(lambda: not any(self._missing(name) for name in names))
        return {name: self._missing(name) for name in names}

    def _missing(self, name):
        held = json.dumps(self._world.records(name), ensure_ascii=False)
        said = [last["status_note"] if name == "hub" else last["contact"]["phone"] for last in self.last.values()]
        return sum(text not in held for text in said)

    def close(self):
        self._pusher.close()


def new_dossier():
    return {"reception": {"agency": AGENCY, "received_time": "2026-01-05T01:00:00Z"}, "status": "STATUS_ACCEPTED",
            "deadline": {"promised_due": "2026-01-20T01:00:00Z"}, "subject": "Hồ sơ thử",
            "origin": {"channel": "CHANNEL_COUNTER", "submitted_time": "2026-01-05T01:00:00Z"},
            "procedure": {"code": "1.001193", "name": "Thủ tục thử", "field_code": "G15-HT01", "field_name": "Hộ tịch"},
            "applicant": {"name": "Người Thử", "kind": "APPLICANT_KIND_CITIZEN"}, "contact": {"phone": "0900000000"},
            "processing_unit": "Đơn vị thử", "outcome": {"return_method": "RETURN_METHOD_DIRECT"}}


def wait_for(look, seconds_max=GIVEN_UP_SECONDS):
    """Whether `look` became true in time."""
    deadline = time.monotonic() + seconds_max
    while not look():
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK_SECONDS)
    return True


def must(look, what, seconds_max=GIVEN_UP_SECONDS):
    if not wait_for(look, seconds_max):
        raise SystemExit(f"outages: {what}: not after {seconds_max} s")


def is_well(link):
    return int(link.get("pending", 0)) == 0 and link["state"] == "OK"


def failed_calls(link):
    return sum(int(count) for count in link.get("errors", {}).values())


def series(world, clerk, name, options):
    lengths, troubles = random.Random(f"{options.seed}-{name}"), itertools.cycle(TROUBLES[name].items())
    for number, (trouble, away) in enumerate(itertools.islice(troubles, options.outages), 1):
        print(f"\r{name}: outage {number} of {options.outages}: {trouble}          ", end="", file=sys.stderr, flush=True)
        yield play(world, clerk, name, trouble, away, lengths.uniform(0, options.seconds_max))
    print("\r" + " " * 60 + "\r", end="", file=sys.stderr)


def play(world, clerk, name, trouble, away, seconds):
    before, start = failed_calls(world.links()[name]), time.monotonic()
    with away(world, name):
        clerk.change()
        must(lambda: failed_calls(world.links()[name]) > before, f"{name}: {trouble} noticed", NOTICED_SECONDS_MAX)
        time.sleep(max(0, start + seconds - time.monotonic()))      # how long it is away
        failed = failed_calls(world.links()[name]) - before
        lasted = time.monotonic() - start
    end = time.monotonic()
    is_back = wait_for(lambda: is_well(world.links()[name]))
    resumed = time.monotonic() - end if is_back else float("inf")
    bound = BACKOFF_SECONDS_MAX + 2 * POLL_SECONDS[name] + (CALL_SECONDS_MAX if trouble in ANSWERED_LATE else 0)
    return Outage(name, trouble, lasted, failed, resumed, bound)


def report(outages, lost, restarts, options):
    print(f"outages: {options.outages} of each, at most {BACKOFF_SECONDS_MAX:.0f} s of backoff, {options.changes} changes in each; "
          f"allowance for the machine {ALLOWANCE_SECONDS:.0f} s")
    late = [outage for outage in outages if outage.resumed > outage.bound + ALLOWANCE_SECONDS]
    for name in options.counterparts:
        print(f"  {name:<9} {'outages':>7} {'slowest resume':>15} {'bound':>7} {'failed calls':>13}")
        for trouble in TROUBLES[name]:
            of_it = [outage for outage in outages if (outage.counterpart, outage.trouble) == (name, trouble)]
            if of_it:
                print(f"    {trouble:<13}{len(of_it):>2} {max(outage.resumed for outage in of_it):>13.2f} s {of_it[0].bound:>5.1f} s "
                      f"{sum(outage.failed_calls for outage in of_it):>13}")
        print(f"    dossiers that do not hold their last change: {lost[name]}")
    holds = not late and not any(lost.values()) and not restarts
    print(f"  {'holds' if holds else 'DOES NOT HOLD'}: every link resumes by itself within its bound, nothing is lost"
          + (f"; late: {len(late)}" if late else "") + ("; the gateway ended" if restarts else ""))
    if options.json:
        print(json.dumps({"outages": [vars(outage) for outage in outages], "lost": lost, "late": len(late)}))
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
