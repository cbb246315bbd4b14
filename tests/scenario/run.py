"""One run: the actors do the plan, the faults happen, everything drains."""
import threading
import time
from collections import Counter

from scenario.actor_agency import AgencyActor
from scenario.actor_city import CityActor, Control
from scenario.actor_district import DistrictActor
from scenario.counters import Counters
from scenario.ctl import CtlError
from scenario.faults import Faults, Killer
from scenario.schedule import Schedule
from scenario.words import GRPC_AGENCIES

INTAKE_PER_SECOND = 60
INTAKE_SECONDS_MIN = 6
STALL_SECONDS_MAX = 60
DRAIN_SECONDS_MAX = 90
QUIET_SECONDS = 1.0
LOOK_SECONDS = 0.2


class Run:
    def __init__(self, world, plan, kills, progress):
        self._world, self._plan, self._progress = world, plan, progress
        self.counters = Counters()
        self.schedule = Schedule(plan)
        self.control = Control(world.city.control_port)
        self.city = CityActor(self.control, self.schedule, self.counters)
        self.district = DistrictActor(world.database.dsn, self.schedule, self.counters)
        self.agencies = [AgencyActor(code, world.ctl(f"agency-{code}"), plan, self.schedule, self.counters)
                         for code in GRPC_AGENCIES]
        self.faults = Faults(self.control, world.database, self.schedule, self.counters)
        own = Counter(action.actor for action in plan.actions)
        expected = sum(own[code] for code in GRPC_AGENCIES) + sum(len(action.shown_in) for action in plan.actions)
        self.killer = Killer(world, self.agencies, self.counters, kills, expected)
        self._stop = threading.Event()

    def execute(self):
        """Does the plan and waits until the gateway has nothing more to do. Shortfalls are in the counters."""
        actors = [self.city, self.district, *self.agencies]
        for part in (*actors, self.faults, self.killer):
            part.start()
        intake = threading.Thread(target=self._intake, daemon=True)
        intake.start()
        try:
            self._wait_for_plan()
            self.killer.finish()
            self.faults.finish()
            self._drain()
        finally:
            self._stop.set()
            for actor in actors:
                actor.stop()

    def _intake(self):
        """Citizens come one after the other."""
        count = len(self._plan.dossiers)
        pause = max(INTAKE_SECONDS_MIN / count, 1 / INTAKE_PER_SECOND)
        start = time.monotonic()
        for position, dossier in enumerate(self._plan.dossiers):
            delay = start + position * pause - time.monotonic()
            if delay > 0 and self._stop.wait(delay):
                return
            self.schedule.start(dossier.number)

    def _wait_for_plan(self):
        while self.schedule.done < self.schedule.total and not self._stop.wait(LOOK_SECONDS):
            self._progress.show(self, "working")
            if not self._world.gateway.alive() and not self.killer.busy:
                self.counters.shortfall("-", "gateway", "(process)", f"lienthongd ended: {self._world.gateway.log_end()}")
                return
            broken = any(label == "-" for label, *_ in self.counters.shortfalls)
            if broken or time.monotonic() - self.schedule.last_event > STALL_SECONDS_MAX:
                self._report_stall()
                return

    def _report_stall(self):
        for action, facts in self.schedule.unfinished():
            waits = f"waits for {', '.join(facts)}" if facts else "was begun and never confirmed"
            self.counters.shortfall(f"#{action.number:06d}", action.actor, f"action {action.index}", waits)

    def _drain(self):
        """Until nothing is pending anywhere and nothing has moved for a while."""
        deadline, before, quiet_since = time.monotonic() + DRAIN_SECONDS_MAX, None, time.monotonic()
        while time.monotonic() < deadline:
            now, busy = self._activity()
            if now != before or busy:
                before, quiet_since = now, time.monotonic()
            elif time.monotonic() - quiet_since >= QUIET_SECONDS:
                return
            self._progress.show(self, f"draining: {busy}" if busy else "draining")
            time.sleep(LOOK_SECONDS)
        self.counters.shortfall("-", "gateway", "(drain)", f"not at rest after {DRAIN_SECONDS_MAX} s: {self._activity()[1]}")
        for action, system in self.schedule.unseen():
            self.counters.shortfall(f"#{action.number:06d}", system, action.marker, f"committed by {action.actor}, never shown here")

    def _activity(self):
        """(what must stand still, why not at rest)."""
        try:
            links = self._world.operator.json("links").get("links", [])
        except CtlError as error:
            return None, str(error)
        pending = {link["name"]: int(link.get("pending", 0)) for link in links if int(link.get("pending", 0))}
        waiting, unseen = self.district_waiting(), len(self.schedule.unseen())
        moved = (self.city.deliveries, self.district.applied, self.control.call("GET", "/rig/stats")["versions"],
                 tuple((link["name"], link.get("dead_letters"), link.get("conflicts"), link.get("received")) for link in links))
        reasons = [f"{name} {count} pending" for name, count in pending.items()]
        reasons += [f"inbox {waiting} waiting"] if waiting else []
        reasons += [f"{unseen} changes not shown everywhere"] if unseen else []
        return moved, ", ".join(reasons)

    def district_waiting(self):
        import psycopg2
        connection = psycopg2.connect(self._world.database.dsn)
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM lienthong_inbox WHERE xu_ly_luc IS NULL")
            count = cursor.fetchone()[0]
        connection.close()
        return count
