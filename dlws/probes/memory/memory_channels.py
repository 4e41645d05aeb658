"""Memory channels in use, as far as the names of the slots tell."""

from dlws.catalog.cpus import memory_channels
from dlws.pattern import pattern
from dlws.probes.board.dmi import PROCESSOR, SYSTEM, Record
from dlws.probes.memory.memory_modules import devices, size_mib

NAMED_CHANNEL = pattern(r"(?i)(?:CHANNEL|\bCHAN|\bCHN|\bCH)[ _#.-]?(?:[A-Z]|\d{1,2})(?![a-z])")
CONTROLLER = pattern(r"(?i)(?:Controller|\bIMC|\bMC)[ _#]?\d{1,2}")
LETTERED_SLOT = pattern(r"(?i)(?:DIMM[ _-]?(?:\d_)?|CPU\d_)[A-P](?=[ _-]?(\d{0,2})$)")
MOST_SLOTS_A_CHANNEL = 3
POWEREDGE_SLOT = pattern(r"(?:DIMM_)?([A-H])(\d{1,2})")


def channels(records: tuple[Record, ...]) -> int | None:
    """Memory channels in use: as many as the slots of all modules name. None where one does not say."""
    populated = [one for one in devices(records) if size_mib(one.fields.get("Size", "")) is not None]
    if any((one.text("Type") or "").startswith("LPDDR") for one in populated):  # soldered, narrower ones
        return None
    lettered = _letters_are_channels(records)
    names = {_channel(one, lettered) for one in populated}
    return (len(names) or None) if None not in names else _poweredge(records, populated)


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


def _poweredge(records: tuple[Record, ...], populated: list[Record]) -> int | None:
    """Dell's servers: A3 is slot 3 of processor A, and the slots go round its channels.

    "Channel 0: memory sockets A1, A5, and A9" in the owner's manuals of four-channel PowerEdge servers.
    """
    product = next((one.text("Product Name") for one in records if one.type == SYSTEM), None)
    slots = [POWEREDGE_SLOT.fullmatch(one.text("Locator") or "") for one in devices(records)]
    sockets = sum(
        one.type == PROCESSOR and one.fields.get("Status", "").startswith("Populated") for one in records
    )
    total = platform(records)
    if not (product or "").startswith("PowerEdge") or not all(slots) or not total or total % sockets:
        return None
    each = total // sockets
    if any(int(slot[2]) > each * MOST_SLOTS_A_CHANNEL for slot in slots if slot):
        return None
    found = (POWEREDGE_SLOT.fullmatch(one.text("Locator") or "") for one in populated)
    return len({(slot[1], (int(slot[2]) - 1) % each) for slot in found if slot}) or None


def _letters_are_channels(records: tuple[Record, ...]) -> bool:
    """DIMM_A1 is channel A on most boards, but on Dell's servers A is a processor, and 1 to 16 its slots."""
    found = (LETTERED_SLOT.search(record.text("Locator") or "") for record in devices(records))
    return all(int(match[1] or 0) <= MOST_SLOTS_A_CHANNEL for match in found if match)


def _channel(record: Record, lettered: bool) -> str | None:
    """What comes before the channel's name and the name itself: ``P0_Node1_Channel0``, ``CPU1_DIMM_A``."""
    slot, bank = record.text("Locator") or "", record.text("Bank Locator") or ""
    patterns = (NAMED_CHANNEL, CONTROLLER, *((LETTERED_SLOT,) if lettered else ()))
    for shape in patterns:
        for text in (slot, bank):
            if found := shape.search(text):
                return text[: found.end()].upper()
    return None
