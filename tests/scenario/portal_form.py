"""The portal's own record (DongBoHoSoMC) and progress lines (CapNhatTienDoHoSoMC), generation 1, from our own reading of them.

A portal cuts texts to its lengths, knows no ids of fee lines, identities and steps, and keeps no step, pause or assignment
inside the record. Lists without ids are told apart here by what stands in them.
"""
from scenario.forms import flatten_parts, merge, write_value
from scenario.papers import parts

OWN_PREFIX = "dvc-"      # the gateway's name for the portal's element 77 is dvc-77
OFFICER_CHARS_MAX = 50

# (gateway path, kind, portal's name, longest text; 0 = no bound)
_SCALARS = (
    ("procedure.code", "text", "MaTTHC", 50),
    ("procedure.name", "text", "TenTTHC", 2000),
    ("procedure.field_code", "text", "MaLinhVuc", 50),
    ("procedure.field_name", "text", "TenLinhVuc", 500),
    ("origin.channel", "channel", "KenhThucHien", 0),
    ("origin.submission_place", "place", "NoiNopHoSo", 0),
    ("origin.submitted_time", "time", "NgayNopHoSo", 0),
    ("origin.portal_account", "text", "MaDoiTuong", 50),
    ("origin.account_verified", "bool", "TaiKhoanDuocXacThucVoiVNeID", 0),
    ("applicant.name", "text", "ChuHoSo", 500),
    ("applicant.kind", "applicant", "LoaiDoiTuong", 0),
    ("applicant.identity_number", "text", "SoGiayToChuHoSo", 100),
    ("other_info", "text", "ThongTinKhac", 0),
    ("contact.email", "text", "Email", 100),
    ("contact.fax", "text", "Fax", 0),
    ("contact.phone", "text", "SoDienThoai", 50),
    ("subject", "text", "TrichYeuHoSo", 1000),
    ("reception.received_time", "time", "NgayTiepNhan", 0),
    ("reception.refused_time", "time", "NgayTuChoi", 0),
    ("deadline.promised_due", "time", "NgayHenTra", 0),
    ("status", "status", "TrangThaiHoSo", 0),
    ("outcome.returned_time", "time", "NgayTra", 0),
    ("outcome.return_note", "text", "ThongTinTra", 0),
    ("outcome.return_method", "return_method", "HinhThuc", 0),
    ("outcome.finished_time", "time", "NgayKetThucXuLy", 0),
    ("processing_unit", "text", "DonViXuLy", 0),
    ("note", "text", "GhiChu", 0),
    ("has_digitized_papers", "bool", "HoSoCoThanhPhanSoHoa", 0),
    ("online_payment", "online_payment", "DuocThanhToanTrucTuyen", 0),
)
_PAPER = (
    ("name", "text", "TenTepDinhKem", 4000),
    ("component_code", "text", "MaThanhPhanHoSo", 0),
    ("file.source", "text", "DuongDanTaiTepTin", 2000),
    ("digitized", "bool", "DuocSoHoa", 0),
    ("reuse", "reuse", "DuocTaiSuDung", 0),
    ("from_personal_store", "bool", "DuocLayTuKhoDMQG", 0),
    ("replacement_result_code", "text", "MaKetQuaThayThe", 0),
    ("removed", "word", "IsDeleted", 0),
)
_SUPPLEMENT = (
    ("requested_by", "text", "NguoiYeuCauBoSung", 0),
    ("content", "text", "NoiDungBoSung", 0),
    ("requested_time", "time", "NgayBoSung", 0),
    ("received_by", "text", "NguoiTiepNhanBoSung", 0),
    ("reply_note", "text", "ThongTinTiepNhan", 0),
    ("received_time", "time", "NgayTiepNhanBoSung", 0),
    ("answered", "flag", "TrangThaiBoSung", 0),
    ("previous_due", "time", "NgayHenTraTruoc", 0),
    ("new_due", "time", "NgayHenTraMoi", 0),
)
# (list, portal's name, name of its id or None, fields)
_LISTS = (
    ("applicant.identities", "DinhDanhCHS", None, (
        ("kind", "identity", "LoaiDinhDanh", 0), ("number", "text", "SoDinhDanh", 0))),
    ("papers", "TaiLieuNop", "TepDinhKemId", _PAPER),
    ("other_papers", "DanhSachTepDinhKemKhac", None, (
        ("name", "text", "TenGiayTo", 0), ("quantity", "int32", "SoLuong", 0), ("kind", "text", "LoaiGiayTo", 0))),
    ("fees", "DanhSachLePhi", None, (
        ("name", "text", "TenPhiLePhi", 0), ("code", "text", "MaPhiLePhi", 0), ("collected_at", "collected", "HinhThucThu", 0),
        ("amount_vnd", "int64", "Gia", 0), ("kind", "text", "LoaiPhiLePhi", 0))),
    ("supplements", "DanhSachHoSoBoSung", "HoSoBoSungId", _SUPPLEMENT),
    ("results", "DanhSachGiayToKetQua", "GiayToId", (
        ("name", "text", "TenGiayTo", 2000), ("component_code", "text", "MaThanhPhanHoSo", 0),
        ("file.source", "text", "DuongDanTepTinKetQua", 0), ("result_code", "text", "MaGiayToKetQua", 0))),
    ("database_lookups", "DSKetNoiCSDL", None, (("database_code", "text", "MaCSDL", 0),)),
)
_STEP = (
    ("officer", "text", "NguoiXuLy", OFFICER_CHARS_MAX),
    ("officer_title", "text", "ChucDanh", 0),
    ("time", "time", "ThoiDiemXuLy", 0),
    ("unit", "text", "PhongBanXuLy", 0),
    ("content", "text", "NoiDungXuLy", 0),
    ("status", "status", "TrangThai", 0),
    ("start_time", "time", "NgayBatDau", 0),
    ("due_time", "time", "NgayKetThucTheoQuyDinh", 0),
)
SCALAR_PATHS = tuple(row[0] for row in _SCALARS)
PAPER_FIELDS = tuple(row[0] for row in _PAPER)
PROGRESS_FIELDS = ("MaHoSo", *(name for _, _, name, _ in _STEP))
_UNSAID = (("IsDeleted", "False"), ("TrangThaiBoSung", False))
# By which field an element of a list is told from the others.
_KEYS = ("TepDinhKemId", "HoSoBoSungId", "GiayToId", "SoDinhDanh", "MaPhiLePhi", "TenGiayTo", "MaCSDL")


def own_id(element_id):
    """As the portal writes the id of an element."""
    return element_id.removeprefix(OWN_PREFIX)


def round_number(element_id):
    """HoSoBoSungId is a number: a small one is itself, for any other id one follows from its letters (FNV-1a, 30 bits)."""
    own = own_id(element_id)
    if own.isascii() and own.isdigit() and own[0] != "0" and int(own) < 1 << 30:
        return int(own)
    digest = 2166136261
    for byte in own.encode():
        digest = (digest ^ byte) * 16777619 & 0xffffffff
    return (1 << 30) + digest % (1 << 30)


def _value(kind, value, chars_max):
    if value is None:
        return ""
    if kind == "word":
        return "True" if value else "False"
    if kind == "flag":
        return bool(value)
    text = write_value("city", kind, value)      # the city uses the portal's codes and dates
    return str(text)[:chars_max] if chars_max else str(text)


def _object(fields, values):
    """A portal is told of no address from which it could not fetch: papers without content have none there."""
    return {name: _value(kind, values[path], chars) for path, kind, name, chars in fields
            if path in values and not (path == "file.source" and values[path].startswith("https:"))}


def write_record(record):
    """A neutral record (or patch) as the portal's; MaHoSo and SoBienNhan are others' to say."""
    raw = _object(_SCALARS, record)
    for path, name, id_name, fields in _LISTS:
        if path in record:
            raw[name] = [_element(record, path, id_name, fields, key, item) for key, item in record[path].items()
                         if id_name or not item.get("removed")]
    return raw


def _element(record, path, id_name, fields, key, item):
    write_id = round_number if path == "supplements" else own_id
    raw = ({id_name: write_id(key)} if id_name else {}) | _object(fields, item)
    if path == "supplements":
        papers = record.get("papers", {})
        raw["DanhSachGiayToBoSung"] = [_element({}, "papers", "TepDinhKemId", _PAPER, paper, papers[paper])
                                       for paper in item.get("paper_ids", ())]
    return raw


def write_progress(code, step):
    """One line of CapNhatTienDoHoSoMC."""
    return {"MaHoSo": code} | _object(_STEP, step)


# --- what the portal itself says ------------------------------------------------------------------------------


def submission(dossier, patch, library):
    """DongBoHoSoMC of a new dossier, with the address, which only the portal's own call has."""
    places = (("applicant.address", "DiaChi"), ("applicant.province_code", "MaTinh"), ("applicant.unit_code", "MaXa"))
    record = write_record(patch) | {"MaHoSo": dossier.portal_code} | {name: patch[path] for path, name in places if path in patch}
    for paper in record["TaiLieuNop"]:
        if parts(paper["DuongDanTaiTepTin"])[0] == "inline":
            paper["Base64"] = {"file": parts(paper.pop("DuongDanTaiTepTin"))[1]}
    return library.filled(record)


def request(action):
    """The one entry of the portal's later calls, but for MaHoSo."""
    patch = action.patch
    if action.call == "supplement":
        (key, reply), = patch["supplements"].items()
        papers = [_element({}, "papers", "TepDinhKemId", _PAPER, paper, item) for paper, item in patch["papers"].items()]
        return {"HoSoBoSungId": round_number(key), "ThongTinTiepNhan": reply["reply_note"],
                "NgayTiepNhanBoSung": _value("time", reply["received_time"], 0), "TaiLieuNop": papers}
    if action.call == "withdraw":
        (key, wish), = patch["requests"].items()
        return {"MaYeuCau": own_id(key), "NgayYeuCau": _value("time", wish["time"], 0), "LyDo": wish["content"]}
    (_, line), = patch["fees"].items()
    back = action.call == "refund"
    amount, time = ("refunded_vnd", "refunded_time") if back else ("paid_vnd", "paid_time")
    return {"MaPhiLePhi": action.fee["code"], "SoTien": str(line[amount]), "NgayThanhToan": _value("time", line[time], 0),
            "MaGiaoDich": action.fee["payment_reference"], "HoanTra": "1" if back else "0"}


def takes_progress(call):
    """Whether a call of the rig's log is progress that was carried out."""
    return "CapNhatTienDoHoSoMC" in (call.get("body") or "") and call.get("status") == 200


def with_due(_, due):
    """Members of a record with another due date."""
    return {"NgayHenTra": _value("time", due, 0)}


def first_paper(record, ours):
    """(list, index) of the first paper whose address is the gateway's, of those that a portal shows."""
    return next((("TaiLieuNop", index) for index, paper in enumerate(record.get("TaiLieuNop") or [])
                 if paper.get("DuongDanTaiTepTin", "").startswith(ours)), None)


def with_paper_of(_, other):
    return {"DuongDanTaiTepTin": other["DuongDanTaiTepTin"]}


# --- for the judge ---------------------------------------------------------------------------------------------


def expected(dossier):
    """{path: value} of what the portal must hold of a dossier at the end."""
    record = {}
    for action in dossier.actions:
        if not action.proposal:
            merge(record, action.patch)
    return flatten(write_record(record))[0]


def expected_of(record, _):
    """The same of what is neutrally said of a dossier."""
    return flatten(write_record(record))[0]


def flatten(raw):
    """{path: value} of a portal's record without its progress lines and what was handed in; also elements that stand twice.

    A paper that is not deleted, and a round that is not answered, may say so or not.
    """
    values, twice = flatten_parts({key: value for key, value in raw.items() if key not in ("TienDo", "Nop")}, _KEYS)
    for path in [path for path, value in values.items() if (path.rpartition(".")[2], value) in _UNSAID]:
        del values[path]
    return values, twice
