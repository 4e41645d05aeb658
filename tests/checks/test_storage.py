"""What is said of disks, and of containers."""

import pytest
from msgspec.structs import replace

from dlws.checks.base import ask
from dlws.checks.container import runtime
from dlws.checks.storage import health, kind, nvme_link, raid, shm, space
from dlws.model.case import Case
from dlws.model.inventory import Inventory
from dlws.model.network_shape import Convnet
from dlws.model.storage import DiskHealth, Raid
from dlws.model.system import ContainerToolkit, Docker
from dlws.model.workload import Workload

from .machines import DISK, GOOD, ROOT, Row, disk, gpus, name, row, software, statuses, storage, system

JOB = Workload(name="a", model=Convnet(parameters=1000, activation_mib_per_sample=1), dataset_gb=100)
HEALTH = DISK.health or DiskHealth()
DOCKER = GOOD.software.docker or Docker()
NO_RUNTIME = replace(DOCKER, runtimes=("runc",))
HDD = replace(DISK, name="sda", kind="hdd", health=None)


CDI = ContainerToolkit(version="1.18", cdi_specs=("/etc/cdi/nvidia.yaml",))


def array(state: str | None) -> Inventory:
    """The good machine with an array in some state."""
    return storage(raid=(Raid(name="md0", level="raid5", state=state),))


TABLE = [
    row(space, "ok"),
    row(space, "warn", storage(filesystems=(replace(ROOT, free_gb=5),))),
    row(space, "fail", storage(filesystems=(replace(ROOT, free_gb=0.5),))),
    row(space, "skip", storage(filesystems=(replace(ROOT, free_gb=None),))),
    row(space, "skip", storage(filesystems=(replace(ROOT, free_gb=0.0, read_only=True),))),
    row(space, "skip", storage(filesystems=(replace(ROOT, free_gb=0.1, mount="/boot/efi"),))),
    row(space, "ok warn", storage(filesystems=(ROOT, replace(ROOT, mount="/home", free_gb=9)))),
    row(raid, "ok"),
    *(row(raid, "ok", array(state)) for state in ("container", "check", "repair", "resync", "reshape")),
    *(row(raid, "fail", array(state)) for state in ("degraded", "inactive", "broken")),
    row(raid, "fail", storage(raid=(Raid(name="md0", level="raid1", state="active", failed=("sdb1",)),))),
    row(raid, "warn", array("recovering")),
    row(raid, "unknown", array(None)),
    row(raid, "skip", storage(raid=())),
    row(health, "ok"),
    row(health, "skip", disk(health=None)),
    row(health, "fail", disk(health=replace(HEALTH, passed=False))),
    row(health, "fail", disk(health=None, state="dead")),
    row(health, "fail", disk(health=replace(HEALTH, critical_warning=4))),
    row(health, "fail", disk(health=replace(HEALTH, spare_percent=4))),
    row(health, "ok", disk(health=replace(HEALTH, spare_percent=10))),
    row(health, "fail", disk(health=replace(HEALTH, failing_attributes=("Reallocated_Sector_Ct",)))),
    row(health, "fail", disk(health=replace(HEALTH, self_test_passed=False))),
    row(health, "warn", disk(health=replace(HEALTH, media_errors=7))),
    row(health, "warn", disk(health=replace(HEALTH, pending_sectors=8))),
    row(health, "warn", disk(health=replace(HEALTH, reallocated_sectors=1))),
    row(health, "warn", disk(health=replace(HEALTH, wear_percent=101))),
    row(health, "ok", disk(health=replace(HEALTH, wear_percent=99))),
    row(nvme_link, "ok"),
    row(nvme_link, "warn", disk(pcie_width=2)),
    row(nvme_link, "skip", disk(pcie_width=None)),
    row(shm, "ok"),
    row(shm, "warn", storage(shm_gb=0.067)),
    row(shm, "warn", storage(shm_gb=0.5)),
    row(shm, "skip", storage(shm_gb=None)),
    row(kind, "ok", workload=JOB),
    row(kind, "skip"),
    row(kind, "skip", workload=replace(JOB, dataset_gb=None)),
    row(
        kind,
        "warn",
        storage(disks=(DISK, HDD), filesystems=(replace(ROOT, device="/dev/sda1"),)),
        workload=JOB,
    ),
    row(kind, "skip", storage(disks=(HDD,), filesystems=(replace(ROOT, device="tank/data"),)), workload=JOB),
    row(runtime, "ok"),
    row(runtime, "skip", software(docker=None)),
    row(runtime, "skip", software(gpus(), docker=NO_RUNTIME)),
    row(runtime, "skip", software(docker=replace(DOCKER, running=False, runtimes=None))),
    row(runtime, "skip", software(docker=replace(DOCKER, running=None, runtimes=None))),
    row(runtime, "warn", software(docker=NO_RUNTIME)),
    row(runtime, "warn", software(docker=NO_RUNTIME, container_toolkit=None)),
    row(runtime, "ok", software(docker=replace(NO_RUNTIME, cdi=True), container_toolkit=CDI)),
    row(runtime, "warn", software(docker=replace(NO_RUNTIME, cdi=True))),
    row(runtime, "fail", software(docker=replace(NO_RUNTIME, configured_runtimes=("nvidia",)))),
    row(runtime, "fail", software(gpus(), docker=replace(NO_RUNTIME, configured_runtimes=("nvidia",)))),
    row(runtime, "fail", software(docker=replace(NO_RUNTIME, snap=True))),
]


@pytest.mark.parametrize("one", TABLE, ids=name)
def test_judgement(one: Row) -> None:
    assert statuses(one) == one.expected


def test_a_container_is_told_how_to_get_more_shared_memory() -> None:
    (found,) = ask(shm, Case(have=system(storage(shm_gb=0.067), container="docker")))
    assert "--shm-size" in (found.fix or "")


def test_a_configuration_that_no_daemon_read_is_called_that() -> None:
    docker = replace(NO_RUNTIME, configured_runtimes=("nvidia",))
    (found,) = ask(runtime, Case(have=software(docker=docker)))
    assert "did not read" in (found.why or "")


def test_a_failed_member_is_named() -> None:
    have = storage(raid=(Raid(name="md0", level="raid1", state="degraded", failed=("sda3",)),))
    (finding,) = ask(raid, Case(have=have))
    assert "sda3" in (finding.why or "")
