"""One healthy machine, and ways to spoil it."""

from typing import Any, NamedTuple

from msgspec.structs import replace

from dlws.checks.base import Check, ask
from dlws.model.case import Case
from dlws.model.cpu import Cpu, CpuFlags, CpuLimits
from dlws.model.gpu import Gpu, GpuEcc, GpuPower, PcieLink
from dlws.model.inventory import Inventory
from dlws.model.kernel_log import KernelEvent, KernelLog
from dlws.model.memory import Memory, MemoryErrors, MemoryModule
from dlws.model.requirements import Estimate, Machine, Need, Requirements, Vram
from dlws.model.stack import PythonEnvironment, Stack
from dlws.model.storage import Disk, DiskHealth, Filesystem, Raid, Storage
from dlws.model.system import ContainerToolkit, Docker, Framework, KernelModule, Os, Software

CARD = Gpu(
    index=0,
    vendor="NVIDIA",
    name="NVIDIA RTX A",
    architecture="Ada Lovelace",
    compute_capability="8.9",
    memory_mib=24 * 1024,
    memory_used_mib=300,
    memory_free_mib=24 * 1024 - 300,
    unified_memory=False,
    pci_address="0000:01:00.0",
    driver="nvidia",
    pcie=PcieLink(gen=1, gen_max=4, width=16, width_max=16, slot_gen_max=4, slot_width_max=16),
    power=GpuPower(limit_w=300, default_w=300),
    temperature_c=40,
    temperature_slowdown_c=90,
    ecc=GpuEcc(enabled=True, pending=True, uncorrected_volatile=0, uncorrected_total=0, remap_failed=False),
    throttle_reasons=(),
    persistence=True,
    display_attached=False,
    processes=(),
    recovery_action="none",
)
DISK = Disk(
    name="nvme0n1",
    model="Disk A",
    size_gb=2000,
    kind="nvme",
    pci_address="0000:02:00.0",
    pcie_width=4,
    pcie_width_max=4,
    state="live",
    health=DiskHealth(
        passed=True, media_errors=0, wear_percent=3, spare_percent=100, spare_threshold_percent=10
    ),
)
ROOT = Filesystem(
    mount="/", fstype="ext4", device="/dev/nvme0n1p2", size_gb=2000, free_gb=1500, read_only=False
)
MODULE = MemoryModule(slot="A1", size_mib=32768, speed_mts=4800, configured_mts=4800)
ENVIRONMENT = PythonEnvironment(
    directory="/data/envs/torch-cu130",
    interpreter="/usr/bin/python3",
    packages=("torch==2.13.0+cu130", "numpy"),
)
STACK = Stack(environment="torch-cu130", python=ENVIRONMENT)
TORCH = Framework(
    name="torch",
    version="2.13.0+cu130",
    python="/data/envs/torch-cu130/bin/python",
    cuda="13.0",
    sees_gpu=True,
)
GOOD = Inventory(
    cpu=Cpu(
        architecture="x86_64",
        cores=16,
        threads=32,
        governor="powersave",
        driver="intel_pstate",
        flags=CpuFlags(avx=True, avx2=True),
        limits=CpuLimits(usable_threads=32),
    ),
    memory=Memory(
        total_mib=131072,
        available_mib=120000,
        modules=(MODULE,) * 4,
        channels=4,
        platform_channels=4,
        errors=MemoryErrors(corrected=0, uncorrected=0),
    ),
    storage=Storage(
        disks=(DISK,), filesystems=(ROOT,), raid=(Raid(name="md0", level="raid1", state="active"),), shm_gb=64
    ),
    gpus=(CARD,),
    os=Os(
        id="ubuntu",
        version="24.04",
        name="Ubuntu 24.04.3 LTS",
        arch="x86_64",
        virtualization="none",
        container="none",
        wsl=False,
        secure_boot=True,
    ),
    software=Software(
        nvidia_driver="580.95.05",
        nvidia_library="580.95.05",
        driver_cuda="13.0",
        kernel_module=KernelModule(
            loaded=True, installed=True, version="580.95.05", flavour="open", nouveau_loaded=False
        ),
        docker=Docker(version="28.5", snap=False, running=True, runtimes=("nvidia", "runc")),
        container_toolkit=ContainerToolkit(version="1.18"),
        frameworks=(TORCH,),
        missing_programs=(),
    ),
    kernel_log=KernelLog(source="/dev/kmsg"),
)


class Row(NamedTuple):
    """One check asked about one machine, and the statuses that are right."""

    check: Check
    case: Case
    expected: str
    """Statuses in order, with spaces between."""


def row(check: Check, expected: str, have: Inventory = GOOD, **rest: Any) -> Row:
    """A row of a table of judgements."""
    return Row(check, Case(have=have, **rest), expected)


def statuses(one: Row) -> str:
    """What the check really says."""
    return " ".join(found.status.value for found in ask(one.check, one.case))


def name(one: Row) -> str:
    """Heading of a row in the output of the tests."""
    return f"{one.check.id}-{one.expected}"


def gpu(**changes: Any) -> Inventory:
    """The good machine with another card."""
    return replace(GOOD, gpus=(replace(CARD, **changes),))


def gpus(*cards: Gpu) -> Inventory:
    """The good machine with these cards."""
    return replace(GOOD, gpus=cards)


def software(base: Inventory = GOOD, **changes: Any) -> Inventory:
    """A machine with other software."""
    return replace(base, software=replace(base.software, **changes))


def module(base: Inventory = GOOD, **changes: Any) -> Inventory:
    """A machine with another state of the NVIDIA kernel module."""
    return software(base, kernel_module=replace(base.software.kernel_module, **changes))


def system(base: Inventory = GOOD, **changes: Any) -> Inventory:
    """A machine with another operating system."""
    return replace(base, os=replace(base.os, **changes))


def memory(**changes: Any) -> Inventory:
    """The good machine with other memory."""
    return replace(GOOD, memory=replace(GOOD.memory, **changes))


def cpu(**changes: Any) -> Inventory:
    """The good machine with another processor."""
    return replace(GOOD, cpu=replace(GOOD.cpu, **changes))


def storage(**changes: Any) -> Inventory:
    """The good machine with other storage."""
    return replace(GOOD, storage=replace(GOOD.storage, **changes))


def disk(**changes: Any) -> Inventory:
    """The good machine with another disk."""
    return storage(disks=(replace(DISK, **changes),))


def log(*events: KernelEvent, base: Inventory = GOOD, source: str | None = "/dev/kmsg") -> Inventory:
    """A machine whose kernel reported these events."""
    return replace(base, kernel_log=KernelLog(source=source, events=events))


def need(gpus: float = 1, vram: float = 16, good_vram: float = 20, capability: float = 8.0) -> Requirements:
    """Requirements of a workload of moderate size."""
    memory = Vram(
        total_gib=vram,
        allocated_gib=vram,
        reserved_gib=vram,
        low_gib=vram,
        high_gib=good_vram,
        weights_gib=vram,
        gradients_gib=0,
        optimizer_gib=0,
        activations_gib=0,
        kv_cache_gib=0,
        logits_gib=0,
        temporary_gib=0,
        framework_gib=0,
        peak="backward",
        basis="a test",
        error_percent=10,
    )
    return Requirements(
        workload="a-workload",
        estimate=Estimate(vram=memory, parameters=1, trained_parameters=1, ram_gib=1, disk_gb=1),
        minimum=_machine(gpus, vram, capability, 16, 100, 2),
        recommended=_machine(1, good_vram, capability, 32, 200, 8),
        advice=("batch: 1: 8.0 GiB instead of 16.0 GiB",),
    )


def _machine(gpus: float, vram: float, capability: float, ram: float, disk: float, cores: float) -> Machine:
    return Machine(
        gpus=Need(value=gpus, reason="a test"),
        vram_gib=Need(value=vram, reason="a test"),
        compute_capability=Need(value=capability, reason="a test"),
        ram_gib=Need(value=ram, reason="a test"),
        disk_gb=Need(value=disk, reason="a test"),
        cpu_cores=Need(value=cores, reason="a test"),
    )
