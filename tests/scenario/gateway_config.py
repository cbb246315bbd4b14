"""The configuration file of the demo's gateway."""

from scenario.words import AGENCY_UNITS, DISTRICT_AGENCIES, GRPC_AGENCIES

CITY_KEYS = {"access_key": "demo-access", "app_name": "lienthong-demo", "partner_code": "000.00.01.H29"}


def text(world):
    """YAML for `world` (scenario.world.World)."""
    return f"""# Written by deploy/demo. Agencies H29.X01 .. H29.X06 are invented.
store: {{url: "sqlite:{world.path('gateway.db')}"}}
listen: {{grpc: "127.0.0.1:{world.grpc_port}", admin: "127.0.0.1:{world.admin_port}"}}
tls:
  certificate: {world.path('pki/gateway.crt')}
  key: {world.path('pki/gateway.key')}
  client_ca: {world.path('pki/ca.crt')}
parties:
  - {{name: city, roles: [receiving], agencies: [{', '.join(AGENCY_UNITS)}]}}
  - {{name: district, roles: [lead], agencies: [{', '.join(DISTRICT_AGENCIES)}]}}
agencies:
{chr(10).join(f'  - {{code: {code}}}' for code in GRPC_AGENCIES)}
links:
  - name: city
    adapter: city
    party: city
    scope: all
    objective_seconds: 60
    parallel_max: 16
    backoff_min_ms: 100        # an outage of 10 s is tried again sooner than a real one would be
    backoff_max_ms: 2000
    settings:
      base_url: "https://127.0.0.1:{world.city_port}"
      ca_file: {world.path('city.crt')}
      access_key: {CITY_KEYS['access_key']}
      secret_key_file: {world.path('city.secret')}
      app_name: {CITY_KEYS['app_name']}
      partner_code: {CITY_KEYS['partner_code']}
      mapping_file: {world.root / 'adapters/city/mapping.yaml'}
      poll_interval_ms: 200
      timeout_ms: 3000
  - name: district
    adapter: district
    party: district
    scope: agencies
    objective_seconds: 60
    parallel_max: 4
    backoff_min_ms: 100
    backoff_max_ms: 2000
    settings:
      dsn: "host=127.0.0.1 port={world.database.port} dbname={world.database.name} user={world.database.gateway_role}"
      password_file: {world.path('district.password')}
      mapping_file: {world.root / 'adapters/district/mapping.yaml'}
      outbox_table: lienthong_outbox
      inbox_table: lienthong_inbox
      poll_interval_ms: 100
      timeout_ms: 3000
"""
