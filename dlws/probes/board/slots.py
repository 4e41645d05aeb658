"""Expansion slots and what is in them: SMBIOS type 9, or what the PCI hotplug drivers show to everyone."""

import re

from dlws.host import Host
from dlws.model.system import Slot
from dlws.pattern import pattern
from dlws.probes.board.dmi import SLOT, Record

DEVICES = "/sys/bus/pci/devices"
HOTPLUG = "/sys/bus/pci/slots"
ADDRESS = pattern(r"[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]")
BRIDGE = "0x0604"

CLASSES = {
    "0x01": "storage",
    "0x0108": "nvme",
    "0x02": "network",
    "0x0207": "infiniband",
    "0x03": "display",
    "0x04": "multimedia",
    "0x0604": "bridge",
    "0x08": "system",
    "0x0c": "serial bus",
    "0x0c03": "usb",
    "0x12": "accelerator",
}
"""PCI class codes (include/linux/pci_ids.h); the longer code is the better word."""


def slots(host: Host, records: tuple[Record, ...] | None) -> tuple[Slot, ...] | None:
    """Slots of the board; None if nothing lists them."""
    if records is not None:
        found = tuple(_from_record(host, record) for record in records if record.type == SLOT)
        return found or None
    return tuple(_from_hotplug(host, name) for name in host.list(HOTPLUG)) or None


def _from_record(host: Host, record: Record) -> Slot:
    kind = record.text("Type")
    address = record.fields.get("Bus Address", "").lower()
    address = address if ADDRESS.fullmatch(address) else ""
    card = _card(host, address) if address else None
    usage = record.fields.get("Current Usage")
    said = {"In Use": True, "Available": False}.get(usage or "")
    return Slot(
        name=record.text("Designation"),
        type=_type(kind),
        width=_width(kind),
        in_use=True if card else said,  # what the kernel sees counts for more than what the firmware says
        pci_address=(card or address or None) if said or card else None,
        device=_device(host, card) if card else None,
    )


def _from_hotplug(host: Host, name: str) -> Slot:
    place = f"{host.read(f'{HOTPLUG}/{name}/address') or ''}.0"
    card = _card(host, place) if ADDRESS.fullmatch(place) else None
    return Slot(
        name=name,
        in_use=card is not None if ADDRESS.fullmatch(place) else None,
        pci_address=card,
        device=_device(host, card) if card else None,
    )


def _card(host: Host, address: str) -> str | None:
    """The device at an address; behind a bridge, its first one. Firmware may name the slot's own port."""
    for _ in range(8):  # a switch on the card is a bridge behind a bridge
        kind = host.read(f"{DEVICES}/{address}/class")
        if kind is None:
            return None
        if not kind.startswith(BRIDGE):
            return address
        behind = [name for name in host.list(f"{DEVICES}/{address}") if ADDRESS.fullmatch(name)]
        if not behind:
            return None
        address = behind[0]
    return None


def _device(host: Host, address: str) -> str | None:
    """For example ``10de:2204 display``."""
    place = f"{DEVICES}/{address}"
    vendor, device = host.read(f"{place}/vendor"), host.read(f"{place}/device")
    if not vendor or not device:
        return None
    kind = host.read(f"{place}/class") or ""
    word = CLASSES.get(kind[:6]) or CLASSES.get(kind[:4]) or ""
    return f"{vendor.removeprefix('0x')}:{device.removeprefix('0x')} {word}".strip()


def _type(text: str | None) -> str | None:
    """Without lanes: ``x16 PCI Express 4 x16`` is ``PCI Express 4``."""
    if text is None:
        return None
    short = re.sub(r"^(?:x\d+|\d+-bit) | x\d+$", "", text)
    return None if short in ("Other", "Unknown", "<OUT OF SPEC>") else short


def _width(text: str | None) -> int | None:
    """Data lanes; the size of the socket, which comes last, only where they are not told."""
    found = re.search(r"^x(\d{1,2}) | x(\d{1,2})$", text or "")
    return int(found[1] or found[2]) if found else None
