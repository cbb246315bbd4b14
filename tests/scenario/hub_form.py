"""The ministry hub's form (generation 2), from our own reading of it: what NoiHoSo said once, status and progress since.

A hub keeps a dossier as it was when it was made: of what changed later it knows only the status, the fees and results that
travelled with statuses 5, 6 and 9, and the progress lines. Where the ledger cannot know when it was made, OneOf says what
may stand.
"""
from scenario.forms import CITY_ZONE, OneOf, flatten_parts, merge
from scenario.papers import MARK, parts

_KINDS = {"citizen": 0, "enterprise": 1}
_COPIES = {"original": 0, "copy": 1, "electronic": 2}
LIST_STATUSES = (5, 6, 9)
# Which element of a list is which.
_KEYS = ("MaThanhPhanHoSo", "MaPhiLePhi", "MaGiayToKetQua", "TenGiayTo")
_PERSON = (("applicant.name", "HoTen"), ("applicant.identity_number", "SoGiayTo"), ("contact.phone", "SoDienThoai"),
           ("contact.email", "Email"), ("applicant.address", "DiaChi"), ("applicant.province_code", "MaTinh"),
           ("applicant.unit_code", "MaXa"))


def _day(value):
    return value.astimezone(CITY_ZONE).strftime("%Y-%m-%d %H:%M:%S") if value else ""


def _instant(value):
    return value.astimezone(CITY_ZONE).isoformat(timespec="milliseconds") if value else ""


def _person(record):
    kind = _KINDS.get(record.get("applicant.kind"))
    return {"LoaiDoiTuong": kind, "IdDoiTuong": record.get("origin.portal_account", ""),
            "ThongTinChiTiet": {name: record.get(path) or "" for path, name in _PERSON}}


def _component(paper):
    raw = {"MaThanhPhanHoSo": paper["component_code"], "TenThanhPhanHoSo": paper["name"], "SoLuong": paper.get("quantity", 0),
           "LoaiBan": _COPIES.get(paper.get("copy_kind"), 0), "GiayToDinhKem": []}      # 0 also where nothing was said
    if paper["file.source"].startswith(MARK):
        raw["GiayToDinhKem"].append({"HashTepTin": paper["file.source"], "TenGiayTo": paper["name"],
                                     "MaKetQua": paper.get("replacement_result_code", "")})
    return raw


def write_record(record):
    """NoiHoSo of a record as it stands."""
    return {
        "MaTTHC": record["procedure.code"], "MaDichVuCong": record.get("procedure.service_code", ""),
        "ChuHoSo": record["applicant.name"], "LoaiDoiTuong": _KINDS.get(record["applicant.kind"]),
        "MaDonViTiepNhan": record["reception.agency"], "NgayNop": _day(record["origin.submitted_time"]),
        "NgayTiepNhan": _day(record.get("reception.received_time")), "ThongTinNguoiNop": _person(record),
        "ThanhPhanHoSo": [_component(paper) for paper in record.get("papers", {}).values() if not paper.get("removed")]}


def write_lists(record):
    """Fees and results as they travel with a status."""
    fees = [{"MaPhiLePhi": fee["code"], "TenPhiLePhi": fee["name"], "Gia": fee["amount_vnd"],
             "TrangThaiThanhToan": int(fee.get("paid_vnd", 0) - fee.get("refunded_vnd", 0) >= fee["amount_vnd"])}
            for fee in record.get("fees", {}).values() if not fee.get("removed")]
    results = [{"TenGiayTo": result["name"], "MaGiayToKetQua": result["result_code"],
                "HashTepTin": result["file.source"] if result["file.source"].startswith(MARK) else ""}
               for result in record.get("results", {}).values() if not result.get("removed")]
    return {"DanhSachLePhi": fees, "DanhSachGiayToKetQua": results}


def expected(dossier):
    """{path: value} of what the hub must hold of a dossier at the end."""
    record, versions, lists = {}, [], {}
    for action in dossier.actions:
        if action.proposal:
            continue
        merge(record, action.patch)
        made, _ = flatten(write_record(record))
        versions.append(made)
        if record.get("status") in LIST_STATUSES:
            lists = write_lists(record)
    if dossier.origin == "hub":
        versions = versions[:1]
    values = {path: _one_of([version.get(path) for version in versions])
              for path in {path: None for version in versions for path in version}}
    return values | flatten(lists)[0] | {"TrangThai": record["status"]}


def expected_of(record, expected):
    """What of `expected` follows from what is neutrally said of a dossier: its status, and once finished its fees."""
    if record["status"] in (9, 10):
        gone = {path for path in expected if path.startswith("DanhSachLePhi")}
        fees = flatten({"DanhSachLePhi": write_lists(record)["DanhSachLePhi"]})[0]
        expected = {path: value for path, value in expected.items() if path not in gone} | fees
    return expected | {"TrangThai": record["status"]}


def _one_of(values):
    different = list(dict.fromkeys(values))
    return different[0] if len(different) == 1 else OneOf(different)


def write_progress(code, step):
    """One line of CapNhatTienTrinh, but for IDHoSo."""
    return {"MaHoSo": code, "NguoiXuLy": step["officer"], "ThoiDiemXuLy": _instant(step["time"]), "PhongBanXuLy": step["unit"],
            "NoiDungXuLy": step["content"], "TrangThai": step["status"], "NgayBatDau": _instant(step.get("start_time")),
            "NgayKetThucTheoQuyDinh": _instant(step.get("due_time"))}


def submission(dossier, patch, library):
    """NoiHoSo of a new dossier as the hub itself sends it: its files are named and have an address."""
    record = write_record(patch)
    del record["NgayTiepNhan"]
    for component in record["ThanhPhanHoSo"]:
        for file in component["GiayToDinhKem"]:
            marked = file["HashTepTin"]
            link = library.link(marked, dossier.origin)
            file |= {"IdGiayTo": parts(marked)[1], "HashTepTin": link.sha256, "DuongDanTaiTepTin": link.url}
    return record


def takes_progress(call):
    """Whether a call of the rig's log is progress that was carried out."""
    return call.get("path") == "/CapNhatTienTrinh" and call.get("status") == 200


def with_due(record, due):
    """Members of a record with another due date: a hub has only those of progress lines."""
    lines = [dict(line) for line in record["TienDo"]]
    lines[-1]["NgayKetThucTheoQuyDinh"] = _instant(due)
    return {"TienDo": lines}


def first_paper(record, _):
    """(list, index) of the first paper with content."""
    return next((("ThanhPhanHoSo", index) for index, paper in enumerate(record.get("ThanhPhanHoSo") or [])
                 if paper.get("GiayToDinhKem")), None)


def with_paper_of(paper, other):
    """Members of `paper` with the digest of `other`."""
    files = [dict(file) for file in paper["GiayToDinhKem"]]
    files[0]["HashTepTin"] = other["GiayToDinhKem"][0]["HashTepTin"]
    return {"GiayToDinhKem": files}


def flatten(raw):
    """{path: value} of a hub's record without its progress lines and what was handed in; also elements that stand twice."""
    left_out = ("TienDo", "Nop", "IdHoSo", "MaHoSo", "NoiDungYKien", "EformThongTinChiTiet")
    values, twice = flatten_parts({key: value for key, value in raw.items() if key not in left_out}, _KEYS)
    return {path: value for path, value in values.items() if path.rpartition(".")[2] not in ("IdGiayTo",)}, twice
