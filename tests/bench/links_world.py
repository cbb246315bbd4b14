"""What stands around a case about all counterparts: the demo's world, where each of its four links shows every dossier."""
import os
import sys
from types import SimpleNamespace

import psycopg2

from bench.city_world import ROOT
from scenario import gateway_config
from scenario.control import Control
from scenario.processes import Program
from scenario.world import World

AGENCY = "H29.X05"                     # pushes
DOORS = {"portal": ("H29.X06",), "hub": (AGENCY,)}
CALL_SECONDS_MAX = 1.5                 # of the gateway's calls
BACKOFF_SECONDS_MAX = 2.0              # as gateway_config has it
POLL_SECONDS = {"city": 0.2, "district": 0.1, "portal": 1.0, "hub": 1.0}


class LinksWorld(World):
    def __init__(self):
        super().__init__(ROOT, os.environ.get("BUILD_DIR", ROOT / "build"), SimpleNamespace(seed=1, doors=DOORS, files={}))
        self.worker = None             # of the district's software
        try:
            self.start()
            self.start_worker()
        except Exception:
            self.close()
            raise

    def config(self):
        text = gateway_config.text(self).replace("scope: agencies", "scope: all")
        return text.replace(f"timeout_ms: {gateway_config.TIMEOUT_MS}", f"timeout_ms: {int(CALL_SECONDS_MAX * 1000)}")

    def _start_rigs(self):
        super()._start_rigs()
        for name in ("city", *DOORS):
            self.rig(name).keep(self.path(f"{name}.state"))

    def start_worker(self):
        """Also again, after its database was away."""
        if self.worker:
            self.worker.stop()
        environment = os.environ | {"PYTHONPATH": str(ROOT / "tests")}
        self.worker = Program([sys.executable, "-m", "rigs.district", "--dsn", self.database.dsn], self.path("district.log"),
                              environment).start()

    def rig(self, name):
        return self.city if name == "city" else self.portals[name]

    def control(self, name):
        return Control(name, self.rig(name).ports["control"])

    def links(self):
        """{name: the link as lienthongctl shows it}"""
        return {link["name"]: link for link in self.operator.json("links")["links"]}

    def records(self, name):
        """All that the counterpart holds, a JSON object for each dossier."""
        if name != "district":
            return self.control(name).records()
        connection = psycopg2.connect(self.database.dsn)
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT noi_dung FROM ho_so")
            rows = [row[0] for row in cursor.fetchall()]
        connection.close()
        return rows

    def close(self):
        if self.worker:
            self.worker.stop()
        self.stop()
