"""Memory modules and slots, as SMBIOS describes them (types 16 and 17)."""

import re
from collections.abc import Iterable

from dlws.model.memory import MemoryModule
from dlws.pattern import pattern
from dlws.probes.board.dmi import MEMORY_ARRAY, MEMORY_DEVICE, Record

SIZE = pattern(r"(\d{1,9}) ([kKMGT])i?B\b")
"""From dmidecode 3.7 on the units are written as what they always were: GiB."""
MIB = {"k": 1 / 1024, "K": 1 / 1024, "M": 1, "G": 1024, "T": 1024**2}


def system_arrays(records: Iterable[Record]) -> tuple[Record, ...]:
    """Arrays of main memory; others are video memory, flash and the like."""
    return tuple(
        record
        for record in records
        if record.type == MEMORY_ARRAY and record.fields.get("Use", "System Memory") == "System Memory"
    )


def devices(records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Slots of main memory, populated or not."""
    arrays = {
        record.handle for record in records if record.type == MEMORY_ARRAY and record.handle is not None
    }
    main = {record.handle for record in system_arrays(records)}
    found = []
    for record in records:
        if record.type != MEMORY_DEVICE or record.text("Type") in ("Flash", "ROM", "EEPROM"):
            continue
        array = _handle(record.fields.get("Array Handle"))
        if array in main or array not in arrays:  # some tables point at no array
            found.append(record)
    return tuple(found)


def slots(records: tuple[Record, ...]) -> int | None:
    """Number of slots; None if the table lists none (very old or virtual machines)."""
    return len(devices(records)) or None


def modules(records: tuple[Record, ...]) -> tuple[MemoryModule, ...]:
    """What is plugged in."""
    found = ((record, size_mib(record.fields.get("Size", ""))) for record in devices(records))
    return tuple(_module(record, size) for record, size in found if size)


def _module(record: Record, size: int) -> MemoryModule:
    return MemoryModule(
        slot=record.text("Locator"),
        bank=record.text("Bank Locator"),
        size_mib=size,
        type=_known(record.text("Type")),
        form_factor=_known(record.text("Form Factor")),
        speed_mts=record.number("Speed") or None,
        configured_mts=record.number("Configured Memory Speed") or None,
        ranks=record.number("Rank") or None,
        ecc=_ecc(record.number("Total Width"), record.number("Data Width")),
        manufacturer=record.text("Manufacturer"),
        part_number=record.text("Part Number"),
    )


def size_mib(text: str) -> int | None:
    """Size of a module; None for an empty slot and for an unknown size."""
    found = SIZE.match(text.strip())
    return round(int(found[1]) * MIB[found[2]]) if found else None


def _ecc(total: int | None, data: int | None) -> bool | None:
    """8 extra bits for each 64 (or 32, in DDR5) are for error correction; other differences are garbage."""
    if not total or not data or total < data:
        return None
    if total == data:
        return False
    return True if (total - data) * 8 in (data, 2 * data) else None


def _known(text: str | None) -> str | None:
    return None if text in ("Other", "Reserved") else text


def _handle(text: str | None) -> int | None:
    return int(text, 16) if text and re.fullmatch(r"0x[0-9A-Fa-f]{1,8}", text) else None
