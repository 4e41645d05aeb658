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
GUIDE = "https://docs.nvidia.com/datacenter/tesla/driver-installation-guide/kernel-modules.html"


def asks_for_driver(case: Case) -> bool:
    """True if there is a card on this machine that needs NVIDIA's kernel module.

    Not under WSL, where Windows has the driver, nor on a Jetson, whose GPU is no PCI device.
    """
    cards = [gpu for gpu in gpus.nvidia(case) if gpu.pci_address and gpu.driver != "vfio-pci"]
    return bool(cards) and not case.have.os.wsl


@check("driver.loaded", "Is the NVIDIA driver loaded?")
def loaded(case: Case) -> Iterator[Finding]:
    """A kernel update without headers, Secure Boot or nouveau leaves a machine without its driver, silently."""
    module = case.have.software.kernel_module
    if not asks_for_driver(case) or module.loaded is None:
        return
    if module.loaded:
        yield loaded.ok(f"driver {module.version or 'of unknown version'} is loaded", version=module.version)
        return
    why, fix = remedy(case)
    what = "there is an NVIDIA GPU, but its kernel module is not loaded"
    yield loaded.fail(what, why=why, fix=fix, installed=module.installed, version=module.version)


@check("driver.match", "Do the kernel module and the driver's library have the same version?")
def match(case: Case) -> Iterator[Finding]:
    """Packages that are upgraded under a running module leave the two apart, and CUDA refuses to start."""
    software = case.have.software
    kernel, library = software.kernel_module.version, software.nvidia_library
    if not software.kernel_module.loaded or kernel is None or library is None:
        return
    if kernel == library:
        yield match.ok(f"both are {kernel}", kernel=kernel, library=library)
    else:
        why = "packages were upgraded while the old module stayed loaded"
        what = f"the kernel module is {kernel}, the library {library}"
        yield match.fail(
            what, why=why, fix="load the new module: sudo reboot", kernel=kernel, library=library
        )


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
