"""Alters one place behind the gateway's back after a run, to show that the judge finds it."""
import random

import psycopg2

from scenario.forms import write_value

KINDS = ("lost-step", "stale-due", "wrong-fee", "swapped-code", "extra-row")


class Planter:
    def __init__(self, plan, ledger, control, database, city, district):
        self._rng = random.Random(f"plant-{plan.seed}")
        self._plan, self._ledger, self._control = plan, ledger, control
        self._database, self._city, self._district = database, city, district

    def plant(self, kind):
        """Does it and returns one sentence on what was done."""
        return getattr(self, "_" + kind.replace("-", "_"))()

    def _entry(self, condition=lambda entry: True):
        return self._rng.choice([e for e in self._ledger.entries.values() if condition(e)])

    def _city_id(self, entry):
        """By the intake when the counter took it in, else by its code at the city."""
        if entry.number in self._city.city_ids:
            return {"IdHoSo": self._city.city_ids[entry.number]}
        raise LookupError(entry.label)

    def _taken_in(self, entry):
        return entry.dossier.origin == "city"

    def _lost_step(self):
        entry = self._entry(self._taken_in)
        step = self._rng.choice(sorted(entry.record["steps"]))
        self._control.call("POST", "/rig/tamper", self._city_id(entry) | {"remove": [{"list": "QuaTrinhXuLy", "Id": step}]})
        return f"{entry.label}: step {step} removed at the city"

    def _wrong_fee(self):
        entry = self._entry(lambda e: self._taken_in(e) and e.record.get("fees"))
        fee = self._rng.choice(sorted(entry.record["fees"]))
        amount = str(entry.record["fees"][fee]["amount_vnd"] + 1000)
        self._control.call("POST", "/rig/tamper", self._city_id(entry) | {"HoSo": {"DanhSachLePhi": [{"Id": fee, "Gia": amount}]}})
        return f"{entry.label}: fee {fee} set to {amount} at the city"

    def _extra_row(self):
        from scenario.content import Content
        from scenario.forms import write
        from scenario.plan import Dossier
        number = len(self._plan.dossiers) + 1
        dossier = Dossier(number, "city", "H29.X01", "H29.X01", set())
        patch = Content(dossier, self._rng).origin("counter") | {"status": 2}
        code = f"H29.X01-010126-{number:04d}"
        self._control.call("POST", "/rig/insert", {"HoSo": write("city", patch) | {"MaHoSo": code}})
        return f"{code}: a record that nobody sent stands at the city"

    def _stale_due(self):
        def moved(entry):
            dues = [a.patch["deadline.promised_due"] for a in entry.dossier.actions if "deadline.promised_due" in a.patch]
            return entry.dossier.in_district and entry.number in self._district.keys and len(set(dues)) > 1
        entry = self._entry(moved)
        old = next(a.patch["deadline.promised_due"] for a in entry.dossier.actions if "deadline.promised_due" in a.patch)
        text = write_value("district", "time", old)
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
        connection = psycopg2.connect(self._database.dsn)
        with connection, connection.cursor() as cursor:
            for text, values in zip(statements[::2], statements[1::2]):
                cursor.execute(text, values)
        connection.close()
