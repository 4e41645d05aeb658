"""Memory channels in use, as far as the names of the slots tell."""

from dlws.catalog.cpus import memory_channels
from dlws.pattern import pattern
from dlws.probes.board.dmi import PROCESSOR, Record
from dlws.probes.memory import slot_numbers
from dlws.probes.memory.memory_modules import devices, size_mib

NAMED_CHANNEL = pattern(r"(?i)(?:CHANNEL|\bCHAN|\bCHN|\bCH|(?<=CPU\d)CH)[ _#.-]?(?:[A-Z]|\d{1,2})(?![a-z])")
CONTROLLER = pattern(r"(?i)(?:Controller|\bIMC|\bMC)[ _#]?\d{1,2}")
LETTERED_SLOT = pattern(r"(?i)(?:DIMM[ _-]?(?:P?\d_)?|CPU\d_)[A-P](?=[ _-]?(\d{0,2})$)")
INSPUR_SLOT = pattern(r"(CPU\d_C\d)D\d")
SUPERMICRO_SLOT = pattern(r"(P\d[-_ ](?:DIMM)?\d)[A-C]")
"""Boards for Xeon 5500 and 5600 name slot A of channel 1 "P1-DIMM1A"."""


def channels(records: tuple[Record, ...]) -> int | None:
    """Memory channels in use: as many as the slots of all modules name. None where one does not say."""
    slots = devices(records)
    populated = [one for one in slots if size_mib(one.fields.get("Size", "")) is not None]
    if any((one.text("Type") or "").startswith("LPDDR") for one in populated):  # soldered, narrower ones
        return None
    most = platform(records)
    told = _named(records, populated) or slot_numbers.of(records, slots, most).in_use(populated)
    # Four letters on two slots a channel each (DIMM A to D of some laptops) name slots.
    return told if told is None or most is None or told <= most else None


def platform(records: tuple[Record, ...]) -> int | None:
    """Channels of all processors in the table; None if one is not in the catalog, or none is real.

    A hypervisor shows the real processor's name too, but its memory has no speed.
    """
    sockets = [
        one
        for one in records
        if one.type == PROCESSOR and one.fields.get("Status", "").startswith("Populated")
    ]
    each = [memory_channels(one.text("Version") or "") for one in sockets]
    real = any(one.number("Speed") for one in devices(records))
    known = [one for one in each if one is not None]
    return sum(known) if real and known and len(known) == len(each) else None


def _named(records: tuple[Record, ...], populated: list[Record]) -> int | None:
    lettered = _letters_are_channels(records)
    names = {_channel(one, lettered) for one in populated}
    return (len(names) or None) if None not in names else None


def _letters_are_channels(records: tuple[Record, ...]) -> bool:
    """DIMM_A1 is channel A on most boards, but on Dell's servers A is a processor, and 1 to 16 its slots."""
    found = (LETTERED_SLOT.search(record.text("Locator") or "") for record in devices(records))
    return all(int(match[1] or 0) <= slot_numbers.MOST_SLOTS_A_CHANNEL for match in found if match)


def _channel(record: Record, lettered: bool) -> str | None:
    """What comes before the channel's name and the name itself: ``P0_Node1_Channel0``, ``CPU1_DIMM_A``."""
    slot, bank = record.text("Locator") or "", record.text("Bank Locator") or ""
    patterns = (NAMED_CHANNEL, CONTROLLER, *((LETTERED_SLOT,) if lettered else ()))
    for one in patterns:
        for text in (slot, bank):
            if found := one.search(text):
                return text[: found.end()].upper()
    found = SUPERMICRO_SLOT.fullmatch(slot) or INSPUR_SLOT.fullmatch(slot)
    return found[1] if found else None
