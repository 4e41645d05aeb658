"""Are processor, memory and operating system as they should be?"""

from collections.abc import Iterator
from typing import Any

from dlws.model.case import Case
from dlws.model.finding import Finding

from .base import check
from .fit import usable_cores

MIB_PER_GIB = 1024
MIN_SHARE_OF_RATED = 0.85
"""Servers clock memory down a step where two modules share a channel; a missing XMP or EXPO profile costs more."""
FAR_BELOW = 0.5
"""Share of the machine under which a limit is worth a warning."""
ENERGY_AWARE = ("intel_pstate", "amd-pstate-epp")
"""Drivers whose ``powersave`` scales with load (admin-guide/pm/intel_pstate.rst and amd-pstate.rst of Linux)."""
SUPPORTED = {"ubuntu": ("22.04", "24.04", "26.04"), "debian": ("12", "13")}


@check("host.ram_errors", "Is main memory free of errors?")
def ram_errors(case: Case) -> Iterator[Finding]:
    """Memory with error correction counts its errors; rising counts announce a failing module."""
    errors = case.have.memory.errors
    if errors is None:
        return
    told: dict[str, Any] = {"corrected": errors.corrected or 0, "uncorrected": errors.uncorrected or 0}
    fix = "find the module, and replace it: grep -H . /sys/devices/system/edac/mc/mc*/dimm*/dimm_*_count"
    if errors.uncorrected:
        why = "data were lost: what was computed may be wrong"
        yield ram_errors.fail(f"{errors.uncorrected} uncorrected memory errors", why=why, fix=fix, **told)
    elif errors.corrected:
        why = "each was mended, but a module that makes them often begins to fail"
        yield ram_errors.warn(f"{errors.corrected} corrected memory errors", why=why, fix=fix, **told)
    else:
        yield ram_errors.ok("no memory errors since the machine started", **told)


@check("host.memory_speed", "Does main memory run at its rated speed?")
def memory_speed(case: Case) -> Iterator[Finding]:
    """Boards start with a safe, slow setting until a profile (XMP, EXPO) is chosen. Faster than rated is fine."""
    known = [
        (module.configured_mts, module.speed_mts)
        for module in case.have.memory.modules or ()
        if module.configured_mts and module.speed_mts
    ]
    if not known:
        return
    configured, rated = min(known, key=lambda pair: pair[0] / pair[1])
    what = f"{configured} MT/s, rated {rated}"
    if configured >= MIN_SHARE_OF_RATED * rated:
        yield memory_speed.ok(what, configured_mts=configured, rated_mts=rated)
    else:
        why = "no profile is chosen in the firmware, or the processor allows no more with this many modules"
        fix = "choose the XMP or EXPO profile in the firmware, and see which speeds the board's manual allows"
        yield memory_speed.warn(what, why=why, fix=fix, configured_mts=configured, rated_mts=rated)


@check("host.memory_channels", "Are all memory channels in use?")
def memory_channels(case: Case) -> Iterator[Finding]:
    """Bandwidth grows with the channels in use; data loading and CPU training live on it."""
    used, able = case.have.memory.channels, case.have.memory.platform_channels
    if not used or not able:
        return
    what = f"{used} of {able} memory channels in use"
    if used >= able:
        yield memory_channels.ok(what, used=used, platform=able)
    else:
        fix = "spread the modules over the channels as the board's manual shows, or add modules"
        why = f"memory is at most {used / able:.0%} as fast as it could be"
        yield memory_channels.warn(what, why=why, fix=fix, used=used, platform=able)


@check("host.governor", "May the processor run at full speed?")
def governor(case: Case) -> Iterator[Finding]:
    """``powersave`` pins the lowest clock under most drivers; intel_pstate and amd-pstate use the word for another."""
    name, driver = case.have.cpu.governor, case.have.cpu.driver
    if name is None:
        return
    what = f"governor {name} of {driver or 'an unknown driver'}"
    if name != "powersave":
        yield governor.ok(what, governor=name, driver=driver)
    elif driver in ENERGY_AWARE:
        yield governor.ok(f"{what}: it follows the load", governor=name, driver=driver)
    elif driver is None:
        yield governor.skip(f"{what}: what it does depends on the driver", governor=name)
    else:
        why = f"under {driver} it keeps the processor at its lowest clock"
        command = "echo schedutil | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor"
        yield governor.warn(
            what, why=why, fix=f"let it follow the load: {command}", governor=name, driver=driver
        )


@check("host.cpu_limits", "May this process use most of the machine?")
def cpu_limits(case: Case) -> Iterator[Finding]:
    """Containers and batch systems hand out less than /proc shows, and thread pools sized by it fight each other."""
    cpu, total = case.have.cpu, case.have.memory.total_mib
    cores, memory = usable_cores(cpu), cpu.limits.memory_mib
    short = []
    if cores is not None and cpu.cores and cores < FAR_BELOW * cpu.cores:
        short.append(f"{cores:g} of {cpu.cores} cores")
    if memory is not None and total and memory < FAR_BELOW * total:
        short.append(f"{memory / MIB_PER_GIB:.1f} of {total / MIB_PER_GIB:.1f} GiB of memory")
    if short:
        why = "a container, a batch system or a service sets a limit"
        fix = "raise it where this was started (docker run --cpus and --memory, or the job's request)"
        yield cpu_limits.warn(f"only {' and '.join(short)} may be used", why=why, fix=fix, usable_cores=cores)
    elif cores is not None:
        yield cpu_limits.ok(f"{cores:g} of {cpu.cores} cores may be used", usable_cores=cores)


@check("host.avx2", "Has the processor the instructions that frameworks are built for?")
def avx2(case: Case) -> Iterator[Finding]:
    """TensorFlow's wheels do not start without AVX; some of PyTorch's operators refuse to run without AVX2.

    https://github.com/tensorflow/tensorflow/issues/29788, https://github.com/pytorch/pytorch/issues/94021
    """
    flags = case.have.cpu.flags
    if flags.avx2 is None:
        return
    if flags.avx2:
        yield avx2.ok("AVX2", avx=flags.avx, avx2=True)
        return
    what = "the processor has AVX but not AVX2" if flags.avx else "the processor has neither AVX nor AVX2"
    why = "published builds of PyTorch and TensorFlow are made for processors that have them"
    if case.have.os.virtualization in (None, "none"):
        fix = "use a processor of 2015 or later, or build the framework from source"
    else:
        fix = "give the virtual machine the host's processor (libvirt: cpu mode host-passthrough)"
    yield avx2.warn(what, why=why, fix=fix, avx=flags.avx, avx2=False)


@check("host.os_supported", "Is this an operating system that dlws is tested on?")
def os_supported(case: Case) -> Iterator[Finding]:
    """Roles install packages by the names that Ubuntu and Debian give them."""
    system = case.have.os
    if system.id is None:
        return
    name = system.name or f"{system.id} {system.version or ''}".strip()
    if system.version in SUPPORTED.get(system.id, ()):
        yield os_supported.ok(name, id=system.id, version=system.version)
    else:
        tested = " or ".join(f"{id.capitalize()} {', '.join(versions)}" for id, versions in SUPPORTED.items())
        why = "dlws is tested on " + tested
        fix = "expect what needs root to fail here; an environment of your own user should work: dlws apply"
        yield os_supported.warn(name, why=why, fix=fix, id=system.id, version=system.version)


CHECKS = (ram_errors, memory_speed, memory_channels, governor, cpu_limits, avx2, os_supported)
