"""Reference words of the scenario: real procedure codes, invented agencies and people.

Procedure codes and ward codes are real; agencies H29.X01 .. H29.X07, people, numbers and addresses are
invented and say so ("mẫu" = sample).
"""

FIELDS = {
    "Hộ tịch": "G15-HT01",
    "Chứng thực": "G15-CT02",
    "Cư trú": "G01-CT03",
    "Hộ kinh doanh": "G09-KD04",
    "Bảo trợ xã hội": "G10-BT05",
    "Xây dựng": "G17-XD06",
    "Đất đai": "G13-DD07",
    "Việc làm": "G10-VL08",
}

PROCEDURES = (
    ("1.001193", "Đăng ký khai sinh", "Hộ tịch"),
    ("1.000656", "Đăng ký khai tử", "Hộ tịch"),
    ("1.000894", "Đăng ký kết hôn", "Hộ tịch"),
    ("1.000689", "Đăng ký khai sinh kết hợp đăng ký nhận cha, mẹ, con", "Hộ tịch"),
    ("1.004746", "Đăng ký lại kết hôn", "Hộ tịch"),
    ("1.004837", "Đăng ký giám hộ", "Hộ tịch"),
    ("1.004859", "Thay đổi, cải chính, bổ sung thông tin hộ tịch, xác định lại dân tộc", "Hộ tịch"),
    ("1.004873", "Cấp Giấy xác nhận tình trạng hôn nhân", "Hộ tịch"),
    ("1.004884", "Đăng ký lại khai sinh", "Hộ tịch"),
    ("2.000528", "Đăng ký khai sinh có yếu tố nước ngoài", "Hộ tịch"),
    ("2.000635", "Cấp bản sao trích lục hộ tịch, bản sao Giấy khai sinh", "Hộ tịch"),
    ("2.000815", "Chứng thực bản sao từ bản chính", "Chứng thực"),
    ("2.000884", "Chứng thực chữ ký", "Chứng thực"),
    ("2.000908", "Cấp bản sao từ sổ gốc", "Chứng thực"),
    ("1.004194", "Đăng ký tạm trú", "Cư trú"),
    ("1.004222", "Đăng ký thường trú", "Cư trú"),
    ("1.010038", "Tách hộ", "Cư trú"),
    ("1.001612", "Đăng ký thành lập hộ kinh doanh", "Hộ kinh doanh"),
    ("2.000720", "Đăng ký thay đổi nội dung hộ kinh doanh", "Hộ kinh doanh"),
    ("1.001266", "Chấm dứt hoạt động hộ kinh doanh", "Hộ kinh doanh"),
    ("1.001776", "Trợ cấp xã hội hằng tháng", "Bảo trợ xã hội"),
    ("1.000494.000.00.00.H29", "Trợ cấp xã hội hằng tháng cho người cao tuổi", "Bảo trợ xã hội"),
    ("1.013225", "Cấp giấy phép xây dựng mới", "Xây dựng"),
    ("1.013978", "Đăng ký đất đai, cấp Giấy chứng nhận lần đầu (hộ gia đình, cá nhân)", "Đất đai"),
    ("1.012786", "Cấp lại Giấy chứng nhận do bị mất", "Đất đai"),
    ("1.014199", "Cấp giấy phép lao động cho người nước ngoài", "Việc làm"),
)

DISTRICT_AGENCIES = ("H29.X01", "H29.X02", "H29.X03", "H29.X04")
GRPC_AGENCIES = ("H29.X05", "H29.X06")
ONE_STOP_AGENCY = "H29.X07"      # its software speaks the portal's contract, to the gateway's façade
AGENCY_UNITS = {
    "H29.X01": "UBND phường Mẫu Một (đơn vị giả định)",
    "H29.X02": "UBND phường Mẫu Hai (đơn vị giả định)",
    "H29.X03": "UBND xã Mẫu Ba (đơn vị giả định)",
    "H29.X04": "UBND xã Mẫu Bốn (đơn vị giả định)",
    "H29.X05": "Chi nhánh Văn phòng Mẫu Năm (đơn vị giả định)",
    "H29.X06": "Trung tâm Mẫu Sáu (đơn vị giả định)",
    "H29.X07": "UBND phường Mẫu Bảy (đơn vị giả định)",
}

WARDS = (
    ("26740", "Phường Sài Gòn"), ("26737", "Phường Tân Định"), ("26743", "Phường Bến Thành"),
    ("26758", "Phường Cầu Ông Lãnh"), ("26800", "Phường Linh Xuân"), ("26809", "Phường Hiệp Bình"),
    ("26884", "Phường Gò Vấp"), ("26929", "Phường Bình Thạnh"), ("27073", "Phường Phú Nhuận"),
    ("27343", "Phường Chợ Lớn"), ("27553", "Xã Củ Chi"), ("27637", "Xã Bình Chánh"),
    ("27664", "Xã Cần Giờ"), ("26732", "Đặc khu Côn Đảo"),
)

FAMILY_NAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Đỗ", "Ngô")
MIDDLE_NAMES = ("Thị", "Văn", "Ngọc", "Hữu", "Quỳnh", "Đức", "Thùy", "Ánh")
GIVEN_NAMES = ("Mẫu", "Ví Dụ", "Giả Định", "Thử Nghiệm", "Minh Họa")
OFFICER_TITLES = ("Chuyên viên", "Phó Trưởng phòng", "Công chức tư pháp - hộ tịch", "Cán bộ một cửa")
COMPANY_NAMES = ("Công ty TNHH Ví Dụ", "Hợp tác xã Mẫu", "Doanh nghiệp tư nhân Giả Định")

PAPER_NAMES = (
    ("Tờ khai theo mẫu", "TP.01"), ("Giấy chứng sinh (bản chính)", "TP.02"),
    ("Bản sao căn cước công dân", "TP.03"), ("Giấy tờ chứng minh nơi cư trú", "TP.04"),
    ("Biên bản xác nhận của tổ dân phố, có “chữ ký” & dấu", "TP.05"),
)
FEE_LINES = (
    ("LP.HT.01", "Lệ phí đăng ký hộ tịch", 8000), ("LP.CT.02", "Phí chứng thực", 2000),
    ("PH.TD.03", "Phí thẩm định hồ sơ", 150000), ("LP.GP.04", "Lệ phí cấp giấy phép", 75000),
)
WORK_STEPS = (
    "Thẩm tra hồ sơ, đối chiếu cơ sở dữ liệu", "Trình lãnh đạo ký duyệt",
    "Xác minh thực địa; kết quả: phù hợp", "Dự thảo kết quả giải quyết", "Lấy ý kiến bộ phận chuyên môn",
)
REFUSAL_REASONS = (
    "Hồ sơ không thuộc thẩm quyền giải quyết của đơn vị (điểm a khoản 1 Điều 5, mẫu)",
    "Giấy tờ nộp kèm không hợp lệ, đã yêu cầu bổ sung nhưng không khắc phục (mẫu)",
)
WITHDRAWAL_REASONS = (
    "Tôi đã nộp trùng hồ sơ, xin rút (lý do mẫu)",
    "Tôi cần chuẩn bị lại giấy tờ, xin rút hồ sơ (lý do mẫu)",
)
