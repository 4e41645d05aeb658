"""Disks in what lsblk and ``nvme list`` print, for machines that are known by such an answer only."""

import re
from itertools import pairwise, takewhile
from typing import Any

import msgspec

from dlws.model.storage import Disk, Filesystem
from dlws.pattern import pattern
from dlws.probes.numbers import number
from dlws.probes.storage.disk_kind import is_disk, kind, transport

BARE_WORD = pattern(r'(":\s*)(?!true\b|false\b|null\b)(\d*[A-Za-z_][\w.-]*)(?=\s*[,}\n])')
"""A value without quotes: people mask serial numbers by hand before they send an answer."""
SYSTEM = pattern(r"/(?:proc|sys|run|snap|etc|dev|var/lib/(?:docker|containers|kubelet))(?:/|$)")
UNITS = {"": 0, "B": 0, "K": 1, "M": 2, "G": 3, "T": 4, "P": 5, "E": 6}
SIZE = pattern(r"([\d.]+)\s*([BKMGTPE]?)(?:i?B)?", re.I)
PAIR = pattern(r'^[A-Z][A-Z0-9:%_-]*="')
HEAD = pattern(r"^(?:KNAME|NAME)(?: +[A-Z][A-Z0-9:%_-]*)+ *$")
ROW = pattern(r"^[\s|`├└─│\ufffd-]*[A-Za-z0-9]\S*")
TREE = pattern(r"^[\s|`├└─│\ufffd-]*")
NVME_ROW = pattern(r"^(?:/dev/)?(?P<name>nvme\d+n\d+)\s+(?:/dev/ng\S+\s+)?\S+\s{1,}(?P<model>\S.*?)\s{2,}")
NVME_USAGE = pattern(r"/\s*(?P<size>[\d.]+)\s+(?P<unit>[kKMGTP]?)B\s")


def disks(text: str) -> tuple[Disk, ...]:
    """Disks in the output of lsblk (``--json``, ``-P`` or plain) or of nvme list; each once."""
    found: dict[str, Disk] = {}
    for row in _rows(text):
        disk = _disk(row)
        if disk is not None:
            found.setdefault(disk.name, disk)
    return tuple(found.values())


def filesystems(text: str) -> tuple[Filesystem, ...]:
    """What lies on the devices and is mounted; how large it is only newer versions tell (FSSIZE, FSAVAIL)."""
    found: dict[str, Filesystem] = {}
    for row in _rows(text):
        places = row.get("mountpoints") or [row.get("mountpoint")]
        for mount in places if isinstance(places, list) else [places]:
            if not isinstance(mount, str) or not mount.startswith("/") or SYSTEM.match(mount):
                continue
            size, free = _bytes(row.get("fssize")), _bytes(row.get("fsavail"))
            one = Filesystem(
                mount=mount,
                fstype=_text(row.get("fstype")),
                device=f"/dev/{str(row.get('kname') or row.get('name')).rpartition('/')[2]}",
                size_gb=None if size is None else round(size / 1e9, 3),
                free_gb=None if free is None else round(free / 1e9, 3),
            )
            found.setdefault(mount, one)
    return tuple(found.values())


def _rows(text: str) -> list[dict[str, Any]]:
    answer = _json(text) or _json(BARE_WORD.sub(r'\1"\2"', text))
    if answer is None:
        lines = text.splitlines()
        if any(PAIR.match(line) for line in lines):
            return [_pairs(line) for line in lines if PAIR.match(line)]
        return _table(lines) or [row for line in lines if (row := _nvme_row(line))]
    return _flatten(answer.get("blockdevices")) + _nvme_json(answer.get("Devices"))


def _json(text: str) -> dict[str, Any] | None:
    try:
        answer = msgspec.json.decode(text.encode("utf-8", "replace"))
    except (msgspec.MsgspecError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _disk(row: dict[str, Any]) -> Disk | None:
    name = str(row.get("kname") or row.get("name") or "").rpartition("/")[2]
    if row.get("type") not in (None, "disk") or not name or not is_disk(name):
        return None
    size, removable = _bytes(row.get("size")), _flag(row.get("rm"))
    if size == 0 and removable is not False:
        return None
    vendor, model = _text(row.get("vendor")), _text(row.get("model"))
    if vendor == "ATA" or (vendor or "").startswith("0x"):  # virtio: the PCI vendor's number
        vendor = None
    full = " ".join(part for part in (vendor, model) if part) or None
    by_name = transport(name, "")
    bus = _text(row.get("tran")) or by_name
    return Disk(
        name=name,
        model=full,
        size_gb=None if size is None else round(size / 1e9, 3),
        kind=kind(by_name or bus, full, _flag(row.get("rota")), removable),
        transport=bus,
        removable=removable,
        firmware=_text(row.get("rev")),
    )


def _flatten(devices: Any, depth: int = 0) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for device in devices if isinstance(devices, list) and depth < 20 else ():
        if isinstance(device, dict):
            rows.append({str(name).lower(): value for name, value in device.items()})
            rows += _flatten(device.get("children"), depth + 1)
    return rows


def _pairs(line: str) -> dict[str, Any]:
    import shlex

    try:
        words = shlex.split(line)
    except ValueError:
        return {}
    return {name.lower(): value for word in words if "=" in word for name, value in [word.split("=", 1)]}


def _table(lines: list[str]) -> list[dict[str, Any]]:
    """Plain lsblk."""
    head = next((number for number, line in enumerate(lines) if HEAD.match(line)), None)
    if head is not None and (rows := _columns(lines[head], lines[head + 1 :])):
        return rows
    return _default(lines)


def _columns(head: str, lines: list[str]) -> list[dict[str, Any]]:
    """Rows under their column's name. Columns are told apart by the blanks that go through all lines."""
    table = list(takewhile(lambda line: ROW.match(line) and not HEAD.match(line), lines))
    width = max(map(len, [head, *table]))
    padded = [line.ljust(width) for line in (head, *table)]
    filled = [any(line[at] != " " for line in padded) for at in range(width)]
    edges = [at for at in range(width) if filled[at] and not (at and filled[at - 1])] + [width]
    spans: list[tuple[str, int, int]] = []
    for begin, end in pairwise(edges):
        name = head[begin:end].strip().lower()
        if name or not spans:
            spans.append((name, begin, end))
        else:  # a gap inside a column's values, as in a model's name
            spans[-1] = (spans[-1][0], spans[-1][1], end)
    if any(" " in name for name, _, _ in spans):
        return []
    rows = [{name: line[begin:end].strip() for name, begin, end in spans} for line in table]
    return [{**row, "name": TREE.sub("", row["name"])} for row in rows]


def _default(lines: list[str]) -> list[dict[str, Any]]:
    """The columns of a default call, found by the row's shape: the header is missing, or blanks were lost."""
    rows = []
    for line in lines:
        words = TREE.sub("", line).split()
        if len(words) >= 6 and re.fullmatch(r"\d+:\d+", words[1]):
            rows.append({"name": words[0], "rm": words[2], "size": words[3], "type": words[5]})
    return rows


def _nvme_row(line: str) -> dict[str, Any]:
    """A row of the table that nvme list prints."""
    found, usage = NVME_ROW.match(line), NVME_USAGE.search(line)
    if found is None:
        return {}
    size = number(usage["size"]) if usage else None
    factor = 1000 ** UNITS[usage["unit"].upper()] if usage else 1
    return {"name": found["name"], "model": found["model"], "size": None if size is None else size * factor}


def _nvme_json(devices: Any) -> list[dict[str, Any]]:
    """``nvme list -o json``, flat (to 2.10) or nested below subsystems and controllers."""
    rows: list[dict[str, Any]] = []
    for device in devices if isinstance(devices, list) else ():
        if not isinstance(device, dict):
            continue
        for system in _dicts(device.get("Subsystems")):
            for controller in _dicts(system.get("Controllers")):
                rows += [_namespace(one, controller) for one in _dicts(controller.get("Namespaces"))]
            rows += [_namespace(one, {}) for one in _dicts(system.get("Namespaces"))]
        if device.get("DevicePath"):
            rows.append(_namespace({"NameSpace": device["DevicePath"], **device}, device))
    return rows


def _namespace(one: dict[str, Any], controller: dict[str, Any]) -> dict[str, Any]:
    path = one.get("DevicePath") or one.get("NameSpace")
    return {
        "name": path,
        "model": controller.get("ModelNumber"),
        "rev": controller.get("Firmware"),
        "size": one.get("PhysicalSize"),
    }


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _bytes(value: Any) -> float | None:
    """Bytes; lsblk's own units are powers of 1024."""
    if (plain := number(value)) is not None:
        return plain
    found = SIZE.fullmatch(str(value).strip()) if isinstance(value, str) else None
    size = number(found[1]) if found else None
    return None if size is None or found is None else size * 1024.0 ** UNITS[found[2].upper()]


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else {"0": False, "1": True}.get(str(value))


def _text(value: Any) -> str | None:
    return " ".join(value.split()) or None if isinstance(value, str) else None
