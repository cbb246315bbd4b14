"""How the judge looks at each system's records: flattened, without what the system adds by itself."""
import json
import re
from collections import Counter
from dataclasses import dataclass

from scenario import hub_form, portal_form
from scenario.forms import ID_KEYS, flatten_parts
from scenario.one_stop_form import PREFIX

_PLAN_IDS = (re.compile(r"(?:tp|nv|x0[5-7]|dvc)-(\d{6})-"), re.compile(r"Hồ sơ mẫu số (\d{6})"))
_SLIP = re.compile(r"Phiếu ((?:tp|nv|x0[5-7])-\d{6}-qt\d+)\.")
_STEPS = {"gateway": ("steps", "content"), "city": ("QuaTrinhXuLy", "NoiDungXuLy"), "district": ("qua_trinh", "noi_dung")}


def slip_of(text):
    """The slip that a step's text names."""
    slip = _SLIP.search(text or "")
    return slip[1] if slip else ""


def slips_in(body):
    """All slips that a logged call names."""
    return _SLIP.findall(body)


def slips(system, record):
    """{id of a step: its slip} of the steps to which the gateway gave an id, since their software has none for them."""
    name, text = _STEPS[system]
    return {step.get(ID_KEYS[system]): slip_of(step.get(text)) for step in record.get(name) or []
            if str(step.get(ID_KEYS[system])).startswith(PREFIX)}


@dataclass(frozen=True)
class Side:
    name: str
    flatten: object       # raw record -> ({path: value}, elements that stand twice)
    own: object           # paths that the system itself fills; codes and numbers are judged apart
    steps: str            # the list of steps; "" when they are no part of the record
    id_key: str           # of the steps
    codes: tuple          # fields of dossier code and receipt number
    local_id: str = ""    # the system's own number of a record


def _flatten_by(system):
    def flatten(raw):
        named, (name, _), key = slips(system, raw), _STEPS[system], ID_KEYS[system]
        steps = [step | ({key: named[step[key]]} if named.get(step.get(key)) else {}) for step in raw.get(name) or []]
        return flatten_parts(raw | ({name: steps} if steps else {}), (key,))
    return flatten


SIDES = {
    "gateway": Side("gateway", _flatten_by("gateway"), re.compile(
        r"^(code|receipt_number|revision|codes\b.*|owner_history\b.*|deadline\.standing\b.*|deadline\.proposed_due"
        r"|.*\.file\.(id|media_type)|defects\[promise-to-decide\].*|defects\[.*\]\.noted_time)$"), "steps", "id", ("code", "receipt_number")),
    "city": Side("city", _flatten_by("city"), re.compile(r"^(IdHoSo|MaHoSo|SoBienNhan|MaKhac\b.*)$"),
                 "QuaTrinhXuLy", "Id", ("MaHoSo", "SoBienNhan"), "IdHoSo"),
    "district": Side("district", _flatten_by("district"), re.compile(r"^(ma_ho_so|so_bien_nhan|ma_khac\b.*)$"),
                     "qua_trinh", "ma", ("ma_ho_so", "so_bien_nhan")),
    "portal": Side("portal", portal_form.flatten, re.compile(r"^(MaHoSo|SoBienNhan)$"), "", "", ("MaHoSo", "SoBienNhan")),
    "hub": Side("hub", hub_form.flatten, re.compile(r"^(MaHoSo|IdHoSo)$"), "", "", ("MaHoSo", ""), "IdHoSo"),
}


def plan_number(record):
    """Which dossier of the plan a raw record is about, by what stands in it, whatever its code says; 0 when unknown."""
    text = json.dumps(record, ensure_ascii=False)
    votes = Counter(number for plan_id in _PLAN_IDS for number in plan_id.findall(text))
    return int(votes.most_common(1)[0][0]) if votes else 0
