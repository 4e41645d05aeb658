"""What the firmware says of the machine: its table, dmidecode's text, or what udev kept of it."""

import re

from msgspec import Struct

from dlws.host import Host
from dlws.host.smbios import is_placeholder, split
from dlws.pattern import pattern
from dlws.probes.board.smbios_fields import DECODERS, fields

TABLE = "/sys/firmware/dmi/tables/DMI"
UDEV = "/run/udev/data/+dmi:id"
BIOS, SYSTEM, BOARD, CHASSIS, PROCESSOR, SLOT, MEMORY_ARRAY, MEMORY_DEVICE, POWER_SUPPLY = DECODERS

TITLES = {
    "BIOS Information": BIOS,
    "System Information": SYSTEM,
    "Base Board Information": BOARD,
    "Chassis Information": CHASSIS,
    "Processor Information": PROCESSOR,
    "System Slot Information": SLOT,
    "Physical Memory Array": MEMORY_ARRAY,
    "Memory Device": MEMORY_DEVICE,
    "System Power Supply": POWER_SUPPLY,
}
"""By the heading that dmidecode prints: some who paste its output leave out the lines with the handles."""

HANDLE = pattern(r"Handle (0x[0-9A-Fa-f]+), DMI type (\d+)")
INDENTED = pattern(r"(?:\t| {1,8})\S")
FIELD = pattern(r"(?:\t| {1,8})\S|[A-Z][\w ()/-]{1,40}: ?\S")
"""Some who paste the answer lose its indent."""
UDEV_LINE = pattern(r"E:MEMORY_(ARRAY|DEVICE_(\d+))_([A-Z_]+)=(.*)")

RENAMED = {"Configured Clock Speed": "Configured Memory Speed", "Current Speed": "Speed"}
"""Old names, up to dmidecode 3.1."""


class Record(Struct, frozen=True):
    """One structure: field names and texts as dmidecode(8) prints them."""

    type: int
    handle: int | None
    fields: dict[str, str]

    def text(self, name: str) -> str | None:
        """A field's text; None if it is absent or a placeholder of the firmware's maker."""
        value = self.fields.get(name)
        return None if value is None or is_placeholder(value) else " ".join(value.split())

    def number(self, name: str) -> int | None:
        """The number that a field's text starts with, for example 4800 of ``4800 MT/s``."""
        found = re.match(r"\d{1,12}(?!\S)", self.fields.get(name, ""))
        return int(found[0]) if found else None


def records(host: Host) -> tuple[Record, ...] | None:
    """What the firmware's table says; None if there is no way to read it."""
    data = host.read_bytes(TABLE)
    if data is not None and (found := from_table(data)):
        return found
    if host.is_root() is not False and (found := from_text(by_dmidecode(host))):
        return found
    return None


def by_dmidecode(host: Host) -> str:
    """dmidecode's text. It can do no more than we can, except where the table is in /dev/mem alone (before
    Linux 4.2), so it is not started on a machine without that."""
    devices = host.list("/dev")
    return "" if devices and "mem" not in devices else host.run("dmidecode").stdout


def why_not(host: Host) -> str:
    """Why the table cannot be read, and what to do about it."""
    if not host.list("/sys/firmware/dmi/tables") and not host.list("/sys/class/dmi/id"):
        return "this machine has no SMBIOS table; many virtual and Arm machines have none"
    if host.is_root():
        return f"{TABLE} cannot be read; install dmidecode, or run outside the container"
    return f"{TABLE} is for root only; run dlws with sudo"


def from_table(data: bytes) -> tuple[Record, ...]:
    """Records of the binary table."""
    found = ((structure, fields(structure)) for structure in split(data))
    return tuple(Record(one.type, one.handle, named) for one, named in found if named is not None)


def from_text(text: str) -> tuple[Record, ...]:
    """Records of dmidecode's answer; anything else in the text is passed over.

    A blank line ends a record only where the next one has no handle to be known by: some mask lines.
    """
    found: list[Record] = []
    handle: tuple[int, int] | None = None
    current: dict[str, str] | None = None
    field = FIELD
    for line in text.splitlines():
        title = line.strip()
        if started := HANDLE.match(title):
            handle, current = (int(started[1], 16), int(started[2])), None
        elif not title:
            numbered = bool(found and found[-1].handle is not None)
            handle, current, field = None, current if numbered else None, INDENTED
        elif line[0] not in "\t " and (handle or title in TITLES):
            kind = handle[1] if handle else TITLES[title]
            current, field = {}, FIELD
            if kind in DECODERS:
                found.append(Record(kind, handle[0] if handle else None, current))
            handle = None
        elif current is not None and field.match(line):
            name, colon, value = title.partition(":")
            if colon:
                current.setdefault(RENAMED.get(name, name), value.strip())
    return tuple(found)


def from_udev(host: Host) -> tuple[Record, ...] | None:
    """Memory records that udev read as root at boot (systemd 248 and later) and keeps for everyone to see.

    Names: dmi_memory_id.c in systemd. None if there are none.
    """
    devices: dict[int, dict[str, str]] = {}
    array: dict[str, str] = {}
    for line in (host.read(UDEV) or "").splitlines():
        if found := UDEV_LINE.fullmatch(line.strip()):
            place = array if found[2] is None else devices.setdefault(int(found[2][:6]), {})
            place[found[3]] = found[4]
    if not array and not devices:
        return None
    about = {"Use": "System Memory", "Error Correction Type": array.get("EC_TYPE", "Unknown")}
    return (
        Record(MEMORY_ARRAY, None, about),
        *(Record(MEMORY_DEVICE, None, _udev_device(values)) for _, values in sorted(devices.items())),
    )


UDEV_TEXTS = {
    "LOCATOR": "Locator",
    "BANK_LOCATOR": "Bank Locator",
    "TYPE": "Type",
    "FORM_FACTOR": "Form Factor",
    "SPEED_MTS": "Speed",
    "CONFIGURED_SPEED_MTS": "Configured Memory Speed",
    "RANK": "Rank",
    "MANUFACTURER": "Manufacturer",
    "PART_NUMBER": "Part Number",
    "TOTAL_WIDTH": "Total Width",
    "DATA_WIDTH": "Data Width",
}


def _udev_device(values: dict[str, str]) -> dict[str, str]:
    named = {name: values[key] for key, name in UDEV_TEXTS.items() if key in values}
    size = values.get("SIZE", "")
    if values.get("PRESENT") == "0":
        named["Size"] = "No Module Installed"
    elif re.fullmatch(r"\d{1,16}", size):
        named["Size"] = f"{int(size) // 2**20} MB"
    return named
