"""Citizens at a portal: they hand in, answer, pay and withdraw there, when the portal shows them what they wait for."""
import http.client
import json
import queue
import re
import threading
import time
import zlib

from scenario import hub_form, portal_form
from scenario.control import ANSWER_SECONDS_MAX, CallWatch, RigError
from scenario.judge_portal import SentCall
from scenario.papers import parts
from scenario.sides import slips_in

CITIZENS = 4
POLL_SECONDS = 0.2
SWEEP_SECONDS = 5.0
# Faults after which a call had no effect at the portal.
NO_EFFECT = {"429", "5xx", "reset", "down", "hang", "inner_error", "expire_session", "odd_code"}
LINES_PER_CALL_MAX = 10
LOGGED_BYTES_MAX = 16_000      # of a longer body the log may have no more than the beginning
_CODE = re.compile(r'"MaHoSo"\s*:\s*"([^"]+)"')
_CALLS = {"supplement": "/rig/supplement", "pay": "/rig/pay", "refund": "/rig/pay", "withdraw": "/rig/withdraw"}


class PortalActor:
    def __init__(self, name, control, plan, library, desk, schedule, counters):
        self.name = name
        self._desk = desk
        self._control, self._library, self._schedule, self._counters = control, library, schedule, counters
        self._form = hub_form if name == "hub" else portal_form
        self._dossiers = {d.number: d for d in plan.dossiers if d.origin == name}
        self._sizes = plan.files
        self._stop = threading.Event()
        self.codes = {}                # dossier number -> code under which the portal made it known
        self.deliveries = 0
        self._answered = 0
        self.calls = []                # SentCall of each about a dossier
        self.slips = {}                # call -> slips of the progress lines that the log shows of it
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(CITIZENS)]
        self._threads.append(threading.Thread(target=self._watch, daemon=True))

    def start(self):
        for thread in self._threads:
            thread.start()

    def stop(self):
        self._stop.set()
        for thread in self._threads:
            thread.join(ANSWER_SECONDS_MAX)

    def _work(self):
        waiting = self._schedule.queue_of(self.name)
        while not self._stop.is_set():
            try:
                action = waiting.get(timeout=0.2)
            except queue.Empty:
                continue
            try:
                self._do(action)
                self._schedule.committed(action)
                if action.call == "withdraw":
                    self._desk.ask(action.marker, self.codes[action.number])
            except Exception as error:
                self._counters.shortfall(f"#{action.number:06d}", self.name, f"{action.call} ({action.index})", str(error))

    def _do(self, action):
        dossier = self._dossiers[action.number]
        self._upload(action.patch)
        if action.call == "submit":
            record = self._form.submission(dossier, action.patch, self._library)
            answer = self._control.call("POST", "/rig/submit", {"madonvi": dossier.receiving, "HoSo": record})
            self.codes[action.number] = answer["MaHoSo"]
        else:
            said = self._library.filled(portal_form.request(action))
            self._control.call("POST", _CALLS[action.call], {
                "madonvi": dossier.receiving, "data": [{"MaHoSo": self.codes[action.number]} | said]})

    def _upload(self, patch):
        """Papers go to the portal first; their addresses go into the record."""
        for paper in patch.get("papers", {}).values():
            marked = paper["file.source"]
            stored = self._control.call("POST", "/rig/file", {
                "name": parts(marked)[1], "bytes": self._sizes[marked], "seed": zlib.crc32(marked.encode())})
            self._library.put(marked, stored["url"], stored["sha256"], stored["bytes"])

    def _watch(self):
        watch, swept = CallWatch(self._control), time.monotonic()
        while not self._stop.wait(POLL_SECONDS):
            try:
                self._count_answers()
                for call in watch.new_calls():
                    self._look_at(call)
                if time.monotonic() - swept > SWEEP_SECONDS and time.monotonic() - self._schedule.last_event > 2:
                    self._sweep()
                    swept = time.monotonic()
            except (OSError, http.client.HTTPException, RigError) as error:
                if not self._stop.is_set():
                    self._counters.shortfall("-", self.name, "(watch)", f"the rig does not answer: {error}")
                    return

    def _count_answers(self):
        """Of the portal's own calls, those that the gateway answered with success."""
        done = self._control.call("GET", "/rig/stats")["outgoing"]["done"]
        self._counters.answered(done - self._answered)
        self._answered = done

    def _look_at(self, call):
        """A progress line that the portal took is what the citizen comes to see."""
        body, when, lines = call.get("body") or "", call["time_ms"] / 1000, 0
        if call.get("fault") not in NO_EFFECT and self._form.takes_progress(call):
            self.deliveries += 1
            self._counters.acknowledge()
            slips = self.slips[call["n"]] = slips_in(body)
            lines = LINES_PER_CALL_MAX if len(body.encode()) > LOGGED_BYTES_MAX else max(1, len(slips))
            self._schedule.seen(self.name, body, when)
        code = _CODE.search(body)
        if code:
            self.calls.append(SentCall(when, call["n"], code[1], lines))

    def _sweep(self):
        """Nothing has moved for a while: read the records themselves; of a very long call the log keeps only the beginning."""
        for record in self._control.records():
            self._schedule.seen(self.name, json.dumps(record["TienDo"], ensure_ascii=False), time.time())
