"""What stands in all systems at the end, read from each by its own door."""
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import psycopg2

from scenario.ctl import REFUSED
from scenario.judge_portal import unanswered

PURPOSE = "demo judge"
READERS = 4              # systems that are read at the same time
RESOLVERS = 2            # lienthongctl asks for one alias after the other
ALIASES_MAX = 500        # of one command line
_STEP = re.compile(r"steps\[(.*)\]$")


@dataclass
class DistrictRow:
    key: str
    code: str
    receipt: str
    own_receipt: str
    record: dict


@dataclass
class PortalShot:
    records: list = field(default_factory=list)      # the portal's record with its progress lines in "TienDo"
    flagged: dict = field(default_factory=dict)      # shared code -> ids of steps that the gateway says may stand twice there
    unanswered: dict = field(default_factory=dict)   # fault -> calls that the portal carried out and did not answer
    progress_unanswered: list = field(default_factory=list)      # those with progress lines: ProgressCall
    refused: list = field(default_factory=list)      # the portal's own calls that the gateway refused for good
    papers: dict = field(default_factory=dict)       # address -> SHA-256 of what the portal fetched there, or what went wrong


@dataclass
class Snapshot:
    gateway: list = field(default_factory=list)      # Dossier JSON
    city: list = field(default_factory=list)         # HoSo
    district: list = field(default_factory=list)     # DistrictRow
    portals: dict = field(default_factory=dict)      # portal -> PortalShot
    refused_rows: list = field(default_factory=list) # (ma_ho_so, reason): inbox rows the software could not use
    notices: list = field(default_factory=list)      # (shared code, field, what happened): what the district's people were told
    one_stop: dict = field(default_factory=dict)     # plan number -> what the one-stop software finds by TraCuuHoSo
    conflicts: list = field(default_factory=list)
    dead_letters: list = field(default_factory=list)


def take(operator, city, portals, dsn, one_stop, codes):
    """Reads everything at the same time: `city` and `portals` (by name) are the rigs' control ports, `one_stop` looks up its
    `codes` (by number)."""
    with ThreadPoolExecutor(READERS) as pool:
        gateway = pool.submit(operator.json_lines, "list", "--purpose", PURPOSE)
        looked_up = pool.submit(lambda: {number: _looked_up(one_stop, code) for number, code in codes.items()})
        conflicts, letters = pool.submit(operator.json, "conflicts"), pool.submit(operator.json, "deadletters")
        at_portals = {name: pool.submit(_portal, operator, name, control) for name, control in portals.items()}
        at_city, at_district = pool.submit(city.records), pool.submit(_district, dsn)
    rows, refused_rows, notices = at_district.result()
    return Snapshot(gateway.result(), at_city.result(), rows, {name: shot.result() for name, shot in at_portals.items()},
                    refused_rows, notices, looked_up.result(), conflicts.result().get("conflicts", []),
                    letters.result().get("dead_letters", []))


def _portal(operator, name, control):
    faults, progress = unanswered(control.pages("/rig/unanswered", "calls"))
    lanes = operator.json("lanes", "--link", name, "--possible-duplicates").get("lanes", [])
    flagged = {lane["code"]: {_STEP.match(path)[1] for path in lane["possible_duplicates"]} for lane in lanes}
    papers = {paper["url"]: paper.get("sha256") or paper.get("error") for paper in control.pages("/rig/papers", "papers")}
    return PortalShot(control.records(), flagged, faults, progress, control.call("GET", "/rig/outgoing?limit=1")["refused"], papers)


def _looked_up(one_stop, code):
    """The record that one-stop software finds by its own number; {} when none."""
    answer = json.loads(one_stop.find(code))
    return (answer.get("result") or [{}])[0]


def _district(dsn):
    connection = psycopg2.connect(dsn)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT khoa, ma_ho_so, so_bien_nhan, so_bien_nhan_rieng, noi_dung FROM ho_so ORDER BY khoa")
        rows = [DistrictRow(*row) for row in cursor.fetchall()]
        cursor.execute("SELECT ma_ho_so, loi FROM lienthong_inbox WHERE loi IS NOT NULL ORDER BY id")
        refused = cursor.fetchall()
        cursor.execute("SELECT ma_ho_so, truong, loai FROM lienthong_thong_bao ORDER BY id")
        notices = cursor.fetchall()
    connection.close()
    return rows, refused, notices


def resolve(operator, aliases):
    """{alias: shared code of what it means, or None} for all aliases, through `lienthongctl receipt resolve`."""
    aliases = sorted(set(aliases))
    parts = [aliases[first:first + ALIASES_MAX] for first in range(0, len(aliases), ALIASES_MAX)]
    with ThreadPoolExecutor(RESOLVERS) as pool:
        return {alias: code for part in pool.map(lambda part: _resolve(operator, part), parts) for alias, code in part.items()}


def _resolve(operator, aliases):
    codes = [line["code"] for line in operator.json_lines("receipt", "resolve", *aliases, seconds_max=120, accept=(0, REFUSED))]
    if len(codes) == len(aliases):
        return dict(zip(aliases, codes))
    if len(aliases) == 1:
        return {aliases[0]: None}
    middle = len(aliases) // 2       # an answer says what it found, not what it was asked for
    return _resolve(operator, aliases[:middle]) | _resolve(operator, aliases[middle:])


def dossiers(operator, aliases):
    """{alias: dossier JSON or None}, through `lienthongctl get --stdin`."""
    lines = operator.json_lines("get", "--stdin", "--purpose", PURPOSE, stdin="".join(f"{a}\n" for a in sorted(set(aliases))),
                                seconds_max=120, accept=(0, REFUSED))
    return {line["alias"]: line.get("dossier") for line in lines}
