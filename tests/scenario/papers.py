"""Papers with content: where each lies in a run, what its bytes are, and whether they are the same on every side.

The plan and the ledger are written before anything runs: a mark stands in them for an address that is known only later. A
mark of the system "inline" is a paper that came inside its dossier: it lies nowhere but at the gateway.
"""
import hashlib
import http.client
import queue
import ssl
import threading
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

MARK = "mau-tep:"
BIG_BYTES = 20 * 1024 * 1024
SMALL_BYTES_MIN, SMALL_BYTES_MAX = 2_000, 12_000
READERS = 4
READ_BYTES = 256 * 1024
ANSWER_SECONDS_MAX = 60


def mark(system, name):
    return f"{MARK}{system}/{name}"


def parts(marked):
    """(system, name) of a mark."""
    system, _, name = marked.removeprefix(MARK).partition("/")
    return system, name


@dataclass(frozen=True)
class Link:
    """What stands in a record for a paper: whose paper it is sees its own address, the others the gateway's."""
    url: str               # where it lies at its source
    sha256: str = ""       # of the content
    size_bytes: int = 0
    gateway: str = ""      # how the gateway's own addresses begin
    is_own: bool = True    # at the system whose paper it is, and at the gateway itself
    is_gone: bool = False  # it was taken back: nobody needs its content any more

    def may_be(self, found):
        if self.is_gone:
            return True
        return found == self.url if self.is_own else found.startswith(self.gateway) and len(found) > len(self.gateway)


class Library:
    """Thread-safe: each mark is put once. `gateway`: how the gateway's own addresses begin."""

    def __init__(self, gateway):
        self.gateway = gateway
        self._links = {}

    def put(self, marked, url, sha256, size_bytes):
        self._links[marked] = Link(url, sha256, size_bytes, self.gateway)

    def link(self, marked, system, is_gone=False):
        """What `system` must hold for the paper; one that nobody handed in in the end lies nowhere."""
        return replace(self._links.get(marked, Link(marked, "(never handed in)")), is_own=system in ("gateway", parts(marked)[0]),
                       is_gone=is_gone)

    def filled(self, raw):
        """A copy of a raw record with addresses in place of marks."""
        if isinstance(raw, dict):
            return {key: self.filled(value) for key, value in raw.items()}
        if isinstance(raw, list):
            return [self.filled(item) for item in raw]
        return self._links[raw].url if isinstance(raw, str) and raw.startswith(MARK) else raw


def digests(urls, authorities, certificate):
    """{URL: SHA-256, or what went wrong} of what each address gives; `certificate` is (file, key) of who asks."""
    context = ssl.create_default_context()
    for authority in authorities:
        context.load_verify_locations(authority)
    context.load_cert_chain(*certificate)
    waiting, found = queue.SimpleQueue(), {}
    for url in sorted(set(urls)):
        waiting.put(url)
    readers = [threading.Thread(target=_read_all, args=(waiting, found, context), daemon=True) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return found


def _read_all(waiting, found, context):
    connections = {}
    while True:
        try:
            url = waiting.get_nowait()
        except queue.Empty:
            return
        try:
            found[url] = _digest(url, connections, context)
        except (OSError, http.client.HTTPException) as error:
            connections.pop(urlsplit(url).netloc, None)
            found[url] = f"{type(error).__name__}: {error}"


def _digest(url, connections, context):
    place = urlsplit(url)
    connection = connections.get(place.netloc)
    if connection is None:
        connection = http.client.HTTPSConnection(place.netloc, timeout=ANSWER_SECONDS_MAX, context=context)
        connections[place.netloc] = connection
    connection.request("GET", place.path + (f"?{place.query}" if place.query else ""))
    answer = connection.getresponse()
    if answer.status != 200:
        answer.read()
        return f"HTTP {answer.status}"
    digest = hashlib.sha256()
    while part := answer.read(READ_BYTES):
        digest.update(part)
    return digest.hexdigest()
