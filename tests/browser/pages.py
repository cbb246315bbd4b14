"""The pages of the console, each opened in every look (`LOOKS`): a new page is a row in PAGES."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """`path` below /console/; {code}, {agency} and {letter} stand for those of the world."""
    path: str
    english: str                   # what its first heading says
    vietnamese: str
    picture: str = ""              # name of the picture that documents show of it
    begins: str = ""               # selector of what the picture begins with; else it is the top of the page

    @property
    def name(self):
        """Of its screenshots."""
        return self.path.replace("?", "-").replace("&", "-").replace("=", "-").replace("{", "").replace("}", "") or "health"


@dataclass(frozen=True)
class Look:
    """How somebody sees the pages."""
    name: str
    width: int
    height: int
    phone: bool
    dark: bool
    vietnamese: bool


PAGES = (
    Page("", "Health of the links", "Tình trạng kết nối", "console-health"),
    Page("dossier", "Dossier", "Hồ sơ"),
    Page("dossier?number={code}", "Dossier", "Hồ sơ"),
    Page("dossier?number={code}&live=yes", "Dossier", "Hồ sơ", "console-dossier", "h2:has(+ p a[href*=live]), h2:has(+ .scroll .copies)"),
    Page("letters", "Dead letters", "Không gửi được, không nhận được"),
    Page("letter?id={letter}", "Dead letter", "Mục không gửi được, không nhận được"),
    Page("conflicts", "Conflicts", "Xung đột", "console-conflicts"),
    Page("reconciliation", "Reconciliation", "Đối soát"),
    Page("tasks", "To do by hand at other systems", "Việc làm thủ công ở hệ thống khác"),
    Page("dispatch", "Dossiers of agencies that ended", "Hồ sơ của cơ quan đã chấm dứt"),
    Page("duplicates", "Suspected duplicates", "Hồ sơ nghi trùng"),
    Page("agencies", "Deadlines by agency", "Thời hạn theo cơ quan"),
    Page("agencies?class=overdue&agency={agency}", "Deadlines by agency", "Thời hạn theo cơ quan"),
    Page("indicators?from=2026-01-01", "Components of QĐ 766/QĐ-TTg", "Thành phần chỉ số QĐ 766/QĐ-TTg", "console-indicators"),
    Page("indicators?from=2026-01-01&indicator=4.5", "Components of QĐ 766/QĐ-TTg", "Thành phần chỉ số QĐ 766/QĐ-TTg"),
    Page("mapping", "Mapping coverage", "Độ phủ ánh xạ dữ liệu"),
    Page("system", "System", "Hệ thống"),
    Page("audit", "What operators did, newest first", "Việc người vận hành đã làm, mới nhất trước"),
)
LOOKS = (
    Look("desk", 1280, 720, phone=False, dark=False, vietnamese=False),
    Look("phone", 390, 844, phone=True, dark=False, vietnamese=True),
    Look("dark", 1280, 720, phone=False, dark=True, vietnamese=True),
)
