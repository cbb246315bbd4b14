"""What a run shows: progress while it works, the table, the findings, the JSON line."""
import json
import sys
import time

from scenario.words import ONE_STOP_AGENCY

SHOWN_MAX = 20
PLAIN_LINE_SECONDS = 5


class Progress:
    """A live line on a terminal, a plain line now and then elsewhere. On standard error."""

    def __init__(self, stream=sys.stderr):
        self._stream, self._live = stream, stream.isatty()
        self._start, self._last, self._width = time.monotonic(), 0.0, 0

    def say(self, text):
        """One step of the preparation or the end."""
        self._end_live_line()
        print(f"demo: {text}", file=self._stream, flush=True)

    def show(self, run, state):
        now = time.monotonic()
        if not self._live and now - self._last < PLAIN_LINE_SECONDS:
            return
        self._last = now
        done, total = run.schedule.done, run.schedule.total
        portals = "".join(f", {portal.name} {portal.deliveries}" for portal in run.portals)
        text = (f"demo: {now - self._start:5.1f} s  {state}: {done}/{total} acts, {run.counters.acknowledged} acknowledged, "
                f"city {run.city.deliveries}, district {run.district.applied}{portals}, kills {run.counters.kills}")
        if self._live:
            self._stream.write(f"\r{text:<{self._width}}")
            self._stream.flush()
            self._width = len(text)
        else:
            print(text, file=self._stream, flush=True)

    def _end_live_line(self):
        if self._width:
            self._stream.write("\n")
            self._width = 0


def percentile(sorted_values, part):
    """In milliseconds; 0 when nothing was measured."""
    if not sorted_values:
        return 0
    return round(1000 * sorted_values[min(len(sorted_values) - 1, int(part * len(sorted_values)))])


def summary(ledger, run, verdict, outside, seconds):
    """The figures of the table and of the JSON line; `outside`: those that neither the run nor the judge knows."""
    lags, plan = run.schedule.lags(), run.plan
    return {
        "dossiers": len(plan.dossiers),
        "fields_compared": verdict.fields_compared,
        "missing": verdict.count("missing"),
        "differing": verdict.count("differing"),
        "extra": verdict.count("extra"),
        "duplicated_steps": verdict.count("duplicated_steps"),
        "duplicated_unflagged": verdict.count("duplicated_steps"),
        "duplicated_flagged": sum(verdict.flagged.values()),
        "portal_calls": outside["portal_calls"],
        "portal_logins": outside["portal_logins"],
        "replies_dropped": verdict.replies_dropped,
        "lines_unanswered": verdict.lines_unanswered,
        "calls_flagged": verdict.flagged_calls,
        "calls_flagged_at_kills": verdict.flagged_calls_at_kills,
        "papers": verdict.papers_checked,
        "papers_differing": verdict.count("paper"),
        "held_twice": verdict.count("held_twice"),
        "unresolvable": verdict.count("unresolvable"),
        "conflicts_expected": len(ledger.conflicts),
        "conflicts_found": verdict.conflicts_found,
        "dead_letters": verdict.count("dead_letter"),
        "kills": run.counters.kills,
        "pauses": run.counters.pauses,
        "answers": run.counters.answers,
        "kill_answers_required": run.killer.answers_min if run.counters.kills else 0,
        "kill_answers_min": min(run.killer.answers, default=0),
        "kill_calls_cut_min": min(run.killer.calls_cut, default=0),
        "one_stop_dossiers": sum(dossier.origin == ONE_STOP_AGENCY for dossier in plan.dossiers),
        "one_stop_calls": run.one_stop.client.calls,
        "one_stop_replies_lost": run.one_stop.client.lost,
        "faults_injected": outside["faults_injected"],
        "resent": run.counters.resent,
        "duplicates_confirmed": run.counters.duplicates_confirmed,
        "lag_p50_ms": percentile(lags, 0.50),
        "lag_p99_ms": percentile(lags, 0.99),
        "records": verdict.records,
        "acts": run.schedule.total,
        "shortfalls": len(run.counters.shortfalls),
        "memory_peak_mb": outside["memory_peak_mb"],
        "seed": plan.seed,
        "seconds": round(seconds, 1),
    }


_ROWS = (
    ("dossiers", "dossiers"), ("one_stop_dossiers", "of one-stop software"), ("acts", "acts of the systems"),
    ("fields_compared", "fields compared"), ("records", "records"),
    ("faults_injected", "faults injected"), ("kills", "kills of the gateway"), ("pauses", "pauses of links"), ("resent", "pushes sent again"),
    ("conflicts_expected", "conflicts expected"), ("conflicts_found", "conflicts found"), ("dead_letters", "dead letters"),
    ("missing", "missing"), ("differing", "differing"), ("extra", "extra"), ("duplicated_steps", "duplicated steps"),
    ("portal_calls", "calls to the portal"), ("portal_logins", "logins there"), ("replies_dropped", "portal replies dropped"),
    ("duplicated_flagged", "lines twice, flagged"), ("calls_flagged", "calls that explain it"), ("papers", "papers compared"),
    ("papers_differing", "papers differing"),
    ("held_twice", "dossiers held twice"), ("unresolvable", "unresolvable codes"), ("lag_p50_ms", "lag p50, ms"),
    ("lag_p99_ms", "lag p99, ms"), ("memory_peak_mb", "gateway's memory, MB"), ("seed", "seed"), ("seconds", "seconds"),
)


# Only of a run with kills, each behind the row that it belongs to.
_KILL_ROWS = {
    "kills": (("kill_answers_min", "answers between, least"), ("kill_answers_required", "of those required"),
              ("kill_calls_cut_min", "calls cut by each, least")),
    "calls_flagged": (("calls_flagged_at_kills", "and calls cut by kills"),),
}


def _rows(figures):
    for row in _ROWS:
        if row[0] != "pauses" or figures["pauses"]:
            yield row
        if figures["kills"]:
            yield from _KILL_ROWS.get(row[0], ())


def print_table(figures, stream=sys.stdout):
    for key, name in _rows(figures):
        value = figures[key]
        if key == "records":
            value = ", ".join(f"{system} {count}" for system, count in value.items())
        print(f"  {name:<24} {value:>12}" if not isinstance(value, str) else f"  {name:<24} {value}", file=stream)


def print_findings(verdict, shortfalls, stream=sys.stderr):
    """The first of what is wrong: dossier, system, field."""
    lines = [f"{f.kind:<16} {f.dossier}  {f.system}  {f.field}: {f.text}" for f in verdict.findings]
    lines += [f"{'shortfall':<16} {label}  {system}  {path}: {text}" for label, system, path, text in shortfalls]
    for line in lines[:SHOWN_MAX]:
        print(f"  {line}", file=stream)
    if len(lines) > SHOWN_MAX:
        print(f"  ... and {len(lines) - SHOWN_MAX} more", file=stream)


def print_json(figures, stream=sys.stdout):
    print(json.dumps(figures, ensure_ascii=False), file=stream, flush=True)


def print_what_next(world, code, stream=sys.stdout):
    """After --keep."""
    ctl = " ".join(world.operator.command())
    curls = [f"  curl -s 'http://127.0.0.1:{world.control(name).port}/rig/records?limit=1'     # {name}"
             for name in ("city", *world.portals)]
    print(f"""
Everything is still running, in {world.folder}. Try:

  CTL="{ctl}"
  $CTL links
  $CTL get {code} --purpose "a look around"
  $CTL conflicts
  $CTL watch --purpose "a look around"
  psql "{world.database.dsn}" -c "select khoa, ma_ho_so, noi_dung->>'trang_thai' from ho_so limit 10"
{chr(10).join(curls)}

Stop it with: {world.path('stop')}""", file=stream, flush=True)
