"""python3 -m rigs.district.paper_host: file servers of a city, a district and an agency, HTTPS on 127.0.0.1, a port each.

/<bytes>/<name> is a paper of so many bytes, made from its name: the same at every call.
"""
import argparse
import hashlib
import signal
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SYSTEMS = ("city", "district", "agency")
BYTES_MAX = 64 * 1024 * 1024
IDLE_SECONDS_MAX = 30
PART_BYTES = 256 * 1024
BLOCK_BYTES = 64 * 1024


def content(name, size):
    """The bytes of a paper: a block that follows from its name, again and again, each time with its number before it."""
    block = hashlib.shake_128(name.encode()).digest(min(size, BLOCK_BYTES))
    return b"".join(number.to_bytes(8, "big") + block for number in range(size // BLOCK_BYTES + 1))[:size]


def address(port, name, size):
    return f"https://127.0.0.1:{port}/{size}/{name}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS_MAX
    disable_nagle_algorithm = True
    wbufsize = PART_BYTES

    def do_GET(self):
        size, _, name = self.path.removeprefix("/").partition("/")
        if not size.isdigit() or int(size) > BYTES_MAX or not name:
            self.send_error(404)
            return
        body = memoryview(content(name, int(size)))
        self.send_response(200)
        self.send_header("Content-Type", "application/pdf")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        for start in range(0, len(body), PART_BYTES):
            self.wfile.write(body[start:start + PART_BYTES])

    def log_message(self, *_):
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, context):
        super().__init__(("127.0.0.1", 0), _Handler)
        # The handshake is the connection's own thread's, at its first read.
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, request, client_address):
        """A caller that goes away in the middle is no news."""


def main():
    parser = argparse.ArgumentParser(prog="python3 -m rigs.district.paper_host", description=__doc__.split(": ", 1)[1])
    parser.add_argument("--cert", required=True)
    parser.add_argument("--key", required=True)
    options = parser.parse_args()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.cert, options.key)
    servers = {name: _Server(context) for name in SYSTEMS}
    for server in servers.values():
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print("paper-host ready", *(f"{name}={server.server_port}" for name, server in servers.items()), flush=True)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
