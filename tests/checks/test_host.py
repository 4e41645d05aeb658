"""What is said of processor, memory and operating system."""

import pytest
from msgspec.structs import replace

from dlws.checks.base import ask
from dlws.checks.host import (
    avx2,
    cpu_limits,
    governor,
    memory_channels,
    memory_speed,
    os_supported,
    ram_errors,
)
from dlws.checks.tools import PACKAGES, tools
from dlws.model.case import Case
from dlws.model.cpu import CpuFlags, CpuLimits
from dlws.model.memory import MemoryErrors
from dlws.probes.software.programs import WANTED

from .machines import MODULE, Row, cpu, memory, name, row, software, statuses, system

OVERCLOCKED = replace(MODULE, configured_mts=6000)
SLOW = replace(MODULE, configured_mts=3600)
A_STEP_DOWN = replace(MODULE, configured_mts=4400)

TABLE = [
    row(ram_errors, "ok"),
    row(ram_errors, "skip", memory(errors=None)),
    row(ram_errors, "warn", memory(errors=MemoryErrors(corrected=3, uncorrected=0))),
    row(ram_errors, "fail", memory(errors=MemoryErrors(corrected=3, uncorrected=1))),
    row(memory_speed, "ok"),
    row(memory_speed, "ok", memory(modules=(OVERCLOCKED,))),
    row(memory_speed, "ok", memory(modules=(A_STEP_DOWN,))),
    row(memory_speed, "warn", memory(modules=(MODULE, SLOW))),
    row(memory_speed, "skip", memory(modules=None)),
    row(memory_speed, "skip", memory(modules=(replace(MODULE, speed_mts=None),))),
    row(memory_channels, "ok"),
    row(memory_channels, "warn", memory(channels=2)),
    row(memory_channels, "skip", memory(channels=None)),
    row(memory_channels, "skip", memory(platform_channels=None)),
    row(governor, "ok"),
    row(governor, "ok", cpu(driver="amd-pstate-epp")),
    row(governor, "warn", cpu(driver="acpi-cpufreq")),
    row(governor, "warn", cpu(driver="intel_cpufreq")),
    row(governor, "ok", cpu(governor="schedutil", driver="acpi-cpufreq")),
    row(governor, "skip", cpu(governor=None)),
    row(governor, "skip", cpu(driver=None)),
    row(cpu_limits, "ok"),
    row(cpu_limits, "warn", cpu(limits=CpuLimits(quota_cpus=2))),
    row(cpu_limits, "warn", cpu(limits=CpuLimits(usable_threads=8))),
    row(cpu_limits, "warn", cpu(limits=CpuLimits(memory_mib=8192))),
    row(cpu_limits, "ok", cpu(limits=CpuLimits(quota_cpus=12, memory_mib=100000))),
    row(cpu_limits, "skip", cpu(cores=None)),
    row(avx2, "ok"),
    row(avx2, "warn", cpu(flags=CpuFlags(avx=True, avx2=False))),
    row(avx2, "warn", cpu(flags=CpuFlags(avx=False, avx2=False))),
    row(avx2, "skip", cpu(flags=CpuFlags(neon=True))),
    row(os_supported, "ok"),
    row(os_supported, "ok", system(id="debian", version="13")),
    row(os_supported, "warn", system(id="debian", version="11")),
    row(os_supported, "warn", system(id="fedora", version="44", name=None)),
    row(os_supported, "warn", system(id="arch", version=None)),
    row(os_supported, "skip", system(id=None)),
    row(tools, "ok"),
    row(tools, "warn", software(missing_programs=("gcc", "nvme"))),
    row(tools, "skip", software(missing_programs=None)),
]


@pytest.mark.parametrize("one", TABLE, ids=name)
def test_judgement(one: Row) -> None:
    assert statuses(one) == one.expected


def test_a_virtual_machine_is_told_to_pass_the_processor_through() -> None:
    guest = system(cpu(flags=CpuFlags(avx=False, avx2=False)), virtualization="kvm")
    (found,) = ask(avx2, Case(have=guest))
    assert "host-passthrough" in (found.fix or "")


def test_every_program_that_is_looked_for_has_a_package() -> None:
    assert set(PACKAGES) == set(WANTED)
