"""The city's counter: clerks who take in and edit dossiers in the city system and watch what it comes to show."""
import http.client
import json
import queue
import re
import threading
import time

from scenario.forms import write

CLERKS = 6
POLL_SECONDS = 0.05
CALLS_PER_POLL_MAX = 1000
ANSWER_SECONDS_MAX = 20.0
IDLE_SECONDS_MAX = 3.0         # the rig closes connections that idle
SWEEP_SECONDS = 5.0
# Faults after which the call had no effect at the city.
NO_EFFECT = {"429", "5xx", "reset", "down", "hang", "inner_error"}
_CITY_ID = re.compile(r'"IdHoSo"\s*:\s*"([^"]+)"')
_CODE = re.compile(r'"MaHoSo"\s*:\s*"([^"]+)"')


class Control:
    """The city rig's control port; one kept-alive connection per thread."""

    def __init__(self, port):
        self._port = port
        self._local = threading.local()

    def call(self, method, path, body=None):
        connection = getattr(self._local, "connection", None)
        if connection is None or time.monotonic() - self._local.used > IDLE_SECONDS_MAX:
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=ANSWER_SECONDS_MAX)
            self._local.connection = connection
        self._local.used = time.monotonic()
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None,
                               {"Content-Type": "application/json"})
            answer = connection.getresponse()
            raw = answer.read()
        except Exception:
            connection.close()
            self._local.connection = None
            raise
        if answer.status >= 300:
            raise RuntimeError(f"city rig: {method} {path} answered {answer.status}: {raw[:400].decode(errors='replace')}")
        return json.loads(raw) if raw else {}

    def records(self):
        """All records, paged."""
        after, records = 0, []
        while after is not None:
            page = self.call("GET", f"/rig/records?after={after}&limit=500")
            records += page["records"]
            after = page["next"]
        return records


class CityActor:
    def __init__(self, control, schedule, counters):
        self._control = control
        self._schedule = schedule
        self._counters = counters
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self.city_ids = {}             # dossier number -> IdHoSo
        self._numbers = {}             # IdHoSo -> dossier number
        self._with_code = set()        # IdHoSo known to have the shared code
        self.deliveries = 0
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(CLERKS)]
        self._threads.append(threading.Thread(target=self._watch, daemon=True))

    def start(self):
        for thread in self._threads:
            thread.start()

    def stop(self):
        self._stop.set()
        for thread in self._threads:
            thread.join(ANSWER_SECONDS_MAX)

    def _work(self):
        waiting = self._schedule.queue_of("city")
        while not self._stop.is_set():
            try:
                action = waiting.get(timeout=0.2)
            except queue.Empty:
                continue
            try:
                self._do(action)
            except Exception as error:
                self._counters.shortfall(f"#{action.number:06d}", "city", f"action {action.index}", str(error))

    def _do(self, action):
        record = write("city", action.patch)
        if action.index == 0:
            answer = self._control.call("POST", "/rig/intake", {"HoSo": record})
            self._taken_in(action.number, answer["IdHoSo"])
        else:
            self._control.call("POST", "/rig/edit", {"IdHoSo": self.city_ids[action.number], "HoSo": record})
        self._schedule.committed(action)

    def _taken_in(self, number, city_id):
        with self._lock:
            self.city_ids[number] = city_id
            self._numbers[city_id] = number
            known = city_id in self._with_code
        if known:
            self._schedule.code_seen("city", number)

    def _watch(self):
        after, swept = 0, time.monotonic()
        while not self._stop.wait(POLL_SECONDS):
            try:
                calls = self._control.call("GET", f"/rig/calls?after={after}&limit={CALLS_PER_POLL_MAX}")["calls"]
                for call in calls:
                    after = max(after, call["n"])
                    self._look_at(call)
                if time.monotonic() - swept > SWEEP_SECONDS and time.monotonic() - self._schedule.last_event > 2:
                    self._sweep()
                    swept = time.monotonic()
            except (OSError, http.client.HTTPException, RuntimeError) as error:
                if not self._stop.is_set():
                    self._counters.shortfall("-", "city", "(watch)", f"the city rig does not answer: {error}")
                    return

    def _look_at(self, call):
        """A delivery that had its effect is what the counter's screens now show."""
        if call["method"] != "POST" or not call["path"].endswith("/CapNhat"):
            return
        body, fault = call.get("body") or "", call.get("fault") or ""
        if fault in NO_EFFECT or (fault != "drop_reply" and call["status"] != 200):
            return
        self.deliveries += 1
        self._counters.acknowledge()
        self._show(body, call["time_ms"] / 1000)

    def _show(self, text, when):
        self._schedule.seen("city", text, when)
        city_id, code = _CITY_ID.search(text), _CODE.search(text)
        if not city_id or not code:
            return
        with self._lock:
            self._with_code.add(city_id[1])
            number = self._numbers.get(city_id[1])
        if number:
            self._schedule.code_seen("city", number)

    def _sweep(self):
        """Nothing has moved for a while: read the records themselves, as a clerk would press reload."""
        for record in self._control.records():
            self._show(json.dumps(record), time.time())
