"""Metrics that the test itself serves, for what a gateway cannot be brought to quickly: first as of a gateway that is well, then
with trouble, then well again. Names and labels are those of gateway/docs/metrics.md."""
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DAY = 86_400
GIB = 2 ** 30


class Served:
    """An endpoint for Prometheus on a port of its own."""

    def __init__(self):
        self.trouble = False
        self._ticks, self._started = 0, time.time()
        self._lock = threading.Lock()
        served = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):  # pylint: disable=invalid-name
                body = served.text().encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def text(self):
        with self._lock:
            self._ticks += self.trouble
            return "".join(f"{series} {value}\n" for series, value in self._series(self.trouble, self._ticks))

    def _series(self, bad, ticks):
        """`ticks`: how often it was read while there was trouble."""
        calls = 'method="lienthong.dossier.v1.DossierService/GetDossier",caller="agency"'
        yield "process_start_time_seconds", self._started + ticks
        yield f'lienthong_grpc_calls_total{{{calls},code="OK"}}', 1000
        yield f'lienthong_grpc_calls_total{{{calls},code="INTERNAL"}}', ticks
        yield f'lienthong_grpc_calls_total{{{calls},code="UNAVAILABLE"}}', 10 * ticks
        yield f'lienthong_grpc_call_seconds_bucket{{{calls},le="2"}}', 1000
        yield f'lienthong_grpc_call_seconds_bucket{{{calls},le="5"}}', 1000 + ticks
        yield f'lienthong_grpc_call_seconds_bucket{{{calls},le="+Inf"}}', 1000 + ticks
        yield 'lienthong_http_requests_total{route="POST /links/",caller="counterpart",status="503"}', ticks
        yield 'lienthong_certificate_expiry_timestamp_seconds{file="client_ca"}', int(time.time()) + (10 if bad else 300) * DAY
        yield "lienthong_store_size_bytes", 10 * GIB
        yield "lienthong_store_free_bytes", (1 if bad else 100) * GIB
        yield 'lienthong_store_durable_seconds_bucket{le="0.5"}', 1000
        yield 'lienthong_store_durable_seconds_bucket{le="1"}', 1000 + ticks
        yield 'lienthong_store_durable_seconds_bucket{le="+Inf"}', 1000 + ticks
        yield 'lienthong_store_sets_total{outcome="refused"}', ticks
        yield "lienthong_store_waiting_sets", 3
        yield 'lienthong_link_state{link="district",state="resync"}', int(bad)
        yield 'lienthong_link_early{link="district"}', 101 if bad else 100
        yield 'lienthong_link_conflicts{link="district"}', int(bad)
        yield 'lienthong_link_tasks{link="district"}', int(bad)
        yield 'lienthong_dossiers_due{agency="H29.X01",class="overdue"}', 5
        yield 'lienthong_dossiers_due{agency="H29.X01",class="overdue_unsynced"}', int(bad)
        yield 'lienthong_dossiers_due{agency="H29.X01",class="not_received"}', int(bad)
        yield 'lienthong_dossier_defects{agency="H29.X01",kind="missing_reason"}', 50 + 200 * ticks
        yield "lienthong_report_timestamp_seconds", int(time.time()) - (7 * 3600 if bad else 60)

    def close(self):
        self._server.shutdown()
        self._server.server_close()
