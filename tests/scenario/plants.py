"""Alters one place behind the gateway's back after a run, to show that the judge finds it."""
import random

import psycopg2

from scenario import hub_form, portal_form
from scenario.content import Content
from scenario.forms import write, write_value
from scenario.plan import Dossier

KINDS = ("lost-step", "stale-due", "wrong-fee", "swapped-code", "extra-row")
AT_PORTAL = "@portal"
CHOICES = (*KINDS, *(kind + AT_PORTAL for kind in KINDS))


class Planter:
    """`portal`: the actor of the portal that the plants are for."""

    def __init__(self, plan, ledger, world, judge, actors):
        self._rng = random.Random(f"plant-{plan.seed}")
        self._plan, self._ledger, self._world, self._judge = plan, ledger, world, judge
        self._city, self._district = actors
        self._portal = next(iter(plan.doors))
        self._form = {"portal": portal_form, "hub": hub_form}[self._portal]

    def plant(self, kind):
        """Does it and returns one sentence on what was done."""
        name, _, place = kind.partition("@")
        return getattr(self, "_" + name.replace("-", "_") + ("_at_portal" if place else ""))()

    def _entry(self, condition=lambda entry: True):
        return self._rng.choice([e for e in self._ledger.entries.values() if condition(e)])

    # --- at the city and the district --------------------------------------------------------------------------

    def _at_city(self, call, body):
        self._world.control("city").call("POST", f"/rig/{call}", body)

    def _lost_step(self):
        entry = self._entry()
        step = self._rng.choice(sorted(entry.record["steps"]))
        self._at_city("tamper", self._city.name_of(entry.number) | {"remove": [{"list": "QuaTrinhXuLy", "Id": step}]})
        return f"{entry.label}: step {step} removed at the city"

    def _wrong_fee(self):
        entry = self._entry(lambda e: e.record.get("fees"))
        fee = self._rng.choice(sorted(entry.record["fees"]))
        amount = str(entry.record["fees"][fee]["amount_vnd"] + 1000)
        self._at_city("tamper", self._city.name_of(entry.number) | {"HoSo": {"DanhSachLePhi": [{"Id": fee, "Gia": amount}]}})
        return f"{entry.label}: fee {fee} set to {amount} at the city"

    def _extra_row(self):
        code, patch = self._nobodys()
        self._at_city("insert", {"HoSo": write("city", patch) | {"MaHoSo": code}})
        return f"{code}: a record that nobody sent stands at the city"

    def _nobodys(self):
        number = len(self._plan.dossiers) + 1
        dossier = Dossier(number, "city", "H29.X01", "H29.X01", set(), self._plan.doors)
        return f"H29.X01-010126-{number:04d}", Content(dossier, self._rng).origin("counter") | {"status": 2}

    def _moved_due(self, entry):
        dues = [a.patch["deadline.promised_due"] for a in entry.dossier.actions if "deadline.promised_due" in a.patch]
        return dues[0] if len(set(dues)) > 1 else None

    def _stale_due(self):
        entry = self._entry(lambda e: e.number in self._district.keys and self._moved_due(e))
        text = write_value("district", "time", self._moved_due(entry))
        self._sql("UPDATE ho_so SET noi_dung = jsonb_set(noi_dung, '{hen_tra}', to_jsonb(%s::text)) WHERE khoa = %s",
                  (text, self._district.keys[entry.number]))
        return f"{entry.label}: hen_tra set back to {text} in the district's database"

    def _swapped_code(self):
        keys = self._rng.sample(sorted(self._district.keys.values()), 2)
        numbers = [number for number, key in self._district.keys.items() if key in keys]
        self._sql("CREATE TEMP TABLE old AS SELECT khoa, ma_ho_so FROM ho_so WHERE khoa IN (%s, %s)", keys,
                  "UPDATE ho_so SET ma_ho_so = NULL WHERE khoa IN (%s, %s)", keys,
                  "UPDATE ho_so SET ma_ho_so = o.ma_ho_so, noi_dung = jsonb_set(noi_dung, '{ma_ho_so}', to_jsonb(o.ma_ho_so)) "
                  "FROM old o WHERE ho_so.khoa IN (%s, %s) AND o.khoa IN (%s, %s) AND o.khoa <> ho_so.khoa", [*keys, *keys])
        return f"{' and '.join(f'#{number:06d}' for number in sorted(numbers))}: codes swapped in the district's database"

    def _sql(self, *statements):
        connection = psycopg2.connect(self._world.database.dsn)
        with connection, connection.cursor() as cursor:
            for text, values in zip(statements[::2], statements[1::2]):
                cursor.execute(text, values)
        connection.close()

    # --- at the portal -----------------------------------------------------------------------------------------

    def _tamper(self, record, members, remove=()):
        self._world.control(self._portal).call("POST", "/rig/tamper", {
            "MaHoSo": record["MaHoSo"], "HoSo": members, "remove": list(remove)})

    def _held(self, condition=lambda entry: True):
        """(entry, its record at the portal)."""
        entry = self._entry(lambda e: self._portal in e.expected and condition(e))
        return entry, self._judge.record_of(self._portal, entry.number)

    def _lost_step_at_portal(self):
        entry, record = self._held()
        index = self._rng.randrange(len(record["TienDo"]))
        self._tamper(record, {}, [{"list": "TienDo", "index": index}])
        return f"{entry.label}: progress line {index + 1} removed at the {self._portal}"

    def _stale_due_at_portal(self):
        entry, record = self._held(self._moved_due)
        self._tamper(record, self._form.with_due(record, self._moved_due(entry)))
        return f"{entry.label}: due date set back at the {self._portal}"

    def _wrong_fee_at_portal(self):
        entry, record = self._held(lambda e: (self._judge.record_of(self._portal, e.number) or {}).get("DanhSachLePhi"))
        fees = [dict(fee) for fee in record["DanhSachLePhi"]]
        fees[0]["Gia"] = type(fees[0]["Gia"])(int(fees[0]["Gia"]) + 1000)
        self._tamper(record, {"DanhSachLePhi": fees})
        return f"{entry.label}: fee {fees[0]['MaPhiLePhi']} set to {fees[0]['Gia']} at the {self._portal}"

    def _swapped_code_at_portal(self):
        (one, first), (two, second) = self._held(), self._held()
        while two is one:
            two, second = self._held()
        # The rig keeps a record's code; so all the rest changes places.
        for record, other in ((first, second), (second, first)):
            self._tamper(record, {name: other.get(name, "") for name in record.keys() | other.keys() if name not in ("MaHoSo", "Nop")})
        return f"{one.label} and {two.label}: codes swapped at the {self._portal}"

    def _extra_row_at_portal(self):
        code, patch = self._nobodys()
        self._world.control(self._portal).call("POST", "/rig/insert", {"HoSo": self._form.write_record(patch) | {"MaHoSo": code}})
        return f"{code}: a record that nobody sent stands at the {self._portal}"
