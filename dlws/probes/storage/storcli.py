"""Disks and arrays behind a RAID controller, from ``storcli /call show`` (perccli is the same under Dell's name)."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from dlws.model.storage import Disk, Raid
from dlws.pattern import pattern
from dlws.probes.storage.disk_kind import kind

DRIVE = pattern(
    r"^[ \t]*(?P<slot>\d*:\d+|\d+:\d+|[ ]:\d+)[ \t]+\d+[ \t]+(?P<state>[A-Z]\w*)[ \t]+(?:\d+|-|F)[ \t]+"
    r"(?P<size>[\d.]+ [KMGTP]B)[ \t]+(?P<bus>SAS|SATA|NVMe|PCIe)[ \t]+(?P<medium>HDD|SSD)[ \t]+\S+[ \t]+\S+[ \t]+"
    r"\S+[ \t]+(?P<model>\S.*?)[ \t]+(?:U|D|T|UP|DN|-)(?:[ \t]+\S+)?[ \t]*$",
    re.M,
)
VIRTUAL = pattern(
    r"^[ \t]*(?P<number>\d+/\d+)[ \t]+(?P<level>RAID\d+|JBOD)[ \t]+(?P<state>\w+)[ \t]+(?:RW|RO|B|\S+)[ \t]+"
    r"(?:Yes|No)[ \t].*?[\d.]+ [KMGTP]B",
    re.M,
)
UNITS = {"K": 1, "M": 2, "G": 3, "T": 4, "P": 5}
STATES = {"Optl": "active", "Dgrd": "degraded", "Pdgd": "degraded", "Rec": "recovering", "OfLn": "broken"}
DISK_STATES = {
    "Onln": "online", "UGood": "unconfigured", "UBad": "offline", "Offln": "offline", "Failed": "offline",
    "Msng": "offline", "Rbld": "rebuild", "GHS": "hotspare", "DHS": "hotspare", "JBOD": "jbod", "Cpybck": "copyback",
}  # fmt: skip
"""What storcli's legend says. A disk that the controller gave up is offline in the kernel's words."""


def disks(text: str) -> tuple[Disk, ...]:
    """Physical disks, named by enclosure and slot, as the tool takes them."""
    return tuple(
        Disk(
            name=str(row["slot"]).strip(),
            model=" ".join(str(row["model"]).split()) or None,
            size_gb=_gb(str(row["size"])),
            kind=kind(str(row["bus"]).lower(), str(row["model"]), row["medium"] == "HDD", False),
            transport="nvme" if row["bus"] in ("NVMe", "PCIe") else str(row["bus"]).lower(),
            state=DISK_STATES.get(str(row["state"]), str(row["state"]).lower()),
        )
        for row in _drives(text)
    )


def arrays(text: str) -> tuple[Raid, ...]:
    """Virtual drives, which Linux sees as disks."""
    return tuple(
        Raid(
            name=f"virtual drive {str(row['number']).rpartition('/')[2]}",
            level=str(row["level"]).lower(),
            state=STATES.get(str(row["state"]), str(row["state"]).lower()),
        )
        for row in _virtual(text)
    )


def _drives(text: str) -> Iterator[dict[str, Any]]:
    if (answers := _json(text)) is None:
        yield from (found.groupdict() for found in DRIVE.finditer(text))
        return
    names = {
        "slot": "EID:Slt",
        "state": "State",
        "size": "Size",
        "bus": "Intf",
        "medium": "Med",
        "model": "Model",
    }
    seen = set()
    for row in _rows(answers, "EID:Slt"):
        if row["EID:Slt"] not in seen:
            seen.add(row["EID:Slt"])
            yield {ours: row.get(theirs, "") for ours, theirs in names.items()}


def _virtual(text: str) -> Iterator[dict[str, Any]]:
    if (answers := _json(text)) is None:
        yield from (found.groupdict() for found in VIRTUAL.finditer(text))
        return
    for row in _rows(answers, "DG/VD"):
        yield {"number": row["DG/VD"], "level": row.get("TYPE", ""), "state": row.get("State", "")}


def _rows(value: Any, key: str, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Rows of the tables with that column, wherever they hang."""
    if depth > 8:
        return
    if isinstance(value, dict):
        if isinstance(value.get(key), str):
            yield value
        for one in value.values():
            yield from _rows(one, key, depth + 1)
    elif isinstance(value, list):
        for one in value:
            yield from _rows(one, key, depth + 1)


def _json(text: str) -> Any:
    try:
        return msgspec.json.decode(text.encode("utf-8", "replace"))
    except (msgspec.MsgspecError, RecursionError):
        return None


def _gb(told: str) -> float | None:
    """The tool says GB and means GiB."""
    number, _, unit = told.partition(" ")
    if unit[:1] not in UNITS or not number.replace(".", "", 1).isdecimal():
        return None
    return round(float(number) * 1024.0 ** UNITS[unit[0]] / 1e9, 3)
