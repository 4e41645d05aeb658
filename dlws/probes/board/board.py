"""Mainboard, chassis and firmware."""

from collections.abc import Iterable

from dlws.host import Host
from dlws.host.smbios import is_placeholder
from dlws.model.system import Board, PowerSupply
from dlws.probes.board import dmi, sensors, slots
from dlws.probes.board import smbios_codes as codes
from dlws.probes.board.dmi import Record
from dlws.probes.problems import Problems

IDS = ("/sys/class/dmi/id", "/sys/devices/virtual/dmi/id")
"""The first is a link to the second, which some captured trees leave out."""


def probe(host: Host, problems: Problems) -> Board:
    """Facts about the board. What the kernel shows to everyone comes first; the rest needs the table."""
    table = dmi.records(host)
    records = table or ()
    if table is None:
        problems.add(f"expansion slots and power supplies are not fully known: {dmi.why_not(host)}")
    return Board(
        vendor=_said(host, "board_vendor", records, dmi.BOARD, "Manufacturer"),
        model=_said(host, "board_name", records, dmi.BOARD, "Product Name") or _device_tree(host, "model"),
        system_vendor=_said(host, "sys_vendor", records, dmi.SYSTEM, "Manufacturer"),
        system_model=_said(host, "product_name", records, dmi.SYSTEM, "Product Name"),
        chassis=_chassis(host, records),
        bios=_said(host, "bios_version", records, dmi.BIOS, "Version"),
        bios_vendor=_said(host, "bios_vendor", records, dmi.BIOS, "Vendor"),
        bios_date=_said(host, "bios_date", records, dmi.BIOS, "Release Date"),
        slots=slots.slots(host, table),
        sensors=sensors.sensors(host),
        power_supplies=None if table is None else power_supplies(table),
    )


def power_supplies(records: Iterable[Record]) -> tuple[PowerSupply, ...] | None:
    """Supplies that the firmware really knows; None where it has placeholders only, or nothing."""
    found = [one for record in records if record.type == dmi.POWER_SUPPLY and (one := _supply(record))]
    return tuple(found) or None


def _supply(record: Record) -> PowerSupply | None:
    """A record that names neither maker nor model nor power is a template: its status means nothing."""
    name = record.text("Name") or record.text("Model Part Number")
    maker, watts = record.text("Manufacturer"), record.number("Max Power Capacity")
    if not (name or maker) or (not watts and not (name and maker)):
        return None
    status = record.text("Status")
    return PowerSupply(
        name=name,
        manufacturer=maker,
        max_w=watts or None,
        present=None if status is None else status.startswith("Present"),
        status=status,
    )


def _said(host: Host, file: str, records: Iterable[Record], kind: int, field: str) -> str | None:
    """From the file that the kernel shows to everyone, or from the first record of the kind that tells."""
    text = next((found for place in IDS if (found := host.read(f"{place}/{file}"))), None)
    if text and not is_placeholder(text):
        return " ".join(text.split())
    return next((value for record in records if record.type == kind and (value := record.text(field))), None)


def _chassis(host: Host, records: Iterable[Record]) -> str | None:
    number = next(
        (found for place in IDS if (found := host.number(f"{place}/chassis_type")) is not None), None
    )
    if number is not None:
        kind = codes.name(codes.CHASSIS_TYPES, number & 0x7F)
        return None if kind in (None, "Other", "Unknown", codes.OUT_OF_SPEC) else kind
    kind = next((record.text("Type") for record in records if record.type == dmi.CHASSIS), None)
    return None if kind == "Other" else kind


def _device_tree(host: Host, name: str) -> str | None:
    """Arm and POWER boards without SMBIOS (Documentation/devicetree/usage-model.rst)."""
    for place in ("/sys/firmware/devicetree/base", "/proc/device-tree"):
        if text := host.read(f"{place}/{name}"):
            return text.splitlines()[0]
    return None
