"""What the demo is asked for. As a program it only says what is wrong with that, before anything is installed or built: it
needs nothing that is not Python's own."""
import argparse
import os
import random
import sys
from pathlib import Path

from scenario.plan import ARRANGEMENTS, PORTALS

ROOT = Path(__file__).resolve().parents[2]
DOSSIERS_MIN, DOSSIERS_MAX = 20, 20_000
CHAOS_KILLS = 3
# What can be planted, and where when nothing is said.
KINDS = {"lost-step": "city", "stale-due": "district", "wrong-fee": "city", "wrong-paper": "city", "swapped-code": "district",
         "extra-row": "city"}
PLACES = ("city", "district", *PORTALS)
CHOICES = (*KINDS, *(f"{kind}@{place}" for kind in KINDS for place in PLACES))


def parse(arguments):
    parser = argparse.ArgumentParser(prog="deploy/demo", description=__doc__)
    parser.add_argument("--dossiers", type=_count, default=1000, metavar="N", help="how many dossiers (default 1000)")
    parser.add_argument("--chaos", action="store_true", help="everything that the simulators can do wrong, each link stopped for a "
                        "while, and three kills unless --kills says otherwise")
    parser.add_argument("--seed", type=int, default=None, metavar="S", help="repeats a run (its days move on with the weeks); printed at start")
    parser.add_argument("--kills", type=int, default=None, metavar="K", help="kill -9 the gateway K times while it works")
    parser.add_argument("--plant", choices=CHOICES, metavar="FAULT[@PLACE]",
                        help="afterwards alter one place behind the gateway's back, which the judge must find: "
                        + ", ".join(KINDS) + "; with @PLACE there: " + ", ".join(PLACES))
    parser.add_argument("--portal", choices=ARRANGEMENTS, default="gen1",
                        help="the national portal's contract: gen1 (default), gen2 (the hub), or mixed, some agencies at each")
    parser.add_argument("--keep", action="store_true", help="leave everything running and say what to try next")
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    parser.add_argument("--build-dir", default=os.environ.get("BUILD_DIR", ROOT / "build"), metavar="DIR",
                        help="where the programs were built (default build)")
    options = parser.parse_args(arguments)
    place = (options.plant or "").partition("@")[2]
    if place in PORTALS and place not in ARRANGEMENTS[options.portal]:
        parser.error(f"--plant {options.plant}: no {place} in --portal {options.portal}")
    if options.kills is None:
        options.kills = CHAOS_KILLS if options.chaos else 0
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1, 10**6)
    return options


def _count(text):
    count = int(text)
    if not DOSSIERS_MIN <= count <= DOSSIERS_MAX:
        raise argparse.ArgumentTypeError(f"{count}: give {DOSSIERS_MIN} to {DOSSIERS_MAX}")
    return count


if __name__ == "__main__":
    parse(sys.argv[1:])
