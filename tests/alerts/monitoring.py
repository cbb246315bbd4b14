"""Debian's Prometheus and Alertmanager with the shipped files of deploy/prometheus, and whoever is told in the end.

The files are used as they are shipped but for a test's overlay: other addresses, and shorter waits (`for:`, the ranges of rates,
intervals, Alertmanager's grouping). Expressions, labels, routes and inhibitions stay."""
import json
import re
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from scenario.processes import Program, free_ports, wait_until

HOLD = "2s"                    # in the place of each `for:`
RANGE = "6s"                   # ... and of each range, e.g. [5m]
INTERVAL = "1s"


def quick_rules(text):
    text = re.sub(r"(?m)^(\s+for:) .*$", rf"\1 {HOLD}", text)
    return re.sub(r"\[\d+[mhd]\]", f"[{RANGE}]", text)


def quick_prometheus(text, targets, alertmanager):
    text = re.sub(r"(scrape_interval|evaluation_interval): \S+", rf"\1: {INTERVAL}", text)
    text = text.replace('"127.0.0.1:9464"', ", ".join(f'"127.0.0.1:{port}"' for port in targets))
    return text.replace("127.0.0.1:9093", f"127.0.0.1:{alertmanager}")


def quick_alertmanager(text, webhook):
    text = re.sub(r"group_wait: \S+", "group_wait: 200ms", text)
    text = re.sub(r"group_interval: \S+", "group_interval: 1s", text)
    return text.replace("127.0.0.1:9099", f"127.0.0.1:{webhook}")


class Receiver:
    """The webhook: notes who was told of what. {(alert, status): [(receiver, labels)]}"""

    def __init__(self):
        self.told = {}
        self._changed = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):  # pylint: disable=invalid-name
                message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                receiver.note(self.path.strip("/"), message["alerts"])
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def note(self, name, alerts):
        with self._changed:
            for alert in alerts:
                self.told.setdefault((alert["labels"]["alertname"], alert["status"]), []).append((name, alert["labels"]))
            self._changed.notify_all()

    def missing(self, names, status, seconds_max):
        """Of `names`, those of which nobody was told so in time."""
        deadline = time.monotonic() + seconds_max
        with self._changed:
            while True:
                missing = {name for name in names if (name, status) not in self.told}
                left = deadline - time.monotonic()
                if not missing or left <= 0:
                    return missing
                self._changed.wait(left)

    def receivers(self, name):
        with self._changed:
            return {receiver for receiver, _ in self.told.get((name, "firing"), [])}

    def close(self):
        self._server.shutdown()
        self._server.server_close()


class Monitoring:
    """Prometheus, Alertmanager and the receiver; `targets` are ports with a /metrics."""

    def __init__(self, shipped, folder, targets):
        self._folder = Path(folder)
        self.receiver = Receiver()
        self._prometheus, alertmanager = free_ports(2)
        self._write(shipped, targets, alertmanager)
        self._programs = [
            Program(["prometheus-alertmanager", "--cluster.listen-address=", "--config.file", self._folder / "alertmanager.yml",
                     "--storage.path", self._folder / "alerts", "--web.listen-address", f"127.0.0.1:{alertmanager}"],
                    self._folder / "alertmanager.log"),
            Program(["prometheus", "--config.file", self._folder / "prometheus.yml", "--storage.tsdb.path", self._folder / "tsdb",
                     "--web.listen-address", f"127.0.0.1:{self._prometheus}"], self._folder / "prometheus.log")]
        for program in self._programs:
            program.start()
        wait_until(lambda: self._ready(alertmanager), "Alertmanager", alive=self._programs[0].process)
        wait_until(lambda: self._ready(self._prometheus), "Prometheus", alive=self._programs[1].process)

    def _write(self, shipped, targets, alertmanager):
        for name, change in (("lienthong.rules.yml", quick_rules),
                             ("prometheus.yml", lambda text: quick_prometheus(text, targets, alertmanager)),
                             ("alertmanager.yml", lambda text: quick_alertmanager(text, self.receiver.port))):
            (self._folder / name).write_text(change((Path(shipped) / name).read_text()))

    @staticmethod
    def _ready(port):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/-/ready", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def _ask(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self._prometheus}/api/v1/{path}", timeout=5) as answer:
            return json.load(answer)["data"]

    def alerts(self):
        """Names of those that are pending or fire."""
        return {alert["labels"]["alertname"] for alert in self._ask("alerts")["alerts"]}

    def firing(self):
        return {(alert["labels"]["alertname"], alert["labels"].get("instance")) for alert in self._ask("alerts")["alerts"]
                if alert["state"] == "firing"}

    def scrapes(self):
        """{instance: how often it was read well}"""
        result = self._ask("query?query=" + "sum_over_time(up%7Bjob%3D%22lienthong%22%7D%5B10m%5D)")["result"]
        return {series["metric"]["instance"]: float(series["value"][1]) for series in result}

    def close(self):
        for program in reversed(self._programs):
            program.stop()
        self.receiver.close()
