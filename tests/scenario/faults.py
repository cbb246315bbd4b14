"""The bad luck of a run: each counterpart fails once for 10 s, city and portals stumble now and then, the gateway is killed; in
chaos they do everything that they can do wrong, and an operator stops each link for a while."""
import threading
import time

import psycopg2

from scenario.ctl import CtlError

OUTAGE_SECONDS = 10
CITY_DOWN_AT, DISTRICT_DOWN_AT, PORTAL_DOWN_AT = 0.25, 0.40, 0.05      # share of the plan done
ANSWERS_BETWEEN_KILLS = 200
LATE_ANSWER_SECONDS = 0.1               # what was written before the kill has been read by then
LOOK_SECONDS = 0.02
RETRY_SECONDS_MAX = 15
_COMMON = (
    {"kind": "429", "rate": 0.005},
    {"kind": "5xx", "rate": 0.01},
    {"kind": "reset", "rate": 0.005},
    {"kind": "drop_reply", "rate": 0.01},
    {"kind": "delay", "rate": 0.02, "milliseconds": 150},
)
SPRINKLE = {
    "city": (*_COMMON, {"kind": "inner_error", "rate": 0.005}),
    "portal": (*_COMMON, {"kind": "code_as_string", "rate": 0.3}, {"kind": "repeat_call", "rate": 0.01}),
    "hub": (*_COMMON, {"kind": "repeat_call", "rate": 0.01}),
}


# Beside these, in chaos: all else that the simulators know and that a link has to get over by itself. Left out are `truncate`,
# for texts longer than any of the plan, and `forget`: what a system loses after it confirmed it, only a comparison finds
# (tests/integration/city/reconcile_test.py).
CHAOS = {
    "city": ({"kind": "hang", "rate": 0.002, "milliseconds": 4000},),
    "portal": ({"kind": "hang", "rate": 0.001, "milliseconds": 4000}, {"kind": "slow_drip", "rate": 0.005, "milliseconds": 500},
               {"kind": "inner_error", "rate": 0.005}, {"kind": "expire_session", "rate": 0.005},
               {"kind": "exists", "rate": 0.02}, {"kind": "odd_code", "rate": 0.002}),
}
CHAOS["hub"] = CHAOS["portal"]
PAUSES_FROM, PAUSES_TO = 0.15, 0.75     # share of the plan done, between which each link is stopped once
PAUSE_SECONDS = 3
ACTS_FOR_EACH_FAULT = 5000              # of the plan: then each kind of fault must have struck


class Faults:
    """Runs beside the plan, a thread for each outage; finish() ends it and says what did not happen. `rigs`: name -> control."""

    def __init__(self, rigs, database, schedule, counters, chaos=False):
        self._rigs = rigs
        self._chaos = chaos
        self._database = database
        self._schedule = schedule
        self._counters = counters
        self._stop = threading.Event()
        self._one_down = threading.Lock()        # so that work goes on at the others
        self.outages = {}                        # name -> (start, end), seconds
        portals = tuple(name for name in rigs if name != "city")
        outages = ((CITY_DOWN_AT, self._down, ("city",)), (DISTRICT_DOWN_AT, self._district_down, ()),
                   (PORTAL_DOWN_AT, self._down, portals))
        self._threads = [threading.Thread(target=self._run, args=outage, daemon=True) for outage in outages]

    def start(self):
        for name, control in self._rigs.items():
            for rule in (*SPRINKLE[name], *(CHAOS[name] if self._chaos else ())):
                control.call("POST", "/rig/fault", rule)
        for thread in self._threads:
            thread.start()

    def finish(self):
        """After the plan is done. The outages must have come while there was work."""
        self._stop.set()
        for thread in self._threads:
            thread.join(OUTAGE_SECONDS + 5)
        for name, control in self._rigs.items():
            control.call("DELETE", "/rig/fault")
            self._check_struck(name, control.call("GET", "/rig/stats")["faults_injected"])
        for name in ("district", *self._rigs):
            if name not in self.outages:
                self._counters.shortfall("-", name, "(outage)", "the plan ended before its outage could begin")

    def _check_struck(self, name, injected):
        """A fault that never comes shows nothing."""
        rules = (*SPRINKLE[name], *(CHAOS[name] if self._chaos else ()))
        for kind in sorted({rule["kind"] for rule in rules}):
            if self._schedule.total >= ACTS_FOR_EACH_FAULT and not injected.get(kind):
                self._counters.shortfall("-", name, "(fault)", f"{kind} did not strike once")

    def _run(self, part, outage, names):
        try:
            if not self._wait_for(part):
                return
            with self._one_down:
                if not self._stop.is_set():
                    outage(*names)
        except (OSError, RuntimeError, psycopg2.Error) as error:
            self._counters.shortfall("-", "-", "(outage)", f"the outage could not be made: {error}")

    def _wait_for(self, part):
        while self._schedule.done < part * self._schedule.total:
            if self._stop.wait(LOOK_SECONDS):
                return False
        return not self._stop.is_set()

    def _down(self, *names):
        start = time.time()
        for name in names:
            self._rigs[name].call("POST", "/rig/fault", {"kind": "down", "seconds": OUTAGE_SECONDS})
        time.sleep(OUTAGE_SECONDS)
        self.outages |= {name: (start, time.time()) for name in names}

    def _district_down(self):
        """Nobody may log in as the gateway's role, and its sessions end."""
        start, role = time.time(), self._database.gateway_role
        connection = psycopg2.connect(self._database.dsn)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER ROLE {role} NOLOGIN")
            try:
                cursor.execute("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = %s", (role,))
                self._counters.add("faults", max(1, cursor.fetchone()[0]))
                time.sleep(OUTAGE_SECONDS)
            finally:
                cursor.execute(f"ALTER ROLE {role} LOGIN")
        connection.close()
        self.outages["district"] = (start, time.time())


class Pauser:
    """An operator stops each link once, and lets it go on."""

    def __init__(self, operator, links, schedule, counters):
        self._operator, self._schedule, self._counters = operator, schedule, counters
        self._left = list(links)
        share = (PAUSES_TO - PAUSES_FROM) / max(len(self._left), 1)
        self._times = [PAUSES_FROM + share * place for place in range(len(self._left))]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self):
        self._thread.start()

    def finish(self):
        self._stop.set()
        self._thread.join(2 * RETRY_SECONDS_MAX)
        for link in self._left:
            self._counters.shortfall("-", link, "(pause)", "the plan ended before its link could be stopped and go on")

    def _run(self):
        for part, link in zip(self._times, tuple(self._left)):
            while self._schedule.done < part * self._schedule.total:
                if self._stop.wait(LOOK_SECONDS):
                    return
            if not self._tell("pause", link, "--reason", "maintenance"):
                return
            self._stop.wait(PAUSE_SECONDS)
            if not self._tell("resume", link):
                return
            self._left.remove(link)
            self._counters.add("pauses")

    def _tell(self, verb, link, *more):
        """Also while the gateway is killed and started again."""
        deadline = time.monotonic() + RETRY_SECONDS_MAX
        while time.monotonic() < deadline:
            try:
                self._operator.run("links", verb, link, *more)
                return True
            except CtlError:
                time.sleep(LOOK_SECONDS)
        return False


class Killer:
    """kill -9 of the gateway with calls in flight, with enough of its own answers between two kills.

    A kill that turns out to have cut no call counts for nothing and is made again.
    """

    def __init__(self, world, actors, counters, kills, answers_expected):
        self._world = world
        self._actors = actors                    # whose calls may be in flight
        self._counters = counters
        self._kills = kills
        self.answers_min = min(ANSWERS_BETWEEN_KILLS, answers_expected * 9 // 10 // max(kills, 1))
        self._step = max(self.answers_min, answers_expected // (2 * kills + 2))
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.busy = False                        # the gateway is down on purpose
        self.times = []                          # (killed, started again) of each kill, seconds
        self.answers = []                        # of the gateway, from its last start to each kill
        self.calls_cut = []                      # by each kill

    def start(self):
        if self._kills:
            self._thread.start()

    def finish(self):
        if not self._kills:
            return
        self._stop.set()
        self._thread.join(60)
        if self._counters.kills < self._kills:
            self._counters.shortfall("-", "gateway", "(kills)", f"only {self._counters.kills} of {self._kills} kills found "
                                     f"{self._step} answers of the gateway and a call in flight; take more dossiers")

    def _run(self):
        floor = self._counters.answers
        while self._counters.kills < self._kills and not self._stop.wait(0.002):
            answers = self._counters.answers - floor
            in_flight = [actor.in_flight() for actor in self._actors]
            if answers < self._step or not any(in_flight):
                continue
            self.busy, killed = True, time.time()
            self._world.kill_gateway()
            self._note(answers, in_flight)
            self.times.append((killed, time.time()))
            try:
                self._world.start_gateway()
            except RuntimeError as error:
                self._counters.shortfall("-", "gateway", "(restart)", str(error))
                return
            self.busy = False
            floor = self._counters.answers

    def _note(self, answers, in_flight):
        time.sleep(LATE_ANSWER_SECONDS)
        cut = sum(len(actor.unanswered(calls)) for actor, calls in zip(self._actors, in_flight))
        if cut:
            self.answers.append(answers)
            self.calls_cut.append(cut)
            self._counters.add("kills")
