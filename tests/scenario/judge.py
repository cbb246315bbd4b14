"""The judge: compares each system with the ledger, field by field. Pure: a ledger and a snapshot in, findings out."""
import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from scenario.forms import flatten
from scenario.tables import SYSTEMS

CODE = re.compile(r"^(H29\.X0[1-6])-\d{6}-\d{4,}$")
RECORD = "(record)"
_PLAN_ID = re.compile(r"\b(?:tp|nv|x05|x06)-(\d{6})-|Hồ sơ mẫu số (\d{6})")
# Who issues which number of a dossier; all others are the receiving agency's own.
_ISSUER = {"city id": "city", "district key": "district", "own receipt": "district"}
# What each system adds by itself; codes and numbers are judged apart.
_OWN = {
    "gateway": re.compile(r"^(code|receipt_number|revision|codes\b.*|deadline\.statutory_due|owner_history\b.*"
                          r"|.*\.(author|collector|fetch_state))$"),
    "city": re.compile(r"^(IdHoSo|MaHoSo|SoBienNhan|MaKhac\b.*)$"),
    "district": re.compile(r"^(ma_ho_so|so_bien_nhan|ma_khac\b.*)$"),
}
_STEPS = {"gateway": "steps", "city": "QuaTrinhXuLy", "district": "qua_trinh"}
_CODE_FIELD = {"gateway": ("code", "receipt_number"), "city": ("MaHoSo", "SoBienNhan"), "district": ("ma_ho_so", "so_bien_nhan")}


@dataclass(frozen=True)
class Finding:
    kind: str           # missing, differing, extra, duplicated_steps, held_twice, unresolvable, conflict, dead_letter
    dossier: str
    system: str
    field: str
    text: str


@dataclass
class Verdict:
    fields_compared: int = 0
    records: dict = field(default_factory=dict)
    findings: list = field(default_factory=list)
    conflicts_found: int = 0

    def count(self, kind):
        return sum(finding.kind == kind for finding in self.findings)


class Judge:
    def __init__(self, ledger, shot, city_ids, district_keys):
        self._ledger = ledger
        self._shot = shot
        self._city_ids = city_ids
        self._district_keys = district_keys
        self.verdict = Verdict()
        self._records = {"gateway": shot.gateway, "city": shot.city, "district": [row.record for row in shot.district]}
        self._rows = {id(row.record): row for row in shot.district}
        self._by_number = {system: self._group(system) for system in SYSTEMS}

    def judge(self):
        self.verdict.records = {system: len(records) for system, records in self._records.items()}
        for number, entry in self._ledger.entries.items():
            found = {system: self._record(system, entry) for system in SYSTEMS if system in entry.expected}
            for system, record in found.items():
                if record is not None:
                    self._compare(entry, system, record)
            if found.get("gateway") is not None:
                self._codes(entry, found)
        self._unplanned()
        self._unique_codes()
        self._conflicts()
        for letter in self._shot.dead_letters:
            self._find("dead_letter", letter.get("code") or letter.get("key", "?"), f"link {letter.get('link', '?')}",
                       letter.get("field", ""), letter.get("reason", ""))
        for code, reason in self._shot.refused_rows:
            self._find("dead_letter", code, "district", "inbox", f"the software cannot use the row: {reason}")
        return self.verdict

    def label(self, entry):
        """The plan's number and the shared code, where one is known."""
        records = self._by_number["gateway"].get(entry.number)
        return f"{records[0].get('code', '?')} ({entry.label})" if records else entry.label

    def code_of(self, number):
        records = self._by_number["gateway"].get(number)
        return records[0].get("code") if records else None

    def aliases(self):
        """{alias: plan number} for every number by which a dossier must be found."""
        result = {}
        for number, entry in self._ledger.entries.items():
            for alias in self._aliases_of(entry).values():
                result[alias] = number
            for records in (self._by_number["gateway"].get(number, ()),):
                for record in records[:1]:
                    result |= {record[name]: number for name in _CODE_FIELD["gateway"] if record.get(name)}
        return result

    def judge_resolution(self, resolved):
        """`resolved`: {alias: dossier JSON or None} of aliases()."""
        for alias, number in self.aliases().items():
            answer = resolved.get(alias)
            self.verdict.fields_compared += 1
            if answer is None or answer.get("code") != self.code_of(number):
                got = "nothing" if answer is None else answer.get("code")
                self._find("unresolvable", self.label(self._ledger.entries[number]), "gateway", alias,
                           f"expected {self.code_of(number)}, found {got}")

    # --- records -----------------------------------------------------------------------------------------------

    def _group(self, system):
        groups = defaultdict(list)
        for record in self._records[system]:
            groups[plan_number(record)].append(record)
        return groups

    def _record(self, system, entry):
        records = self._by_number[system].get(entry.number, [])
        if not records:
            self._find("missing", self.label(entry), system, RECORD, "the record is not there")
            return None
        if len(records) > 1:
            names = ", ".join(str(self._name(system, record)) for record in records)
            self._find("held_twice", self.label(entry), system, RECORD, f"held {len(records)} times: {names}")
        return records[0]

    def _unplanned(self):
        for system in SYSTEMS:
            planned = self._ledger.held_by(system)
            for number, records in self._by_number[system].items():
                for record in records if number not in planned else ():
                    self._find("extra", self._name(system, record), system, RECORD, "no such record in the ledger")

    def _name(self, system, record):
        if system == "district":
            row = self._rows[id(record)]
            return row.code or row.key
        return record.get(_CODE_FIELD[system][0]) or record.get("IdHoSo") or "?"

    # --- fields ------------------------------------------------------------------------------------------------

    def _compare(self, entry, system, record):
        actual, twice = flatten(system, record)
        expected, label = entry.expected[system], self.label(entry)
        own, gone, more = _OWN[system], set(), set()
        for path, value in expected.items():
            self.verdict.fields_compared += 1
            element = path.partition("].")[0] + "]" if "]." in path else ""
            if path not in actual:
                gone.add(path)
                if element not in gone:
                    text = "it is not there" if path.endswith("]") else f"expected {value!r}, found nothing"
                    self._find("missing", label, system, path, text)
            elif actual[path] != value or isinstance(actual[path], bool) != isinstance(value, bool):
                self._find("differing", label, system, path, f"expected {value!r}, found {actual[path]!r}")
        for path in sorted(actual.keys() - expected.keys()):
            element = path.partition("].")[0] + "]" if "]." in path else ""
            if own.match(path) or element in more:
                continue
            more.add(path)
            self._extra(label, system, path, actual, expected)
        for path in twice:
            kind = "duplicated_steps" if path.startswith(_STEPS[system] + "[") else "extra"
            self._find(kind, label, system, path, "the same id stands more than once")

    def _extra(self, label, system, path, actual, expected):
        if path.endswith("]") and path.startswith(_STEPS[system] + "["):
            known = [_element(expected, other) for other in expected if other.endswith("]") and other.startswith(_STEPS[system])]
            if _element(actual, path) in known:
                self._find("duplicated_steps", label, system, path, "a second time the same step")
                return
        text = "nobody added it" if path.endswith("]") else f"found {actual[path]!r}, expected nothing"
        self._find("extra", label, system, path, text)

    # --- codes -------------------------------------------------------------------------------------------------

    def _aliases_of(self, entry):
        aliases = dict(entry.aliases)
        if entry.number in self._city_ids:
            aliases["city id"] = self._city_ids[entry.number]
        elif self._by_number["city"].get(entry.number):
            aliases["city id"] = self._by_number["city"][entry.number][0].get("IdHoSo", "?")
        if "district" in entry.expected and entry.number in self._district_keys:
            aliases["district key"] = self._district_keys[entry.number]
        return aliases

    def _codes(self, entry, found):
        label, gateway = self.label(entry), found["gateway"]
        code, receipt = gateway.get("code", ""), gateway.get("receipt_number", "")
        shape = CODE.match(code)
        self._equal(label, "gateway", "code", bool(shape) and shape[1], entry.dossier.receiving, f"code {code!r}: its agency")
        self._equal(label, "gateway", "receipt_number", bool(receipt), True, "a receipt number is there")
        for system in ("city", "district"):
            if found.get(system) is not None:
                for name, value in zip(_CODE_FIELD[system], (code, receipt)):
                    self._equal(label, system, name, found[system].get(name), value)
        aliases = self._aliases_of(entry)
        held = {(reference.get("issuer"), reference.get("code", "").casefold()) for reference in gateway.get("codes", [])}
        wanted = set()
        for kind, alias in aliases.items():
            issuer = _ISSUER.get(kind) or f"agency/{entry.dossier.receiving}"
            reference = (issuer, alias.casefold())
            wanted.add(reference)
            self._equal(label, "gateway", f"codes ({kind})", reference in held, True, f"{alias} of {issuer} stands among the codes")
        for issuer, other in sorted(held - wanted, key=str):
            self._find("extra", label, "gateway", "codes", f"{other!r} of {issuer} is no number of this dossier")
        if found.get("city") is not None:
            self._city_numbers(label, found["city"], aliases, {code, receipt})
        if found.get("district") is not None:
            self._district_columns(label, found["district"], aliases)

    def _city_numbers(self, label, record, aliases, codes):
        self._equal(label, "city", "IdHoSo", record.get("IdHoSo"), aliases.get("city id"))
        others = {item.get("Ma") for item in record.get("MaKhac") or []}
        if "own receipt" in aliases:
            self._equal(label, "city", "MaKhac", aliases["own receipt"] in others, True, f"{aliases['own receipt']} stands there")
        for other in others - set(aliases.values()) - codes:
            self._find("extra", label, "city", "MaKhac", f"{other!r} is no number of this dossier")

    def _district_columns(self, label, record, aliases):
        row = self._rows[id(record)]
        self._equal(label, "district", "khoa", row.key, aliases.get("district key"))
        others = {item.get("so") for item in record.get("ma_khac") or []}
        for other in others - set(aliases.values()) - {row.code, row.receipt}:
            self._find("extra", label, "district", "ma_khac", f"{other!r} is no number of this dossier")
        for name, column in (("ma_ho_so", row.code), ("so_bien_nhan", row.receipt), ("so_bien_nhan_rieng", row.own_receipt)):
            self._equal(label, "district", f"ho_so.{name}", column, record.get(name))

    def _equal(self, label, system, path, found, expected, text=""):
        self.verdict.fields_compared += 1
        if found != expected:
            kind = "missing" if found in (None, "", False) else "differing"
            self._find(kind, label, system, path, f"{text + ': ' if text else ''}expected {expected!r}, found {found!r}")

    def _unique_codes(self):
        for name in _CODE_FIELD["gateway"]:
            for value, times in Counter(record.get(name) for record in self._shot.gateway if record.get(name)).items():
                if times > 1:
                    self._find("held_twice", value, "gateway", name, f"{times} dossiers have it")

    # --- conflicts ---------------------------------------------------------------------------------------------

    def _conflicts(self):
        expected = {(self.code_of(number), path): number for number, path in self._ledger.conflicts}
        seen = Counter((conflict.get("code"), conflict.get("path")) for conflict in self._shot.conflicts)
        self.verdict.conflicts_found = sum(seen.values())
        for (code, path), times in seen.items():
            if (code, path) not in expected:
                self._find("conflict", code, "gateway", path, "a conflict that was not planned")
            elif times > 1:
                self._find("conflict", code, "gateway", path, f"{times} conflicts, expected one")
        for (code, path), number in expected.items():
            if (code, path) not in seen:
                self._find("conflict", self.label(self._ledger.entries[number]), "gateway", path, "a planned conflict was not recorded")
        for conflict in self._shot.conflicts:
            planned = (conflict.get("code"), conflict.get("path")) in expected
            if planned and "district" not in conflict.get("proposer", ""):
                self._find("conflict", conflict.get("code", "?"), "gateway", conflict.get("path", "?"),
                           f"proposed by {conflict.get('proposer')!r}, expected the district")

    def _find(self, kind, dossier, system, path, text):
        self.verdict.findings.append(Finding(kind, dossier, system, path, text))


def plan_number(record):
    """Which dossier of the plan a raw record is about, by what stands in it, whatever its code says; 0 when unknown."""
    votes = Counter(a or b for a, b in _PLAN_ID.findall(json.dumps(record, ensure_ascii=False)))
    return int(votes.most_common(1)[0][0]) if votes else 0


def _element(values, path):
    """The fields of one list element, without its id."""
    return {name[len(path) + 1:]: value for name, value in values.items() if name.startswith(path + ".")}
