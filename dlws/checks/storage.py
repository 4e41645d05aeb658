"""Are disks sound, and is there room on them?"""

from collections.abc import Iterator
from typing import Any

from dlws.model.case import Case
from dlws.model.finding import Finding
from dlws.model.storage import Disk, DiskHealth, Filesystem

from .base import Check, check
from .fit import data_home

FULL_GB, LOW_GB = 2.0, 10.0
"""pip needs several gigabytes to unpack a framework with its CUDA libraries."""
HOMES = ("/", "/home", "/root", "/var", "/tmp")
DOCKER_SHM_GB = 0.068
"""Docker gives a container 64 MiB of shared memory, where nobody says otherwise."""
SMALL_SHM_GB = 1.0
WORN_PERCENT = 100
"""Rated endurance is used up; the disk may go on, but nobody answers for it."""
REMOUNT = "make it larger until the next boot: sudo mount -o remount,size=50% /dev/shm"
RAID_RUNS = ("active", "container", "check", "repair", "resync", "reshape")
RAID_FIX = "see which disk is missing, and replace it: cat /proc/mdstat"


@check("storage.space", "Is there room on the system's disks?")
def space(case: Case) -> Iterator[Finding]:
    """A full disk breaks package managers, logs and checkpoints, each with a message of its own."""
    for one in case.have.storage.filesystems:
        if one.mount not in HOMES or one.free_gb is None or one.network or one.read_only:
            continue
        what = f"{one.free_gb:.1f} GB free"
        why = "environments, downloads and checkpoints fill it quickly"
        fix = f"see what takes it: sudo du -xh --max-depth=2 {one.mount} | sort -h | tail"
        told: dict[str, Any] = {"free_gb": one.free_gb, "size_gb": one.size_gb}
        yield _room(one, what, why, fix, told)


def _room(one: Filesystem, what: str, why: str, fix: str, told: dict[str, Any]) -> Finding:
    free = one.free_gb or 0.0
    if free < FULL_GB:
        return space.fail(what, one.mount, why=why, fix=fix, **told)
    if free < LOW_GB:
        return space.warn(what, one.mount, why=why, fix=fix, **told)
    return space.ok(what, one.mount, **told)


@check("storage.raid", "Are all arrays whole?")
def raid(case: Case) -> Iterator[Finding]:
    """A degraded array works until the next disk fails, and says so nowhere but in one file."""
    for one in case.have.storage.raid:
        what = f"{one.level or 'array'}: {one.state or 'state unknown'}"
        told: dict[str, Any] = {
            "devices": list(one.devices),
            "failed": list(one.failed),
            "progress_percent": one.progress_percent,
        }
        if one.state in ("inactive", "broken"):
            why = "it cannot be used: members are missing or do not agree"
            yield raid.fail(what, one.name, why=why, fix=RAID_FIX, **told)
        elif one.state == "degraded" or one.failed:
            named = f": {', '.join(one.failed)}" if one.failed else ""
            why = f"a member failed or is missing{named}"
            yield raid.fail(what, one.name, why=why, fix=RAID_FIX, **told)
        elif one.state == "recovering":
            why = "a member is being rebuilt; until that ends it is not safe against another failure"
            yield raid.warn(what, one.name, why=why, fix="wait for it, and watch: cat /proc/mdstat", **told)
        elif one.state in RAID_RUNS:
            yield raid.ok(what, one.name, **told)
        else:
            yield raid.unknown(
                what, one.name, why="its state is not one that dlws knows", fix="cat /proc/mdstat"
            )


def faults(disk: Disk, health: DiskHealth) -> Iterator[tuple[bool, str]]:
    """What speaks against a disk, and whether it means that the disk fails."""
    if health.passed is False:
        yield True, "its own judgement is: failed"
    if disk.state in ("dead", "offline"):
        yield True, f"the kernel calls it {disk.state}"
    if health.critical_warning:
        yield True, f"critical warning 0x{health.critical_warning:02x}"
    if health.failing_attributes:
        yield True, f"attributes below their threshold: {', '.join(health.failing_attributes)}"
    spare, least = health.spare_percent, health.spare_threshold_percent
    if spare is not None and least is not None and spare < least:
        yield True, f"{spare} % of its spare blocks left, {least} % is the least"
    for count, words in (
        (health.media_errors, "errors of its medium"),
        (health.pending_sectors, "sectors that cannot be read"),
        (health.uncorrectable_sectors, "uncorrectable sectors"),
        (health.reallocated_sectors, "sectors that it had to replace"),
    ):
        if count:
            yield False, f"{count} {words}"
    if health.self_test_passed is False:
        yield True, "its last self-test failed"
    if health.wear_percent is not None and health.wear_percent >= WORN_PERCENT:
        yield False, f"{health.wear_percent} % of its rated endurance used"


@check("storage.health", "Do the disks call themselves healthy?")
def health(case: Case) -> Iterator[Finding]:
    """Disks foretell most of their deaths; a bare "passed" is not enough where errors are counted beside it."""
    for one in case.have.storage.disks:
        found = list(faults(one, one.health or DiskHealth()))
        name = one.model or one.name
        if not found and one.health is None:
            continue
        if not found:
            yield health.ok(
                f"{name} reports no fault", one.name, passed=one.health.passed if one.health else None
            )
            continue
        bad = health.fail if any(fatal for fatal, _ in found) else health.warn
        fix = f"back up what is on it, and replace it: sudo smartctl -a /dev/{one.name}"
        what = f"{name}: {'; '.join(words for _, words in found)}"
        yield bad(what, one.name, why="disks that show this fail more often, and soon", fix=fix)


@check("storage.nvme_link", "Does each NVMe disk have all its PCIe lanes?")
def nvme_link(case: Case) -> Iterator[Finding]:
    """In a slot with fewer lanes than the disk has, it loads data at half its speed."""
    for one in case.have.storage.disks:
        width, able = one.pcie_width, one.pcie_width_max
        if not width or not able:
            continue
        if width >= able:
            yield nvme_link.ok(f"x{width}", one.name, width=width, width_max=able)
        else:
            why = "the slot has fewer lanes, shares them with another, or the disk sits badly"
            fix = "look in the board's manual for a slot with all lanes, and reseat the disk"
            yield nvme_link.warn(
                f"x{width} of x{able}", one.name, why=why, fix=fix, width=width, width_max=able
            )


@check("storage.shm", "Is shared memory large enough for data loaders?")
def shm(case: Case) -> Iterator[Finding]:
    """PyTorch's workers pass batches through /dev/shm, and die with a bus error when it is full.

    https://github.com/pytorch/pytorch/issues/5040
    """
    size = case.have.storage.shm_gb
    if size is None:
        return
    what = f"/dev/shm holds {size:.2g} GB"
    contained = case.have.os.container not in (None, "none")
    fix = "start the container with more: docker run --shm-size=16g ..." if contained else REMOUNT
    if size <= DOCKER_SHM_GB:
        why = "this is what Docker gives where nobody says otherwise, and less than one batch of images takes"
        yield shm.warn(what, why=why, fix=fix, shm_gb=size)
    elif size < SMALL_SHM_GB:
        yield shm.warn(what, why="a few workers with large batches fill it", fix=fix, shm_gb=size)
    else:
        yield shm.ok(what, shm_gb=size)


def disk_of(place: Filesystem, case: Case) -> Disk | None:
    """The disk that a file system lies on, where its device's name says so."""
    device = (place.device or "").rpartition("/")[2]
    fitting = [one for one in case.have.storage.disks if device.startswith(one.name)]
    return max(fitting, key=lambda one: len(one.name), default=None)


@check("storage.kind", "Do the data lie on a disk that is fast enough?")
def kind(case: Case) -> Iterator[Finding]:
    """Training reads samples in random order, at which disks with moving heads are a hundred times slower."""
    place = data_home(case)
    if case.workload is None or not case.workload.dataset_gb or place is None:
        return
    one = disk_of(place, case)
    if one is None or one.kind is None:
        return
    what = f"{place.mount} lies on {one.model or one.name} ({one.kind})"
    if one.kind != "hdd":
        yield kind.ok(what, one.name, kind=one.kind)
    else:
        why = f"{case.workload.dataset_gb:g} GB of data are read in random order"
        fix = "keep the data set on an SSD, or packed in large files that are read in order"
        yield kind.warn(what, one.name, why=why, fix=fix, kind=one.kind)


CHECKS: tuple[Check, ...] = (space, raid, health, nvme_link, shm, kind)
