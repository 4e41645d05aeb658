"""What is behind a GPU that cannot be used, and what to do."""

from msgspec import Struct

from dlws.model.case import Case
from dlws.model.gpu import Gpu

from .driver_remedy import BLACKLIST, install, remedy


class Remedy(Struct, frozen=True):
    """A cause that is known by words of the probe's sentence."""

    words: tuple[str, ...]
    why: str
    fix: str


KERNEL_LOG = "read what the driver said: sudo dmesg | grep -i nvrm"
REMEDIES = (
    Remedy(
        ("this is a container",),
        "the container was started without the GPUs",
        "start it again with them: docker run --gpus all ...",
    ),
    Remedy(
        ("fell off the bus", "is lost"),
        "its PCIe link went down: power, heat, seating, a riser, or a laptop that switched it off to save power",
        "power the machine off, reseat the card and its power plugs, and watch for Xid 79: dlws check",
    ),
    Remedy(
        ("differ in version",),
        "packages were upgraded while the old kernel module stayed loaded",
        "load the new module: sudo reboot",
    ),
    Remedy(
        ("may not open",),
        "the device files /dev/nvidia* belong to a group that this user is not in",
        "see which group, and join it: ls -l /dev/nvidia*",
    ),
    Remedy(
        ("power cables",),
        "the card does not start without its auxiliary power",
        "power the machine off and plug in every power connector of the card",
    ),
    Remedy(
        ("has to be reset", "does not answer"),
        "after some faults the card refuses work until it was reset",
        "end all programs that use it, then restart the machine: sudo reboot",
    ),
    Remedy(
        ("vfio-pci",),
        "someone reserved it for a virtual machine",
        "take its PCI id out of vfio-pci's ids= in /etc/modprobe.d and on the kernel command line, "
        "then: sudo update-initramfs -u && sudo reboot",
    ),
    Remedy(
        ("does not list it", "does not start"),
        "the driver could not start the card: firmware missing, the wrong flavour of module, power or slot",
        KERNEL_LOG,
    ),
)
NO_DRIVER = ("no driver is bound", "module is not loaded", "is not installed")


def explain(gpu: Gpu, case: Case) -> tuple[str, str]:
    """Why and fix for a GPU with a problem."""
    problem = gpu.problem or ""
    module = case.have.software.kernel_module
    if gpu.driver == "nouveau":
        why = "nouveau is the free driver for displays; CUDA needs NVIDIA's"
        return why, BLACKLIST if module.installed else install(case)
    found = next((one for one in REMEDIES if any(words in problem for words in one.words)), None)
    if found is not None:
        return found.why, found.fix
    if gpu.vendor == "NVIDIA" and any(words in problem for words in NO_DRIVER):
        if module.loaded:
            return "the kernel module runs, but what programs need beside it is not there", install(case)
        return remedy(case)
    if gpu.vendor == "AMD" and gpu.driver is None:
        return "AMD's GPUs need the kernel's driver amdgpu", "load it: sudo modprobe amdgpu"
    return (
        "without a working driver no program can use it",
        "look for its messages: sudo dmesg | grep -iE 'drm|pci'",
    )
