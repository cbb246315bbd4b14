"""A district's specialty software: its own table ho_so, its officers' acts, and the worker of its inbox.

Every act of an officer (answer an assignment, add a step, change the status, ask for a supplement, finish with a result,
hand over or refuse) is one call of change(): one transaction that changes ho_so and writes one outbox row with just the
change. The worker applies an inbox row in one transaction too and, as triggers of real systems do, its outbox repeats
what it merged.
"""
import json
from dataclasses import dataclass

import psycopg2

INBOX_ROWS_MAX = 200


@dataclass(frozen=True)
class InboxRow:
    id: int
    key: str
    code: str
    receipt: str
    text: str


class Software:
    """One connection; not for two threads at once."""

    def __init__(self, dsn):
        self._connection = psycopg2.connect(dsn)
        self._connection.set_session(isolation_level="READ COMMITTED")
        with self._connection, self._connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._connection.close()

    def change(self, key, changes):
        """An officer's act: merges `changes` into the record and puts just them into the outbox."""
        with self._connection, self._connection.cursor() as cursor:
            cursor.execute("SELECT noi_dung FROM ho_so WHERE khoa = %s FOR UPDATE", (key,))
            row = cursor.fetchone()
            if row is None:
                raise KeyError(f"the software has no dossier {key}")
            self._store(cursor, key, merged(row[0], changes), changes)

    def inbox(self):
        """Rows that wait, oldest first."""
        with self._connection, self._connection.cursor() as cursor:
            cursor.execute("SELECT id, coalesce(khoa, ''), ma_ho_so, coalesce(so_bien_nhan, ''), noi_dung::text FROM "
                           "lienthong_inbox WHERE xu_ly_luc IS NULL ORDER BY id LIMIT %s", (INBOX_ROWS_MAX,))
            return [InboxRow(*row) for row in cursor.fetchall()]

    def apply(self, row):
        """Merges one inbox row; returns the software's key of the dossier, or "" when the row is unusable."""
        changes = json.loads(row.text)
        with self._connection, self._connection.cursor() as cursor:
            problem = _problem(changes)
            if problem:
                cursor.execute("UPDATE lienthong_inbox SET xu_ly_luc = clock_timestamp(), loi = %s WHERE id = %s",
                               (problem, row.id))
                return ""
            key, record = self._find(cursor, row)
            if row.receipt:
                changes.setdefault("so_bien_nhan", row.receipt)
            changes["ma_ho_so"] = row.code
            self._store(cursor, key, merged(record, changes), changes)
            cursor.execute("UPDATE lienthong_inbox SET xu_ly_luc = clock_timestamp() WHERE id = %s", (row.id,))
        return key

    def _find(self, cursor, row):
        cursor.execute("SELECT khoa, noi_dung FROM ho_so WHERE ma_ho_so = %s FOR UPDATE", (row.code,))
        found = cursor.fetchone()
        if found:
            return found
        cursor.execute("SELECT 'NV-' || lpad(nextval('ho_so_khoa')::text, 6, '0')")
        key = cursor.fetchone()[0]
        cursor.execute("INSERT INTO ho_so (khoa, ma_ho_so, noi_dung) VALUES (%s, %s, '{}')", (key, row.code))
        return key, {}

    def _store(self, cursor, key, record, changes):
        cursor.execute(
            "UPDATE ho_so SET ma_ho_so = %s, so_bien_nhan = %s, so_bien_nhan_rieng = %s, noi_dung = %s, "
            "cap_nhat_luc = clock_timestamp() WHERE khoa = %s",
            (record.get("ma_ho_so"), record.get("so_bien_nhan"), record.get("so_bien_nhan_rieng"), _json(record), key))
        cursor.execute(
            "INSERT INTO lienthong_outbox (khoa, ma_ho_so, so_bien_nhan, noi_dung) VALUES (%s, %s, %s, %s)",
            (key, record.get("ma_ho_so"), record.get("so_bien_nhan"), _json(changes)))


def merged(record, changes):
    """`record` with `changes` merged in: null clears a field, list elements merge by "ma"."""
    result = dict(record)
    for name, value in changes.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, list):
            result[name] = _merged_list(record.get(name, []), value)
        else:
            result[name] = value
    return result


def _merged_list(elements, changed):
    result = {element["ma"]: dict(element) for element in elements}
    for element in changed:
        result[element["ma"]] = merged(result.get(element["ma"], {}), element)
    return list(result.values())


def _problem(changes):
    if not isinstance(changes, dict):
        return "noi_dung is not an object"
    for name, value in changes.items():
        if isinstance(value, list) and not all(isinstance(item, dict) and item.get("ma") for item in value):
            return f"{name}: an element without \"ma\""
    return ""


def _json(value):
    return json.dumps(value, ensure_ascii=False)
