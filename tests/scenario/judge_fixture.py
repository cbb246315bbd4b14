"""All systems as they must stand, for tests that alter one place."""
import copy
import unittest

from scenario import hub_form, one_stop_form, portal_form
from scenario.forms import merge, write
from scenario.judge import STOPS_CLOCK, Judge, Known
from scenario.ledger import Ledger, system_of
from scenario.papers import MARK, Library, parts
from scenario.plan import make_plan
from scenario.snapshot import DistrictRow, PortalShot, Snapshot
from scenario.words import ONE_STOP_AGENCY

SEED, COUNT = 15, 60
GATEWAY_FILES = "https://127.0.0.1:1/files/"


class JudgeCase(unittest.TestCase):
    arrangement = "gen1"

    @classmethod
    def setUpClass(cls):
        cls.plan = make_plan(COUNT, SEED, cls.arrangement)
        cls.ledger = Ledger(cls.plan)
        cls.library = Library(GATEWAY_FILES)
        for mark, size in cls.plan.files.items():
            cls.library.put(mark, f"https://127.0.0.1:2/{size}/{mark}", "0" * 64, size)
        cls.ledger.resolve(cls.library)

    def setUp(self):
        self.known, self.shot = Known(), Snapshot(portals={name: PortalShot() for name in self.plan.doors})
        for number, entry in self.ledger.entries.items():
            self._stand(number, entry)
        self.shot.conflicts = [{"code": self._code(self.ledger.entries[number]), "path": path, "proposer": "link/district"}
                               for number, path in self.ledger.conflicts]
        self.shot.notices = [(conflict["code"], conflict["path"], "CONFLICT_OPENED") for conflict in self.shot.conflicts]
        self.shot = copy.deepcopy(self.shot)
        self.held = next(n for n, e in self.ledger.entries.items() if "district" in e.expected and e.record.get("fees"))

    def _stand(self, number, entry):
        """All systems hold just what they must."""
        code, city_id, key = self._code(entry), f"TP-2026-{number:07d}", f"NV-{number:06d}"
        record = entry.record
        gateway = self._filled("gateway", write("gateway", record)) | {"code": code, "receipt_number": code, "revision": "7"}
        gateway["origin"]["system"], gateway["reception"]["system"] = map(system_of, (entry.dossier.origin, entry.dossier.receiver))
        numbers = [("city", city_id)] + [("district" if kind == "own receipt" else gateway["origin"]["system"], alias)
                                         for kind, alias in entry.aliases.items()]
        for path, value in entry.expected["gateway"].items():
            if path.endswith((".sha256", ".size_bytes", ".file.author", ".fetch_state")) and isinstance(value, str):
                _put(gateway, path, value)
        if "district" in entry.expected:
            numbers.append(("district", key))
        for path, value in entry.expected["gateway"].items():
            if path.endswith(("].author", "].collector")):
                _put(gateway, path, value)
        gateway["defects"] = [
            {"id": path[len("defects["):-1], "kind": entry.expected["gateway"][path + ".kind"],
             "detail": entry.expected["gateway"][path + ".detail"], "noted_time": "2026-09-01T00:00:00Z"}
            for path in entry.expected["gateway"] if path.startswith("defects[") and path.endswith("]")]
        times = [f"2026-09-{day + 1:02d}T00:00:00Z" for day in range(len(entry.leads) + 1)]
        gateway["owner_history"] = [{"id": str(n), "agency": agency, "start_time": times[n], "end_time": times[n + 1]}
                                    for n, agency in enumerate(entry.leads)]
        for period in gateway["owner_history"][-1:]:
            del period["end_time"]
        if record["status"] in STOPS_CLOCK:
            gateway.setdefault("deadline", {})["standing"] = [{"id": "1", "start_time": "2026-09-01T00:00:00Z"}]
        gateway["codes"] = [{"id": alias, "issuer": issuer, "code": alias} for issuer, alias in numbers]
        self.shot.gateway.append(gateway)
        own = entry.aliases.get("own receipt")
        others = [{"Id": "1", "DonViCap": "district", "Loai": "SoBienNhan", "Ma": own}] if own else []
        city = self._filled("city", write("city", record))
        self.shot.city.append(city | {"IdHoSo": city_id, "MaHoSo": code, "SoBienNhan": code, "MaKhac": others,
                                      "Fax": city.get("Fax", "")})
        if "portal" in entry.expected:
            at_portal = entry.dossier.portal_code or code
            self.shot.portals["portal"].records.append(self._filled("portal", portal_form.write_record(record)) | {
                "MaHoSo": at_portal, "SoBienNhan": code,
                "TienDo": [portal_form.write_progress(at_portal, step) for step in record["steps"].values()]})
        if entry.dossier.origin == ONE_STOP_AGENCY:
            self.shot.one_stop[number] = one_stop_form.looked_up(record)
        if "hub" in entry.expected:
            self._stand_at_hub(entry, number, gateway, code)
        if entry.dossier.origin == "city":
            self.known.city_ids[number] = city_id
        if "district" in entry.expected:
            self.known.district_keys[number] = key
            record = self._filled("district", write("district", record)) | {"ma_ho_so": code, "so_bien_nhan": code}
            if own:
                record["so_bien_nhan_rieng"] = own
            self.shot.district.append(DistrictRow(key, code, code, own, record))

    def _stand_at_hub(self, entry, number, gateway, code):
        """Made when its first act was known, updated with each status since."""
        record, made, lists = {}, None, {}
        for action in entry.dossier.actions:
            if not action.proposal:
                merge(record, action.patch)
            made = made or hub_form.write_record(record)
            if record["status"] in hub_form.LIST_STATUSES:
                lists = hub_form.write_lists(record)
        ids = {"IdHoSo": f"HUB-{number:06d}", "MaHoSo": code if entry.dossier.origin == "hub" else f"H29.X04-20261122-{number:07d}"}
        for value in ids.values():
            if value != code:
                gateway["codes"].append({"id": value, "issuer": "hub", "code": value})
        lines = [hub_form.write_progress(ids["MaHoSo"], step) | {"IDHoSo": ids["IdHoSo"]} for step in record["steps"].values()]
        self.shot.portals["hub"].records.append(self._filled("hub", made | lists) | ids | {
            "TrangThai": record["status"], "NoiDungYKien": "", "TienDo": lines})
        if entry.dossier.origin == "hub":
            self.known.hub_codes[number] = code

    @staticmethod
    def _code(entry):
        return f"{entry.dossier.receiving}-20261122-{entry.number:07d}" if entry.dossier.origin == "hub" else code_of(entry)

    def _filled(self, system, raw):
        """With addresses in place of marks, as `system` must show them."""
        if isinstance(raw, dict):
            return {key: self._filled(system, value) for key, value in raw.items()}
        if isinstance(raw, list):
            return [self._filled(system, item) for item in raw]
        if not isinstance(raw, str) or not raw.startswith(MARK):
            return raw
        link = self.library.link(raw, system)
        if system == "gateway" and parts(raw)[0] == "inline":
            return ""
        if system == "hub":
            return link.sha256
        return link.url if link.is_own else f"{GATEWAY_FILES}{raw.removeprefix(MARK)}"

    def _verdict(self):
        judge = Judge(self.ledger, self.shot, self.known)
        verdict = judge.judge()
        judge.judge_resolution({alias: judge.code_of(number) for alias, number in judge.aliases().items()})
        return verdict

    def _only(self, kind, system, number=None, field=None):
        verdict = self._verdict()
        self.assertEqual({f.kind for f in verdict.findings}, {kind}, verdict.findings[:5])
        self.assertEqual({f.system for f in verdict.findings}, {system})
        if number:
            self.assertIn(f"#{number:06d}", verdict.findings[0].dossier)
        if field:
            self.assertIn(field, verdict.findings[0].field)
        return verdict

    def _city(self, number):
        return next(r for r in self.shot.city if r["IdHoSo"].endswith(f"{number:07d}"))

    def _district(self, number):
        return next(row for row in self.shot.district if row.key == f"NV-{number:06d}")

    def _portal(self, number):
        return next(r for r in self.shot.portals["portal"].records if f"số {number:06d}" in r["TrichYeuHoSo"])

    def _gateway(self, number):
        return self.shot.gateway[number - 1]

def _put(record, path, value):
    """Sets `list[id].field` of a raw gateway record."""
    name, _, rest = path.partition("[")
    element, _, field = rest.partition("].")
    node = next(item for item in record[name] if item["id"] == element)
    *groups, leaf = field.split(".")
    for group in groups:
        node = node[group]
    node[leaf] = value


def code_of(entry):
    """The shared code that the fixture gives a dossier."""
    return entry.dossier.shared_code or f"{entry.dossier.receiving}-010926-{entry.number:04d}"
