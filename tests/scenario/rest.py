"""Whether everything has come to rest: nothing waits anywhere, and what must stand still stands still."""
import time

import psycopg2

from scenario.control import RigError
from scenario.ctl import CtlError
from scenario.papers import parts

DRAIN_SECONDS_MAX = 90
QUIET_SECONDS = 1.0
LOOK_SECONDS = 0.2


def read_at_rest(look, read, show, seconds_max=DRAIN_SECONDS_MAX):
    """(what `read` gave, ""): nothing was pending and nothing moved from before it read until QUIET_SECONDS were over at the
    least. What moves meanwhile makes it read again; (what stands, why not at rest) when there is no rest. `look` gives (what
    must stand still, why not at rest), `show` is told the latter."""
    deadline, before, quiet_since, found = time.monotonic() + seconds_max, None, time.monotonic(), None
    while True:
        now, busy = look()
        if now != before or busy:
            before, quiet_since, found = now, time.monotonic(), None
        elif found is None:
            found = read()                       # the quiet time passes meanwhile
            continue
        elif time.monotonic() - quiet_since >= QUIET_SECONDS:
            return found, ""
        if time.monotonic() > deadline:
            return read(), busy or "it moves"
        show(busy)
        time.sleep(LOOK_SECONDS)


class Rest:
    def __init__(self, world, plan, run):
        self._world, self._run = world, run
        self._city = world.control("city")
        self._papers = {name: _papers_at(plan, name) for name in plan.doors}

    def look(self):
        """(what must stand still, why not at rest)."""
        try:
            links = self._world.operator.json("links").get("links", [])
            portals = {name: self._portal(name) for name in self._papers}
        except (CtlError, RigError, OSError) as error:
            return None, str(error)
        run, (waiting, told), unseen = self._run, self._at_district(), len(self._run.schedule.unseen())
        moved = (run.city.deliveries, run.district.applied, self._city.call("GET", "/rig/stats")["versions"],
                 tuple(count for count, _ in portals.values()),
                 tuple((link["name"], link.get("dead_letters"), link.get("conflicts"), link.get("received")) for link in links))
        reasons = [f"{link['name']} {link['pending']} pending" for link in links if int(link.get("pending", 0))]
        reasons += [f"{link['name']} {link['early']} early" for link in links if int(link.get("early", 0))]
        reasons += [f"inbox {waiting} waiting"] if waiting else []
        untold = sum(int(link.get("conflicts", 0)) for link in links if link["name"] == "district") - told
        reasons += [f"{untold} conflicts not told to the district"] if untold > 0 else []
        reasons += [f"{unseen} changes not shown everywhere"] if unseen else []
        reasons += [reason for _, why in portals.values() for reason in why]
        return moved, ", ".join(reasons)

    def _portal(self, name):
        stats = self._world.control(name).call("GET", "/rig/stats")
        calls, papers = stats["outgoing"]["waiting"], max(self._papers[name] - stats["papers"]["done"], stats["papers"]["waiting"])
        why = [f"{name} has {calls} calls to make"] if calls else []
        why += [f"{name} lacks {papers} papers"] if papers > 0 else []
        return (stats["outgoing"]["done"], stats["progress"], stats["uploads"]), why

    def _at_district(self):
        """(rows of its inbox that wait, conflicts that its people were told of)."""
        connection = psycopg2.connect(self._world.database.dsn)
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM lienthong_inbox WHERE xu_ly_luc IS NULL")
            waiting = cursor.fetchone()[0]
            cursor.execute("SELECT count(*) FROM lienthong_thong_bao WHERE loai = 'CONFLICT_OPENED'")
            told = cursor.fetchone()[0]
        connection.close()
        return waiting, told


def _papers_at(plan, portal):
    """Papers of others that it must fetch, but for those that may have been taken back; a hub is given the bytes."""
    return 0 if portal == "hub" else sum(
        parts(marked)[0] != portal for dossier in plan.dossiers if portal in dossier.held_in
        for marked in dossier.files if "removed paper" not in dossier.traits)
