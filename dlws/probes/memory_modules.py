"""Memory modules and slots, as SMBIOS describes them (types 16 and 17)."""

import re
from collections.abc import Iterable

from ..model.memory import MemoryModule
from .dmi import MEMORY_ARRAY, MEMORY_DEVICE, Record

SIZE = re.compile(r"(\d{1,9}) (kB|KB|MB|GB|TB)\b")
MIB = {"kB": 1 / 1024, "KB": 1 / 1024, "MB": 1, "GB": 1024, "TB": 1024**2}

NAMED_CHANNEL = re.compile(r"(?i)(?:CHANNEL|\bCHAN|\bCHN|\bCH)[ _#.-]?(?:[A-Z]|\d{1,2})(?![a-z])")
CONTROLLER = re.compile(r"(?i)(?:Controller|\bIMC|\bMC)[ _#]?\d{1,2}")
LETTERED_SLOT = re.compile(r"(?i)(?:DIMM[ _-]?(?:\d_)?|CPU\d_)[A-P](?=[ _-]?(\d{0,2})$)")
MOST_SLOTS_A_CHANNEL = 3


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


def channels(records: tuple[Record, ...]) -> int | None:
    """Memory channels in use: as many as the slots of all modules name. None where one does not say."""
    names = set()
    lettered = _letters_are_channels(records)
    for record in devices(records):
        if size_mib(record.fields.get("Size", "")) is None:
            continue
        name = _channel(record, lettered)
        if name is None or (record.text("Type") or "").startswith("LPDDR"):  # soldered, narrower ones
            return None
        names.add(name)
    return len(names) or None


def _letters_are_channels(records: tuple[Record, ...]) -> bool:
    """DIMM_A1 is channel A on most boards, but on Dell's servers A is the processor, and 1 to 16 its slots."""
    found = (LETTERED_SLOT.search(record.text("Locator") or "") for record in devices(records))
    return all(int(match[1] or 0) <= MOST_SLOTS_A_CHANNEL for match in found if match)


def _channel(record: Record, lettered: bool) -> str | None:
    """What comes before the channel's name and the name itself: ``P0_Node1_Channel0``, ``CPU1_DIMM_A``."""
    slot, bank = record.text("Locator") or "", record.text("Bank Locator") or ""
    patterns = (NAMED_CHANNEL, CONTROLLER, *((LETTERED_SLOT,) if lettered else ()))
    for pattern in patterns:
        for text in (slot, bank):
            if found := pattern.search(text):
                return text[: found.end()].upper()
    return None


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
