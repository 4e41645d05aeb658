"""Named fields of SMBIOS structures, worded as dmidecode(8) words them.

So one reader serves both the table of this machine and a dmidecode text that someone sent. Only what dlws
reads is here. Offsets: DMTF DSP0134, section 7.
"""

from collections.abc import Callable

from dlws.host.smbios import Structure
from dlws.probes.board import smbios_codes as codes

Fields = dict[str, str | None]


def fields(structure: Structure) -> dict[str, str] | None:
    """Fields of a structure that dlws knows; None for any other type."""
    decode = DECODERS.get(structure.type)
    if decode is None:
        return None
    return {name: text for name, text in decode(structure).items() if text is not None}


def _bios(s: Structure) -> Fields:
    return {"Vendor": s.string(4), "Version": s.string(5), "Release Date": s.string(8)}


def _system(s: Structure) -> Fields:
    return {
        "Manufacturer": s.string(4),
        "Product Name": s.string(5),
        "Version": s.string(6),
        "SKU Number": s.string(0x19),
        "Family": s.string(0x1A),
    }


def _board(s: Structure) -> Fields:
    kind = s.number(0x0D)
    return {
        "Manufacturer": s.string(4),
        "Product Name": s.string(5),
        "Version": s.string(6),
        "Type": "Motherboard" if kind == 0x0A else None,
    }


def _chassis(s: Structure) -> Fields:
    kind = s.number(5)
    return {
        "Manufacturer": s.string(4),
        "Type": None if kind is None else codes.name(codes.CHASSIS_TYPES, kind & 0x7F),  # bit 7: has a lock
    }


def _processor(s: Structure) -> Fields:
    status = s.number(0x18)
    state = "Unpopulated"
    if status is not None and status & 0x40:
        state = f"Populated, {codes.PROCESSOR_STATES[status & 7]}"
    return {
        "Socket Designation": s.string(4),
        "Version": s.string(0x10),
        "Status": None if status is None else state,
    }


def _slot(s: Structure) -> Fields:
    kind = codes.slot_type(s.number(5))
    width = s.number(6) or 0
    prefix = codes.SLOT_WIDTHS[width - 1] if 0 < width <= len(codes.SLOT_WIDTHS) else ""
    return {
        "Designation": s.string(4),
        "Type": None if kind is None else prefix + kind,
        "Current Usage": codes.name(codes.SLOT_USAGES, s.number(7)),
        "Bus Address": _bus_address(s),
    }


def _bus_address(s: Structure) -> str | None:
    segment, bus, function = s.number(0x0D, 2), s.number(0x0F), s.number(0x10)
    if segment is None or bus is None or function is None or (segment, bus, function) == (0xFFFF, 0xFF, 0xFF):
        return None  # all ones: "not applicable" (DSP0134, 7.10.8)
    return f"{segment:04x}:{bus:02x}:{function >> 3:02x}.{function & 7:x}"


def _array(s: Structure) -> Fields:
    return {
        "Location": codes.name(codes.ARRAY_LOCATIONS, s.number(4)),
        "Use": codes.name(codes.ARRAY_USES, s.number(5)),
        "Error Correction Type": codes.name(codes.ARRAY_CORRECTIONS, s.number(6)),
        "Number Of Devices": _text(s.number(0x0D, 2)),
    }


def _memory_device(s: Structure) -> Fields:
    array = s.number(4, 2)
    return {
        "Array Handle": None if array is None else f"0x{array:04X}",
        "Total Width": _bits(s.number(8, 2)),
        "Data Width": _bits(s.number(0x0A, 2)),
        "Size": _device_size(s),
        "Form Factor": codes.name(codes.MEMORY_FORM_FACTORS, s.number(0x0E)),
        "Locator": s.string(0x10),
        "Bank Locator": s.string(0x11),
        "Type": codes.name(codes.MEMORY_TYPES, s.number(0x12)),
        "Speed": _speed(s, 0x15, 0x54),
        "Manufacturer": s.string(0x17),
        "Part Number": s.string(0x1A),
        "Rank": _rank(s.number(0x1B)),
        "Configured Memory Speed": _speed(s, 0x20, 0x58),
    }


def _device_size(s: Structure) -> str | None:
    size = s.number(0x0C, 2)
    if size in (None, 0):
        return None if size is None else "No Module Installed"
    if size == 0xFFFF:
        return "Unknown"
    if size == 0x7FFF:  # too large for this field: see the extended one, in MiB
        extended = s.number(0x1C, 4)
        return "Unknown" if extended is None else f"{extended & 0x7FFFFFFF} MB"
    assert size is not None
    return f"{size & 0x7FFF} {'kB' if size & 0x8000 else 'MB'}"


def _speed(s: Structure, offset: int, extended: int) -> str | None:
    speed = s.number(offset, 2)
    if speed == 0xFFFF:  # DDR5 and later: see the extended field
        speed = s.number(extended, 4)
    if speed is None:
        return None
    return f"{speed} MT/s" if speed else "Unknown"


def _rank(attributes: int | None) -> str | None:
    if attributes is None:
        return None
    return _text(attributes & 0x0F) if attributes & 0x0F else "Unknown"


def _bits(width: int | None) -> str | None:
    if width is None:
        return None
    return "Unknown" if width in (0, 0xFFFF) else f"{width} bits"


def _supply(s: Structure) -> Fields:
    watts, about = s.number(0x0C, 2), s.number(0x0E, 2)
    return {
        "Location": s.string(5),
        "Name": s.string(6),
        "Manufacturer": s.string(7),
        "Model Part Number": s.string(0x0A),
        "Max Power Capacity": "Unknown" if watts in (None, 0x8000) else f"{watts} W",
        "Status": _supply_status(about),
    }


def _supply_status(about: int | None) -> str | None:
    if about is None:
        return None
    state = codes.name(codes.SUPPLY_STATUS, about >> 7 & 7)
    return f"Present, {state}" if about & 2 else "Not Present"


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


DECODERS: dict[int, Callable[[Structure], Fields]] = {
    0: _bios,
    1: _system,
    2: _board,
    3: _chassis,
    4: _processor,
    9: _slot,
    16: _array,
    17: _memory_device,
    39: _supply,
}
"""By structure type."""
