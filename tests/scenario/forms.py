"""Writes neutral records in each system's own form, reads them back, and flattens raw records for comparison."""
from datetime import datetime, timedelta, timezone

from scenario.tables import ENUMS, LISTS, LIST_NAMES, SCALARS, SYSTEMS

CITY_ZONE = timezone(timedelta(hours=7))
ID_KEYS = {"gateway": "id", "city": "Id", "district": "ma"}
_COLUMN = {"gateway": 0, "city": 2, "district": 3}
_LIST_COLUMN = {"gateway": 0, "city": 1, "district": 2}


class OneOf(tuple):
    """In a ledger: any of these values is right; None says that nothing may stand."""


def write_value(system, kind, value):
    """One value as `system` writes it; None (cleared) is "" at the city and null elsewhere."""
    if value is None:
        return "" if system == "city" else None
    if kind in ENUMS:
        return ENUMS[kind][value][SYSTEMS.index(system)]
    if kind == "time":
        return _write_time(system, value)
    if kind == "bool":
        return ("1" if value else "0") if system == "city" else bool(value)
    if kind == "int64":
        return int(value) if system == "district" else str(value)
    return value


def _write_time(system, value):
    if system == "gateway":
        return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    local = value.astimezone(CITY_ZONE)
    return local.strftime("%Y%m%d%H%M%S") if system == "city" else local.isoformat(timespec="seconds")


def write(system, record):
    """The neutral record (or patch) as a JSON object of `system`; what it has no place for is left out."""
    raw = {}
    for row in SCALARS:
        if row[0] in record and row[_COLUMN[system]]:
            _put(system, raw, row[_COLUMN[system]], write_value(system, row[1], record[row[0]]))
    for row in LISTS:
        name = row[_LIST_COLUMN[system]]
        if row[0] in record and name:
            items = [_write_element(system, row[3], key, item) for key, item in record[row[0]].items()]
            _put(system, raw, name, items)
    return raw


def _write_element(system, fields, key, item):
    raw = {ID_KEYS[system]: key}
    for field in fields:
        if field[0] in item and field[_COLUMN[system]]:
            _put(system, raw, field[_COLUMN[system]], write_value(system, field[1], item[field[0]]))
    return raw


def _put(system, raw, path, value):
    if system != "gateway":
        raw[path] = value
        return
    if value is None:
        return
    *parents, leaf = path.split(".")
    for parent in parents:
        raw = raw.setdefault(parent, {})
    raw[leaf] = value


def merge(record, patch):
    """Merges a neutral patch into a neutral record: scalars replace, elements merge by id and field."""
    for key, value in patch.items():
        if key in LIST_NAMES:
            elements = record.setdefault(key, {})
            for element_id, fields in value.items():
                elements.setdefault(element_id, {}).update(fields)
        else:
            record[key] = value
    return record


def flatten(system, raw):
    """{path: value} of a raw record, empty values left out; element paths look like steps[tp-000001-qt1].content.

    Returns (values, twice): `twice` names the elements whose id stands more than once in a list.
    """
    return flatten_parts(raw, (ID_KEYS[system],))


def flatten_parts(raw, id_keys):
    """flatten() for a form whose elements are told apart by the first of `id_keys` that they have."""
    values, twice = {}, []
    _flatten(raw, "", id_keys, values, twice)
    return values, twice


def _flatten(node, path, id_keys, values, twice):
    if isinstance(node, dict):
        for key, child in node.items():
            _flatten(child, f"{path}.{key}" if path else key, id_keys, values, twice)
    elif isinstance(node, list) and node and all(isinstance(item, dict) for item in node):
        seen = set()
        for position, item in enumerate(node):
            id_key = next((name for name in id_keys if name in item), "")
            key = item.get(id_key, f"#{position}")
            if key in seen:
                twice.append(f"{path}[{key}]")
            seen.add(key)
            values[f"{path}[{key}]"] = True
            for field, child in item.items():
                if field != id_key:
                    _flatten(child, f"{path}[{key}].{field}", id_keys, values, twice)
    elif isinstance(node, list):
        if node:
            values[path] = tuple(node)
    elif node is not None and node != "":
        values[path] = node


def read(system, raw):
    """The shared part of a raw record as {(gateway path, element id or None, field or None): neutral value}."""
    shared = {}
    for row in SCALARS:
        if row[2] and row[3]:
            _read_into(shared, (row[0], None, None), system, row[1], _get(raw, row[_COLUMN[system]]))
    for row in LISTS:
        name = row[_LIST_COLUMN[system]]
        if row[1] and row[2]:
            for item in _get(raw, name) or []:
                for field in row[3]:
                    if field[2] and field[3]:
                        key = (row[0], item.get(ID_KEYS[system]), field[0])
                        _read_into(shared, key, system, field[1], _get(item, field[_COLUMN[system]]))
    return shared


def neutral(system, raw):
    """The whole of a raw record of `system` as a neutral record, as far as the tables know it."""
    record = {row[0]: read_value(system, row[1], value) for row in SCALARS if row[_COLUMN[system]]
              for value in [_get(raw, row[_COLUMN[system]])] if value is not None and value != ""}
    for row in LISTS:
        name = row[_LIST_COLUMN[system]]
        if name and _get(raw, name):
            record[row[0]] = {item[ID_KEYS[system]]: _neutral_element(system, row[3], item) for item in _get(raw, name)}
    return record


def _neutral_element(system, fields, item):
    return {field[0]: read_value(system, field[1], value) for field in fields if field[_COLUMN[system]]
            for value in [_get(item, field[_COLUMN[system]])] if value is not None and value != ""}


def _read_into(shared, key, system, kind, value):
    if value is not None and value != "":
        shared[key] = read_value(system, kind, value)


def read_value(system, kind, value):
    """One value of `system` as a neutral one; a code that the table does not know stays as it is, marked."""
    if kind in ENUMS:
        column = SYSTEMS.index(system)
        return next((name for name, forms in ENUMS[kind].items() if forms[column] == value), f"?{value}")
    if kind == "time":
        if system == "city":
            return datetime.strptime(value, "%Y%m%d%H%M%S").replace(tzinfo=CITY_ZONE).astimezone(timezone.utc)
        return datetime.fromisoformat(value.replace("Z", "+00:00")).astimezone(timezone.utc)
    if kind == "bool":
        return value == "1" if system == "city" else bool(value)
    if kind in ("int64", "int32"):
        return int(value)
    return value


def _get(raw, path):
    for part in path.split("."):
        if not isinstance(raw, dict):
            return None
        raw = raw.get(part)
    return raw
