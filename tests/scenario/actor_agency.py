"""An agency that speaks gRPC itself: it pushes over one long stream and watches what becomes of its dossiers.

Both sides run lienthongctl. A stream that breaks is started again; what was not acknowledged is sent again under the
same request id.
"""
import json
import queue
import subprocess
import threading
import time
import uuid

from scenario.forms import write
from scenario.schedule import number_in

IN_FLIGHT_MAX = 128
RESTART_SECONDS = 0.2
# Refusals that say "later", not "never".
RETRIED = {"UNAVAILABLE", "RESOURCE_EXHAUSTED", "ABORTED", "DEADLINE_EXCEEDED", "CANCELLED"}
_NAMESPACE = uuid.UUID("6f0d9c0e-51a8-4c0f-9d0b-5a1c1e0f2a77")


class AgencyActor:
    def __init__(self, agency, ctl, plan, library, schedule, counters):
        self._agency = agency
        self._library = library
        self._ctl = ctl
        self._seed = plan.seed
        self._local_ids = {d.number: d.local_id for d in plan.dossiers if d.local_id}
        self._schedule = schedule
        self._counters = counters
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._room = threading.Semaphore(IN_FLIGHT_MAX)
        self._in_flight = {}           # request id -> (action, line)
        self._answered = {}            # request id -> (code, revision)
        self._push = None
        self._watch = None
        self._token = ""
        self.codes = {}                # dossier number -> shared code
        self._threads = [threading.Thread(target=work, daemon=True)
                         for work in (self._send, self._keep_pushing, self._keep_watching)]

    def in_flight(self):
        """Changes on their way to the gateway."""
        with self._lock:
            return set(self._in_flight)

    def unanswered(self, calls):
        """Which of the calls that were in flight got no answer."""
        with self._lock:
            return calls & self._in_flight.keys()

    def start(self):
        for thread in self._threads:
            thread.start()

    def stop(self):
        self._stop.set()
        for process in (self._push, self._watch):
            if process and process.poll() is None:
                process.terminate()
        for thread in self._threads:
            thread.join(10)
        for process in (self._push, self._watch):
            _close(process)

    # --- pushing -----------------------------------------------------------------------------------------------

    def _send(self):
        waiting = self._schedule.queue_of(self._agency)
        while not self._stop.is_set():
            try:
                action = waiting.get(timeout=0.2)
            except queue.Empty:
                continue
            while not self._room.acquire(timeout=0.2):
                if self._stop.is_set():
                    return
            request_id, line = self._request(action)
            with self._lock:
                self._in_flight[request_id] = (action, line)
                self._write(line * 2 if action.sent_twice else line)

    def _request(self, action):
        dossier = self._library.filled(write("gateway", action.patch))
        request_id = str(uuid.uuid5(_NAMESPACE, f"{self._seed}-{action.number}-{action.index}"))
        request = {"request_id": request_id, "dossier": dossier}
        if action.index > 0:
            dossier["code"] = self.codes[action.number]
        elif action.number in self._local_ids:
            dossier["codes"] = [{"issuer": f"agency/{self._agency}", "kind": "KIND_LOCAL_ID",
                                 "code": self._local_ids[action.number]}]
        if None in action.patch.values():
            request["update_mask"] = ",".join(action.patch)
        return request_id, json.dumps(request, ensure_ascii=False) + "\n"

    def _write(self, text):
        """Under the lock. A broken pipe is left to the reader, which starts the stream again and sends what is open."""
        try:
            if self._push and self._push.poll() is None and not self._push.stdin.closed:
                self._push.stdin.write(text)
                self._push.stdin.flush()
        except OSError:
            pass

    def _keep_pushing(self):
        while not self._stop.is_set():
            with self._lock:
                self._push = self._open("push", "--stream")
                self._counters.add("resent", len(self._in_flight))
                self._write("".join(line for _, line in self._in_flight.values()))
            for line in self._push.stdout:
                self._acknowledged(line)
            with self._lock:
                _close(self._push)
            self._stop.wait(RESTART_SECONDS)

    def _open(self, *arguments):
        return subprocess.Popen(self._ctl.command(*arguments), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL, text=True, encoding="utf-8")

    def _acknowledged(self, line):
        answer = _parsed(line)
        if answer is None:
            return
        request_id = answer.get("request_id", "")
        with self._lock:
            action, again = self._in_flight.get(request_id, (None, ""))
            if action is None:
                self._compare_second(request_id, answer)
                return
            if "error" in answer and answer["error"].get("code") in RETRIED:
                self._later(again)
                return
            del self._in_flight[request_id]
        self._room.release()
        label = f"#{action.number:06d}"
        if "error" in answer:
            self._counters.shortfall(label, "gateway", f"push {action.index}", json.dumps(answer["error"], ensure_ascii=False))
            return
        if answer.get("conflict_paths"):
            self._counters.shortfall(label, "gateway", f"push {action.index}", f"conflicts at {answer['conflict_paths']}")
        self._answered[request_id] = (answer["code"], str(answer.get("revision")))
        self.codes[action.number] = answer["code"]
        self._counters.acknowledge()
        self._counters.answered()
        self._schedule.committed(action)
        self._schedule.code_seen(self._agency, action.number)

    def _compare_second(self, request_id, answer):
        """The same request sent twice is answered twice, the same."""
        first = self._answered.get(request_id)
        if first is None or "error" in answer:
            return
        if first == (answer["code"], str(answer.get("revision"))):
            self._counters.add("duplicates_confirmed")
        else:
            self._counters.shortfall(answer["code"], "gateway", "request_id", f"{first} at first, then {answer}")

    def _later(self, line):
        def send():
            with self._lock:
                self._write(line)
        threading.Timer(RESTART_SECONDS, send).start()

    # --- watching ----------------------------------------------------------------------------------------------

    def _keep_watching(self):
        while not self._stop.is_set():
            self._watch = self._open("watch", "--json", *(("--from", self._token) if self._token else ()))
            for line in self._watch.stdout:
                self._watched(line)
            _close(self._watch)
            self._stop.wait(RESTART_SECONDS)

    def _watched(self, line):
        message = _parsed(line)
        if message is None:
            return
        for change in message.get("changes") or ([message] if "after" in message else []):
            text, now = json.dumps(change, ensure_ascii=False), time.time()
            number = number_in(text)
            if number and change.get("code"):
                self.codes.setdefault(number, change["code"])
                self._schedule.code_seen(self._agency, number)
            self._schedule.seen(self._agency, text, now)
        self._token = message.get("resume_token") or message.get("token") or self._token


def _close(process):
    """Waits for the end of a program that has nothing more to say and gives its pipes back."""
    if process is None:
        return
    process.wait()
    for pipe in (process.stdin, process.stdout):
        try:
            pipe.close()
        except OSError:
            pass                                  # what it did not read is sent again


def _parsed(line):
    """A line cut short by a killed process is no message."""
    try:
        message = json.loads(line)
    except ValueError:
        return None
    return message if isinstance(message, dict) else None
