"""What the run counts, thread-safe, and the shortfalls that actors met."""
import threading


class Counters:
    def __init__(self):
        self._lock = threading.Lock()
        self.acknowledged = 0        # changes known to be durable at their receiver
        self.resent = 0
        self.duplicates_confirmed = 0
        self.faults = 0              # outages made by the scenario itself
        self.kills = 0
        self.shortfalls = []         # (dossier label, system, field, text)

    def acknowledge(self, count=1):
        with self._lock:
            self.acknowledged += count

    def add(self, name, count=1):
        with self._lock:
            setattr(self, name, getattr(self, name) + count)

    def shortfall(self, label, system, field, text):
        with self._lock:
            self.shortfalls.append((label, system, field, text))
