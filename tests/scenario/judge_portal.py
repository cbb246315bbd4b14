"""The judge's look at a portal's progress lines: each step once, in order, with every field.

A portal adds what it is sent and never says what it has. A line that stands twice is no fault only when the gateway itself
says that it may, and a call with this very line went without an answer, or the gateway was killed before it noted the answer.
"""
from collections import Counter, defaultdict
from dataclasses import dataclass

from scenario.gateway_config import PORTAL_CALLS_MAX
from scenario.sides import slip_of, slips


class ProgressJudge:
    """A part of Judge."""

    def _progress(self, entry, system, record):
        label, wanted, first = self.label(entry), entry.progress[system], {}
        code = record.get("MaHoSo") if system == "hub" else entry.dossier.portal_code or self.code_of(entry.number)
        gateway = self.record_of("gateway", entry.number) or {}
        named = slips("gateway", gateway)
        flagged = {named.get(step, step) for step in self._shot.portals[system].flagged.get(gateway.get("code"), ())}
        for line in record.get("TienDo") or []:
            step = slip_of(line.get("NoiDungXuLy"))
            if step not in wanted:
                self._find("extra", label, system, f"TienDo[{step or '?'}]", "nobody made this step")
            elif step not in first:
                first[step] = line
            elif step in flagged:
                self.verdict.flagged[system] += 1
                self._twice[system].append((label, code, step))
            else:
                self._find("duplicated_steps", label, system, f"TienDo[{step}]", "stands twice and the gateway says nothing of it")
        for step, fields in wanted.items():
            ids = {"MaHoSo": code} | ({"IDHoSo": record.get("IdHoSo")} if system == "hub" else {})
            self._line(label, system, step, fields | ids, first.get(step))
        self._equal(label, system, "TienDo", list(first), [step for step in wanted if step in first], "order")

    def _line(self, label, system, step, wanted, line):
        self.verdict.fields_compared += len(wanted)
        if line is None:
            self._find("missing", label, system, f"TienDo[{step}]", "it is not there")
            return
        for name in sorted(wanted.keys() | line.keys()):
            found, expected = line.get(name) or "", wanted.get(name) or ""
            if found != expected:
                self._find("differing" if found and expected else "missing" if expected else "extra", label, system,
                           f"TienDo[{step}].{name}", f"expected {expected!r}, found {found!r}")

    def _possible_duplicates(self):
        """Each line that may stand twice needs a call with it that went without an answer: one call explains one copy of each
        of its lines, so a call with ten lines explains ten."""
        for system, portal in self._shot.portals.items():
            self.verdict.replies_dropped += sum(portal.unanswered.values())
            silent = {call.n for call in portal.progress_unanswered}
            calls = [*portal.progress_unanswered,
                     *(call for call in self._known.progress_at_kills.get(system, ()) if call.n not in silent)]
            known, explained = self._known.slips.get(system, {}), defaultdict(list)
            newest = {slip: n for n, slips in sorted(known.items()) for slip in slips}
            for call in calls:
                # What a killed gateway forgot went out again when it had started again.
                again = [slip for slip in known.get(call.n, ()) if not call.kill or newest[slip] > call.n]
                explained[call.code].append(_Places(call, again, call.lines - len(known.get(call.n, ()))))
            self.verdict.lines_unanswered += sum(places.left for all_of in explained.values() for places in all_of)
            for label, code, step in self._twice[system]:
                if not any(places.take(step) for places in sorted(explained[code], key=lambda places: not places.used)):
                    self._find("duplicated_steps", label, system, f"TienDo[{step}]",
                               "stands twice, flagged, but no call with it went without an answer")
            used = [places.call for all_of in explained.values() for places in all_of if places.used]
            self.verdict.flagged_calls += sum(not call.kill for call in used)
            self.verdict.flagged_calls_at_kills += sum(bool(call.kill) for call in used)
            for kill, times in Counter(call.kill for call in used if call.kill).items():
                if times > PORTAL_CALLS_MAX:
                    self._find("duplicated_steps", f"kill {kill}", system, "TienDo", f"lines of {times} calls stand twice, and no "
                               f"more than {PORTAL_CALLS_MAX} were under way")


@dataclass(frozen=True)
class ProgressCall:
    """A call with progress lines that was carried out, and whose answer may never have come."""
    n: int                # in the rig's log
    code: str             # of the dossier, as the portal knows it
    lines: int
    kill: int = 0         # which kill of the gateway may have kept it from noting the answer; 0: there was no answer


@dataclass(frozen=True)
class SentCall:
    """A call about a dossier as the portal's log shows it."""
    seconds: float
    n: int
    code: str
    lines: int            # of progress; 0: it has none, or it had no effect


def perhaps_missed(calls, kills, waits_seconds):
    """ProgressCalls whose answer a gateway may not have noted that was killed then: `kills` are (killed, started again). It
    waits for an answer no longer than `waits_seconds`, and before it has noted one it sends nothing more of that dossier: so
    only the last of each dossier can be such a call. `calls`: all SentCalls, in order."""
    missed = {}
    for kill, (killed, started) in enumerate(kills, start=1):
        last = {call.code: call for call in calls if call.seconds < started}
        for call in last.values():
            if call.lines and call.seconds >= killed - waits_seconds:
                missed.setdefault(call.n, ProgressCall(call.n, call.code, call.lines, kill))
    return list(missed.values())


class _Places:
    """What one call explains: a copy of each of these lines, and of so many more as the log has cut off."""

    def __init__(self, call, slips, unseen):
        self.call, self.used = call, False
        self._slips, self._unseen = set(slips), max(0, unseen)

    @property
    def left(self):
        return len(self._slips) + self._unseen

    def take(self, step):
        if step in self._slips:
            self._slips.remove(step)
        elif self._unseen:
            self._unseen -= 1
        else:
            return False
        self.used = True
        return True


def unanswered(calls):
    """({fault: calls}, [ProgressCall]) of a rig's calls that were carried out and not answered."""
    progress = [ProgressCall(call["n"], call["MaHoSo"], call["items"]) for call in calls
                if call["service"] in ("CapNhatTienDoHoSoMC", "CapNhatTienTrinh")]
    return Counter(call["fault"] for call in calls), progress
