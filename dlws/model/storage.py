"""Disks, file systems and arrays."""

from msgspec import Struct


class DiskHealth(Struct, frozen=True, kw_only=True):
    """SMART or NVMe health, where it could be read."""

    passed: bool | None = None
    wear_percent: int | None = None
    """Rated endurance used; may pass 100."""
    media_errors: int | None = None
    temperature_c: int | None = None
    power_on_hours: int | None = None
    spare_percent: int | None = None
    spare_threshold_percent: int | None = None
    critical_warning: int | None = None
    reallocated_sectors: int | None = None
    """Sectors that the disk replaced; SAS disks call it the grown defect list."""
    pending_sectors: int | None = None
    """Sectors that could not be read and wait to be replaced."""
    uncorrectable_sectors: int | None = None
    """Sectors that the disk's own scan could not read (ATA attribute 198)."""
    failing_attributes: tuple[str, ...] = ()
    """ATA attributes at or below their threshold now."""
    self_test_passed: bool | None = None
    """Result of the newest finished self-test; None: none was run, or its log is unknown."""


class Disk(Struct, frozen=True, kw_only=True):
    """One whole disk; partitions, loop and device-mapper devices are not disks."""

    name: str
    model: str | None = None
    size_gb: float | None = None
    """Decimal gigabytes, as on the label."""
    kind: str | None = None
    """``nvme``, ``ssd``, ``hdd`` or ``virtual``."""
    transport: str | None = None
    """``nvme``, ``sata``, ``sas``, ``usb``, ``mmc``, ``raid``, ``virtio``, ``xen``, ``hyperv``, ``fc``,
    ``iscsi``; of NVMe over fabrics the fabric: ``tcp``, ``rdma``, ``fc``."""
    pci_address: str | None = None
    """Of the NVMe controller, as the kernel log names it in errors of the bus."""
    pcie_gen: int | None = None
    pcie_width: int | None = None
    pcie_gen_max: int | None = None
    pcie_width_max: int | None = None
    numa_node: int | None = None
    removable: bool | None = None
    firmware: str | None = None
    state: str | None = None
    """What the kernel says of it: ``live`` and ``running`` are well; ``dead`` and ``offline`` are not."""
    health: DiskHealth | None = None


class Filesystem(Struct, frozen=True, kw_only=True):
    """One mounted file system that can hold data."""

    mount: str
    fstype: str | None = None
    device: str | None = None
    size_gb: float | None = None
    free_gb: float | None = None
    read_only: bool | None = None
    network: bool = False
    """On another machine. Sizes of these, and of what a FUSE process serves, are not asked: the question
    would wait without end for a server that is down."""


class Place(Struct, frozen=True, kw_only=True):
    """Where something large is kept."""

    what: str
    """The environment variable or tool that decides, for example ``HF_HOME``."""
    path: str
    mount: str | None = None
    """Mount point of the file system that it lies on."""


class Raid(Struct, frozen=True, kw_only=True):
    """One md array, as /proc/mdstat shows it, or one ZFS pool (level ``zfs``)."""

    name: str
    level: str | None = None
    state: str | None = None
    """``active``, ``degraded``, ``recovering``, ``resync``, ``reshape``, ``check``, ``repair``, ``inactive``,
    ``broken``, or ``container`` (firmware RAID keeps its metadata there, and it is never active itself)."""
    devices: tuple[str, ...] = ()
    devices_wanted: int | None = None
    devices_active: int | None = None
    failed: tuple[str, ...] = ()
    spares: tuple[str, ...] = ()
    read_only: bool | None = None
    progress_percent: float | None = None


class Storage(Struct, frozen=True, kw_only=True):
    """Everything that keeps data on one machine."""

    disks: tuple[Disk, ...] = ()
    filesystems: tuple[Filesystem, ...] = ()
    raid: tuple[Raid, ...] = ()
    volume_managers: tuple[str, ...] = ()
    """Those in use besides md: ``lvm``, ``zfs``, ``btrfs``, ``bcache``, ..."""
    places: tuple[Place, ...] = ()
    """Where frameworks keep models and datasets, as far as the environment says."""
    shm_gb: float | None = None
    """Size of /dev/shm, which PyTorch data loaders use."""
