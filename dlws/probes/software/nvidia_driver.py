"""The NVIDIA driver: kernel module, user-mode library and what they say of themselves."""

import re

from msgspec import Struct, structs

from dlws.host import Host
from dlws.model.system import KernelModule
from dlws.pattern import pattern
from dlws.probes import collect_env
from dlws.probes.gpu.nvidia import nvidia_smi_fault
from dlws.probes.gpu.nvidia.gpu_nvidia import NOT_ASKED
from dlws.probes.problems import Problems
from dlws.probes.software.libraries import FOLDERS, version_of
from dlws.probes.software.os import kernel

VERSION = r"\d+\.\d+(?:\.\d+){0,2}"
NVRM = pattern(rf"NVRM version:.*?Kernel Module(?: for \S+)?\s+({VERSION})")
"""The first line of /proc/driver/nvidia/version, of both flavours."""

MODULE_FILE = pattern(r"nvidia(-current)?\.ko(\.(gz|xz|zst))?$")
"""Debian's own packages call the module nvidia-current.ko; kernels may compress it."""


class Driver(Struct, frozen=True, kw_only=True):
    """Driver versions by side, and the module."""

    version: str | None = None
    library: str | None = None
    cuda: str | None = None
    module: KernelModule = KernelModule()
    fault: str | None = None


def read(host: Host, problems: Problems) -> Driver:
    """The driver as far as files, NVML or a saved nvidia-smi output tell."""
    nvml = host.nvml()
    # Where NVML was asked and failed, nvidia-smi would too, for it asks the same library.
    asked = not str(nvml.get("error", "")).startswith(NOT_ASKED)
    told = {**({} if asked else _told(host)), **nvml}
    module = _module(host, problems)
    fault = None if asked or "driver" in told else nvidia_smi_fault.asked(host)
    if fault and module.loaded is None:
        installed = fault.installed if module.installed is None else module.installed
        module = structs.replace(module, loaded=fault.loaded, installed=installed)
    version = module.version if module.loaded else None
    version = version or _text(told.get("driver"))
    return Driver(
        version=version,
        library=_library(host) or _text(told.get("library")),
        cuda=_cuda(told.get("cuda")),
        module=module,
        fault=fault.kind if fault else None,
    )


def _module(host: Host, problems: Problems) -> KernelModule:
    nvrm = host.read("/proc/driver/nvidia/version")
    modules = host.read("/proc/modules")
    loaded = _loaded(host, modules, "nvidia") if nvrm is None else True
    nouveau = _loaded(host, modules, "nouveau")
    if loaded:
        found = NVRM.search(nvrm or "")
        return KernelModule(
            loaded=True,
            version=found[1] if found else host.read("/sys/module/nvidia/version"),
            installed=True,
            flavour=None if nvrm is None else "open" if "Open Kernel Module" in nvrm else "proprietary",
            nouveau_loaded=nouveau,
        )
    file = _installed_file(host)
    if file is None:
        looked = host.list("/lib/modules") or host.list("/usr/lib/modules")
        known = [name for name in host.list("/var/lib/dkms/nvidia") if re.match(r"\d", name)]
        sources = known[-1] if known else None
        installed = False if looked else _described(host)
        if sources and installed is False:
            problems.add(f"DKMS has NVIDIA driver {sources} but no module of it for the running kernel")
        return KernelModule(loaded=loaded, installed=installed, sources=sources, nouveau_loaded=nouveau)
    problems.add(f"the NVIDIA kernel module is installed but not loaded: {file}")
    told = host.run("modinfo", file).stdout
    return KernelModule(
        loaded=loaded,
        version=_field(told, "version"),
        installed=True,
        flavour=_flavour(_field(told, "license")),
        nouveau_loaded=nouveau,
    )


def _described(host: Host) -> bool | None:
    """Whether modinfo found the module on a machine that is known from a bug report: it ran, and printed or not."""
    if host.origin() is None:
        return None
    output = host.run("modinfo", "nvidia")
    return None if output.code else "vermagic" in output.stdout


def _loaded(host: Host, modules: str | None, name: str) -> bool | None:
    """Whether a module is in the kernel; None if the kernel's list is not readable."""
    if host.list(f"/sys/module/{name}"):
        return True
    if modules is not None:
        return re.search(rf"^{name} ", modules, re.MULTILINE) is not None
    return False if host.list("/sys/module") else None


def _installed_file(host: Host) -> str | None:
    """The module's file for the running kernel, where DKMS, Ubuntu, Debian and Fedora put it."""
    top = f"/lib/modules/{kernel(host) or ''}"
    folders = [f"{top}/updates/dkms", f"{top}/updates", f"{top}/extra", f"{top}/extra/nvidia", f"{top}/misc"]
    folders += [f"{top}/kernel/drivers/video", f"{top}/kernel/drivers/video/nvidia"]
    folders += [f"{top}/kernel/{name}" for name in host.list(f"{top}/kernel") if name.startswith("nvidia-")]
    for folder in folders:
        if name := next((name for name in host.list(folder) if MODULE_FILE.match(name)), None):
            return f"{folder}/{name}"
    return None


def _flavour(license: str | None) -> str | None:
    """The open module is licensed as "Dual MIT/GPL", the other as "NVIDIA" (nv-linux.c, MODULE_LICENSE)."""
    return None if license is None else "open" if "MIT" in license else "proprietary"


def _field(modinfo: str, name: str) -> str | None:
    found = re.search(rf"^{name}:\s+(\S.*)$", modinfo, re.MULTILINE)
    return found[1].strip() if found else None


def _library(host: Host) -> str | None:
    for name in ("libnvidia-ml.so", "libcuda.so"):
        if version := version_of(host, name, VERSION, folders=(*FOLDERS, *_debian(host))):
            return version
    return None


def _debian(host: Host) -> list[str]:
    """Debian keeps the driver's libraries behind its alternatives: .../nvidia/current."""
    return [f"{folder}/nvidia/{name}" for folder in FOLDERS for name in host.list(f"{folder}/nvidia")]


def _told(host: Host) -> dict[str, str | None]:
    """Versions from what nvidia-smi printed, or from a report; for machines where NVML gave no answer."""
    report = collect_env.read(host)
    if report is not None and report.driver:
        return {"driver": report.driver}
    for argv in (("nvidia-smi",), ("nvidia-smi", "-q"), ("nvidia-smi", "-q", "-x")):
        output = host.run(*argv)
        versions = from_nvidia_smi(f"{output.stdout}\n{output.stderr}")
        if versions:
            return versions
    return {}


def from_nvidia_smi(text: str) -> dict[str, str | None]:
    """Driver, CUDA and library versions in any of nvidia-smi's outputs; empty if there are none."""
    patterns = {
        # From branch 595 on the table and -q tell kernel (KMD) and user mode (UMD) apart.
        "driver": rf"(?:Driver Version|KMD Version|NVRM version|<(?:driver|kmd)_version>)\s*:?\s*({VERSION})",
        "cuda": r"(?:CUDA(?: UMD)? [Vv]ersion|<cuda(?:_umd)?_version>)\s*:?\s*(\d+\.\d+)",
        "library": rf"NVML library version:\s*({VERSION})",
    }
    found = {name: re.search(pattern, text) for name, pattern in patterns.items()}
    return {name: match[1] for name, match in found.items() if match}


def _cuda(value: object) -> str | None:
    """NVML gives 12060 for 12.6 (nvmlSystemGetCudaDriverVersion), nvidia-smi prints it."""
    return f"{value // 1000}.{value % 1000 // 10}" if isinstance(value, int) and value > 0 else _text(value)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
