"""The bad luck of a run: each counterpart fails once for 10 s, the city stumbles now and then, the gateway is killed."""
import threading
import time

import psycopg2

OUTAGE_SECONDS = 10
CITY_DOWN_AT, DISTRICT_DOWN_AT = 0.10, 0.30      # share of the plan done
ACKNOWLEDGED_BETWEEN_KILLS = 200
LOOK_SECONDS = 0.02
SPRINKLE = (
    {"kind": "429", "rate": 0.005},
    {"kind": "5xx", "rate": 0.01},
    {"kind": "reset", "rate": 0.005},
    {"kind": "drop_reply", "rate": 0.01},
    {"kind": "inner_error", "rate": 0.005},
    {"kind": "delay", "rate": 0.02, "milliseconds": 150},
)


class Faults:
    """Runs beside the plan in one thread; finish() ends it and says what did not happen."""

    def __init__(self, control, database, schedule, counters):
        self._control = control
        self._database = database
        self._schedule = schedule
        self._counters = counters
        self._stop = threading.Event()
        self.outages = {}                        # name -> (start, end), seconds
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self):
        for rule in SPRINKLE:
            self._control.call("POST", "/rig/fault", rule)
        self._thread.start()

    def finish(self):
        """After the plan is done. The outages must have come while there was work."""
        self._stop.set()
        self._thread.join(OUTAGE_SECONDS + 5)
        self._control.call("DELETE", "/rig/fault")
        for name in ("city", "district"):
            if name not in self.outages:
                self._counters.shortfall("-", name, "(outage)", "the plan ended before its outage could begin")

    def _run(self):
        try:
            if self._wait_for(CITY_DOWN_AT):
                self._city_down()
            if self._wait_for(DISTRICT_DOWN_AT):
                self._district_down()
        except (OSError, RuntimeError, psycopg2.Error) as error:
            self._counters.shortfall("-", "-", "(outage)", f"the outage could not be made: {error}")

    def _wait_for(self, part):
        while self._schedule.done < part * self._schedule.total:
            if self._stop.wait(LOOK_SECONDS):
                return False
        return not self._stop.is_set()

    def _city_down(self):
        start = time.time()
        self._control.call("POST", "/rig/fault", {"kind": "down", "seconds": OUTAGE_SECONDS})
        time.sleep(OUTAGE_SECONDS)
        self.outages["city"] = (start, time.time())

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


class Killer:
    """kill -9 of the gateway with pushes in flight, with enough acknowledgements between two kills."""

    def __init__(self, world, agencies, counters, kills, acknowledgements_expected):
        self._world = world
        self._agencies = agencies
        self._counters = counters
        self._kills = kills
        self._step = max(ACKNOWLEDGED_BETWEEN_KILLS, acknowledgements_expected // (2 * kills + 2) if kills else 0)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.busy = False                        # the gateway is down on purpose

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
                                     f"{self._step} acknowledgements and a push in flight; take more dossiers")

    def _run(self):
        floor = self._counters.acknowledged
        while self._counters.kills < self._kills and not self._stop.wait(0.002):
            if self._counters.acknowledged - floor < self._step or not any(a.in_flight for a in self._agencies):
                continue
            self.busy = True
            self._world.gateway.kill()
            self._counters.add("kills")
            try:
                self._world.start_gateway()
            except RuntimeError as error:
                self._counters.shortfall("-", "gateway", "(restart)", str(error))
                return
            self.busy = False
            floor = self._counters.acknowledged
