"""Disks and arrays behind a RAID controller, from MegaCli's ``-PDList``, ``-LDInfo`` and ``-ShowSummary``."""

import re
from collections.abc import Iterator

from dlws.model.storage import Disk, DiskHealth, Raid
from dlws.pattern import pattern
from dlws.probes.numbers import whole
from dlws.probes.storage.disk_kind import kind

DRIVE = pattern(r"^[ \t]*Enclosure Device ID:", re.MULTILINE)
SUMMED_DRIVE = pattern(r"^[ \t]*Connector[ \t]*:.*?Slot[ \t]*(\d+)", re.MULTILINE)
VIRTUAL = pattern(
    r"^[ \t]*(?:Virtual Drive: (\d+)|CacheCade Virtual Drive: (\d+)|Virtual drive[ \t]*: Target Id (\d+))",
    re.MULTILINE,
)
FIELD = pattern(r"^[ \t]*(\w[\w '/.()]*?)[ \t]*:[ \t]*(.*?)[ \t]*$", re.MULTILINE)
SIZE = pattern(r"([\d.]+) ([KMGTP])B")
UNITS = {"K": 1, "M": 2, "G": 3, "T": 4, "P": 5}
SECTORS = pattern(r"\[0x([0-9a-fA-F]{1,16}) Sectors\]")
STATES = {"optimal": "active", "degraded": "degraded", "partially degraded": "degraded", "offline": "broken"}
LEVEL = pattern(r"Primary-(\d), Secondary-(\d)")
BUSES = {"SAS": "sas", "SATA": "sata"}


def disks(text: str) -> tuple[Disk, ...]:
    """Physical disks, named by enclosure and slot, as the controller's tools take them (``[32:0]``)."""
    listed = [_listed(fields) for _, fields in _parts(text, DRIVE)]
    return tuple(listed) or tuple(_summed(head, fields) for head, fields in _parts(text, SUMMED_DRIVE))


def arrays(text: str) -> tuple[Raid, ...]:
    """Virtual drives, which Linux sees as disks."""
    return tuple(_array(head, fields) for head, fields in _parts(text, VIRTUAL))


def _parts(text: str, heads: re.Pattern[str]) -> Iterator[tuple[re.Match[str], dict[str, str]]]:
    """Each head and the fields from it to the next; of a field that is there twice the first counts."""
    found = list(heads.finditer(text))
    for number, head in enumerate(found):
        end = found[number + 1].start() if number + 1 < len(found) else len(text)
        yield head, dict(reversed(FIELD.findall(text[head.start() : end])))


def _listed(fields: dict[str, str]) -> Disk:
    enclosure, slot = fields.get("Enclosure Device ID", ""), fields.get("Slot Number", "")
    model = _model(fields.get("Inquiry Data", ""), fields.get("PD Type") == "SATA")
    media = fields.get("Media Type", "")
    rotating = True if "Hard Disk" in media else False if "Solid State" in media else None
    bus = BUSES.get(fields.get("PD Type", ""))
    sectors = SECTORS.search(fields.get("Raw Size", ""))
    logical = whole(fields.get("Logical Sector Size")) or whole(fields.get("Sector Size")) or 512
    return Disk(
        name=f"{enclosure}:{slot}" if enclosure.isdecimal() else f":{slot}",
        model=model,
        size_gb=round(int(sectors[1], 16) * logical / 1e9, 3) if sectors else _gb(fields.get("Raw Size", "")),
        kind=kind(bus, model, rotating, False),
        transport=bus,
        state=_state(fields.get("Firmware state")),
        firmware=fields.get("Device Firmware Level") or None,
        health=_health(fields),
    )


def _model(inquiry: str, sata: bool) -> str | None:
    """Of SATA serial number, model and firmware; of SAS vendor, model, firmware and serial number (SPC-4)."""
    if sata:
        serial = re.match(r"\S{1,20}[ \t]*", inquiry)
        told = re.split(r"[ \t]{2,}", inquiry[serial.end() if serial else 0 :])[0]
    else:
        told = inquiry[:24]
    return " ".join(told.split()) or None


def _health(fields: dict[str, str]) -> DiskHealth | None:
    alert = {"No": True, "Yes": False}.get(fields.get("Drive has flagged a S.M.A.R.T alert", ""))
    predicted = whole(fields.get("Predictive Failure Count"))
    celsius = re.match(r"(\d{1,3})C", fields.get("Drive Temperature", ""))
    found = DiskHealth(
        passed=False if predicted else alert,
        media_errors=whole(fields.get("Media Error Count")),
        temperature_c=int(celsius[1]) if celsius else None,
    )
    return None if found == DiskHealth() else found


def _summed(head: re.Match[str], fields: dict[str, str]) -> Disk:
    vendor, model = fields.get("Vendor Id"), fields.get("Product Id")
    bus, _, media = fields.get("Disk Type", "").partition(",")
    rotating = True if "Hard Disk" in media else False if "Solid State" in media else None
    name = " ".join(part for part in (None if vendor == "ATA" else vendor, model) if part) or None
    transport = BUSES.get(bus)
    return Disk(
        name=f":{head[1]}",
        model=name,
        size_gb=_gb(fields.get("Capacity", "")),
        kind=kind(transport, name, rotating, False),
        transport=transport,
        state=_state(fields.get("State")),
    )


def _state(text: str | None) -> str | None:
    """``Online, Spun Up``; a disk that the controller gave up is offline in the kernel's words."""
    word = (text or "").split(",")[0].strip().lower()
    return "offline" if word in ("failed", "unconfigured(bad)", "missing") else word or None


def _gb(text: str) -> float | None:
    """MegaCli says GB and means GiB."""
    found = SIZE.match(text)
    return round(float(found[1]) * 1024.0 ** UNITS[found[2]] / 1e9, 3) if found else None


def _array(head: re.Match[str], fields: dict[str, str]) -> Raid:
    number = next(group for group in head.groups() if group)
    state = (fields.get("State") or "").lower()
    spans = whole(fields.get("Span Depth")) or 1
    each = whole(fields.get("Number Of Drives per span"))
    drives = each * spans if each else whole(fields.get("Number Of Drives"))
    return Raid(
        name=f"virtual drive {number}",
        level=_level(fields.get("RAID Level", ""), drives or 0, spans),
        state=STATES.get(state, state or None),
        devices_wanted=drives,
    )


def _level(text: str, drives: int, spans: int) -> str | None:
    """A mirror of more than two disks, or over several spans, is a striped one."""
    found = LEVEL.match(text)
    if found is None:
        return f"raid{text}" if re.fullmatch(r"\d{1,2}", text) else None
    striped = found[1] != "0" and (found[2] == "3" or spans > 1 or (found[1] == "1" and drives > 2))
    return f"raid{found[1]}{'0' if striped else ''}"
