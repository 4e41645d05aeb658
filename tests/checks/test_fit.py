"""Whether a machine meets a workload."""

import pytest
from msgspec.structs import replace

from dlws.checks.base import ask
from dlws.checks.fit import CHECKS, compute_capability, cpu_cores, disk, gpu, ram, vram
from dlws.model.case import Case
from dlws.model.cpu import CpuLimits
from dlws.model.gpu import GpuMig
from dlws.model.inventory import Inventory

from . import machines
from .machines import CARD, GOOD, ROOT, Row, gpus, name, need, row, statuses, storage

SMALL = replace(CARD, index=1, memory_mib=8192, memory_free_mib=8000)
RADEON = replace(
    CARD, index=None, pci_address="0000:03:00.0", vendor="AMD", name="RX A", compute_capability=None,
    gfx="gfx1100", memory_mib=48 * 1024,
)  # fmt: skip
BROKEN = replace(CARD, index=1, problem="it fell off the bus")
FOUR_CORES = machines.cpu(cores=4, threads=8, limits=CpuLimits())
SILENT = Inventory(not_told=("gpus",))

TABLE = [
    row(gpu, "ok", need=need()),
    row(gpu, "fail", gpus(), need=need()),
    row(gpu, "warn", gpus(), need=need(gpus=0)),
    row(gpu, "fail", gpus(BROKEN), need=need()),
    row(gpu, "unknown", SILENT, need=need()),
    row(gpu, "warn", SILENT, need=need(gpus=0)),
    row(vram, "ok", need=need()),
    row(vram, "skip", gpus(), need=need()),
    row(vram, "fail", need=need(vram=30, good_vram=40)),
    row(vram, "warn", need=need(gpus=0, vram=30, good_vram=40)),
    row(vram, "warn", need=need(vram=20, good_vram=30)),
    row(vram, "ok", gpus(SMALL, CARD), need=need()),
    row(vram, "fail", gpus(SMALL), need=need()),
    row(vram, "warn", machines.gpu(memory_free_mib=4000), need=need()),
    row(vram, "warn", machines.gpu(memory_free_mib=None, memory_used_mib=20000), need=need()),
    row(vram, "unknown", machines.gpu(memory_mib=None), need=need()),
    row(vram, "ok", machines.gpu(memory_mib=None, unified_memory=True), need=need()),
    row(vram, "unknown", machines.gpu(mig=GpuMig(enabled=True, instances=7)), need=need()),
    row(compute_capability, "ok", need=need()),
    row(compute_capability, "fail", machines.gpu(compute_capability="7.5"), need=need()),
    row(compute_capability, "ok", machines.gpu(compute_capability="10.3"), need=need()),
    row(
        compute_capability,
        "skip",
        machines.gpu(vendor="AMD", compute_capability=None, gfx="gfx1100"),
        need=need(),
    ),
    row(ram, "ok", need=need()),
    row(ram, "warn", machines.memory(total_mib=24 * 1024), need=need()),
    row(ram, "fail", machines.memory(total_mib=8 * 1024), need=need()),
    row(ram, "unknown", machines.memory(total_mib=None), need=need()),
    row(ram, "fail", machines.cpu(limits=CpuLimits(memory_mib=4096)), need=need()),
    row(disk, "ok", need=need()),
    row(disk, "warn", storage(filesystems=(replace(ROOT, free_gb=150),)), need=need()),
    row(disk, "fail", storage(filesystems=(replace(ROOT, free_gb=20),)), need=need()),
    row(
        disk,
        "fail",
        storage(filesystems=(replace(ROOT, free_gb=20), replace(ROOT, network=True))),
        need=need(),
    ),
    row(disk, "unknown", storage(filesystems=(replace(ROOT, read_only=True),)), need=need()),
    row(disk, "unknown", storage(filesystems=(replace(ROOT, fstype="tmpfs"),)), need=need()),
    row(cpu_cores, "ok", need=need()),
    row(cpu_cores, "warn", FOUR_CORES, need=need()),
    row(cpu_cores, "warn", machines.cpu(limits=CpuLimits(usable_threads=8)), need=need()),
    row(cpu_cores, "fail", machines.cpu(limits=CpuLimits(quota_cpus=1.5)), need=need()),
    row(cpu_cores, "ok", replace(FOUR_CORES, gpus=()), need=need(gpus=0)),
    row(cpu_cores, "unknown", machines.cpu(cores=None), need=need()),
]


@pytest.mark.parametrize("one", TABLE, ids=name)
def test_judgement(one: Row) -> None:
    assert statuses(one) == one.expected


def test_without_a_workload_there_is_nothing_to_fit() -> None:
    assert {found.status.value for check in CHECKS for found in ask(check, Case(have=GOOD))} == {"skip"}


def test_a_lack_of_memory_names_a_change_that_would_help() -> None:
    (found,) = ask(vram, Case(have=GOOD, need=need(vram=30, good_vram=40)))
    assert "batch: 1" in (found.fix or "")


def test_cards_of_two_vendors_do_not_work_together_and_that_is_said() -> None:
    both = Case(have=gpus(RADEON, CARD), need=need())
    (count,) = ask(gpu, both)
    assert count.what.startswith("1 usable GPU, 1 wanted; RX A (0000:03:00.0) left out")
    assert [found.subject for found in ask(vram, both)] == ["gpu0"]
    rocm = replace(both, stack=replace(machines.STACK, environment="torch-rocm7.2"))
    assert "NVIDIA RTX A (gpu0) left out" in ask(gpu, rocm)[0].what
    assert [found.subject for found in ask(vram, rocm)] == ["0000:03:00.0"]
    assert "left out" not in ask(gpu, Case(have=gpus(RADEON), need=need()))[0].what


def test_advice_names_the_workload_as_the_user_did() -> None:
    changed = replace(need(), named="my own.yaml", changes={"batch": "64", "lora.targets": "a b"})
    (found,) = ask(gpu, Case(have=gpus(), need=changed))
    assert found.fix == "see which would do: dlws size 'my own.yaml' --set batch=64 --set 'lora.targets=a b'"


def test_the_fail_line_itself_is_enough() -> None:
    exact = need(vram=24, good_vram=24)
    assert statuses(row(vram, "ok", machines.gpu(memory_free_mib=24 * 1024), need=exact)) == "ok"
