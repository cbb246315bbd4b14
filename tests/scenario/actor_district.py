"""The district's officers, working in the specialty software (rigs/district), and the worker of its inbox."""
import queue
import threading
import time

import psycopg2
from rigs.district.software import Software
from scenario.forms import write
from scenario.schedule import number_in

OFFICERS = 3
IDLE_SECONDS = 0.1


class DistrictActor:
    def __init__(self, dsn, library, schedule, counters):
        self._dsn = dsn
        self._library = library
        self._schedule = schedule
        self._counters = counters
        self._stop = threading.Event()
        self.keys = {}                 # dossier number -> khoa
        self._known = set()            # khoa
        self.applied = 0
        self._threads = [threading.Thread(target=self._guard, args=(self._work,), daemon=True) for _ in range(OFFICERS)]
        self._threads.append(threading.Thread(target=self._guard, args=(self._receive,), daemon=True))

    def start(self):
        for thread in self._threads:
            thread.start()

    def stop(self):
        self._stop.set()
        for thread in self._threads:
            thread.join(10)

    def _guard(self, work):
        try:
            with Software(self._dsn) as software:
                work(software)
        except psycopg2.Error as error:
            if not self._stop.is_set():
                self._counters.shortfall("-", "district", f"({work.__name__})", f"the software's database failed: {error}")

    def _work(self, software):
        waiting = self._schedule.queue_of("district")
        while not self._stop.is_set():
            try:
                action = waiting.get(timeout=0.2)
            except queue.Empty:
                continue
            changes = self._library.filled(write("district", action.patch))
            if action.own_receipt:
                changes["so_bien_nhan_rieng"] = action.own_receipt
            software.change(self.keys[action.number], changes)
            self._schedule.committed(action)

    def _receive(self, software):
        while not self._stop.is_set():
            rows = software.inbox()
            for row in rows:
                key = software.apply(row)
                if key:
                    self._show(row.text, key)
            if not rows:
                time.sleep(IDLE_SECONDS)

    def _show(self, text, key):
        self.applied += 1
        self._counters.acknowledge()
        number = number_in(text) if key not in self._known else 0
        if number:
            self._known.add(key)
            self.keys[number] = key
            self._schedule.code_seen("district", number)
        self._schedule.seen("district", text)
