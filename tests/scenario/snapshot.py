"""What stands in the three systems at the end, read from each by its own door."""
from dataclasses import dataclass, field

import psycopg2

from scenario.ctl import REFUSED

PURPOSE = "demo judge"


@dataclass
class DistrictRow:
    key: str
    code: str
    receipt: str
    own_receipt: str
    record: dict


@dataclass
class Snapshot:
    gateway: list = field(default_factory=list)      # Dossier JSON
    city: list = field(default_factory=list)         # HoSo
    district: list = field(default_factory=list)     # DistrictRow
    refused_rows: list = field(default_factory=list) # (ma_ho_so, reason): inbox rows the software could not use
    conflicts: list = field(default_factory=list)
    dead_letters: list = field(default_factory=list)
    resolved: dict = field(default_factory=dict)     # alias -> code, or None when nothing was found


def take(operator, control, dsn):
    """Reads everything; `resolved` is filled by resolve()."""
    shot = Snapshot()
    shot.gateway = operator.json_lines("list", "--purpose", PURPOSE)
    shot.city = control.records()
    shot.district, shot.refused_rows = _district(dsn)
    shot.conflicts = operator.json("conflicts").get("conflicts", [])
    shot.dead_letters = operator.json("deadletters").get("dead_letters", [])
    return shot


def _district(dsn):
    connection = psycopg2.connect(dsn)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT khoa, ma_ho_so, so_bien_nhan, so_bien_nhan_rieng, noi_dung FROM ho_so ORDER BY khoa")
        rows = [DistrictRow(*row) for row in cursor.fetchall()]
        cursor.execute("SELECT ma_ho_so, loi FROM lienthong_inbox WHERE loi IS NOT NULL ORDER BY id")
        refused = cursor.fetchall()
    connection.close()
    return rows, refused


def resolve(operator, aliases):
    """{alias: dossier JSON or None} for all aliases, through `lienthongctl get --stdin`."""
    aliases = sorted(set(aliases))
    lines = operator.json_lines("get", "--stdin", "--purpose", PURPOSE, stdin="".join(f"{a}\n" for a in aliases),
                                seconds_max=120, accept=(0, REFUSED))
    return {line["alias"]: line.get("dossier") for line in lines}
