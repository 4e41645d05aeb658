"""Operating system: distribution, kernel, firmware mode and what surrounds it."""

import re

from dlws.host import Host
from dlws.model.system import Os
from dlws.probes.problems import Problems
from dlws.probes.software import os_release, virtualization

SECURE_BOOT = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
"""The variable under EFI_GLOBAL_VARIABLE's GUID (UEFI specification, section 3.3)."""

PARAMETERS = (
    "iommu",
    "intel_iommu",
    "amd_iommu",
    "nouveau",
    "nvidia",
    "modprobe.blacklist",
    "module_blacklist",
    "rd.driver.blacklist",
    "rd.driver.pre",
    "pci",
    "pcie_",
    "vfio",
    "kvm",
    "isolcpus",
    "nohz",
    "rcu_nocbs",
    "nosmt",
    "mitigations",
    "hugepages",
    "default_hugepagesz",
    "transparent_hugepage",
    "numa",
    "mem=",
    "memmap",
    "maxcpus",
    "nr_cpus",
    "max_cpus",
    "processor.",
    "intel_idle",
    "intel_pstate",
    "amd_pstate",
    "idle=",
    "nomodeset",
    "nomodule",
    "systemd.unified_cgroup",
    "cgroup",
    "lockdown",
    "module.sig_enforce",
    "amdgpu",
    "radeon",
    "i915",
    "xe.",
    "nokaslr",
    "clearcpuid",
    "noxsave",
    "tsx",
    "swiotlb",
    "acpi",
    "noapic",
    "efi",
    "cma",
)
"""Beginnings of kernel parameters that change what GPUs, memory or processors can do."""

ARCHITECTURES = (
    (r"(x86_64|amd64)", "x86_64"),
    (r"(aarch64|arm64)", "aarch64"),
    (r"ppc64(le|el)", "ppc64le"),
    (r"riscv64", "riscv64"),
    (r"s390x", "s390x"),
)
"""How distributions write an architecture in a kernel's release, and how ``uname -m`` does."""


def probe(host: Host, problems: Problems) -> Os:
    """The operating system, as far as any user may read it."""
    release = os_release.read(host)
    if release.name is None:
        problems.add("the distribution is unknown: there is no os-release file")
    version = kernel(host)
    uefi = _uefi(host)
    return Os(
        id=release.id,
        like=release.like,
        version=release.version,
        codename=release.codename,
        base_codename=release.base_codename,
        name=release.name,
        kernel=version,
        arch=_arch(host, version),
        virtualization=virtualization.machine(host),
        container=virtualization.container(host),
        wsl=virtualization.wsl(version),
        secure_boot=_secure_boot(host, uefi, problems),
        uefi=uefi,
        lockdown=_chosen(host.read("/sys/kernel/security/lockdown")),
        cmdline=_parameters(host.read("/proc/cmdline")),
        uptime_s=_uptime(host.read("/proc/uptime")),
        init=host.read("/proc/1/comm"),
    )


def kernel(host: Host) -> str | None:
    """Release of the running kernel, as ``uname -r``."""
    if release := host.read("/proc/sys/kernel/osrelease"):
        return release
    found = re.search(r"Linux version (\S+)", host.read("/proc/version") or "")
    return found[1] if found else None


def _arch(host: Host, release: str | None) -> str | None:
    """As ``uname -m``. Without that answer, only what can be nothing else is taken."""
    if known := host.machine() or host.read("/proc/sys/kernel/arch"):
        return known
    for names, name in ARCHITECTURES:
        if re.search(rf"(?<![a-z0-9]){names}(?![a-z0-9])", release or ""):
            return name
    cpu = host.read("/proc/cpuinfo")
    if cpu is None:
        named = re.search(r"^[^\w\n]*Architecture:\s*(\S+)$", host.run("lscpu").stdout, re.MULTILINE)
        return named[1] if named else None
    if flags := re.search(r"^flags\s*:(.*)$", cpu, re.MULTILINE):
        return (
            "x86_64" if "lm" in flags[1].split() else None
        )  # long mode: a 32-bit kernel on it is extinct here
    # "asimd" is the 64-bit kernel's name for what 32-bit Arm calls "neon" (arch/arm64/kernel/cpuinfo.c).
    if features := re.search(r"^Features\s*:(.*)$", cpu, re.MULTILINE):
        return "aarch64" if "asimd" in features[1].split() else None
    return "riscv64" if re.search(r"^isa\s*:\s*rv64", cpu, re.MULTILINE) else None


def _uefi(host: Host) -> bool | None:
    if host.list("/sys/firmware/efi"):
        return True
    return False if host.list("/sys/firmware") else None


def _secure_boot(host: Host, uefi: bool | None, problems: Problems) -> bool | None:
    """The variable's fifth byte; four of attributes come first (Documentation/filesystems/efivarfs.rst)."""
    if not uefi:
        return uefi
    data = host.read_bytes(SECURE_BOOT)
    if data is None or len(data) < 5:
        problems.add(
            "Secure Boot is unknown: the firmware's variables are not mounted on /sys/firmware/efi/efivars"
        )
        return None
    return data[4] == 1


def _chosen(text: str | None) -> str | None:
    found = re.search(r"\[(\w+)\]", text or "")
    return found[1] if found else None


def _parameters(text: str | None) -> tuple[str, ...]:
    # What follows " -- " is for init, not for the kernel (Documentation/admin-guide/kernel-parameters.rst).
    words = (text or "").split(" -- ")[0].split()
    return tuple(word for word in words if word.replace("-", "_").startswith(PARAMETERS))


def _uptime(text: str | None) -> float | None:
    try:
        return float((text or "").split()[0])
    except (IndexError, ValueError):
        return None
