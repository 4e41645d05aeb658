"""What is said of each GPU."""

from typing import Any

import pytest
from msgspec.structs import replace

from dlws.checks.base import ask
from dlws.checks.gpu import (
    pcie_generation,
    pcie_width,
    persistence,
    power_limit,
    present,
    problem,
    recovery,
    temperature,
    throttle,
)
from dlws.checks.gpu_links import nvlink, xgmi
from dlws.checks.gpu_memory import ecc, memory_in_use
from dlws.checks.gpu_problems import NO_DRIVER, REMEDIES
from dlws.model.case import Case
from dlws.model.gpu import Gpu, GpuEcc, GpuMig, GpuPower, GpuProcess, NvLink, PcieLink
from dlws.model.system import Board
from dlws.model.topology import GpuPair, Topology
from dlws.probes.gpu.nvidia import gpu_nvidia, gpu_nvml

from .machines import CARD, Row, gpu, gpus, module, name, row, software, statuses, system

LOST = replace(CARD, index=None, problem=gpu_nvidia.LOST)
BRIDGED = replace(CARD, nvlink=NvLink(links=4, active=4))
DARK = replace(CARD, name="NVIDIA A100-SXM4-80GB", architecture="Ampere", nvlink=NvLink(links=12, active=0))
PCIE = replace(DARK, name="NVIDIA A100 80GB PCIe")
H100 = replace(DARK, name="NVIDIA H100 80GB HBM3", pci_id="10de:2330")
OLD_MODULE = replace(DARK, name="Tesla V100-SXM2-32GB")
IN_PARTS = replace(DARK, mig=GpuMig(enabled=True))
UNTOLD = gpus(replace(DARK, nvlink=None), replace(DARK, index=1, nvlink=None))
INSTINCT = Gpu(index=0, vendor="AMD", name="AMD Instinct MI300X", xgmi=NvLink(links=7, active=7))
X8 = PcieLink(width=8, width_max=16, slot_width_max=16)
TWIN = replace(CARD, index=1, pcie=replace(CARD.pcie, gen_max=3))
INTEL = Gpu(index=1, vendor="Intel", name="UHD Graphics", driver=None, problem="no driver is bound to it")
JOB = GpuProcess(pid=7, name="python", memory_mib=9000, kind="compute")
DESKTOP = GpuProcess(pid=8, name="Xorg", memory_mib=100, kind="graphics")

TABLE = [
    row(present, "ok"),
    row(present, "skip", gpus()),
    row(present, "ok ok", gpus(CARD, LOST)),
    row(problem, "ok"),
    row(problem, "skip", gpus()),
    row(problem, "ok fail", gpus(CARD, LOST)),
    row(problem, "ok warn", gpus(CARD, INTEL)),
    row(problem, "fail", gpu(driver="nouveau", problem=gpu_nvidia.DRIVERS["nouveau"])),
    row(pcie_width, "ok"),
    row(pcie_width, "warn", gpu(pcie=X8)),
    row(pcie_width, "ok", gpu(pcie=PcieLink(width=8, width_max=8, slot_width_max=16))),
    row(pcie_width, "warn", gpu(pcie=PcieLink(width=8, width_max=16, slot_width_max=8))),
    row(pcie_width, "ok", gpu(pcie=PcieLink(gen=1, gen_max=4, width=16, width_max=16))),
    row(pcie_width, "skip", gpu(pcie=PcieLink(width=None, width_max=16))),
    row(pcie_width, "skip", gpu(pcie=PcieLink(width=0, width_max=16))),
    row(pcie_width, "ok", gpu(pcie=X8, name="NVIDIA RTX A Laptop GPU")),
    row(pcie_width, "ok", replace(gpu(pcie=X8), board=Board(chassis="Notebook"))),
    row(pcie_width, "ok", system(gpu(pcie=X8), virtualization="kvm")),
    row(pcie_width, "skip", gpus(LOST)),
    row(pcie_generation, "ok"),
    row(pcie_generation, "ok warn", gpus(CARD, TWIN)),
    row(pcie_generation, "ok ok", gpus(CARD, replace(TWIN, name="NVIDIA RTX B"))),
    row(nvlink, "skip"),
    row(nvlink, "ok", gpu(nvlink=NvLink(links=4, active=0))),
    row(nvlink, "ok warn", gpus(BRIDGED, replace(BRIDGED, index=1, nvlink=NvLink(links=4, active=3)))),
    row(nvlink, "fail fail", gpus(DARK, replace(DARK, index=1))),
    row(nvlink, "fail fail", gpus(H100, replace(H100, index=1))),
    row(nvlink, "fail fail", gpus(OLD_MODULE, replace(OLD_MODULE, index=1))),
    row(nvlink, "warn warn", system(gpus(DARK, replace(DARK, index=1)), virtualization="kvm")),
    row(nvlink, "ok", gpus(DARK)),
    row(nvlink, "warn ok", gpus(DARK, replace(DARK, index=1, nvlink=NvLink(links=12, active=12)))),
    row(nvlink, "ok ok", gpus(PCIE, replace(PCIE, index=1))),
    row(nvlink, "skip", gpus(IN_PARTS, replace(IN_PARTS, index=1))),
    row(nvlink, "fail fail", replace(UNTOLD, topology=Topology(gpu_pairs=(GpuPair(a=0, b=1, link="SYS"),)))),
    row(nvlink, "skip", replace(UNTOLD, topology=Topology(gpu_pairs=(GpuPair(a=0, b=1, link="NV12"),)))),
    row(nvlink, "skip", UNTOLD),
    row(xgmi, "skip"),
    row(xgmi, "ok", gpus(INSTINCT)),
    row(xgmi, "ok warn", gpus(INSTINCT, replace(INSTINCT, index=1, xgmi=NvLink(links=7, active=6)))),
    row(throttle, "ok"),
    row(throttle, "ok", gpu(throttle_reasons=("sw_power_cap",))),
    row(throttle, "warn", gpu(throttle_reasons=("sw_thermal_slowdown",))),
    row(throttle, "fail", gpu(throttle_reasons=("sw_power_cap", "hw_thermal_slowdown"))),
    row(throttle, "fail", gpu(throttle_reasons=("hw_slowdown", "hw_power_brake_slowdown"))),
    row(throttle, "skip", gpu(throttle_reasons=None)),
    row(temperature, "ok"),
    row(temperature, "warn", gpu(temperature_c=87)),
    row(temperature, "fail", gpu(temperature_c=90)),
    row(temperature, "skip", gpu(temperature_slowdown_c=None)),
    row(power_limit, "ok"),
    row(power_limit, "ok", gpu(power=GpuPower(limit_w=299.5, default_w=300))),
    row(power_limit, "warn", gpu(power=GpuPower(limit_w=200, default_w=300))),
    row(power_limit, "skip", gpu(power=GpuPower(limit_w=200))),
    row(persistence, "ok"),
    row(persistence, "warn", gpu(persistence=False)),
    row(persistence, "ok", gpu(persistence=False, display_attached=True)),
    row(persistence, "skip", gpu(persistence=False, display_attached=None)),
    row(persistence, "ok", gpu(persistence=False, name="NVIDIA RTX A Laptop GPU")),
    row(persistence, "skip", system(gpu(persistence=False), container="docker")),
    row(recovery, "ok"),
    row(recovery, "fail", gpu(recovery_action="gpu_reset")),
    row(recovery, "fail", gpu(recovery_action="node_reboot")),
    row(recovery, "skip", gpu(recovery_action=None)),
    row(ecc, "ok"),
    row(ecc, "skip", gpu(ecc=GpuEcc())),
    row(ecc, "ok", gpu(ecc=GpuEcc(enabled=False, pending=False))),
    row(ecc, "warn", gpu(ecc=GpuEcc(enabled=False, pending=True))),
    row(ecc, "ok", gpu(ecc=GpuEcc(enabled=True, corrected_total=4))),
    row(ecc, "fail", gpu(ecc=GpuEcc(uncorrected_volatile=1))),
    row(ecc, "warn", gpu(ecc=GpuEcc(uncorrected_volatile=0, uncorrected_total=3))),
    row(ecc, "fail", gpu(ecc=GpuEcc(remap_failed=True, remap_pending=True))),
    row(ecc, "warn", gpu(ecc=GpuEcc(remap_pending=True))),
    row(ecc, "ok", gpu(ecc=GpuEcc(enabled=True, uncorrected_total=1, remapped_rows=1, remap_failed=False))),
    row(ecc, "warn", gpu(ecc=GpuEcc(enabled=True, uncorrected_total=9, remapped_rows=1))),
    row(ecc, "ok", gpu(ecc=GpuEcc(enabled=True, retired_pages=62, uncorrected_total=5))),
    row(ecc, "fail", gpu(ecc=GpuEcc(enabled=True, retired_pages=63))),
    row(ecc, "ok", gpu(vendor="AMD", ecc=GpuEcc(enabled=True, retired_pages=63))),
    row(ecc, "warn", gpu(ecc=GpuEcc(retired_pages_pending=True))),
    row(memory_in_use, "ok"),
    row(memory_in_use, "warn", gpu(memory_used_mib=9000)),
    row(memory_in_use, "ok", gpu(memory_used_mib=9500, processes=(JOB,))),
    row(memory_in_use, "ok", gpu(memory_used_mib=2000, processes=(DESKTOP,))),
    row(memory_in_use, "ok", gpu(memory_used_mib=9000, processes=None)),
    row(memory_in_use, "ok", system(gpu(memory_used_mib=9000), container="docker")),
    row(memory_in_use, "skip", gpu(memory_used_mib=9000, unified_memory=True)),
]


@pytest.mark.parametrize("one", TABLE, ids=name)
def test_judgement(one: Row) -> None:
    assert statuses(one) == one.expected


PROBLEMS = [
    gpu_nvidia.LOST,
    *gpu_nvidia.SETTLED.values(),
    *gpu_nvidia.DRIVERS.values(),
    *(f"the driver reports a fault: {gpu_nvml.FAULTS[error]}" for error in gpu_nvml.UNUSABLE),
    "no driver is bound to it",
    "the driver does not list it: it failed to start it; the kernel log (NVRM) says why",
]


@pytest.mark.parametrize("sentence", PROBLEMS)
def test_every_problem_that_probes_name_has_a_remedy_of_its_own(sentence: str) -> None:
    words = [words for one in REMEDIES for words in one.words] + list(NO_DRIVER) + ["bound to nouveau"]
    assert any(one in sentence for one in words)


def fix_of(problem_text: str, driver: str | None = None, **state: Any) -> str:
    """The fix for a card with a problem, with the kernel module in some state."""
    machine = module(gpu(problem=problem_text, driver=driver), **state)
    (found,) = ask(problem, Case(have=machine))
    return found.fix or ""


def test_the_fix_depends_on_what_keeps_the_driver_away() -> None:
    gone: dict[str, Any] = {"loaded": False, "installed": False, "version": None}
    assert "ubuntu-drivers install" in fix_of("no driver is bound to it", **gone)
    assert "mokutil" in fix_of("no driver is bound to it", loaded=False)
    assert "ubuntu-drivers install" in fix_of(gpu_nvidia.DRIVERS["nouveau"], "nouveau", **gone)
    assert "blacklist nouveau" in fix_of(gpu_nvidia.DRIVERS["nouveau"], "nouveau", loaded=False)
    assert "reboot" in fix_of(gpu_nvidia.SETTLED["LibRmVersionMismatch"], "nvidia")
    contained = f"{gpu_nvidia.SETTLED['LibraryNotFound']}; this is a container: start it with the GPUs"
    assert "docker run --gpus all" in fix_of(contained, "nvidia")


def test_the_power_limit_is_restored_on_the_right_card() -> None:
    (found,) = ask(power_limit, Case(have=gpu(power=GpuPower(limit_w=200, default_w=300))))
    assert found.fix == "restore it: sudo nvidia-smi -i 0000:01:00.0 -pl 300"


@pytest.mark.parametrize(
    ("card", "driver", "words"),
    [
        (DARK, "580.95.05", 'apt install "nvidia-fabricmanager=580.95.05*"'),
        (DARK, "570.124.06", 'apt install "nvidia-fabricmanager-570=570.124.06*"'),
        (replace(DARK, architecture="Blackwell"), "580.95.05", "apt install nvlsm "),
        (DARK, None, "exactly the driver's version"),
        (OLD_MODULE, "580.95.05", "dmesg"),
    ],
)
def test_a_dark_board_gets_the_fabric_manager_of_its_driver(
    card: Gpu, driver: str | None, words: str
) -> None:
    have = software(gpus(card, replace(card, index=1)), nvidia_driver=driver)
    assert [words in str(found.fix) for found in ask(nvlink, Case(have=have))] == [True, True]
