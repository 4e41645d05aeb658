"""Disks as installers and the kernel list them, put as lsblk would: probert, udev's database, /proc/partitions."""

import re
from typing import Any

import msgspec

from dlws.pattern import pattern

from ..json_text import decoded
from .evidence import ANY, Evidence, Kind

ESCAPED = pattern(r"\\x([0-9a-fA-F]{2})")
BUSES = (
    (pattern(r"/virtio\d+(?:/|$)"), "virtio"),
    (pattern(r"/usb\d+/"), "usb"),
    (pattern(r"/rport-\d"), "fc"),
    (pattern(r"/session\d+/"), "iscsi"),
    (pattern(r"/end_device-\d|/expander-\d"), "sas"),
    (pattern(r"/ata\d+/"), "sata"),
)
"""Parts of a device's path in sysfs, as lsblk calls them."""
PARTITIONS = pattern(r"^major minor +#blocks +name[ \t]*$", re.MULTILINE)
PARTITION = pattern(r"^ *\d{1,4} +\d{1,7} +(\d{1,16}) (\S+)[ \t]*$", re.MULTILINE)
UDEV = pattern(r"^P: /devices/\S+\n(?:[A-OQ-Z]: ?.*\n)*?E: DEVPATH=/", re.MULTILINE)
"""One record; it does not run on into the next, which begins with P."""
PROPERTY = pattern(r"^E: (\w+)=(.*)$", re.MULTILINE)
MODALIAS = pattern(r"^E: MODALIAS=(dmi:\S.*)$", re.MULTILINE)
DMI = {
    "bvn": "bios_vendor",
    "bvr": "bios_version",
    "bd": "bios_date",
    "svn": "sys_vendor",
    "pn": "product_name",
    "rvn": "board_vendor",
    "rn": "board_name",
    "ct": "chassis_type",
}
"""The kernel's names of the parts of a board's modalias (drivers/firmware/dmi-id.c). Blanks are taken out."""
FIRMWARE = "/run/udev/data/+dmi:id"
"""Where udev keeps what it read of the memory modules."""
PCI = "/sys/bus/pci/devices"


def _row(device: dict[str, Any]) -> dict[str, Any]:
    """A disk by udev's properties; "attrs" are its files in /sys, where known."""
    attrs = found if isinstance(found := device.get("attrs"), dict) else {}
    encoded = ESCAPED.sub(lambda code: chr(int(code[1], 16)), str(device.get("ID_MODEL_ENC", "")))
    path = str(device.get("DEVPATH", ""))
    rotating = attrs.get("queue/rotational") or device.get("ID_ATA_ROTATION_RATE_RPM")
    size = attrs.get("size", device.get("size"))
    return {
        "name": str(device.get("DEVNAME", "")).removeprefix("/dev/"),
        "type": device.get("DEVTYPE"),
        "size": int(str(size)) if re.fullmatch(r"[0-9]{1,18}", str(size)) else None,
        "rota": str(rotating) != "0" if rotating is not None else None,
        "tran": next((bus for words, bus in BUSES if words.search(path)), None),
        "model": encoded.strip() or str(device.get("ID_MODEL", "")).replace("_", " ") or None,
        "vendor": device.get("ID_VENDOR") if encoded and device.get("ID_BUS") == "scsi" else None,
        "rm": {"0": False, "1": True}.get(str(attrs.get("removable"))),
        "rev": device.get("ID_REVISION"),
    }


def _tell(devices: list[dict[str, Any]], evidence: Evidence) -> None:
    whole = [one for one in devices if one.get("DEVTYPE") == "disk"]
    rows = [_row(one) for one in whole if one.get("MAJOR") not in ("7", "9", "11", "253")]
    evidence.command("lsblk", ANY, text=msgspec.json.encode({"blockdevices": rows}).decode())
    arrays = [_array(one) for one in whole if one.get("MD_LEVEL")]
    if arrays:
        evidence.file("/proc/mdstat", "\n".join(arrays))


def _array(device: dict[str, Any]) -> str:
    """An md array as /proc/mdstat would have it; whether all its members work is not told."""
    name, level = str(device.get("DEVNAME", "")).rpartition("/")[2], str(device["MD_LEVEL"])
    members = [
        f"{str(value).removeprefix('/dev/')}[{number}]"
        for number, value in enumerate(
            value for key, value in device.items() if re.fullmatch(r"MD_DEVICE_\w+_DEV", key)
        )
    ]
    if level == "container":
        return f"{name} : inactive {' '.join(members)}\n      0 blocks super external:imsm\n"
    return f"{name} : active {level} {' '.join(members)}\n      0 blocks\n"


def _probert(text: str, evidence: Evidence) -> None:
    answer = decoded(text)
    storage = answer.get("storage", answer) if isinstance(answer, dict) else {}
    blocks = storage.get("blockdev") if isinstance(storage, dict) else None
    if isinstance(blocks, dict):
        _tell([one for one in blocks.values() if isinstance(one, dict)], evidence)


def _udev(text: str, evidence: Evidence) -> None:
    """``udevadm info --export-db``: blocks of properties. Sizes of disks are not in it."""
    blocks: list[dict[str, Any]] = []
    for part in re.split(r"\n[ \t]*\n", text):
        found = dict(PROPERTY.findall(part))
        if found.get("SUBSYSTEM") == "block":
            blocks.append(found)
        elif found.get("SUBSYSTEM") == "pci":
            _pci(found, evidence)
        elif found.get("DEVPATH") == "/devices/virtual/dmi/id":
            evidence.file(FIRMWARE, part.replace("E: ", "E:"))
    if blocks:
        _tell(blocks, evidence)
    if alias := MODALIAS.search(text):
        _board(alias[1], evidence)


def _pci(device: dict[str, str], evidence: Evidence) -> None:
    address, identity = device.get("PCI_SLOT_NAME", ""), device.get("PCI_ID", "")
    if not re.fullmatch(r"[0-9a-f]{4,8}(?::[0-9a-f]{2}){2}\.[0-7]", address):
        return
    for name, value in zip(("vendor", "device"), identity.split(":"), strict=False):
        evidence.file(f"{PCI}/{address}/{name}", f"0x{value.lower()}\n")
    evidence.file(f"{PCI}/{address}/class", f"0x{device.get('PCI_CLASS', '').lower().zfill(6)}\n")


def _board(alias: str, evidence: Evidence) -> None:
    for part in alias.removeprefix("dmi:").split(":"):
        for prefix, name in DMI.items():
            value = part.removeprefix(prefix)
            if value and part.startswith(prefix) and not part.startswith(("br", "pvr", "rvr")):
                evidence.file(f"/sys/class/dmi/id/{name}", value)
                break


def _partitions(text: str, evidence: Evidence) -> None:
    """Names and sizes in blocks of 1 KiB (block/genhd.c, show_partition)."""
    begin = PARTITIONS.search(text)
    found = PARTITION.findall(text, begin.end() if begin else 0)
    rows = [{"name": name.replace("!", "/"), "size": int(blocks) * 1024} for blocks, name in found]
    evidence.command("lsblk", ANY, text=msgspec.json.encode({"blockdevices": rows}).decode())


JSON = (
    Kind(
        name="the JSON of probert",
        matches=lambda text: text.lstrip().startswith("{") and '"blockdev"' in text and '"DEVPATH"' in text,
        read=_probert,
        alone=True,
    ),
)
KINDS = (
    Kind(name="the output of udevadm info --export-db", matches=UDEV.search, read=_udev, alone=True),
    Kind(name="a copy of /proc/partitions", matches=PARTITIONS.search, read=_partitions),
)
