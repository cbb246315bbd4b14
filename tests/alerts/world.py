"""A real gateway with one link, to the city's simulator, that is brought into trouble and out of it."""
import ssl
import urllib.error
import urllib.request
import uuid
from pathlib import Path

from bench.city_world import AGENCY, CityWorld, Pusher
from bench.poison import new_dossier
from scenario import gateway_config, processes
from scenario.processes import Program, free_ports, wait_until

OBJECTIVE_SECONDS = 2
CONFIG = """store: {{url: "sqlite:{folder}/gateway.db"}}
listen: {{grpc: "127.0.0.1:{grpc}", admin: "127.0.0.1:{admin}", https: "127.0.0.1:{https}", metrics: "127.0.0.1:{metrics}"}}
tls: {{certificate: pki/gateway.crt, key: pki/gateway.key, client_ca: pki/ca.crt}}
files: {{directory: "{folder}/papers", public_url: "https://127.0.0.1:{https}"}}
parties:
  - {{name: city, roles: [receiving], agencies: [H29.X01]}}
agencies:
  - {{code: {agency}}}
links:
  - name: city
    adapter: city
    party: city
    scope: all
    objective_seconds: {objective}
    backoff_min_ms: 100
    backoff_max_ms: 500
    settings: {{base_url: "https://127.0.0.1:{city}", ca_file: city.crt, access_key: {access_key}, secret_key_file: city.secret,
               app_name: {app_name}, partner_code: {partner_code}, mapping_file: {mapping}, poll_interval_ms: 200,
               timeout_ms: 1000}}
"""


class AlertsWorld(CityWorld):
    def _start(self, timeout_ms):
        self._make_keys()
        self.renew(days=1)
        self.city = processes.city_rig(self).start().keep(self.path("city.state"))
        self._grpc, self._admin, self.metrics_port, self._https = free_ports(4)
        Path(self.path("gateway.yaml")).write_text(CONFIG.format(
            folder=self.folder, grpc=self._grpc, admin=self._admin, metrics=self.metrics_port, https=self._https, agency=AGENCY,
            objective=OBJECTIVE_SECONDS, city=self.city.ports["https"], mapping=self.root / "adapters/city/mapping.yaml",
            **gateway_config.CITY_KEYS))
        self.gateway = Program([self.program("lienthongd"), "--config", self.path("gateway.yaml")], self.path("gateway.log"))
        self.start_gateway()

    def read_as(self, name, uri):
        """HTTP status of /metrics by HTTPS for whoever has a certificate with this URI; for nobody in particular without one."""
        tls = ssl.create_default_context(cafile=self.path("pki/ca.crt"))
        if uri:
            self._call(str(self.root / "certs/lienthong-pki"), "issue", "--dir", self.path("pki"), "--name", name, "--uri", uri)
            tls.load_cert_chain(self.path(f"pki/{name}.crt"), self.path(f"pki/{name}.key"))
        try:
            with urllib.request.urlopen(f"https://127.0.0.1:{self._https}/metrics", context=tls, timeout=10) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def start_gateway(self):
        self.gateway.start()
        wait_until(self.operator.healthy, "lienthongd", alive=self.gateway.process)

    def renew(self, days):
        """Another certificate of the gateway; it takes it at its next start at the latest."""
        self._call(str(self.root / "certs/lienthong-pki"), "issue", "--dir", self.path("pki"), "--name", "gateway", "--uri",
                   "spiffe://lienthong/gateway", "--server", "--ip", "127.0.0.1", "--days", str(days))

    def push(self, is_complete):
        """One dossier; the city refuses it when it is not complete."""
        pusher = Pusher(self.ctl("agency"))
        try:
            pusher.push(str(uuid.uuid4()), new_dossier("Hồ sơ thử", is_complete))
            pusher.acknowledged()
        finally:
            pusher.close()
