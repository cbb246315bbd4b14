"""One run: the actors do the plan, the faults happen, everything drains."""
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from scenario.actor_agency import AgencyActor
from scenario.actor_city import CityActor
from scenario.actor_district import DistrictActor
from scenario.actor_one_stop import OneStopActor
from scenario.actor_portal import PortalActor
from scenario.counters import Counters
from scenario.ctl import CtlError
from scenario.desk import Desk
from scenario.faults import Faults, Killer, Pauser
from scenario.gateway_config import TIMEOUT_MS
from scenario.judge import Known
from scenario.judge_portal import perhaps_missed
from scenario.plan import PORTALS
from scenario.rest import DRAIN_SECONDS_MAX, Rest, read_at_rest
from scenario.schedule import Schedule
from scenario.words import GRPC_AGENCIES, ONE_STOP_AGENCY

INTAKE_PER_SECOND = 100
INTAKE_SECONDS_MIN = 6
STALL_SECONDS_MAX = 60
LOOK_SECONDS = 0.2
WAITING_SHOWN_MAX = 5
LANE_FACTS = ("phase", "pending_since", "attempts", "next_attempt_time", "confirmed_revision")
GATEWAY_WAITS_SECONDS = TIMEOUT_MS / 1000


class Run:
    def __init__(self, world, plan, kills, progress, chaos=False, calm=False):
        self._world, self.plan, self._progress = world, plan, progress
        self.counters = Counters()
        self.schedule = Schedule(plan)
        control = world.control("city")
        self.city = CityActor(control, world.library, self.schedule, self.counters)
        self.district = DistrictActor(world.database.dsn, world.library, self.schedule, self.counters)
        self.agencies = [AgencyActor(code, world.ctl(f"agency-{code}"), plan, world.library, self.schedule, self.counters)
                         for code in GRPC_AGENCIES]
        self.one_stop = OneStopActor(ONE_STOP_AGENCY, world.one_stop_client(), world.ctl(f"agency-{ONE_STOP_AGENCY}"), plan,
                                     world.library, self.schedule, self.counters)
        self.desk = Desk(world.operator, self.schedule)
        portals = {name: world.control(name) for name in plan.doors}
        self.portals = [PortalActor(name, control, plan, world.library, self.desk, self.schedule, self.counters)
                        for name, control in portals.items()]
        self.faults = None if calm else Faults({"city": control} | portals, world.database, self.schedule, self.counters, chaos)
        self.pauser = Pauser(world.operator, ("district", "city", *portals) if chaos else (), self.schedule, self.counters)
        self._rest = Rest(world, plan, self)
        own = Counter(action.actor for action in plan.actions)
        # The one-stop software is answered twice for most of its acts: its record and its lines.
        answers = sum(own[actor] for actor in (*GRPC_AGENCIES, *PORTALS)) + 2 * own[ONE_STOP_AGENCY]
        self.killer = Killer(world, [*self.agencies, self.one_stop], self.counters, kills, answers)
        self._stop = threading.Event()

    def execute(self, read):
        """Does the plan, waits until the gateway has nothing more to do, and returns what `read` gives then. Shortfalls are in
        the counters."""
        actors = [self.city, self.district, *self.agencies, self.one_stop, *self.portals, self.desk]
        for part in (*actors, self.faults, self.killer, self.pauser):
            if part:
                part.start()
        intake = threading.Thread(target=self._intake, daemon=True)
        intake.start()
        try:
            self._wait_for_plan()
            self.killer.finish()
            self.pauser.finish()
            if self.faults:
                self.faults.finish()
            return self._drain(read) if self._world.gateway.alive() else read()
        finally:
            self._stop.set()
            with ThreadPoolExecutor(len(actors)) as pool:
                list(pool.map(lambda actor: actor.stop(), actors))

    def _intake(self):
        """Citizens come one after the other."""
        count = len(self.plan.dossiers)
        pause = max(INTAKE_SECONDS_MIN / count, 1 / INTAKE_PER_SECOND)
        start = time.monotonic()
        for position, dossier in enumerate(self.plan.dossiers):
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

    def _drain(self, read):
        """What `read` gives once nothing is pending anywhere and nothing moves."""
        found, busy = read_at_rest(self._rest.look, read, lambda why: self._progress.show(self, f"draining: {why}" if why else "draining"))
        if busy:
            self.counters.shortfall("-", "gateway", "(drain)", f"not at rest after {DRAIN_SECONDS_MAX} s: {busy}")
            self._report_waiting()
            for action, system in self.schedule.unseen():
                self.counters.shortfall(f"#{action.number:06d}", system, action.marker, f"committed by {action.actor}, never shown here")
        return found

    def _report_waiting(self):
        """The lanes that are not at rest, and why not."""
        try:
            lanes = self._world.operator.json("lanes").get("lanes", [])
        except CtlError as error:
            return self.counters.shortfall("-", "gateway", "(drain)", str(error))
        for lane in [lane for lane in lanes if lane.get("pending_since")][:WAITING_SHOWN_MAX]:
            facts = ", ".join(f"{name} {lane[name]}" for name in LANE_FACTS if lane.get(name))
            self.counters.shortfall(lane.get("code", "-"), lane.get("link", "-"), "(lane)", facts)

    @property
    def known(self):
        """What the judge needs to know of the run."""
        hub_codes = next((portal.codes for portal in self.portals if portal.name == "hub"), {})
        at_kills = {portal.name: perhaps_missed(portal.calls, self.killer.times, GATEWAY_WAITS_SECONDS) for portal in self.portals}
        slips = {portal.name: portal.slips for portal in self.portals}
        return Known(self.city.city_ids, self.district.keys, hub_codes, at_kills, slips)
