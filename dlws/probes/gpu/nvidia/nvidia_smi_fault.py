"""What nvidia-smi, the container toolkit and modprobe print in the place of GPUs, and what that proves."""

import re
from typing import NamedTuple

from dlws.host import Host
from dlws.pattern import pattern


class Fault(NamedTuple):
    """One of the ways in which the driver does not answer."""

    kind: str
    """As in ``Software.driver_fault``."""
    words: re.Pattern[str]
    """What is printed. NVML's words are those of nvmlErrorString(); the container toolkit has its own."""
    sentence: str
    loaded: bool | None = None
    """Whether the kernel module is loaded, where the message proves it."""
    installed: bool | None = None
    """The same of whether there is a module for the running kernel."""


FLAGS = re.IGNORECASE | re.MULTILINE
FAULTS = (
    Fault(
        "key_rejected",
        pattern(
            r"could not insert '?nvidia[\w-]*'?: (?:Key was rejected|Required key not|Operation not permitted)",
            FLAGS,
        ),
        "the kernel refused the NVIDIA module for its signature",
        loaded=False,
        installed=True,
    ),
    Fault(
        "not_loaded",
        pattern(r"could not insert '?nvidia[\w-]*'?: ", FLAGS),
        "the NVIDIA kernel module is not loaded",
        loaded=False,
        installed=True,
    ),
    Fault(
        "not_loaded",
        pattern(r"Module nvidia(?:-current)? not found in directory", FLAGS),
        "the NVIDIA kernel module is not loaded",
        loaded=False,
        installed=False,
    ),
    Fault(
        "not_loaded",
        pattern(
            r"couldn.?t communicate with (?:the )?NVIDIA driver|NVML(?: error)?: driver not loaded", FLAGS
        ),
        "the NVIDIA kernel module is not loaded",
        loaded=False,
    ),
    Fault(
        "version_mismatch",
        pattern(r"driver/library version mismatch", FLAGS),
        "the NVIDIA kernel module and the driver's library differ in version: reboot",
        loaded=True,
    ),
    Fault(
        "no_devices",
        pattern(r"^[^\w\n]{0,20}(?:nvidia-smi: )?no devices were found[^\w\n]{0,20}$", FLAGS),
        "the NVIDIA driver is loaded and found no GPU that it can start",
        loaded=True,
    ),
    Fault(
        "no_permission",
        pattern(r"NVML(?: error)?: insufficient permissions", FLAGS),
        "this user may not open the NVIDIA devices",
    ),
    Fault(
        "no_library",
        pattern(
            r"couldn.?t find libnvidia-ml|NVML(?: error)?: (?:shared )?library not found"
            r"|libnvidia-ml\.so(?:\.1)?: cannot open shared object",
            FLAGS,
        ),
        "the NVIDIA driver's library (libnvidia-ml.so.1) is not installed here",
    ),
    Fault(
        "blocked",
        pattern(r"GPU access blocked by the operating system", FLAGS),
        "the operating system blocks access to the GPU, as Windows does under WSL",
    ),
    Fault(
        "error",
        pattern(r"failed to initialize NVML: .+|nvml error: .+", FLAGS),
        "the NVIDIA driver does not start",
    ),
)
"""The last one is for whatever else goes wrong."""


def find(text: str) -> Fault | None:
    """The first of the faults that a text tells of."""
    return next((fault for fault in FAULTS if fault.words.search(text)), None)


def asked(host: Host) -> Fault | None:
    """What nvidia-smi said on a machine that is known from its output."""
    answers = (host.run("nvidia-smi", *options) for options in ((), ("-q",), ("-q", "-x")))
    return find("\n".join(f"{answer.stdout}\n{answer.stderr}" for answer in answers))
