"""A rig's control port (plain HTTP on loopback), for any thread."""
import http.client
import json
import threading
import time

ANSWER_SECONDS_MAX = 20.0
IDLE_SECONDS_MAX = 3.0         # a rig closes connections that idle
PAGE_ITEMS = 500


class RigError(RuntimeError):
    """The rig refused what it was told to do."""


class Control:
    """One kept-alive connection per thread."""

    def __init__(self, name, port):
        self.name, self.port = name, port
        self._local = threading.local()

    def call(self, method, path, body=None):
        connection = getattr(self._local, "connection", None)
        if connection is None or time.monotonic() - self._local.used > IDLE_SECONDS_MAX:
            if connection is not None:
                connection.close()
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS_MAX)
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
            raise RigError(f"{self.name} rig: {method} {path} answered {answer.status}: {raw[:400].decode(errors='replace')}")
        return json.loads(raw) if raw else {}

    def pages(self, path, name):
        """All items of a list that comes in pages."""
        after, items = 0, []
        while after is not None:
            page = self.call("GET", f"{path}?after={after}&limit={PAGE_ITEMS}")
            items += page[name]
            after = page["next"]
        return items

    def records(self):
        return self.pages("/rig/records", "records")


class CallWatch:
    """Reads the log of a rig's calls as it grows."""

    def __init__(self, control, calls_max=1000):
        self._control, self._calls_max, self._after = control, calls_max, 0

    def new_calls(self):
        calls = self._control.call("GET", f"/rig/calls?after={self._after}&limit={self._calls_max}")["calls"]
        self._after = max([self._after, *(call["n"] for call in calls)])
        return calls
