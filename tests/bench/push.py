"""How fast are pushes that are made durable before they are answered? Beside them, in the same rounds and with the same client,
contract and credentials: a server that stores nothing (what gRPC allows), and one fdatasync of 4 KiB (what the disk allows)."""
import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time

from bench.reservations import sync_milliseconds
from fault.world import AGENCY, BIN, World
from scenario.processes import free_ports, wait_until

# case -> (mode, calls in flight, what must hold of the medians of all rounds)
CASES = {
    "one in flight": ("unary", 1, "p50 us, less that of the echo, in fdatasyncs", 4.0, False),
    "unary, 64 in flight": ("unary", 64, "rate / echo's", 0.45, True),
    "stream, 256 in flight": ("stream", 256, "rate / echo's", 0.2, True),
}
P99_MS_MAX = 25          # unary, 64 in flight
WARM_SECONDS = 1


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="tests/bench/run push", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="lienthong-bench.") as folder:
        world = World(folder)
        port = free_ports(1)[0]
        echo = subprocess.Popen([BIN / "bench-echo", str(port), world.folder / "pki", "callback"])
        try:
            world.start("lienthongd")
            wait_until(lambda: echo.poll() is None and measure(world, port, "unary", 1, 0.1), "bench-echo")
            rounds = [one_round(world, port, folder, options.seconds) for _ in range(options.rounds)]
        finally:
            echo.kill()
            echo.wait()
            world.stop()
    figures = {case: figures_of(case, [one[case] for one in rounds], statistics.median(one["sync ms"] for one in rounds))
               for case in CASES}
    if options.json:
        print(json.dumps({"push": figures}))
    else:
        show(figures)
    return 0 if all(one["holds"] for one in figures.values()) else 1


def one_round(world, port, folder, seconds):
    found = {"sync ms": sync_milliseconds(folder)[0]}
    for case, (mode, in_flight, *_) in CASES.items():
        found[case] = {"echo": measure(world, port, mode, in_flight, seconds),
                       "gateway": measure(world, world.port, mode, in_flight, seconds)}
    return found


def measure(world, port, mode, in_flight, seconds):
    """What bench-push printed; None: it reached no server."""
    done = subprocess.run([BIN / "bench-push", f"ipv4:127.0.0.1:{port}", world.folder / "pki", AGENCY, mode, str(in_flight),
                           str(seconds), str(WARM_SECONDS)], capture_output=True, text=True, timeout=120, check=False)
    if done.returncode != 0:
        time.sleep(0.1)
        return None
    found = json.loads(done.stdout)
    if found["errors"]:
        raise RuntimeError(f"{mode} {in_flight}: {found['errors']} pushes were not answered")
    return found


def figures_of(case, rounds, sync_ms):
    mode, _, what, bound, is_least = CASES[case]
    median = {name: {key: statistics.median(one[name][key] for one in rounds) for key in ("rate", "p50_us", "p99_us")}
              for name in ("echo", "gateway")}
    if is_least:
        ratio = statistics.median(one["gateway"]["rate"] / one["echo"]["rate"] for one in rounds)
    else:
        ratio = (median["gateway"]["p50_us"] - median["echo"]["p50_us"]) / (sync_ms * 1000)
    holds = ratio >= bound if is_least else ratio <= bound
    p99_ms = median["gateway"]["p99_us"] / 1000
    if case == "unary, 64 in flight":
        holds = holds and p99_ms <= P99_MS_MAX
    return {"echo/s": round(median["echo"]["rate"]), "gateway/s": round(median["gateway"]["rate"]),
            "p50 ms": round(median["gateway"]["p50_us"] / 1000, 2), "p99 ms": round(p99_ms, 1), "what": what,
            "ratio": round(ratio, 2), "bar": bound, "holds": holds}


def show(figures):
    heads = ("echo/s", "gateway/s", "p50 ms", "p99 ms", "ratio", "bar", "holds", "what")
    print(f"  {'':22}" + "".join(f"{head:>11}" for head in heads[:-1]) + f"  {heads[-1]}")
    for case, row in figures.items():
        cells = "".join(f"{('yes' if row[head] else 'NO') if head == 'holds' else row[head]:>11}" for head in heads[:-1])
        print(f"  {case:22}{cells}  {row['what']}")


if __name__ == "__main__":
    sys.exit(main())
