"""Is the NVIDIA driver loaded, whole, supported, and of the right kind?"""

from collections.abc import Iterator
from typing import Any

from dlws.model.case import Case
from dlws.model.finding import Finding

from . import gpus
from .base import check
from .driver_remedy import BLACKLIST, enrol, key_rejected, remedy

NEEDS_OPEN = ("Blackwell", "Rubin")
"""Architectures that only the open kernel module drives."""
NEEDS_PROPRIETARY = ("Maxwell", "Pascal", "Volta")
"""Architectures without the system processor (GSP) that the open module works through.

https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/kernel-modules.html has both lists.
"""
SILENT = {
    "no_devices": (
        "the NVIDIA driver is loaded, but starts no GPU",
        "the card is off the bus or lacks power, or this kind of kernel module does not drive it",
        "read what the driver said: sudo dmesg | grep -i nvrm",
    ),
    "no_permission": (
        "nvidia-smi may not open the NVIDIA devices",
        "the device files /dev/nvidia* belong to a group that this user is not in, or SELinux guards a container",
        "see which group, and join it: ls -l /dev/nvidia*; container: docker run --security-opt=label=disable",
    ),
    "no_library": (
        "nvidia-smi does not find the driver's library, libnvidia-ml.so.1",
        "the driver is installed in part, or a container was started without it",
        "see where it is, and install the driver again if nowhere: ldconfig -p | grep libnvidia-ml",
    ),
    "blocked": (
        "the operating system blocks access to the GPU",
        "under WSL the driver is Windows's, and that or WSL itself is too old",
        "update NVIDIA's driver in Windows, and there: wsl --update && wsl --shutdown",
    ),
    "error": (
        "the NVIDIA driver does not start",
        "a container loses its GPUs when systemd reloads, and after some faults the driver has to start anew",
        "start the container again; outside of one: sudo reboot",
    ),
}
"""What, why and fix by what nvidia-smi said. On containers:
https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/troubleshooting.html"""
GUIDE = "https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/kernel-modules.html"


def asks_for_driver(case: Case) -> bool:
    """True if there is a card on this machine that needs NVIDIA's kernel module.

    Not under WSL, where Windows has the driver, nor on a Jetson, whose GPU is no PCI device.
    """
    cards = [gpu for gpu in gpus.nvidia(case) if gpu.pci_address and gpu.driver != "vfio-pci"]
    return bool(cards) and not case.have.os.wsl


@check("driver.loaded", "Is the NVIDIA driver loaded, and does it answer?")
def loaded(case: Case) -> Iterator[Finding]:
    """A kernel update without headers, Secure Boot or nouveau leaves a machine without its driver, silently."""
    software = case.have.software
    module, fault = software.kernel_module, software.driver_fault
    if module.loaded is False and (asks_for_driver(case) or fault in ("not_loaded", "key_rejected")):
        why, fix = remedy(case)
        there = "there is an NVIDIA GPU" if gpus.nvidia(case) else "the NVIDIA driver was asked for"
        what = f"{there}, but its kernel module is not loaded"
        yield loaded.fail(what, why=why, fix=fix, installed=module.installed, version=module.version)
    elif fault in SILENT:
        what, why, fix = SILENT[fault]
        yield loaded.fail(what, why=why, fix=fix, fault=fault)
    elif module.loaded and asks_for_driver(case):
        yield loaded.ok(f"driver {module.version or 'of unknown version'} is loaded", version=module.version)


@check("driver.match", "Do the kernel module and the driver's library have the same version?")
def match(case: Case) -> Iterator[Finding]:
    """Packages that are upgraded under a running module leave the two apart, and CUDA refuses to start."""
    software = case.have.software
    kernel, library = software.kernel_module.version, software.nvidia_library
    told: dict[str, Any] = {"kernel": kernel, "library": library}
    apart = software.driver_fault == "version_mismatch"
    if not software.kernel_module.loaded or not (apart or (kernel and library)):
        return
    if kernel == library and not apart:
        yield match.ok(f"both are {kernel}", **told)
        return
    why = "packages were upgraded while the old module stayed loaded"
    kernel_side = f"the kernel module is {kernel or 'of another version'}"
    what = f"{kernel_side}, the library {library}" if library else f"{kernel_side} than the library"
    yield match.fail(what, why=why, fix="load the new module: sudo reboot", **told)


@check("driver.branch", "Does NVIDIA still support this branch of the driver?")
def branch(case: Case) -> Iterator[Finding]:
    """A branch after its end of life gets no more fixes, also not for security."""
    from dlws.catalog import driver_branches as catalog

    version = case.have.software.nvidia_driver
    number = catalog.number(version)
    if number is None:
        return
    known = catalog.find(number)
    until = f" until {known.end_of_life}" if known and known.end_of_life else ""
    told: dict[str, Any] = {"version": version, "branch": number, "source": known.source if known else None}
    if known and known.supported:
        yield branch.ok(f"{number} is a {known.kind} branch, supported{until} (as of {known.as_of})", **told)
    elif number < catalog.OLDEST_SUPPORTED or (known and known.supported is False):
        why = f"its support ended in {known.end_of_life}" if until and known else "NVIDIA no longer lists it"
        fix = f"install the long-term branch {catalog.OLDEST_SUPPORTED} or newer, as {GUIDE} says"
        yield branch.warn(f"driver {version} is of branch {number}", why=why, fix=fix, **told)
    else:
        yield branch.skip(f"how long branch {number} is supported is not in the catalog", **told)


@check("driver.flavour", "Is the kernel module of the kind that the GPUs need?")
def flavour(case: Case) -> Iterator[Finding]:
    """The open module does not drive old cards, the proprietary one not the newest, and 590 dropped three."""
    from dlws.catalog import driver_branches as catalog

    kind = case.have.software.kernel_module.flavour
    number = catalog.number(case.have.software.nvidia_driver) or 0
    for one in gpus.nvidia(case):
        subject = gpus.subject(one)
        told: dict[str, Any] = {"architecture": one.architecture, "flavour": kind}
        if one.architecture in NEEDS_OPEN and kind == "proprietary":
            why = f"{one.architecture} GPUs work with the open module only"
            fix = f"install the open module of the same version, as {GUIDE} says, then: sudo reboot"
            yield flavour.fail(
                f"{gpus.name(one)} with the proprietary module", subject, why=why, fix=fix, **told
            )
        elif one.architecture in NEEDS_PROPRIETARY and (kind == "open" or number > catalog.LAST_WITHOUT_GSP):
            why = f"{one.architecture} GPUs need the proprietary module, of branch {catalog.LAST_WITHOUT_GSP} at most"
            fix = f"install branch {catalog.LAST_WITHOUT_GSP} with its proprietary module, as {GUIDE} says"
            yield flavour.fail(f"{gpus.name(one)} with this driver", subject, why=why, fix=fix, **told)
        elif kind is not None and one.architecture is not None:
            yield flavour.ok(f"the {kind} module drives {gpus.name(one)}", subject, **told)


@check("driver.nouveau", "Does nouveau leave the GPU to the NVIDIA driver?")
def nouveau(case: Case) -> Iterator[Finding]:
    """nouveau loads early, and a card that it took is lost to the NVIDIA driver until the next boot."""
    module = case.have.software.kernel_module
    taken = [one for one in gpus.nvidia(case) if one.driver == "nouveau"]
    if not gpus.nvidia(case) or not module.installed:
        return
    if not taken:
        yield nouveau.ok("nouveau holds no GPU")
    for one in taken:
        why = "the NVIDIA driver is installed, but nouveau was there first"
        yield nouveau.fail(f"nouveau holds {gpus.name(one)}", gpus.subject(one), why=why, fix=BLACKLIST)


@check("driver.secure_boot", "Does Secure Boot let the NVIDIA module in?")
def secure_boot(case: Case) -> Iterator[Finding]:
    """With Secure Boot the kernel loads only signed modules, and a self-built one is signed with a new key."""
    module = case.have.software.kernel_module
    if key_rejected(case) and not module.loaded:
        why = "the module's key is not enrolled in the firmware"
        yield secure_boot.fail("the kernel refused the NVIDIA module", why=why, fix=enrol(case))
    elif not asks_for_driver(case) or not case.have.os.secure_boot:
        return
    elif module.loaded:
        yield secure_boot.ok("Secure Boot is on, and the module is loaded")
    elif module.loaded is False and module.installed:
        why = "Secure Boot is on, and a module whose key is not enrolled does not load"
        yield secure_boot.warn("Secure Boot may keep the NVIDIA module out", why=why, fix=enrol(case))


CHECKS = (loaded, match, branch, flavour, nouveau, secure_boot)
