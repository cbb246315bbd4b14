"""The configuration file of the demo's gateway."""

from scenario.plan import WITH_OWN_SOFTWARE
from scenario.words import AGENCY_UNITS, DISTRICT_AGENCIES, FIELDS, ONE_STOP_AGENCY, PROCEDURES

CITY_KEYS = {"access_key": "demo-access", "app_name": "lienthong-demo", "partner_code": "000.00.01.H29"}
PORTAL_KEYS = {"username": "lienthong-demo", "dstcode": "000.00.00.G22"}
TIMEOUT_MS = 3000      # of each call to a counterpart
PORTAL_CALLS_MAX = 16  # under way at the same time
OWN_AGENCY = "000.00.00.H29"
ONE_STOP_USER = "mot-cua-x07"
ONE_STOP_SESSION_SECONDS = 8      # the software counts on ten (in life: ten minutes)


def caller(portal):
    """The name in the certificate with which a portal calls us."""
    return f"spiffe://lienthong/counterpart/{portal}"


def procedures():
    """All procedures of the scenario as the portal's LayThuTuc tells them."""
    return [{"MATTHC": code, "TENTTHC": name, "LINHVUCTHUCHIEN": [{"MALINHVUC": FIELDS[field], "TENLINHVUC": field}]}
            for code, name, field in PROCEDURES]


def text(world):
    """YAML for `world` (scenario.world.World)."""
    doors = world.plan.doors
    return f"""# Written by deploy/demo. Agencies H29.X01 .. H29.X07 are invented.
store: {{url: "sqlite:{world.path('gateway.db')}"}}
listen: {{grpc: "127.0.0.1:{world.grpc_port}", admin: "127.0.0.1:{world.admin_port}", https: "127.0.0.1:{world.https_port}"}}
tls:
  certificate: {world.path('pki/gateway.crt')}
  key: {world.path('pki/gateway.key')}
  client_ca: {world.path('pki/ca.crt')}
files:
  directory: {world.path('papers')}
  public_url: "{world.public_url}"
  sources:
{_sources(world)}
parties:
  - {{name: city, roles: [receiving], agencies: [{', '.join(AGENCY_UNITS)}]}}
  - {{name: district, roles: [lead], agencies: [{', '.join(DISTRICT_AGENCIES)}]}}
{chr(10).join(f"  - {{name: {name}, roles: [origin], agencies: [{', '.join(served)}]}}" for name, served in doors.items())}
agencies:
{chr(10).join(f'  - {{code: {code}}}' for code in WITH_OWN_SOFTWARE)}
facade:
  session_seconds: {ONE_STOP_SESSION_SECONDS}
  procedures_file: {world.path('procedures.json')}
  accounts:
    - {{agency: {ONE_STOP_AGENCY}, username: {ONE_STOP_USER}, password_hash: "{world.one_stop_hash}",
       certificate: "spiffe://lienthong/agency/{ONE_STOP_AGENCY}"}}
links:
{_link('city', 'all', 16, _city_settings(world))}
{_link('district', 'agencies', 4, _district_settings(world))}
{chr(10).join(_portal_link(world, name, len(doors) == 1) for name in doors)}
"""


def _sources(world):
    servers = [*((port, "papers") for port in world.papers.ports.values()),
               *((rig.ports["https"], name) for name, rig in world.portals.items())]
    return "\n".join(f"    - {{url_prefix: \"https://127.0.0.1:{port}/\", ca_file: {world.path(f'{name}.crt')}, "
                     f"retry_min_ms: 200, retry_max_ms: 2000}}" for port, name in servers)


def _link(name, scope, parallel_max, settings, adapter="", more=()):
    lines = [f"  - name: {name}", f"    adapter: {adapter or name}", f"    party: {name}", f"    scope: {scope}",
             "    objective_seconds: 60", f"    parallel_max: {parallel_max}", *more,
             "    backoff_min_ms: 100        # an outage of 10 s is tried again sooner than a real one would be",
             "    backoff_max_ms: 2000", "    settings:", *(f"      {key}: {value}" for key, value in settings.items())]
    return "\n".join(lines)


def _city_settings(world):
    return {
        "base_url": f"\"https://127.0.0.1:{world.city.ports['https']}\"", "ca_file": world.path("city.crt"),
        "access_key": CITY_KEYS["access_key"], "secret_key_file": world.path("city.secret"), "app_name": CITY_KEYS["app_name"],
        "partner_code": CITY_KEYS["partner_code"], "mapping_file": world.root / "adapters/city/mapping.yaml",
        "poll_interval_ms": 200, "timeout_ms": TIMEOUT_MS}


def _district_settings(world):
    database = world.database
    return {
        "dsn": f"\"host=127.0.0.1 port={database.port} dbname={database.name} user={database.gateway_role}\"",
        "password_file": world.path("district.password"), "mapping_file": world.root / "adapters/district/mapping.yaml",
        "outbox_table": "lienthong_outbox", "inbox_table": "lienthong_inbox", "notice_table": "lienthong_thong_bao",
        "poll_interval_ms": 100, "timeout_ms": TIMEOUT_MS}


def _portal_link(world, name, alone):
    settings = {
        "generation": 2 if name == "hub" else 1, "base_url": f"\"https://127.0.0.1:{world.portals[name].ports['https']}\"",
        "ca_file": world.path(f"{name}.crt"), "timeout_ms": TIMEOUT_MS, "parallel_calls": PORTAL_CALLS_MAX}
    if name == "hub":
        settings |= {"client_id": PORTAL_KEYS["username"], "client_secret_file": world.path("hub.secret"),
                     "dstcode": PORTAL_KEYS["dstcode"], "procedures_file": world.path("procedures.json")}
    else:
        settings |= {"username": PORTAL_KEYS["username"], "password_file": world.path("portal.secret"),
                     "dstcode": PORTAL_KEYS["dstcode"], "madonvi": OWN_AGENCY}
    return _link(name, "all" if alone else "agencies", PORTAL_CALLS_MAX, settings, "national", [f"    caller: {caller(name)}"])
