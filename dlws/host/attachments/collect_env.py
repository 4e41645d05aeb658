"""The report of ``python -m torch.utils.collect_env`` and of vLLM's and SGLang's likes."""

import re

import msgspec

from dlws.pattern import pattern

from .evidence import ANY, Evidence, Kind
from .nvidia_smi import topology
from .processors import lscpu_block

PLACE = "/collect_env"
"""The whole report, for what no file or command of a machine says; no machine has such a file."""

HEADS = pattern(
    r"^[ \t]*(?:PyTorch version|CUDA used to build PyTorch|GPU models and configuration|CUDA Driver Version"
    r"|Python platform)[ \t]*:|^[ \t]*PyTorch: \d|^[ \t]*CUDA available: (?:True|False)",
    re.MULTILINE,
)

GLUED = pattern(r"^([ \t]*Collecting environment information\.\.\.)[ \t]*(?=\S)", re.MULTILINE)
"""A terminal of 200 columns and more puts the first value on this line."""
START = pattern(
    r"^[ \t]*(?:Collecting environment information|OS[ \t]*: \S|Python(?: version)?[ \t]*: \d"
    r"|PyTorch version[ \t]*:)",
    re.MULTILINE,
)
"""What may come first; people leave off some of it."""

PLATFORM = pattern(
    r"^Python platform[ \t]*: Linux-(\S+?)-(x86_64|aarch64|arm64|ppc64le|riscv64|i686|armv7l|s390x)-with-",
    re.MULTILINE,
)
"""platform.platform(): the release may itself end in the machine's name."""
LONG_PLATFORM = pattern(
    r"^Python platform[ \t]*: Linux-(\S{1,200}?)-(x86_64|aarch64|ppc64le|riscv64)-\S{1,200}-with-",
    re.MULTILINE,
)
"""On some distributions, Gentoo among them, the processor's name stands there too."""

SYSTEM = pattern(
    r"^OS[ \t]*: (?!Could not collect|N/A)(\S.{0,200}?)(?: \((x86_64|aarch64|arm64|ppc64le|riscv64)\))?[ \t]*$",
    re.MULTILINE,
)
GPUS = pattern(r"(?:^|: )GPU ([\d,]{1,99}): (\S(?:.*\S)?)[^\S\n]*$", re.MULTILINE)
UNNUMBERED = pattern(
    r"^GPU models and configuration[ \t]*: (?!GPU \d|No CUDA|Could not collect|N/A|None|Device )"
    r"([A-Z](?:[^(\n]*[^(\s])?)[^\S\n]*$",
    re.MULTILINE,
)
"""Without nvidia-smi, as on a Mac, the model comes from elsewhere; names of AMD's carry a gfx number."""
CUDA = pattern(r"^CUDA used to build PyTorch[ \t]*: \d", re.MULTILINE)
AMD = pattern(r"AMD |Radeon |Instinct ")
INTEL = pattern(r"^\* (?!\[)(.*(?:Intel|Arc|Iris|UHD).*)$", re.MULTILINE)
INTEL_SEEN = pattern(r"^\* \[(\d{1,3})\] _XpuDeviceProperties\(name='([^']+)'(.*)", re.MULTILINE)
PROCESSOR = pattern(
    r"^CPU[ \t]*:\n(?:(?:\w+[:=].*\n){0,40}?Name[:=][ \t]*)?((?:.*\b(?:Intel|AMD|Apple|Ryzen)\b).*)$",
    re.MULTILINE,
)
"""The processor's name alone is all that is told on a Mac; on Windows it stands in a list."""


def _read(text: str, evidence: Evidence) -> None:
    text = GLUED.sub(r"\1\n", text)
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
    elif processor := PROCESSOR.search(report):
        evidence.command("lscpu", ANY, text=f"Model name: {processor[1]}\n")


def _system(report: str, evidence: Evidence) -> None:
    if platform := PLATFORM.search(report) or LONG_PLATFORM.search(report):
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
    if not names and CUDA.search(report) and (model := UNNUMBERED.search(report)):
        names = {0: model[1]}
    amd = {number: name for number, name in names.items() if AMD.match(name)}
    if amd:
        lines = [f"GPU[{number}]\t\t: Card Series: \t\t{amd[number]}" for number in sorted(amd)]
        evidence.command("rocm-smi", ANY, text="\n".join(lines) + "\n")
    elif names:
        lines = [f"GPU {number}: {names[number]}" for number in sorted(names)]
        evidence.command("nvidia-smi", "-L", text="\n".join(lines) + "\n")
    _intel_gpus(report, evidence)


def _intel_gpus(report: str, evidence: Evidence) -> None:
    """As xpu-smi would list them: what PyTorch saw, and cards on the bus beyond these."""
    seen = [
        {"device_id": int(number), "device_name": name, **_properties(rest)}
        for number, name, rest in INTEL_SEEN.findall(report)
    ]
    at = report.find("Intel GPU models onboard")
    names = [name.strip() for name in INTEL.findall(report[at:])] if at >= 0 else []
    more = [{"device_id": number, "device_name": name} for number, name in enumerate(names)]
    cards = seen + more[len(seen) :]
    if cards:
        evidence.command("xpu-smi", ANY, text=msgspec.json.encode({"device_list": cards}).decode())


def _properties(told: str) -> dict[str, str | int]:
    found: dict[str, str | int] = {}
    if size := re.search(r"\btotal_memory=(\d{1,9})MB", told):
        found["memory_physical_size_byte"] = int(size[1]) * 2**20
    if device := re.search(r"\bdevice_id=0x([0-9A-Fa-f]{1,4})\b", told):
        found["pci_device_id"] = device[1]
    if unique := re.search(r"\buuid=([0-9a-f-]{36})", told):
        found["uuid"] = unique[1]
    return found


KIND = Kind(name="a PyTorch collect_env report", matches=HEADS.search, read=_read, once=True)
