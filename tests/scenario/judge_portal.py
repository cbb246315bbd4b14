"""The judge's look at a portal's progress lines: each step once, in order, with every field.

A portal adds what it is sent and never says what it has. A line that stands twice is no fault only when the gateway itself
says that it may (a reply was lost), and there are no more of these than lines in calls that were not answered.
"""
import re
from collections import Counter

_SLIP = re.compile(r"Phiếu ((?:tp|nv|x05|x06)-\d{6}-qt\d+)\.")


class ProgressJudge:
    """A part of Judge."""

    def _progress(self, entry, system, record):
        label, wanted, first = self.label(entry), entry.progress[system], {}
        code = record.get("MaHoSo") if system == "hub" else entry.dossier.portal_code or self.code_of(entry.number)
        flagged = self._shot.portals[system].flagged.get(self.code_of(entry.number), set())
        for line in record.get("TienDo") or []:
            slip = _SLIP.search(line.get("NoiDungXuLy") or "")
            step = slip[1] if slip else ""
            if step not in wanted:
                self._find("extra", label, system, f"TienDo[{step or '?'}]", "nobody made this step")
            elif step not in first:
                first[step] = line
            elif step in flagged:
                self.verdict.flagged[system] += 1
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
        """Lines that may stand twice need a reason each."""
        for system, portal in self._shot.portals.items():
            self.verdict.replies_dropped += sum(portal.unanswered.values())
            bound = portal.lines_unanswered + self._known.lines_at_kills
            self.verdict.lines_unanswered += portal.lines_unanswered
            if self.verdict.flagged[system] > bound:
                self._find("duplicated_steps", "-", system, "TienDo", f"{self.verdict.flagged[system]} lines stand twice, flagged, "
                           f"but only {bound} were in calls without an answer")
        self.verdict.lines_unanswered += self._known.lines_at_kills


def lines_unanswered(calls):
    """({fault: calls}, progress lines in them) of a rig's calls that were carried out and not answered."""
    lines = sum(call["items"] for call in calls if call["service"] in ("CapNhatTienDoHoSoMC", "CapNhatTienTrinh"))
    return Counter(call["fault"] for call in calls), lines
