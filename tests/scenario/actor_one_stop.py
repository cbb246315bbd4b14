"""An agency whose existing one-stop software speaks the portal's contract and was pointed at the gateway's façade.

It is the software of tests/integration/http, with its own database and its job: what waits is sent, whole, until it was taken. It
loses replies, and its idea of how long a session lasts is too long. What others did it learns by looking its dossiers up;
it shows that to its clerks and keeps its own record.
"""
import http.client
import json
import threading
import time
import uuid
from collections import defaultdict, deque

from integration.http.todays_software import Dossier, LookingUp, ReplyLost, Unreliable, synchronise
from scenario import one_stop_form
from scenario.ctl import CtlError
from scenario.forms import merge, write

PAUSE_SECONDS = 0.3
LOOKED_UP_PER_ROUND = 20
LOST_PERCENT = 2
SESSION_KEPT_SECONDS = 10
_NAMESPACE = uuid.UUID("0a6a1a52-6a3e-4b46-9d55-8f1a4c8d7e01")


class Client(Unreliable):
    """Its login and its troubles with replies; numbers its calls and says which has been answered."""

    def __init__(self, url, username, password, agency, tls, seed, lost_percent=LOST_PERCENT,
                 cache_seconds=SESSION_KEPT_SECONDS):
        super().__init__(url, username, password, agency, tls, cache_seconds=cache_seconds, seed=f"one-stop-{seed}",
                         lost_percent=lost_percent)
        self.calls, self.answered, self.under_way = 0, 0, False

    def post(self, endpoint, body):
        self.calls += 1
        self.under_way = endpoint == "/integration"
        try:
            text = super().post(endpoint, body)
            self.answered = self.calls
            return text
        finally:
            self.under_way = False


class Software(LookingUp):
    def __init__(self, client, counters):
        super().__init__(client)
        self._counters = counters

    def took(self, text):
        taken = super().took(text)
        if taken:
            self._counters.answered()
        return taken


class OneStopActor:
    def __init__(self, agency, client, ctl, plan, library, schedule, counters):
        self._agency, self._ctl, self._seed = agency, ctl, plan.seed
        self.client = client
        self._library, self._schedule, self._counters = library, schedule, counters
        self._software = Software(client, counters)
        self._plans = {d.number: d for d in plan.dossiers if d.origin == agency}
        self._records = {}                     # dossier number -> the software's own, neutral
        self._rows = {}                        # dossier number -> Dossier
        self._begun = defaultdict(list)        # dossier number -> (which change of the row, action)
        self._to_assign = []
        self._awaited = {number: deque(_acts_of_others(d)) for number, d in self._plans.items()}
        self._looks = deque(number for number, acts in self._awaited.items() if acts)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._guard, daemon=True)

    def in_flight(self):
        """Changes on their way to the gateway."""
        return {self.client.calls} if self.client.under_way else set()

    def unanswered(self, calls):
        """Which of the calls that were in flight got no answer."""
        return {call for call in calls if call > self.client.answered}

    def start(self):
        self._thread.start()

    def stop(self):
        self._stop.set()
        self._thread.join(15)
        self.client.close()

    def _guard(self):
        try:
            while not self._stop.wait(PAUSE_SECONDS):
                self._take_acts()
                synchronise(self._software, list(self._rows.values()))
                self._settle()
                self._assign()
                self._look_up()
        except Exception as error:             # nobody else would say that it stands still
            self._counters.shortfall("-", self._agency, "(one-stop software)", f"{type(error).__name__}: {error}")

    def _take_acts(self):
        waiting = self._schedule.queue_of(self._agency)
        while not waiting.empty():
            action = waiting.get()
            if action.call == "assign":
                self._to_assign.append(action)
            else:
                self._note(action)

    def _note(self, action):
        record = merge(self._records.setdefault(action.number, {}), action.patch)
        said = self._library.filled(one_stop_form.write_record(record))
        row = self._rows.get(action.number)
        if row is None:
            row = self._rows[action.number] = Dossier(one_stop_form.code_of(self._plans[action.number]), {})
        row.change(one_stop_form.write_lines(action.patch.get("steps", {})), **said)
        self._begun[action.number].append((row.changes, action))

    def _settle(self):
        for number, begun in self._begun.items():
            row = self._rows[number]
            done = [action for change, action in begun if change <= row.sent_changes]
            if done:
                self._begun[number] = [item for item in begun if item[0] > row.sent_changes]
                self._schedule.code_seen(self._agency, number)
                for action in done:
                    self._schedule.committed(action)

    def _assign(self):
        """The ward's clerk gives out work with lienthongctl, again until it is answered."""
        if not self._to_assign:
            return
        asked = {str(uuid.uuid5(_NAMESPACE, f"{self._seed}-{action.number}")): action for action in self._to_assign}
        lines = "".join(json.dumps({"request_id": key, "dossier": write("gateway", action.patch)
                                    | {"code": one_stop_form.code_of(self._plans[action.number])}}, ensure_ascii=False) + "\n"
                        for key, action in asked.items())
        try:
            answers = self._ctl.json_lines("push", "--stream", stdin=lines, accept=range(256))
        except (CtlError, ValueError):
            return
        for answer in answers:
            action = asked.get(answer.get("request_id"))
            if action and "error" not in answer:
                self._to_assign.remove(action)
                self._counters.answered()
                self._schedule.committed(action)

    def _look_up(self):
        """Some of the dossiers that others work on, by turns."""
        for _ in range(min(LOOKED_UP_PER_ROUND, len(self._looks))):
            number = self._looks.popleft()
            if number in self._rows and self._rows[number].sent_changes:
                self._look(number, self._awaited[number])
            if self._awaited[number]:
                self._looks.append(number)

    def _look(self, number, acts):
        """Whether the next awaited act of somebody else is there to be seen."""
        try:
            found = json.loads(self.client.find(one_stop_form.code_of(self._plans[number]))).get("result")
        except (OSError, http.client.HTTPException, ReplyLost):
            return
        if found and one_stop_form.shows(found[0], acts[0].patch):
            self._schedule.seen(self._agency, f'"{acts.popleft().marker}"', time.time())


def _acts_of_others(dossier):
    """Those that an act of the software waits for, in their order."""
    before = {index for action in dossier.actions if action.actor == dossier.origin for index in action.after}
    return [action for action in dossier.actions if action.index in before and action.actor != dossier.origin]
