"""What sort of thing a block device is, from its name, its path and what it calls itself."""

import re

NOT_DISKS = re.compile(
    r"(?:loop|ram|zram|dm-|md|sr|scd|fd|mtd|mtdblock|zd|drbd|bcache|nullb|ublkb)\d|md_|mmcblk\d+(?:boot|rpmb|gp)"
)
HIDDEN = re.compile(r"nvme\d+c\d+n\d+")
"""One path of a multipath namespace (drivers/nvme/host/multipath.c); the namespace itself is nvme0n1."""
PARTITION = re.compile(r"(?:(?:nvme\d+n\d+|mmcblk\d+|nbd\d+|pmem\d+)p\d+|(?:[svh]d|xvd|dasd)[a-z]+\d+)")
VIRTUAL_MODEL = re.compile(
    r"QEMU|VMware|VBOX|"
    r"Virtual (?:[Dd]isk|HD|Floppy|CD|Media)|File-Stor Gadget|Msft|MSFT NVMe Accelerator|"
    r"Amazon Elastic Block Store|"
    r"nvme_card-pd|Google.*PersistentDisk|PersistentDisk|XenSource|Bochs|Parallels|Nutanix|"
    r"LIO-ORG|ORACLE BlockVolume|DO +Volume|VIRTUAL-DISK|iSCSI Disk|SCW "
)
"""Disks that a hypervisor, a storage server or a board's management controller makes up. "Amazon EC2 NVMe
Instance Storage" and Google's "nvme_card" are real drives in the host, so they are not here."""
BUSES = (
    (re.compile(r"/virtio\d+(?:/|$)"), "virtio"),
    (re.compile(r"/usb\d+/"), "usb"),
    (re.compile(r"/nvme(?:-fabrics|-subsystem)?/"), "nvme"),
    (re.compile(r"/mmc_host/"), "mmc"),
    (re.compile(r"/vbd-\d+"), "xen"),
    (re.compile(r"VMBUS|/vmbus"), "hyperv"),
    (re.compile(r"/rport-\d"), "fc"),
    (re.compile(r"/session\d+/"), "iscsi"),
    (re.compile(r"/end_device-\d|/expander-\d|/port-\d+:\d"), "sas"),
    (re.compile(r"/ata\d+/"), "sata"),
    (re.compile(r"/ide\d+/"), "ide"),
    (re.compile(r"/css\d+/"), "ccw"),
    (re.compile(r"/ndbus\d+/|/ndctl"), "nvdimm"),
)
"""Parts of a device's path in sysfs, the most telling first: a SATA disk behind a SAS expander is on SAS."""
NAMES = (
    (re.compile(r"vd[a-z]"), "virtio"),
    (re.compile(r"xvd[a-z]"), "xen"),
    (re.compile(r"nvme\d"), "nvme"),
    (re.compile(r"mmcblk\d"), "mmc"),
    (re.compile(r"dasd[a-z]"), "ccw"),
    (re.compile(r"pmem\d"), "nvdimm"),
    (re.compile(r"hd[a-z]"), "ide"),
    (re.compile(r"[nr]bd\d"), "network"),
)
VIRTUAL_BUSES = ("virtio", "xen", "hyperv")


def is_disk(name: str) -> bool:
    """True for names of whole disks; optical drives, loop, RAM, device-mapper and md devices are none."""
    return not (NOT_DISKS.match(name) or HIDDEN.fullmatch(name) or PARTITION.fullmatch(name))


def transport(name: str, path: str) -> str | None:
    """How it is attached, from its path in sysfs; by name where the path does not say."""
    for places, text in ((BUSES, path), (NAMES, name)):
        for pattern, bus in places:
            if pattern.match(text) if places is NAMES else pattern.search(text):
                return bus
    return None


def kind(bus: str | None, model: str | None, rotational: bool | None, removable: bool | None) -> str | None:
    """``nvme``, ``ssd``, ``hdd`` or ``virtual``; None where nothing says."""
    if bus in VIRTUAL_BUSES or VIRTUAL_MODEL.search(model or ""):
        return "virtual"
    if bus == "nvme":
        return "nvme"
    if bus == "mmc":
        return "ssd"
    if bus == "usb" and removable and rotational:
        return None  # a USB stick says "rotational" because it says nothing (drivers/scsi/sd.c, the default)
    return None if rotational is None else "hdd" if rotational else "ssd"
