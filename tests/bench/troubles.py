"""How a counterpart goes away and comes back, with what its simulator knows."""
from contextlib import contextmanager

import psycopg2

RETRY_AFTER_SECONDS = 1
LONG_MS = 60_000


@contextmanager
def stopped(world, name):
    """The program ends, its port is closed; it comes back with its records and without its sessions."""
    world.rig(name).stop()
    try:
        yield
    finally:
        world.rig(name).start()


def fault(**rule):
    @contextmanager
    def lasting(world, name):
        world.control(name).call("POST", "/rig/fault", rule)
        try:
            yield
        finally:
            world.control(name).call("DELETE", "/rig/fault")
    return lasting


@contextmanager
def database_stopped(world, _name):
    world.database.stop()
    try:
        yield
    finally:
        world.database.launch()
        world.start_worker()


@contextmanager
def database_absent(world, _name):
    """Nobody may log in as the gateway's role, and its sessions end."""
    role = world.database.gateway_role
    with _owner(world) as cursor:
        cursor.execute(f"ALTER ROLE {role} NOLOGIN")
        cursor.execute("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = %s", (role,))
        try:
            yield
        finally:
            cursor.execute(f"ALTER ROLE {role} LOGIN")


@contextmanager
def database_locked(world, _name):
    """Somebody works on the inbox and does not end."""
    with _owner(world) as cursor:
        cursor.execute("BEGIN")
        cursor.execute("LOCK TABLE lienthong_inbox IN ACCESS EXCLUSIVE MODE")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


@contextmanager
def _owner(world):
    connection = psycopg2.connect(world.database.dsn)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


_RIG = {"stopped": stopped, "down": fault(kind="down", seconds=LONG_MS // 1000), "hang": fault(kind="hang", milliseconds=LONG_MS),
        "5xx": fault(kind="5xx"), "429": fault(kind="429", milliseconds=RETRY_AFTER_SECONDS * 1000),
        "lost replies": fault(kind="drop_reply")}
TROUBLES = {"city": _RIG, "portal": _RIG, "hub": _RIG,
            "district": {"stopped": database_stopped, "absent": database_absent, "locked": database_locked}}
ANSWERED_LATE = ("hang", "locked")     # a call begun just before the end is given up by its own time only
