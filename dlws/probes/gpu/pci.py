"""Display-class PCI devices: from /sys/bus/pci/devices, or from what lspci printed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from dlws.host import Host
from dlws.model.gpu import PcieLink
from dlws.pattern import pattern

if TYPE_CHECKING:
    from dlws.probes.gpu import lspci

DEVICES = "/sys/bus/pci/devices"
ADDRESS = pattern(r"^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$")

NVIDIA, AMD, INTEL = "10de", "1002", "8086"
VENDORS = {NVIDIA: "NVIDIA", AMD: "AMD", INTEL: "Intel", "1ed5": "Moore Threads"}
"""Who makes GPUs. A BMC's VGA (ASPEED, Matrox, Huawei, XGI, Silicon Motion) and a hypervisor's (QEMU, Red
Hat, VMware, Cirrus, Hyper-V, VirtualBox, Parallels) have vendors of their own and are none."""

SERVER_VGA = {"1002:515e", "1002:5969", "1002:4752", "1002:4755", "1002:4759", "1002:5159"}
"""ATI ES1000, RN50 and Rage XL: the picture of a server's BMC until about 2010."""

DISPLAY = ("0300", "0301", "0302", "0380")
PROCESSING = "1200"
"""Processing accelerator: AMD's Instinct cards say so; with other vendors it is an NPU or a Gaudi."""

SPEEDS = {2.5: 1, 5.0: 2, 8.0: 3, 16.0: 4, 32.0: 5, 64.0: 6}
"""Gigatransfers per second and the PCI Express generation that brought them."""

NO_LINK = PcieLink()


class PciGpu(Struct, frozen=True, kw_only=True):
    """One GPU as the PCI bus sees it."""

    address: str
    vendor: str
    """``10de``; the names of vendors are in VENDORS."""
    pci_id: str | None = None
    revision: str | None = None
    name: str | None = None
    """Only where lspci named it."""
    driver: str | None = None
    driver_known: bool = True
    """False where a list says nothing about drivers at all."""
    numa_node: int | None = None
    pcie: PcieLink = PcieLink()
    lost: bool = False
    """Every register reads as ones: the device no longer answers."""


def gpus(host: Host) -> tuple[PciGpu, ...]:
    """GPUs on the PCI bus in the order of their addresses, drivers or not."""
    if not known(host):
        from dlws.probes.gpu import lspci  # only for machines that are known from a text

        listed = lspci.devices(host)
        drivers = any(device.driver for device in listed)
        classes = {device.address: device.pci_class for device in listed}
        return tuple(_listed(device, drivers) for device in listed if _listed_gpu(device, classes))
    addresses = [name for name in host.list(DEVICES) if ADDRESS.match(name)]
    found = [read(host, address) for address in addresses if _wanted(host, address)]
    if all(device.driver for device in found) or any(_driver(host, address) for address in addresses):
        return tuple(found)
    return tuple(structs.replace(device, driver_known=False) for device in found)  # a tree without such links


def known(host: Host) -> bool:
    """True if sysfs shows the PCI bus, so that a device which is not listed is really not there."""
    return any(host.read(f"{DEVICES}/{name}/class") for name in host.list(DEVICES))


def normal(address: str | None) -> str | None:
    """``00000000:01:00.0`` (NVML) and ``01:00.0`` (lspci) as sysfs has it: ``0000:01:00.0``."""
    found = re.fullmatch(
        r"(?:([0-9a-f]{4,8}):)?([0-9a-f]{2}:[0-9a-f]{2})(?:\.([0-7]))?", (address or "").lower()
    )
    return None if found is None else f"{int(found[1] or '0', 16):04x}:{found[2]}.{found[3] or '0'}"


def combined(told: PcieLink, bus: PcieLink) -> PcieLink:
    """What the driver says of a link, filled up with what the bus says, and the slot's own maximum."""
    card, slot = bus.gen_max, bus.slot_gen_max
    together = min(card, slot) if card and slot else card
    return PcieLink(
        gen=told.gen or bus.gen,
        gen_max=told.gen_max or together,
        width=told.width or bus.width,
        width_max=told.width_max or bus.width_max,
        slot_gen_max=slot,
        slot_width_max=bus.slot_width_max,
    )


def generation(speed: str | None) -> int | None:
    """Of ``16.0 GT/s PCIe`` or ``16GT/s``; None for ``Unknown``."""
    found = re.match(r"(\d+(?:\.\d)?) ?GT/s", speed or "")
    return SPEEDS.get(float(found[1])) if found else None


def hexadecimal(host: Host, place: str, name: str) -> str | None:
    """What a device's file says, without 0x."""
    return (host.read(f"{place}/{name}") or "").lower().removeprefix("0x") or None


def numa_node(host: Host, place: str) -> int | None:
    """A device's node; the firmware of machines with one node says -1."""
    node = host.number(f"{place}/numa_node")
    return None if node is None or node < 0 else node


def _wanted(host: Host, address: str) -> bool:
    pci_class = (host.read(f"{DEVICES}/{address}/class") or "").removeprefix("0x")[:4]
    if pci_class not in (*DISPLAY, PROCESSING) or host.link(f"{DEVICES}/{address}/physfn"):
        return False  # a virtual function is a share of a card that is listed itself
    first = (host.read(f"{DEVICES}/{_first(address)}/class") or "").removeprefix("0x")[:4]
    if _is_second_head(address, pci_class, first):
        return False
    return _is_gpu(pci_class, _hex(host, address, "vendor"), _pci_id(host, address))


def _listed_gpu(device: lspci.Device, classes: dict[str, str | None]) -> bool:
    if _is_second_head(device.address, device.pci_class, classes.get(_first(device.address))):
        return False
    return _is_gpu(device.pci_class, device.vendor, device.pci_id)


def _first(address: str) -> str:
    """Function 0 of the same device."""
    return f"{address[:-1]}0"


def _is_second_head(address: str, pci_class: str | None, first: str | None) -> bool:
    """Intel's graphics until about 2010 and ATI's early Radeons show their second screen as a function 1."""
    return pci_class == "0380" and not address.endswith(".0") and first in DISPLAY


def _is_gpu(pci_class: str | None, vendor: str | None, pci_id: str | None) -> bool:
    if pci_class == PROCESSING:
        return vendor == AMD
    return pci_class in DISPLAY and vendor in VENDORS and pci_id not in SERVER_VGA


def _pci_id(host: Host, address: str) -> str | None:
    vendor, device = (_hex(host, address, name) for name in ("vendor", "device"))
    return f"{vendor}:{device}" if vendor and device else None


def _hex(host: Host, address: str, name: str) -> str | None:
    return hexadecimal(host, f"{DEVICES}/{address}", name)


def read(host: Host, address: str) -> PciGpu:
    """One device, whatever it is."""
    pci_id = _pci_id(host, address)
    config = (host.read_bytes(f"{DEVICES}/{address}/config") or b"")[:4]
    return PciGpu(
        address=address,
        vendor=_hex(host, address, "vendor") or "",
        pci_id=pci_id,
        revision=_hex(host, address, "revision"),
        driver=_driver(host, address),
        numa_node=numa_node(host, f"{DEVICES}/{address}"),
        pcie=_link(host, address),
        lost=config == b"\xff\xff\xff\xff" or _hex(host, address, "revision") == "ff",
    )


def _driver(host: Host, address: str) -> str | None:
    link = host.link(f"{DEVICES}/{address}/driver")
    return link.rpartition("/")[2] if link else None


def _link(host: Host, address: str) -> PcieLink:
    """The card's link, which on AMD and Intel cards is that of the switch on the card.

    Behind that switch an Arc card claims 2.5 GT/s x1 and a Radeon its maximum, whatever the slot gives.
    """
    path = [part for part in (host.link(f"{DEVICES}/{address}") or "").split("/") if ADDRESS.match(part)]
    end = len(path) - 1
    while end >= 2 and _is_own_bridge(host, path[end - 1], address):
        end -= 1
    card, slot = (path[end], path[end - 1] if end >= 1 else None) if path else (address, None)
    return PcieLink(
        gen=generation(host.read(f"{DEVICES}/{card}/current_link_speed")),
        gen_max=generation(host.read(f"{DEVICES}/{card}/max_link_speed")),
        width=_width(host, card, "current"),
        width_max=_width(host, card, "max"),
        slot_gen_max=generation(host.read(f"{DEVICES}/{slot}/max_link_speed")) if slot else None,
        slot_width_max=_width(host, slot, "max") if slot else None,
    )


def _is_own_bridge(host: Host, bridge: str, gpu: str) -> bool:
    same = _hex(host, bridge, "vendor") == _hex(host, gpu, "vendor")
    return same and (host.read(f"{DEVICES}/{bridge}/class") or "").startswith("0x0604")


def _width(host: Host, address: str, which: str) -> int | None:
    """0 means no link, and 255 that the kernel does not know (pci-sysfs.c)."""
    width = host.number(f"{DEVICES}/{address}/{which}_link_width")
    return width if width is not None and 0 < width <= 32 else None


def _listed(device: lspci.Device, driver_known: bool) -> PciGpu:
    return PciGpu(
        address=device.address,
        vendor=device.vendor or "",
        pci_id=device.pci_id,
        revision=device.revision,
        name=device.name,
        driver=device.driver,
        driver_known=driver_known,
        numa_node=device.numa_node,
        pcie=PcieLink(
            gen=generation(device.speed),
            gen_max=generation(device.speed_max),
            width=device.width,
            width_max=device.width_max,
            slot_gen_max=generation(device.slot_speed_max),
            slot_width_max=device.slot_width_max,
        ),
        lost=device.lost,
    )
