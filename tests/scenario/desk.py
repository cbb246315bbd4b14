"""The gateway's own desk: its operators tell counters and officers what their systems have no place for, such as a
citizen's wish to withdraw."""
import json
import threading

from scenario.ctl import REFUSED, CtlError

LOOK_SECONDS = 0.5
PURPOSE = "demo desk"


class Desk:
    def __init__(self, operator, schedule):
        self._operator, self._schedule = operator, schedule
        self._lock = threading.Lock()
        self._waiting = {}             # id of a request -> a code of its dossier
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def ask(self, request, code):
        """Looks from now on whether the gateway knows of the request."""
        with self._lock:
            self._waiting[request] = code

    def start(self):
        self._thread.start()

    def stop(self):
        self._stop.set()
        self._thread.join(10)

    def _run(self):
        while not self._stop.wait(LOOK_SECONDS):
            with self._lock:
                waiting = dict(self._waiting)
            if waiting:
                self._look(waiting)

    def _look(self, waiting):
        codes = "".join(f"{code}\n" for code in sorted(set(waiting.values())))
        try:
            answers = self._operator.json_lines("get", "--stdin", "--purpose", PURPOSE, stdin=codes, accept=(0, REFUSED))
        except CtlError:
            return                     # it is being killed; the next look will do
        for answer in answers:
            text = json.dumps(answer, ensure_ascii=False)
            self._schedule.seen("gateway", text)
            with self._lock:
                for request in [request for request in self._waiting if request in text]:
                    del self._waiting[request]
