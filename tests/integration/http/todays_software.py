"""One-stop software as it speaks to the national portal today, with what is wrong with it (generation 1, seen in two
families of real systems). Shares nothing with the gateway; Python's standard library only."""
import http.client
import json
import random
import ssl
import time
import urllib.parse

CHUNK_LINES = 10
ROWS_PER_RUN = 10
READ_TIMEOUT_SECONDS = 60


class ReplyLost(Exception):
    """The call was made, and nobody knows what came of it."""


class PortalClient:
    """Login with a session that is kept for `cache_seconds` of its own clock, whatever the other side says of it."""

    def __init__(self, adapter_url, username, password, agency, tls, cache_seconds=600, source="127.0.0.1"):
        self.url = urllib.parse.urlsplit(adapter_url)
        self.username, self.password, self.agency = username, password, agency
        self.tls, self.cache_seconds, self.source = tls, cache_seconds, source
        self.connection = None
        self.cached, self.cached_at = None, None
        self.logins = 0
        self.headers = {}

    def post(self, endpoint, body):
        """The text of the answer; an HTTP error is an exception, as in the HTTP libraries that such software uses."""
        if self.connection is None:
            self.connection = http.client.HTTPSConnection(
                self.url.hostname, self.url.port, timeout=READ_TIMEOUT_SECONDS, context=self.tls,
                source_address=(self.source, 0))
        try:
            self.connection.request("POST", self.url.path + endpoint, json.dumps(body).encode(), {
                "Accept": "application/json", "Content-Type": "application/json", "Charset": "utf-8",
                "dstcode": "VN:GOV:000.00.00.G22:vpcpdvcqg"})
            answer = self.connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        self.headers = dict(answer.getheaders())
        if answer.status >= 400:
            raise OSError(f"HTTP {answer.status}: {text}")
        return text

    def close(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def login(self):
        self.logins += 1
        return json.loads(self.post("/auth", {"username": self.username, "password": self.password}))

    def session(self):
        if self.cached is None or time.monotonic() - self.cached_at >= self.cache_seconds:
            answer = self.login()
            if not answer.get("session") or answer["error_code"] != 0:
                raise OSError(answer["message"])
            self.cached, self.cached_at = answer["session"], time.monotonic()
        return self.cached

    def service(self, endpoint, service, **parameters):
        return self.post(endpoint, {"session": self.session(), "madonvi": self.agency, "service": service, **parameters})

    def record(self, record, updating):
        return self.service("/integration", "DongBoHoSoMC", isUpdating="True" if updating else "False", data=[record])

    def progress(self, lines):
        return self.service("/integration", "CapNhatTienDoHoSoMC", data=lines)

    def find(self, code):
        return self.service("/share", "TraCuuHoSo", mahoso=code)


class Unreliable(PortalClient):
    """Loses the answers to some calls after the other side has worked on them."""

    def __init__(self, *args, seed, lost_percent, **kwargs):
        super().__init__(*args, **kwargs)
        self.random, self.lost_percent = random.Random(seed), lost_percent
        self.lost, self.expired = 0, 0

    def post(self, endpoint, body):
        text = super().post(endpoint, body)
        if endpoint == "/auth":
            return text
        self.expired += json.loads(text)["error_code"] == -5
        if self.random.randrange(100) < self.lost_percent:
            self.lost += 1
            raise ReplyLost()
        return text


class Dossier:
    """A row of the software's own database, and what of it the other side is known to have."""

    def __init__(self, code, record):
        self.code, self.record, self.lines = code, {"MaHoSo": code, **record}, []
        self.sent_lines, self.changes, self.sent_changes = 0, 1, 0

    def change(self, lines=(), **fields):
        self.record.update(fields)
        self.lines.extend({"MaHoSo": self.code, **line} for line in lines)
        self.changes += 1

    def pending(self):
        return self.sent_changes < self.changes


def read_as_zero(code):
    """error_code as it is read by software whose library takes what is no number for 0."""
    try:
        return int(code)
    except (TypeError, ValueError):
        return 0


class LookingUp:
    """Asks whether the dossier is there, then creates or updates; takes a look-up that fails for 'it is not there'."""

    def __init__(self, client):
        self.client = client

    def send_record(self, dossier):
        try:
            updating = bool(json.loads(self.client.find(dossier.code)).get("result"))
        except (OSError, ReplyLost):
            updating = False
        return self.took(self.client.record(dossier.record, updating))

    def took(self, text):
        return read_as_zero(json.loads(text).get("error_code")) == 0


class CreatingFirst:
    """Creates, and updates when it is told that the dossier exists; believes in words more than in codes."""

    def __init__(self, client):
        self.client = client

    def send_record(self, dossier):
        text = self.client.record(dossier.record, False)
        answer = json.loads(text)
        if str(answer["error_code"]) in ("3", "-3") and "đã tồn tại" in answer["message"]:
            text = self.client.record(dossier.record, True)
        return self.took(text)

    def took(self, text):
        return "thành công" in text


def synchronise(software, dossiers):
    """One run of the job: the first rows that wait. A row that fails stays and is sent again from its beginning."""
    for dossier in [one for one in dossiers if one.pending()][:ROWS_PER_RUN]:
        changes, lines = dossier.changes, len(dossier.lines)
        try:
            if not software.send_record(dossier):
                continue
            waiting = dossier.lines[dossier.sent_lines:lines]
            chunks = [waiting[i:i + CHUNK_LINES] for i in range(0, len(waiting), CHUNK_LINES)]
            if all(software.took(software.client.progress(chunk)) for chunk in chunks):
                dossier.sent_lines, dossier.sent_changes = lines, changes
        except (OSError, http.client.HTTPException, ReplyLost):
            continue


def tls_of(folder, certificate=None):
    context = ssl.create_default_context(cafile=f"{folder}/ca.crt")
    if certificate:
        context.load_cert_chain(f"{folder}/{certificate}.crt", f"{folder}/{certificate}.key")
    return context
