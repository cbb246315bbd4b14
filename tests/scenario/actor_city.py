"""The city's counter: clerks who take in and edit dossiers in the city system and watch what it comes to show."""
import http.client
import json
import queue
import re
import threading
import time

from scenario.control import ANSWER_SECONDS_MAX, CallWatch, RigError
from scenario.forms import write
from scenario.schedule import number_in

CLERKS = 6
POLL_SECONDS = 0.2
SWEEP_SECONDS = 5.0
# Faults after which the call had no effect at the city.
NO_EFFECT = {"429", "5xx", "reset", "down", "hang", "inner_error"}
_CITY_ID = re.compile(r'"IdHoSo"\s*:\s*"([^"]+)"')
_CODE = re.compile(r'"MaHoSo"\s*:\s*"([^"]+)"')


class CityActor:
    def __init__(self, control, library, schedule, counters):
        self._control = control
        self._library = library
        self._schedule = schedule
        self._counters = counters
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self.city_ids = {}             # dossier number -> IdHoSo
        self._numbers = {}             # IdHoSo -> dossier number
        self._with_code = set()        # IdHoSo known to have the shared code
        self.codes = {}                # dossier number -> MaHoSo of what came from elsewhere
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
        record = self._library.filled(write("city", action.patch))
        if action.index == 0:
            answer = self._control.call("POST", "/rig/intake", {"HoSo": record})
            self._taken_in(action.number, answer["IdHoSo"])
        else:
            self._control.call("POST", "/rig/edit", self.name_of(action.number) | {"HoSo": record})
        self._schedule.committed(action)

    def name_of(self, number):
        """By which number the city finds a dossier: its own when the counter took it in, else the shared code."""
        return {"IdHoSo": self.city_ids[number]} if number in self.city_ids else {"MaHoSo": self.codes[number]}

    def _taken_in(self, number, city_id):
        with self._lock:
            self.city_ids[number] = city_id
            self._numbers[city_id] = number
            known = city_id in self._with_code
        if known:
            self._schedule.code_seen("city", number)

    def _watch(self):
        watch, swept = CallWatch(self._control), time.monotonic()
        while not self._stop.wait(POLL_SECONDS):
            try:
                for call in watch.new_calls():
                    self._look_at(call)
                if time.monotonic() - swept > SWEEP_SECONDS and time.monotonic() - self._schedule.last_event > 2:
                    self._sweep()
                    swept = time.monotonic()
            except (OSError, http.client.HTTPException, RigError) as error:
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
        city_id, code, number = _CITY_ID.search(text), _CODE.search(text), None
        with self._lock:
            if city_id and code:
                self._with_code.add(city_id[1])
                number = self._numbers.get(city_id[1])
            if code and not number:
                number = number_in(text)
                if number and number not in self.city_ids:
                    self.codes.setdefault(number, code[1])
        if number and code:
            self._schedule.code_seen("city", number)
        self._schedule.seen("city", text, when)

    def _sweep(self):
        """Nothing has moved for a while: read the records themselves, as a clerk would press reload."""
        for record in self._control.records():
            self._show(json.dumps(record), time.time())
