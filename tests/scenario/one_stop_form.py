"""What one-stop software of today says of its dossiers: the portal's contract, generation 1, to the gateway in the portal's place.

Its whole record every time. Lists have the software's own ids or none, which the gateway makes its own by the agency's code:
TepDinhKemId 77 is H29.X07:77 to all others, the second line of a list without ids H29.X07:n2.
"""
from scenario import portal_form
from scenario.words import ONE_STOP_AGENCY

PREFIX = f"{ONE_STOP_AGENCY}:"
_ADDRESSES = (("papers", "TaiLieuNop", "DuongDanTaiTepTin"), ("results", "DanhSachGiayToKetQua", "DuongDanTepTinKetQua"))
_IDS = (("papers", "TaiLieuNop", "TepDinhKemId", str), ("supplements", "DanhSachHoSoBoSung", "HoSoBoSungId", int),
        ("results", "DanhSachGiayToKetQua", "GiayToId", str))


def code_of(dossier):
    """By which number the software knows it."""
    return dossier.brought_code or dossier.local_id


def own(key):
    """The id that an element of the software has everywhere else."""
    return PREFIX + key


def in_places(items):
    """A list without ids: its elements are known by their places."""
    return {own(f"n{position}"): item for position, item in enumerate(items, start=1)}


def sayable(patch):
    """What is left of a patch in this form; the unit that received it is who has logged in."""
    said = {path: value for path, value in patch.items() if path in (*portal_form.SCALAR_PATHS, "reception.agency")}
    papers = {own(key): {name: value for name, value in paper.items() if name in portal_form.PAPER_FIELDS}
              for key, paper in patch["papers"].items()}
    identities = in_places(patch.get("applicant.identities", {}).values())
    return said | {"papers": papers} | ({"applicant.identities": identities} if identities else {})


def write_record(record):
    """DongBoHoSoMC of the software's whole record, but for MaHoSo: with the addresses of all papers."""
    raw = portal_form.write_record(record)
    for path, name, address in _ADDRESSES:
        for paper, item in zip(raw.get(name, ()), record.get(path, {}).values()):
            paper[address] = item["file.source"]
    for path, name, id_name, write in _IDS:
        for element, key in zip(raw.get(name, ()), record.get(path, {})):
            element[id_name] = write(key.removeprefix(PREFIX))
    return raw


def write_lines(steps):
    """CapNhatTienDoHoSoMC of some steps, but for MaHoSo."""
    return [{name: value for name, value in portal_form.write_progress("", step).items() if name != "MaHoSo"}
            for step in steps.values()]


def looked_up(record):
    """What TraCuuHoSo must find of a neutral record (or patch), as far as it stands outside lists."""
    return portal_form.write_record({path: value for path, value in record.items() if path in portal_form.SCALAR_PATHS})


def shows(found, patch):
    """Whether what TraCuuHoSo found says all that somebody else's act did."""
    return all(found.get(name) == value for name, value in looked_up(patch).items())
