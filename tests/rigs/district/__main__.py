"""python3 -m rigs.district --dsn DSN: works off the inbox until it is told to stop (SIGTERM or Ctrl-C)."""
import argparse
import signal
import threading

from rigs.district.software import Software

IDLE_SECONDS = 0.1


def main():
    parser = argparse.ArgumentParser(prog="python3 -m rigs.district", description=__doc__.split(": ", 1)[1])
    parser.add_argument("--dsn", required=True, help="libpq connection string of the software's database")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with Software(parser.parse_args().dsn) as software:
        while not stop.is_set():
            rows = software.inbox()
            for row in rows:
                software.apply(row)
            if not rows:
                stop.wait(IDLE_SECONDS)


if __name__ == "__main__":
    main()
