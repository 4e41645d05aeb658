"""What sort of thing a block device is, from its name, its path and what it calls itself."""

from dlws.pattern import pattern

NOT_DISKS = pattern(
    r"(?:loop|ram|zram|dm-|md|sr|scd|fd|mtd|mtdblock|zd|drbd|bcache|nullb|ublkb)\d|md_|mmcblk\d+(?:boot|rpmb|gp)"
)
HIDDEN = pattern(r"nvme\d+c\d+n\d+")
"""One path of a multipath namespace (drivers/nvme/host/multipath.c); the namespace itself is nvme0n1."""
PARTITION = pattern(r"(?:(?:nvme\d+n\d+|mmcblk\d+|nbd\d+|pmem\d+)p\d+|(?:[svh]d|xvd|dasd)[a-z]+\d+)")
VIRTUAL_MODEL = pattern(
    r"QEMU|VMware|VBOX|"
    r"Virtual (?:[Dd]isk|HD|Floppy|CD|Media)|File-Stor Gadget|Msft|MSFT NVMe Accelerator|"
    r"Amazon Elastic Block Store|"
    r"nvme_card-pd|Google.*PersistentDisk|PersistentDisk|XenSource|Bochs|Parallels|Nutanix|"
    r"LIO-ORG|ORACLE BlockVolume|DO +Volume|VIRTUAL-DISK|iSCSI Disk|SCW "
)
"""Disks that a hypervisor, a storage server or a board's management controller makes up. "Amazon EC2 NVMe
Instance Storage" and Google's "nvme_card" are real drives in the host, so they are not here."""
BUSES = (
    (pattern(r"/virtio\d+(?:/|$)"), "virtio"),
    (pattern(r"/usb\d+/"), "usb"),
    (pattern(r"/nvme(?:-fabrics|-subsystem)?/"), "nvme"),
    (pattern(r"/mmc_host/"), "mmc"),
    (pattern(r"/vbd-\d+"), "xen"),
    (pattern(r"VMBUS|/vmbus"), "hyperv"),
    (pattern(r"/rport-\d"), "fc"),
    (pattern(r"/session\d+/"), "iscsi"),
    (pattern(r"/end_device-\d|/expander-\d|/port-\d+:\d"), "sas"),
    (pattern(r"/ata\d+/"), "sata"),
    (pattern(r"/ide\d+/"), "ide"),
    (pattern(r"/css\d+/"), "ccw"),
    (pattern(r"/ndbus\d+/|/ndctl"), "nvdimm"),
)
"""Parts of a device's path in sysfs, the most telling first: a SATA disk behind a SAS expander is on SAS."""
NAMES = (
    (pattern(r"vd[a-z]"), "virtio"),
    (pattern(r"xvd[a-z]"), "xen"),
    (pattern(r"nvme\d"), "nvme"),
    (pattern(r"mmcblk\d"), "mmc"),
    (pattern(r"dasd[a-z]"), "ccw"),
    (pattern(r"pmem\d"), "nvdimm"),
    (pattern(r"hd[a-z]"), "ide"),
    (pattern(r"[nr]bd\d"), "network"),
)
VIRTUAL_BUSES = ("virtio", "xen", "hyperv")


def is_disk(name: str) -> bool:
    """True for names of whole disks; optical drives, loop, RAM, device-mapper and md devices are none."""
    return not (NOT_DISKS.match(name) or HIDDEN.fullmatch(name) or PARTITION.fullmatch(name))


def transport(name: str, path: str) -> str | None:
    """How it is attached, from its path in sysfs; by name where the path does not say."""
    for places, text in ((BUSES, path), (NAMES, name)):
        for shape, bus in places:
            if shape.match(text) if places is NAMES else shape.search(text):
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
