"""What the run counts, thread-safe, and the shortfalls that actors met."""
import threading


class Counters:
    def __init__(self):
        self._lock = threading.Lock()
        self.acknowledged = 0        # changes known to be durable at their receiver
        self.answers = 0             # successes that the gateway itself answered: to pushes, to the façade's and to portals' calls
        self.resent = 0
        self.duplicates_confirmed = 0
        self.faults = 0              # outages made by the scenario itself
        self.kills = 0
        self.pauses = 0              # of links, by an operator
        self.shortfalls = []         # (dossier label, system, field, text)

    def acknowledge(self, count=1):
        with self._lock:
            self.acknowledged += count

    def answered(self, count=1):
        with self._lock:
            self.answers += count

    def add(self, name, count=1):
        with self._lock:
            setattr(self, name, getattr(self, name) + count)

    def shortfall(self, label, system, field, text):
        with self._lock:
            self.shortfalls.append((label, system, field, text))
