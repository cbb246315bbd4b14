"""Runs the plan by events: an action is ready when its actor's own system shows what must come before it."""
import queue
import re
import threading
import time
from collections import defaultdict

_MARKER = re.compile(r"(?:tp|nv|x0[5-7]|dvc)-\d{6}-[a-z]{2}\d+\b")


def number_in(text):
    """The plan's number of the dossier that a text is about, from the ids of its elements; 0 when it has none."""
    marker = _MARKER.search(text)
    return int(marker[0].split("-")[1]) if marker else 0


class Schedule:
    """Thread-safe. Actors call committed(), seen() and code_seen(); workers take from queue_of(actor)."""

    def __init__(self, plan):
        self._actions = {action.key: action for action in plan.actions}
        self._markers = {action.marker: action for action in plan.actions if action.marker}
        self._waits = {}                          # key -> set of facts not yet true
        self._waiting = defaultdict(list)         # fact -> keys
        self._held = {}                           # ready, but its partner is not
        self._queues = defaultdict(queue.Queue)   # SimpleQueue.get(timeout) of 3.11 may wait for ever when another took the item
        self._lock = threading.Lock()
        self._shown = set()                       # (system, key)
        self.commit_times = {}                    # key -> seconds
        self.seen_times = {}                      # (system, key) -> seconds
        self.last_event = time.monotonic()        # when something last became ready or was done
        for action in plan.actions:
            self._enter(action)

    def _enter(self, action):
        facts = set()
        for index in action.after:
            before = self._actions[(action.number, index)]
            looks_at = "gateway" if action.told else action.actor
            facts.add(("done", before.key) if before.actor == action.actor else ("seen", looks_at, before.key))
        if action.wants_code and action.index > 0:
            facts.add(("code", action.actor, action.number))
        if action.index == 0:
            facts.add(("start", action.number))
        self._waits[action.key] = facts
        for fact in facts:
            self._waiting[fact].append(action.key)

    def queue_of(self, actor):
        return self._queues[actor]

    def start(self, number):
        """The dossier may begin."""
        with self._lock:
            self._true(("start", number))

    def committed(self, action, when=None):
        """The action is durable in its own system."""
        with self._lock:
            self.commit_times.setdefault(action.key, when or time.time())
            self.last_event = time.monotonic()
            self._true(("done", action.key))

    def seen(self, system, text, when=None):
        """`system` shows the text of a record or change; every known marker in it is seen there."""
        found = {self._markers[marker].key for marker in _MARKER.findall(text) if marker in self._markers}
        with self._lock:
            for key in found:
                if (system, key) not in self._shown and self._actions[key].actor != system:
                    self._shown.add((system, key))
                    self.seen_times[(system, key)] = when or time.time()
                    self._true(("seen", system, key))

    def code_seen(self, system, number):
        """`system` knows the shared code of the dossier."""
        with self._lock:
            self._true(("code", system, number))

    def _true(self, fact):
        for key in self._waiting.pop(fact, ()):
            self._waits[key].discard(fact)
            if not self._waits[key]:
                self._ready(self._actions[key])
                self.last_event = time.monotonic()

    def _ready(self, action):
        if action.partner >= 0:
            self._held[action.key] = action
            partner = self._held.get((action.number, action.partner))
            if not partner:
                return
            self._queues[partner.actor].put(partner)
        self._queues[action.actor].put(action)

    @property
    def done(self):
        return len(self.commit_times)

    @property
    def total(self):
        return len(self._actions)

    def unfinished(self):
        """What never happened and what it waited for, for the report."""
        with self._lock:
            return [(action, sorted(map(str, self._waits[key]))) for key, action in self._actions.items()
                    if key not in self.commit_times]

    def unseen(self):
        """(action, system): committed, and not yet shown where it must be."""
        with self._lock:
            return [(self._actions[key], system) for key in self.commit_times
                    for system in self._actions[key].shown_in if (system, key) not in self._shown]

    def lags(self):
        """Seconds from each commit until the last counterpart that must show it did."""
        result = []
        for key, committed in self.commit_times.items():
            times = [self.seen_times.get((system, key)) for system in self._actions[key].shown_in]
            if times and None not in times:
                result.append(max(0.0, max(times) - committed))
        return sorted(result)
