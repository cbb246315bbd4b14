#!/usr/bin/python3
"""Every alert of deploy/prometheus fires once and is taken back once, with real Prometheus and Alertmanager, and whoever its
severity means is told. PROVOKED says how each is brought about."""
import os
import re
import subprocess
import tempfile
import unittest
import urllib.request
from pathlib import Path

os.environ.setdefault("BUILD_DIR", os.environ.get("LIENTHONG_BUILD_DIR", "build"))

from alerts.monitoring import Monitoring  # pylint: disable=wrong-import-position
from alerts.served import Served  # pylint: disable=wrong-import-position
from alerts.world import AlertsWorld  # pylint: disable=wrong-import-position
from scenario.processes import wait_until  # pylint: disable=wrong-import-position

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "deploy/prometheus"
TOLD_SECONDS_MAX = 45
SERVED = "served"              # metrics that the test itself serves (served.py)
PROVOKED = {                   # alert: SERVED, or what is done to a real gateway
    "LienthongDown": "the gateway is stopped",
    "LienthongRestarting": SERVED,
    "LienthongFaults": SERVED,
    "LienthongHttpFaults": SERVED,
    "LienthongRefusesCalls": SERVED,
    "LienthongCallsSlow": SERVED,
    "LienthongCertificateExpires": SERVED,
    "LienthongCertificateExpiresNow": "its certificate ends tomorrow",
    "LienthongDiskFilling": SERVED,
    "LienthongStoreSlow": SERVED,
    "LienthongStoreRefuses": SERVED,
    "LienthongLinkDegraded": "the city's simulator is stopped",
    "LienthongLinkLate": "the link is paused, and a dossier is pushed",
    "LienthongLinkPaused": "the link is paused",
    "LienthongLinkResync": SERVED,
    "LienthongDeadLetters": "a dossier is pushed that the city refuses",
    "LienthongEarlyItems": SERVED,
    "LienthongConflicts": SERVED,
    "LienthongTasks": SERVED,
    "LienthongLateBecauseOfUs": SERVED,
    "LienthongNotReceived": SERVED,
    "LienthongDefects": SERVED,
    "LienthongNotCounted": SERVED,
}


def rules():
    return (SHIPPED / "lienthong.rules.yml").read_text()


def severities():
    """{alert: severity}"""
    return dict(re.findall(r"- alert: (\w+).*?severity: (\w+)", rules(), re.S))


def run(*command, stdin=None):
    return subprocess.run([str(part) for part in command], input=stdin, capture_output=True, text=True, timeout=60, check=False)


class Files(unittest.TestCase):
    def test_the_tools_find_nothing_wrong(self):
        for command in (("promtool", "check", "config", SHIPPED / "prometheus.yml"),
                        ("promtool", "check", "rules", SHIPPED / "lienthong.rules.yml"),
                        ("amtool", "check-config", SHIPPED / "alertmanager.yml")):
            done = run(*command)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_each_alert_is_provoked(self):
        self.assertEqual(severities().keys(), PROVOKED.keys())
        self.assertLessEqual(set(severities().values()), {"critical", "warning", "info"})

    def test_rules_use_metrics_that_there_are(self):
        known = set(re.findall(r"^\| `(\w+)`", (ROOT / "gateway/docs/metrics.md").read_text(), re.M))
        used = set(re.findall(r"\b(?:lienthong|process)_\w+", rules()))
        self.assertEqual({re.sub("_bucket$", "", name) for name in used} - known, set())

    def test_the_runbook_has_an_entry_for_each_in_both_languages(self):
        english, vietnamese = (ROOT / "deploy/docs/alerts.md").read_text().split("\n# Cảnh báo\n")
        names = re.findall(r"- alert: (\w+)", rules())
        self.assertEqual(re.findall(r"^## (\w+)$", english, re.M), names)
        self.assertEqual(re.findall(r"^## (\w+)$", vietnamese, re.M), names)
        self.assertEqual(english.count("* **Do**: "), len(names))
        self.assertEqual(vietnamese.count("* **Làm**: "), len(names))
        self.assertEqual(re.findall(r"deploy/docs/alerts\.md#(\w+)", rules()), [name.lower() for name in names])


class Alerts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="lienthong-alerts.")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.served = Served()
        cls.addClassCleanup(cls.served.close)
        cls.world = AlertsWorld()
        cls.addClassCleanup(cls.world.close)
        cls.monitoring = Monitoring(SHIPPED, cls.folder.name, [cls.world.metrics_port, cls.served.port])
        cls.addClassCleanup(cls.monitoring.close)
        wait_until(lambda: len(cls.monitoring.scrapes()) == 2 and min(cls.monitoring.scrapes().values()) >= 8, "eight readings")

    def told(self, names, status):
        missing = self.monitoring.receiver.missing(names, status, TOLD_SECONDS_MAX)
        self.assertEqual(missing, set(), f"nobody was told that they are {status}; now: {self.monitoring.firing()}")

    def test_0_nothing_fires_without_a_reason(self):
        self.assertEqual(self.monitoring.alerts(), {"LienthongCertificateExpiresNow", "LienthongCertificateExpires"})

    def test_1_the_gateway_serves_what_the_tools_accept(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.world.metrics_port}/metrics", timeout=10) as answer:
            text = answer.read().decode()
        done = run("promtool", "check", "metrics", stdin=text)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    def test_1_by_https_it_serves_operators_and_monitors_only(self):
        for name, uri, status in (("monitor", "spiffe://lienthong/monitor/prometheus", 200),
                                  ("operator", "spiffe://lienthong/operator/lan", 200),
                                  ("other", "spiffe://lienthong/agency/H29.X05", 403), ("nobody", None, 403)):
            self.assertEqual(self.world.read_as(name, uri), status, name)

    def test_2_alerts_on_served_metrics(self):
        names = {name for name, how in PROVOKED.items() if how == SERVED}
        self.served.trouble = True
        self.told(names, "firing")
        self.served.trouble = False
        self.told(names, "resolved")

    def test_3_alerts_on_a_real_gateway(self):
        world = self.world
        self.told({"LienthongCertificateExpiresNow"}, "firing")
        world.operator.run("links", "pause", "city", "--reason", "a test")
        world.push(is_complete=True)
        world.push(is_complete=False)
        self.told({"LienthongLinkPaused", "LienthongLinkLate"}, "firing")
        world.operator.run("links", "resume", "city", "--reason", "a test")
        self.told({"LienthongLinkPaused", "LienthongLinkLate"}, "resolved")
        self.told({"LienthongDeadLetters"}, "firing")
        world.operator.run("dlq", "discard", "--link", "city", "--reason", "a test", "--yes")
        self.told({"LienthongDeadLetters"}, "resolved")
        world.city.stop()
        self.told({"LienthongLinkDegraded"}, "firing")
        world.city.start()
        self.told({"LienthongLinkDegraded"}, "resolved")
        world.renew(days=30)
        world.gateway.stop()
        self.told({"LienthongDown"}, "firing")
        world.start_gateway()
        self.told({"LienthongDown", "LienthongCertificateExpiresNow"}, "resolved")
        instance, read = f"127.0.0.1:{world.metrics_port}", self.monitoring.scrapes()
        wait_until(lambda: self.monitoring.scrapes()[instance] >= read[instance] + 5, "five more readings")
        self.assertEqual(self.monitoring.alerts(), set())

    def test_4_each_was_told_to_whom_its_severity_means(self):
        for name, severity in severities().items():
            self.assertEqual(self.monitoring.receiver.receivers(name), {"on-call" if severity == "critical" else "office"}, name)


if __name__ == "__main__":
    unittest.main()
