"""How many numbers a second does a gateway reserve durably, and how long does one take? Beside it the machine's own: how long
it takes to make 4 KiB durable (fdatasync), alone.
"""
import argparse
import importlib.util
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

RATE_MIN = 2_000          # reservations a second
P99_MS_MAX = 20
SYNC_ROUNDS = 300


def numbers_test():
    """The rig of tests/numbers, whose folder has the name of a standard module."""
    path = Path(__file__).resolve().parents[1] / "numbers" / "numbers_test.py"
    spec = importlib.util.spec_from_file_location("numbers_test", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def sync_milliseconds(folder):
    """Median and 99th percentile of one fdatasync of 4 KiB appended."""
    times = []
    with open(Path(folder) / "sync", "wb", buffering=0) as file:
        for _ in range(SYNC_ROUNDS):
            file.write(b"x" * 4096)
            begin = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - begin) * 1000)
    return percentiles(times)


def percentiles(times):
    cuts = statistics.quantiles(times, n=100)
    return round(cuts[49], 3), round(cuts[98], 3)


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="tests/bench/run reservations", description=__doc__)
    parser.add_argument("--operations", type=int, default=20_000)
    parser.add_argument("--clients", type=int, default=8, help="of each of 4 processes")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    rig = numbers_test()
    with tempfile.TemporaryDirectory(prefix="reservations-") as folder:
        sync = sync_milliseconds(folder)
        world = rig.World(folder)
        world.start()
        try:
            world.series(rig.AGENCIES[0], "")
            share = options.operations // len(rig.PROCESSES)
            loads = [world.load(process, options.clients, share, i, "reserve") for i, process in enumerate(rig.PROCESSES)]
            for load in loads:
                load.wait(600)
            answers = world.answers()
        finally:
            world.kill()
    seconds = max(answer.end for answer in answers) - min(answer.begin for answer in answers)
    p50, p99 = percentiles([(answer.end - answer.begin) * 1000 for answer in answers])
    figures = {"reservations/s": round(len(answers) / seconds), "p50 ms": p50, "p99 ms": p99, "fdatasync p50 ms": sync[0],
               "fdatasync p99 ms": sync[1], "p99 / fdatasync p99": round(p99 / sync[1], 1),
               "reservations a fdatasync": round(len(answers) / seconds * sync[0] / 1000, 1)}
    if options.json:
        print(json.dumps({"reservations": figures}))
    else:
        for name, value in figures.items():
            print(f"  {name:26} {value:>10}")
    return 0 if figures["reservations/s"] >= RATE_MIN and p99 <= P99_MS_MAX else 1


if __name__ == "__main__":
    sys.exit(main())
