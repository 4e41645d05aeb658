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
    critical_warning: int | None = None


class Disk(Struct, frozen=True, kw_only=True):
    """One whole disk; partitions, loop and device-mapper devices are not disks."""

    name: str
    model: str | None = None
    size_gb: float | None = None
    """Decimal gigabytes, as on the label."""
    kind: str | None = None
    """``nvme``, ``ssd``, ``hdd`` or ``virtual``."""
    transport: str | None = None
    """``nvme``, ``sata``, ``sas``, ``usb``, ``virtio``, ..."""
    pcie_gen: int | None = None
    pcie_width: int | None = None
    pcie_gen_max: int | None = None
    pcie_width_max: int | None = None
    numa_node: int | None = None
    removable: bool | None = None
    firmware: str | None = None
    health: DiskHealth | None = None


class Filesystem(Struct, frozen=True, kw_only=True):
    """One mounted file system that can hold data."""

    mount: str
    fstype: str | None = None
    device: str | None = None
    size_gb: float | None = None
    free_gb: float | None = None
    read_only: bool | None = None


class Raid(Struct, frozen=True, kw_only=True):
    """One md array, as /proc/mdstat shows it."""

    name: str
    level: str | None = None
    state: str | None = None
    """``active``, ``degraded``, ``recovering``, ``inactive``, ..."""
    devices: tuple[str, ...] = ()
    devices_wanted: int | None = None
    devices_active: int | None = None
    failed: tuple[str, ...] = ()
    progress_percent: float | None = None


class Storage(Struct, frozen=True, kw_only=True):
    """Everything that keeps data on one machine."""

    disks: tuple[Disk, ...] = ()
    filesystems: tuple[Filesystem, ...] = ()
    raid: tuple[Raid, ...] = ()
    volume_managers: tuple[str, ...] = ()
    """Those in use besides md: ``lvm``, ``zfs``, ``btrfs``, ``bcache``, ..."""
    shm_gb: float | None = None
    """Size of /dev/shm, which PyTorch data loaders use."""
