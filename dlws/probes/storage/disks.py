"""Whole disks, from /sys/block (Documentation/ABI/stable/sysfs-block)."""

import posixpath
import re

from dlws.host import Host
from dlws.model.storage import Disk, DiskHealth
from dlws.probes.numbers import whole
from dlws.probes.storage.disk_kind import is_disk, kind, transport

SECTOR = 512
"""The unit of /sys/block/*/size, whatever the disk's own sector size is."""
GENERATIONS = {
    "2.5": 1,
    "5": 2,
    "5.0": 2,
    "8": 3,
    "8.0": 3,
    "16": 4,
    "16.0": 4,
    "32": 5,
    "32.0": 5,
    "64": 6,
    "64.0": 6,
}
WIDTHS = (1, 2, 4, 8, 12, 16, 32)
"""A device that is lost or asleep reports 0, 63 or 255 lanes."""


def disks(host: Host, raid_controllers: tuple[str, ...] = ()) -> tuple[Disk, ...]:
    """Every disk that is there: not empty card readers, and one entry for a disk with several paths.

    ``raid_controllers`` are PCI addresses: what hangs off one is an array of it, with transport ``raid``.
    """
    doubles = _other_paths(host)
    names = (name for name in host.list("/sys/block") if is_disk(name) and name not in doubles)
    return tuple(disk for name in names if (disk := _disk(host, name, raid_controllers)) is not None)


def _disk(host: Host, name: str, raid_controllers: tuple[str, ...]) -> Disk | None:
    place = f"/sys/block/{name}"
    sectors = host.number(f"{place}/size")
    removable = _flag(host, f"{place}/removable")
    if host.read(f"{place}/hidden") == "1" or (sectors == 0 and (removable or name.startswith("nbd"))):
        return None
    path = _path(host, name)
    controller = _controller(host, name, path)
    bus = "raid" if any(f"/{address}/" in path for address in raid_controllers) else transport(name, path)
    model = _model(host, name, controller)
    pci = _pci(controller)
    fabric = host.read(f"{controller}/transport") if controller else None
    return Disk(
        name=name,
        model=model,
        size_gb=None if sectors is None else round(sectors * SECTOR / 1e9, 3),
        kind=kind(bus, model, _flag(host, f"{place}/queue/rotational"), removable),
        transport=fabric if fabric not in (None, "", "pcie") else bus,
        pci_address=_pci_address(host, controller),
        pcie_gen=generation(host.read(f"{pci}/current_link_speed")) if pci else None,
        pcie_width=width(host.read(f"{pci}/current_link_width")) if pci else None,
        pcie_gen_max=generation(host.read(f"{pci}/max_link_speed")) if pci else None,
        pcie_width_max=width(host.read(f"{pci}/max_link_width")) if pci else None,
        numa_node=_numa(host, name, controller),
        removable=removable,
        firmware=_text(host, f"{controller}/firmware_rev" if controller else f"{place}/device/rev"),
        state=_text(host, f"{controller or f'{place}/device'}/state"),
        health=_temperature(host, name, controller),
    )


def generation(speed: str | None) -> int | None:
    """PCIe generation of a link speed as sysfs has it, for example ``16.0 GT/s PCIe``."""
    return GENERATIONS.get((speed or "").split(" ")[0])


def width(lanes: str | None) -> int | None:
    """Lanes of a PCIe link."""
    found = whole(lanes)
    return found if found in WIDTHS else None


def _path(host: Host, name: str) -> str:
    """Where the device sits in /sys/devices."""
    return posixpath.normpath(posixpath.join("/sys/block", host.link(f"/sys/block/{name}") or ""))


def _controller(host: Host, name: str, path: str) -> str | None:
    """The NVMe controller's directory; with multipath the namespace hangs off the subsystem instead."""
    found = re.match(r"(nvme\d+)n\d+$", name)
    if found is None:
        return None
    direct = re.match(r"(/sys/devices/.*/nvme\d+)/nvme\d+n\d+$", path)
    if direct:
        return direct[1]
    subsystem = re.search(r"/nvme-subsystem/(nvme-subsys\d+)/", path)
    members = host.list(f"/sys/class/nvme-subsystem/{subsystem[1]}") if subsystem else []
    controllers = [member for member in members if re.fullmatch(r"nvme\d+", member)]
    return f"/sys/class/nvme/{controllers[0] if controllers else found[1]}"


def _pci(controller: str | None) -> str | None:
    """The controller's PCI device, two steps up the path, or behind the class directory's link."""
    if controller is None or controller.startswith("/sys/class/"):
        return f"{controller}/device" if controller else None
    return posixpath.dirname(posixpath.dirname(controller))


def _pci_address(host: Host, controller: str | None) -> str | None:
    """From the controller's path, or from its address file, which NVMe over fabrics fills differently."""
    if controller is None:
        return None
    for text in (posixpath.basename(_pci(controller) or ""), host.read(f"{controller}/address") or ""):
        if re.fullmatch(r"[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]", text):
            return text
    return None


def _model(host: Host, name: str, controller: str | None) -> str | None:
    if controller:
        model = _text(host, f"{controller}/model") or _text(host, f"/sys/block/{name}/device/model")
        return model or _full_model(host, name, "") or None
    device = f"/sys/block/{name}/device"
    vendor, model = (
        _text(host, f"{device}/vendor"),
        _text(host, f"{device}/model") or _text(host, f"{device}/name"),
    )
    full = _full_model(host, name, model or "")
    if full and vendor and vendor != "ATA" and not vendor.startswith("0x"):
        return f"{vendor} {full}"
    return full or None


def _full_model(host: Host, name: str, model: str) -> str:
    """SCSI leaves 16 characters for the model; udev asked the disk for all, and its database is a file."""
    number = host.read(f"/sys/block/{name}/dev")
    known = host.read(f"/run/udev/data/b{number}") if number and (not model or len(model) >= 15) else None
    found = re.search(r"^E:ID_MODEL_ENC=(.+)$", known or "", re.M) or re.search(
        r"^E:ID_MODEL=(.+)$", known or "", re.M
    )
    full = re.sub(r"\\x([0-9a-f]{2})", lambda code: chr(int(code[1], 16)), found[1]) if found else ""
    full = " ".join(full.split())
    return full if full.startswith(model) else model


def _numa(host: Host, name: str, controller: str | None) -> int | None:
    place = f"{controller}/numa_node" if controller else f"/sys/block/{name}/device/numa_node"
    node = host.number(place)
    if node is None and (pci := _pci(controller)):
        node = host.number(f"{pci}/numa_node")
    return node if node is not None and node >= 0 else None  # -1: the firmware does not say


def _temperature(host: Host, name: str, controller: str | None) -> DiskHealth | None:
    """The drive's own sensor, which every user may read (drivers/nvme/host/hwmon.c, drivetemp)."""
    place = controller or f"/sys/block/{name}/device"
    sensors = [f"{place}/{entry}" for entry in host.list(place) if re.fullmatch(r"hwmon\d+", entry)]
    sensors += [f"{place}/hwmon/{entry}" for entry in host.list(f"{place}/hwmon")]
    for sensor in sensors:
        millidegrees = host.number(f"{sensor}/temp1_input")
        if millidegrees:
            return DiskHealth(temperature_c=round(millidegrees / 1000))
    return None


def _other_paths(host: Host) -> frozenset[str]:
    """Disks that are a further path to a multipath device's first one."""
    doubles: set[str] = set()
    for name in host.list("/sys/block"):
        if name.startswith("dm-") and (host.read(f"/sys/block/{name}/dm/uuid") or "").startswith("mpath-"):
            doubles.update(host.list(f"/sys/block/{name}/slaves")[1:])
    return frozenset(doubles)


def _text(host: Host, path: str) -> str | None:
    text = " ".join((host.read(path) or "").split())
    return None if text.lower() in ("", "n/a", "none", "null", "unknown") else text


def _flag(host: Host, path: str) -> bool | None:
    return {"0": False, "1": True}.get(host.read(path) or "")
