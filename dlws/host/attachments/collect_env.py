"""The report of ``python -m torch.utils.collect_env`` and of vLLM's and SGLang's likes."""

import re

from .evidence import ANY, Evidence, Kind
from .nvidia_smi import topology
from .processors import lscpu_block

PLACE = "/collect_env"
"""The whole report, for what no file or command of a machine says; no machine has such a file."""

HEADS = re.compile(
    r"^[ \t]*(?:PyTorch version|CUDA used to build PyTorch|GPU models and configuration|CUDA Driver Version"
    r"|Python platform)[ \t]*:|^[ \t]*PyTorch: \d|^[ \t]*CUDA available: (?:True|False)",
    re.MULTILINE,
)

START = re.compile(
    r"^[ \t]*(?:Collecting environment information|OS[ \t]*: \S|Python(?: version)?[ \t]*: \d"
    r"|PyTorch version[ \t]*:)",
    re.MULTILINE,
)
"""What may come first; people leave off some of it."""

PLATFORM = re.compile(
    r"^Python platform[ \t]*: Linux-(\S+?)-(x86_64|aarch64|arm64|ppc64le|riscv64|i686|armv7l|s390x)-with-",
    re.MULTILINE,
)
"""platform.platform(): the release may itself end in the machine's name."""

SYSTEM = re.compile(
    r"^OS[ \t]*: (\S.*?)(?: \((x86_64|aarch64|arm64|ppc64le|riscv64)\))?[ \t]*$", re.MULTILINE
)
GPUS = re.compile(r"(?:^|: )GPU ([\d,]{1,99}): (\S.*?)[ \t]*$", re.MULTILINE)
AMD = re.compile(r"^GPU models and configuration[ \t]*: (.+?) ?\((gfx\w+)[^)]*\)[ \t]*$", re.MULTILINE)


def _read(text: str, evidence: Evidence) -> None:
    begin = START.search(text)
    report = "\n".join(line.strip() for line in text[begin.start() if begin else 0 :].splitlines())
    evidence.file(PLACE, report)
    _system(report, evidence)
    _gpus(report, evidence)
    topology(report, evidence)
    if block := lscpu_block(report):
        evidence.command("lscpu", ANY, text=block)
    elif hypervisor := re.search(r"^Hypervisor vendor:.*$", report, re.MULTILINE):
        evidence.command("lscpu", ANY, text=hypervisor[0])


def _system(report: str, evidence: Evidence) -> None:
    if platform := PLATFORM.search(report):
        evidence.file("/proc/sys/kernel/osrelease", platform[1])
        evidence.machine = platform[2]
    if system := SYSTEM.search(report):
        evidence.file("/etc/os-release", f'PRETTY_NAME="{system[1]}"')
        evidence.machine = evidence.machine or system[2]


def _gpus(report: str, evidence: Evidence) -> None:
    """PyTorch leaves the UUIDs out of ``nvidia-smi -L``; SGLang puts equal GPUs on one line."""
    names = {
        int(number): name for numbers, name in GPUS.findall(report) for number in numbers.split(",") if number
    }
    if names:
        lines = [f"GPU {number}: {names[number]}" for number in sorted(names)]
        evidence.command("nvidia-smi", "-L", text="\n".join(lines) + "\n")


KIND = Kind(name="a PyTorch collect_env report", matches=HEADS.search, read=_read)
