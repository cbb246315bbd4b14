"""Alters one place behind the gateway's back after a run, to show that the judge finds it."""
import copy
import json
import random

import psycopg2

from scenario import hub_form, portal_form
from scenario.content import Content
from scenario.forms import write, write_value
from scenario.options import KINDS
from scenario.plan import Dossier
from scenario.processes import StartError


class Planter:
    """`before`: the judge, who has looked at everything already."""

    def __init__(self, plan, ledger, world, before):
        self._rng = random.Random(f"plant-{plan.seed}")
        self._plan, self._ledger, self._world, self._before = plan, ledger, world, before

    def plant(self, choice):
        """Does it and returns one sentence on what was done."""
        kind, _, name = choice.partition("@")
        name = name or KINDS[kind]
        place = self._place(name)
        return f"{getattr(self, '_' + kind.replace('-', '_'))(place)} at the {name}"

    def _place(self, name):
        if name == "city":
            return _City(self._world.control(name))
        if name == "district":
            return _District(self._world.database.dsn, self._before)
        return _Portal(name, self._world.control(name), {"portal": portal_form, "hub": hub_form}[name])

    def _held(self, place, condition=lambda entry, record: True):
        """(entry, its record there) of a dossier that fits."""
        held = [(entry, record) for entry in self._ledger.entries.values() if place.name in entry.expected
                for record in [self._before.record_of(place.name, entry.number)] if record and condition(entry, record)]
        if not held:
            raise StartError(f"--plant: no dossier of this run fits at the {place.name}; take more or another seed")
        return self._rng.choice(held)

    def _lost_step(self, place):
        entry, record = self._held(place, lambda _, record: record.get(place.steps))
        index = self._rng.randrange(len(record[place.steps]))
        place.remove(record, place.steps, index)
        return f"{entry.label}: step {index + 1} removed"

    def _stale_due(self, place):
        entry, record = self._held(place, lambda entry, _: _first_due(entry))
        place.set(record, place.with_due(record, _first_due(entry)))
        return f"{entry.label}: due date set back to {_first_due(entry):%Y-%m-%d}"

    def _wrong_fee(self, place):
        entry, record = self._held(place, lambda _, record: record.get(place.fees))
        index = self._rng.randrange(len(record[place.fees]))
        price = record[place.fees][index][place.price]
        place.change(record, place.fees, index, {place.price: type(price)(int(price) + 1000)})
        return f"{entry.label}: fee {index + 1} changed from {price} to {int(price) + 1000}"

    def _wrong_paper(self, place):
        """The address of another dossier's paper; at a hub, another digest."""
        ours = self._world.library.gateway

        def place_of(entry, record):
            """Of its first paper with content that the gateway serves here."""
            return None if "removed paper" in entry.dossier.traits else place.paper(record, ours)
        entry, record = self._held(place, place_of)
        name, index = place_of(entry, record)
        other_entry, other = self._held(place, lambda other, record: other is not entry and (place_of(other, record) or [""])[0] == name)
        place.change(record, name, index, place.with_paper_of(record[name][index], other[name][place_of(other_entry, other)[1]]))
        return f"{entry.label}: content of {name} {index + 1} changed for another's"

    def _swapped_code(self, place):
        one, first = self._held(place)
        two, second = self._held(place, lambda entry, _: entry is not one)
        place.swap(first, second)
        return f"{one.label} and {two.label}: codes swapped"

    def _extra_row(self, place):
        number = len(self._plan.dossiers) + 1
        dossier = Dossier(number, "city", "H29.X01", "H29.X01", set(), self._plan.doors)
        code, patch = f"H29.X01-010126-{number:04d}", Content(dossier, self._rng).origin("counter") | {"status": 2}
        place.insert(code, patch)
        return f"{code}: a record that nobody sent stands"


def _first_due(entry):
    """The first of several promised due dates."""
    dues = [a.patch["deadline.promised_due"] for a in entry.dossier.actions if "deadline.promised_due" in a.patch]
    return dues[0] if len(set(dues)) > 1 else None


class _City:
    name, steps, fees, price = "city", "QuaTrinhXuLy", "DanhSachLePhi", "Gia"
    _papers, _address = ("TaiLieuNop", "DanhSachGiayToKetQua"), ("DuongDanTaiTepTin", "DuongDanTepTinKetQua")

    def __init__(self, control):
        self._control = control

    def _tamper(self, record, more):
        self._control.call("POST", "/rig/tamper", {"IdHoSo": record["IdHoSo"]} | more)

    def remove(self, record, name, index):
        self._tamper(record, {"remove": [{"list": name, "Id": record[name][index]["Id"]}]})

    def set(self, record, members):
        self._tamper(record, {"HoSo": members})

    def change(self, record, name, index, fields):
        self.set(record, {name: [{"Id": record[name][index]["Id"]} | fields]})

    def with_due(self, _, due):
        return {"NgayHenTra": write_value("city", "time", due)}

    def paper(self, record, ours):
        return _first_paper(record, self._papers, self._address, ours)

    def with_paper_of(self, _, other):
        return {name: other[name] for name in self._address if name in other}

    def swap(self, first, second):
        """The rig keeps codes unique: one waits outside meanwhile."""
        for record, code in ((first, "H29.X01-010126-9999"), (second, first["MaHoSo"]), (first, second["MaHoSo"])):
            self.set(record, {"MaHoSo": code})

    def insert(self, code, patch):
        self._control.call("POST", "/rig/insert", {"HoSo": write("city", patch) | {"MaHoSo": code}})


class _District:
    name, steps, fees, price = "district", "qua_trinh", "le_phi", "so_tien"
    _papers, _address = ("giay_to_nop", "ket_qua"), ("duong_dan",)

    def __init__(self, dsn, before):
        self._dsn, self._before = dsn, before

    def _sql(self, *statements):
        connection = psycopg2.connect(self._dsn)
        with connection, connection.cursor() as cursor:
            for text, values in statements:
                cursor.execute(text, values)
        connection.close()

    def set(self, record, members):
        self._sql(("UPDATE ho_so SET noi_dung = %s WHERE khoa = %s", (_json(record | members), self._before.key_of(record))))

    def remove(self, record, name, index):
        self.set(record, {name: record[name][:index] + record[name][index + 1:]})

    def change(self, record, name, index, fields):
        self.set(record, {name: _changed(record[name], index, fields)})

    def with_due(self, _, due):
        return {"hen_tra": write_value("district", "time", due)}

    def paper(self, record, ours):
        return _first_paper(record, self._papers, self._address, ours)

    def with_paper_of(self, _, other):
        return {name: other[name] for name in self._address}

    def swap(self, first, second):
        one, two = map(self._before.key_of, (first, second))
        swapped = "UPDATE ho_so SET ma_ho_so = %s, noi_dung = %s WHERE khoa = %s"
        self._sql(("UPDATE ho_so SET ma_ho_so = NULL WHERE khoa = %s", (one,)),
                  (swapped, (first["ma_ho_so"], _json(second | {"ma_ho_so": first["ma_ho_so"]}), two)),
                  (swapped, (second["ma_ho_so"], _json(first | {"ma_ho_so": second["ma_ho_so"]}), one)))

    def insert(self, code, patch):
        record = write("district", patch) | {"ma_ho_so": code}
        self._sql(("INSERT INTO ho_so (khoa, ma_ho_so, noi_dung) VALUES (%s, %s, %s)", ("NV-999999", code, _json(record))))


class _Portal:
    """Of either generation. The rig changes whole members, and never a code."""
    steps, fees, price = "TienDo", "DanhSachLePhi", "Gia"

    def __init__(self, name, control, form):
        self.name, self._control, self._form = name, control, form

    def _tamper(self, record, more):
        self._control.call("POST", "/rig/tamper", {"MaHoSo": record["MaHoSo"]} | more)

    def set(self, record, members):
        self._tamper(record, {"HoSo": members})

    def remove(self, record, name, index):
        self._tamper(record, {"remove": [{"list": name, "index": index}]})

    def change(self, record, name, index, fields):
        self.set(record, {name: _changed(record[name], index, fields)})

    def with_due(self, record, due):
        return self._form.with_due(record, due)

    def paper(self, record, ours):
        return self._form.first_paper(record, ours)

    def with_paper_of(self, paper, other):
        return self._form.with_paper_of(paper, other)

    def swap(self, first, second):
        """All but the codes changes places."""
        for record, other in ((first, second), (second, first)):
            self.set(record, {name: other.get(name, "") for name in record.keys() | other.keys() if name not in ("MaHoSo", "Nop")})

    def insert(self, code, patch):
        self._control.call("POST", "/rig/insert", {"HoSo": self._form.write_record(patch) | {"MaHoSo": code}})


def _first_paper(record, lists, names, ours):
    """(list, index) of the first element whose address is the gateway's."""
    return next(((name, index) for name in lists for index, paper in enumerate(record.get(name) or [])
                 if any((paper.get(field) or "").startswith(ours) for field in names)), None)


def _changed(elements, index, fields):
    changed = copy.deepcopy(elements)
    changed[index] |= fields
    return changed


def _json(record):
    return json.dumps(record, ensure_ascii=False)
