"""The judge's look at codes and numbers: whose they are, where they stand, that each finds its dossier."""
import re
from collections import Counter

from scenario.sides import SIDES

CODE = re.compile(r"^(H29\.X0[1-7])-\d{6}-\d{4,}$")
# Who issues which number of a dossier; all others are the receiving agency's own.
_ISSUER = {"city id": "city", "district key": "district", "own receipt": "district"}


class CodesJudge:
    """A part of Judge."""

    def code_of(self, number):
        records = self._by_number["gateway"].get(number)
        return records[0].get("code") if records else None

    def record_of(self, system, number):
        return next(iter(self._by_number[system].get(number, ())), None)

    def key_of(self, record):
        """The key of a row of the district's database."""
        return self._rows[id(record)].key

    def aliases(self):
        """{alias: plan number} for every number by which a dossier must be found."""
        result = {}
        for number, entry in self._ledger.entries.items():
            for alias in self._aliases_of(entry).values():
                result[alias] = number
            for record in self._by_number["gateway"].get(number, ())[:1]:
                result |= {record[name]: number for name in SIDES["gateway"].codes if record.get(name)}
        return result

    def judge_resolution(self, resolved):
        """`resolved`: {alias: shared code or None} of aliases()."""
        for alias, number in self.aliases().items():
            answer = resolved.get(alias)
            self.verdict.fields_compared += 1
            if answer != self.code_of(number):
                self._find("unresolvable", self.label(self._ledger.entries[number]), "gateway", alias,
                           f"expected {self.code_of(number)}, found {answer or 'nothing'}")

    def _aliases_of(self, entry):
        aliases = dict(entry.aliases)
        if entry.number in self._known.city_ids:
            aliases["city id"] = self._known.city_ids[entry.number]
        elif self._by_number["city"].get(entry.number):
            aliases["city id"] = self._by_number["city"][entry.number][0].get("IdHoSo", "?")
        if "district" in entry.expected and entry.number in self._known.district_keys:
            aliases["district key"] = self._known.district_keys[entry.number]
        for record in self._by_number.get("hub", {}).get(entry.number, ())[:1]:
            aliases |= {"hub code": record.get("MaHoSo", "?"), "hub id": record.get("IdHoSo", "?")}
        return aliases

    def _codes(self, entry, found):
        label, gateway = self.label(entry), found["gateway"]
        code, receipt = gateway.get("code", ""), gateway.get("receipt_number", "")
        shared = entry.dossier.shared_code or self._known.hub_codes.get(entry.number, "")
        if shared:
            self._equal(label, "gateway", "code", code, shared)
        else:
            shape = CODE.match(code)
            self._equal(label, "gateway", "code", bool(shape) and shape[1], entry.dossier.receiving, f"code {code!r}: its agency")
        self._equal(label, "gateway", "receipt_number", bool(receipt), True, "a receipt number is there")
        for system in ("city", "district"):
            if found.get(system) is not None:
                for name, value in zip(SIDES[system].codes, (code, receipt)):
                    self._equal(label, system, name, found[system].get(name), value)
        self._gateway_numbers(label, entry, gateway, {code, receipt})
        aliases = self._aliases_of(entry)
        if found.get("city") is not None:
            self._city_numbers(label, found["city"], aliases, {code, receipt})
        if found.get("district") is not None:
            self._district_columns(label, found["district"], aliases)
        if found.get("portal") is not None:
            self._equal(label, "portal", "MaHoSo", found["portal"].get("MaHoSo"), entry.dossier.portal_code or code)
            self._equal(label, "portal", "SoBienNhan", found["portal"].get("SoBienNhan"), receipt)
        if found.get("hub") is not None and entry.dossier.origin == "hub":
            self._equal(label, "hub", "MaHoSo", found["hub"].get("MaHoSo"), shared)

    def _gateway_numbers(self, label, entry, gateway, codes):
        held = {(reference.get("issuer"), reference.get("code", "").casefold()) for reference in gateway.get("codes", [])}
        wanted = set()
        for kind, alias in self._aliases_of(entry).items():
            if alias in codes:
                continue
            issuer = self._issuer(kind, entry)
            wanted.add((issuer, alias.casefold()))
            self._equal(label, "gateway", f"codes ({kind})", (issuer, alias.casefold()) in held, True,
                        f"{alias} of {issuer} stands among the codes")
        for issuer, other in sorted(held - wanted, key=str):
            if other not in {code.casefold() for code in codes}:
                self._find("extra", label, "gateway", "codes", f"{other!r} of {issuer} is no number of this dossier")

    @staticmethod
    def _issuer(kind, entry):
        if kind.split()[0] in ("portal", "hub"):
            return kind.split()[0]
        return _ISSUER.get(kind) or f"agency/{entry.dossier.receiving}"

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

    def _unique_codes(self):
        for name in SIDES["gateway"].codes:
            for value, times in Counter(record.get(name) for record in self._shot.gateway if record.get(name)).items():
                if times > 1:
                    self._find("held_twice", value, "gateway", name, f"{times} dossiers have it")
