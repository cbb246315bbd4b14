"""The scenario's own knowledge of the three record forms (gateway JSON, city record, district record).

A neutral record is a dict: scalar paths to values, and list names to {element id: {field: value}}. Values are
text, int, bool, datetime (UTC) or the short name of an enum value. This table says how each is written where;
None in a column says that system has no place for it. It shares nothing with the gateway or its adapters.
"""

# short name: (gateway, city, district)
ENUMS = {
    "status": {
        1: ("STATUS_SUBMITTED", "1", "moi_dang_ky"),
        2: ("STATUS_ACCEPTED", "2", "da_tiep_nhan"),
        3: ("STATUS_REFUSED", "3", "khong_tiep_nhan"),
        4: ("STATUS_PROCESSING", "4", "dang_xu_ly"),
        5: ("STATUS_SUPPLEMENT_REQUESTED", "5", "cho_bo_sung"),
        6: ("STATUS_PAYMENT_REQUESTED", "6", "cho_nghia_vu_tai_chinh"),
        7: ("STATUS_WITHDRAWN", "7", "cong_dan_rut"),
        8: ("STATUS_STOPPED", "8", "dung_xu_ly"),
        9: ("STATUS_FINISHED", "9", "da_xu_ly_xong"),
        10: ("STATUS_RETURNED", "10", "da_tra_ket_qua"),
    },
    "finance": {
        "nothing": ("FINANCE_STATE_NOTHING_DUE", "0", "khong"),
        "due": ("FINANCE_STATE_DUE", "1", "chua_nop"),
        "paid": ("FINANCE_STATE_PAID", "2", "da_nop"),
        "refunded": ("FINANCE_STATE_REFUNDED", "3", "da_hoan"),
    },
    "delivery": {"ready": ("DELIVERY_STATE_READY", None, None), "delivered": ("DELIVERY_STATE_DELIVERED", None, None)},
    "channel": {
        "counter": ("CHANNEL_COUNTER", "1", "truc_tiep"),
        "online": ("CHANNEL_ONLINE", "2", "truc_tuyen"),
        "postal": ("CHANNEL_POSTAL", "3", "buu_chinh"),
    },
    "place": {
        "portal": ("SUBMISSION_PLACE_PORTAL", "1", "cong"),
        "local": ("SUBMISSION_PLACE_LOCAL", "2", "dia_phuong"),
    },
    "applicant": {
        "citizen": ("APPLICANT_KIND_CITIZEN", "1", "ca_nhan"),
        "enterprise": ("APPLICANT_KIND_ENTERPRISE", "2", "doanh_nghiep"),
        "state": ("APPLICANT_KIND_STATE_AGENCY", "3", "co_quan"),
        "other": ("APPLICANT_KIND_OTHER_ORGANIZATION", "4", "to_chuc"),
    },
    "return_method": {
        "direct": ("RETURN_METHOD_DIRECT", "0", "truc_tiep"),
        "postal": ("RETURN_METHOD_POSTAL", "1", "buu_chinh"),
    },
    "online_payment": {
        "none": ("ONLINE_PAYMENT_NONE", "0", "khong"),
        "portal": ("ONLINE_PAYMENT_PORTAL", "1", "cong"),
        "local": ("ONLINE_PAYMENT_LOCAL", "2", "dia_phuong"),
        "other": ("ONLINE_PAYMENT_OTHER", "3", "khac"),
    },
    "identity": {"cccd": ("KIND_CITIZEN_ID", "1", "cccd"), "cmnd": ("KIND_OLD_IDENTITY_CARD", "2", "cmnd")},
    "reuse": {
        "none": ("REUSE_NONE", "0", "khong"),
        "component": ("REUSE_COMPONENT", "1", "thanh_phan"),
        "result": ("REUSE_RESULT", "2", "ket_qua"),
    },
    "copy": {"original": ("COPY_KIND_ORIGINAL", None, None), "copy": ("COPY_KIND_COPY", None, None),
             "electronic": ("COPY_KIND_ELECTRONIC", None, None)},
    "collected": {
        "reception": ("COLLECTED_AT_RECEPTION", "1", "tiep_nhan"),
        "supplement": ("COLLECTED_AT_SUPPLEMENT", "2", "bo_sung"),
        "return": ("COLLECTED_AT_RETURN", "4", "tra_ket_qua"),
    },
    "pause": {
        "supplement": ("REASON_SUPPLEMENT", "1", "bo_sung"),
        "payment": ("REASON_PAYMENT", "2", "tai_chinh"),
        "agency": ("REASON_OTHER_AGENCY", "3", "co_quan_khac"),
    },
    "role": {"lead": ("ROLE_LEAD", "1", "chu_tri"), "cooperating": ("ROLE_COOPERATING", "2", "phoi_hop")},
    "answer": {
        "accepted": ("ANSWER_ACCEPTED", "1", "da_nhan"),
        "refused": ("ANSWER_REFUSED", "2", "tu_choi"),
        "done": ("ANSWER_DONE", "3", "hoan_thanh"),
    },
    "request": {
        "reply": ("KIND_SUPPLEMENT_REPLY", None, None),
        "payment": ("KIND_PAYMENT", None, None),
        "withdraw": ("KIND_WITHDRAW", None, None),
    },
}

# (gateway path, kind, city name, district name)
SCALARS = (
    ("origin.channel", "channel", "KenhThucHien", "kenh"),
    ("origin.submission_place", "place", "NoiNopHoSo", "noi_nop"),
    ("origin.submitted_time", "time", "NgayNopHoSo", "nop_luc"),
    ("origin.portal_account", "text", "MaDoiTuong", "tai_khoan_cong"),
    ("origin.account_verified", "bool", "TaiKhoanDuocXacThucVoiVNeID", "xac_thuc_vneid"),
    ("procedure.code", "text", "MaTTHC", "ma_thu_tuc"),
    ("procedure.name", "text", "TenTTHC", "ten_thu_tuc"),
    ("procedure.field_code", "text", "MaLinhVuc", "ma_linh_vuc"),
    ("procedure.field_name", "text", "TenLinhVuc", "ten_linh_vuc"),
    ("procedure.service_code", "text", None, None),
    ("applicant.name", "text", "ChuHoSo", "chu_ho_so"),
    ("applicant.kind", "applicant", "LoaiDoiTuong", "loai_doi_tuong"),
    ("applicant.identity_number", "text", "SoGiayToChuHoSo", "so_giay_to"),
    ("applicant.address", "text", "DiaChi", "dia_chi"),
    ("applicant.province_code", "text", "MaTinh", "ma_tinh"),
    ("applicant.unit_code", "text", "MaXa", "ma_xa"),
    ("contact.email", "text", "Email", "email"),
    ("contact.fax", "text", "Fax", "fax"),
    ("contact.phone", "text", "SoDienThoai", "dien_thoai"),
    ("subject", "text", "TrichYeuHoSo", "trich_yeu"),
    ("other_info", "text", "ThongTinKhac", "thong_tin_khac"),
    ("note", "text", "GhiChu", "ghi_chu"),
    ("reception.agency", "text", "MaDonViTiepNhan", "don_vi_tiep_nhan"),
    ("reception.officer", "text", "NguoiTiepNhan", "nguoi_tiep_nhan"),
    ("reception.received_time", "time", "NgayTiepNhan", "tiep_nhan_luc"),
    ("reception.refused_time", "time", "NgayTuChoi", "tu_choi_luc"),
    ("reception.refusal_reason", "text", "LyDoTuChoi", "ly_do_tu_choi"),
    ("deadline.promised_due", "time", "NgayHenTra", "hen_tra"),
    ("deadline.change_reason", "text", None, None),
    ("outcome.finished_time", "time", "NgayKetThucXuLy", "ket_thuc_luc"),
    ("outcome.stop_reason", "text", "LyDoDung", "ly_do_dung"),
    ("outcome.returned_time", "time", "NgayTra", "tra_luc"),
    ("outcome.return_note", "text", "ThongTinTra", "thong_tin_tra"),
    ("outcome.return_method", "return_method", "HinhThuc", "hinh_thuc_tra"),
    ("outcome.tax_result", "text", "KetQuaThue", "ket_qua_thue"),
    ("outcome.wrong_procedure", "bool", "SaiThuTuc", "sai_thu_tuc"),
    ("outcome.wrong_result", "bool", "SaiKetQua", "sai_ket_qua"),
    ("status", "status", "TrangThaiHoSo", "trang_thai"),
    ("finance_state", "finance", "TrangThaiTaiChinh", "tai_chinh"),
    ("delivery_state", "delivery", None, None),
    ("processing_unit", "text", "DonViXuLy", "don_vi_xu_ly"),
    ("online_payment", "online_payment", "DuocThanhToanTrucTuyen", "thanh_toan_truc_tuyen"),
    ("has_digitized_papers", "bool", "HoSoCoThanhPhanSoHoa", "co_so_hoa"),
)

# (gateway list, city list, district list, (gateway field, kind, city name, district name)...)
LISTS = (
    ("applicant.identities", "DinhDanhCHS", "dinh_danh", (
        ("kind", "identity", "LoaiDinhDanh", "loai"),
        ("number", "text", "SoDinhDanh", "so"))),
    ("papers", "TaiLieuNop", "giay_to_nop", (
        ("name", "text", "TenTepDinhKem", "ten"),
        ("component_code", "text", "MaThanhPhanHoSo", "ma_thanh_phan"),
        ("file.source", "text", "DuongDanTaiTepTin", "duong_dan"),
        ("file.sha256", "text", None, None),
        ("file.size_bytes", "int64", None, None),
        ("file.media_type", "text", None, None),
        ("file.upload_id", "text", None, None),
        ("digitized", "bool", "DuocSoHoa", "so_hoa"),
        ("reuse", "reuse", "DuocTaiSuDung", "tai_su_dung"),
        ("from_personal_store", "bool", "DuocLayTuKhoDMQG", "tu_kho"),
        ("replacement_result_code", "text", "MaKetQuaThayThe", "ma_thay_the"),
        ("copy_kind", "copy", None, None),
        ("quantity", "int32", None, None),
        ("removed", "bool", "IsDeleted", "da_xoa"))),
    ("other_papers", None, None, (
        ("name", "text", None, None),
        ("quantity", "int32", None, None),
        ("kind", "text", None, None))),
    ("fees", "DanhSachLePhi", "le_phi", (
        ("code", "text", "MaPhiLePhi", "ma_phi"),
        ("name", "text", "TenPhiLePhi", "ten"),
        ("amount_vnd", "int64", "Gia", "so_tien"),
        ("kind", "text", "LoaiPhiLePhi", "loai"),
        ("collected_at", "collected", "HinhThucThu", "thu_khi"),
        ("paid_vnd", "int64", "DaNop", "da_nop"),
        ("paid_time", "time", "NgayNop", "nop_luc"),
        ("payment_reference", "text", "MaGiaoDich", "ma_giao_dich"),
        ("refunded_vnd", "int64", "DaHoan", "da_hoan"),
        ("refunded_time", "time", "NgayHoan", "hoan_luc"),
        ("payment_channel", "online_payment", None, None))),
    ("supplements", "DanhSachHoSoBoSung", "bo_sung", (
        ("requested_by", "text", "NguoiYeuCauBoSung", "nguoi_yeu_cau"),
        ("content", "text", "NoiDungBoSung", "noi_dung"),
        ("requested_time", "time", "NgayBoSung", "yeu_cau_luc"),
        ("received_by", "text", "NguoiTiepNhanBoSung", "nguoi_tiep_nhan"),
        ("reply_note", "text", "ThongTinTiepNhan", "thong_tin"),
        ("received_time", "time", "NgayTiepNhanBoSung", "tiep_nhan_luc"),
        ("answered", "bool", "TrangThaiBoSung", "xong"),
        ("previous_due", "time", "NgayHenTraTruoc", "hen_truoc"),
        ("new_due", "time", "NgayHenTraMoi", "hen_moi"),
        ("paper_ids", "ids", None, None))),
    ("results", "DanhSachGiayToKetQua", "ket_qua", (
        ("name", "text", "TenGiayTo", "ten"),
        ("component_code", "text", "MaThanhPhanHoSo", "ma_thanh_phan"),
        ("result_code", "text", "MaGiayToKetQua", "ma_ket_qua"),
        ("file.source", "text", "DuongDanTepTinKetQua", "duong_dan"))),
    ("steps", "QuaTrinhXuLy", "qua_trinh", (
        ("officer", "text", "NguoiXuLy", "can_bo"),
        ("officer_title", "text", "ChucDanh", "chuc_danh"),
        ("unit", "text", "PhongBanXuLy", "phong"),
        ("time", "time", "ThoiDiemXuLy", "luc"),
        ("content", "text", "NoiDungXuLy", "noi_dung"),
        ("status", "status", "TrangThai", "trang_thai"),
        ("start_time", "time", "NgayBatDau", "bat_dau"),
        ("due_time", "time", "NgayKetThucTheoQuyDinh", "han"),
        ("to_officer", "text", "NguoiNhan", "can_bo_nhan"),
        ("to_unit", "text", "DonViNhan", "don_vi_nhan"),
        ("returned", "bool", "ChuyenLai", "chuyen_lai"),
        ("pauses_clock", "bool", "TamDung", "tam_dung"),
        ("agency", "text", "MaCoQuan", "co_quan"))),
    ("pauses", "TamDung", "tam_dung", (
        ("start_time", "time", "TuLuc", "tu"),
        ("end_time", "time", "DenLuc", "den"),
        ("reason", "pause", "LyDo", "ly_do"),
        ("note", "text", "GhiChu", "ghi_chu"))),
    ("assignments", "PhanCong", "phan_cong", (
        ("agency", "text", "MaCoQuan", "co_quan"),
        ("role", "role", "VaiTro", "vai_tro"),
        ("assigned_time", "time", "NgayGiao", "giao_luc"),
        ("due_time", "time", "HanXuLy", "han"),
        ("answer", "answer", "TraLoi", "tra_loi"),
        ("answered_time", "time", "NgayTraLoi", "tra_loi_luc"),
        ("answer_note", "text", "GhiChu", "ghi_chu"))),
    ("requests", None, None, (
        ("kind", "request", None, None),
        ("time", "time", None, None),
        ("content", "text", None, None))),
    ("database_lookups", None, None, (
        ("database_code", "text", None, None),)),
)

SYSTEMS = ("gateway", "city", "district")
SCALAR_PATHS = tuple(row[0] for row in SCALARS)
LIST_NAMES = tuple(row[0] for row in LISTS)
