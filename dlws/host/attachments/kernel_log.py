"""dmesg, journalctl -k and syslog."""

import re

from .evidence import ANY, Evidence, Kind

RING = re.compile(
    r"^kern +:\w+ *: |^(?:<\d+>)?\[ *\d+\.\d{6}(?: < *\d+\.\d{6}>)?\](?:\[ *[TC]\d+\])? \S"
    r"|^\[ +\+\d+\.\d{6}\] \S",
    re.MULTILINE,
)
CALENDAR = re.compile(r"^\[\w{3} \w{3} +\d+ \d\d:\d\d:\d\d \d{4}\] \S", re.MULTILINE)
SYSLOG = re.compile(
    r"^(?:\w{3,5}\.? +\d+ \d\d:\d\d:\d\d|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*(?: \+\d{4} UTC)?)"
    r" (?:\S+ )?[\w./-]+(?:\[\d+\])?: ",
    re.MULTILINE,
)
BARE = re.compile(
    r"^.*(?:NVRM: |\bEDAC \w+: |AER: |\[Hardware Error\]: |mce: |nouveau \d{4}:|\bkernel: |nvgpu: "
    r"|(?:i915|xe|nvidia|pcieport) \d{4}:[\da-f:.]+: |nvme nvme\d+: |I/O error, dev |Out of memory: Kill"
    r"|amdgpu \d{4}:[\da-f:.]+: (?:amdgpu: |\[drm)|\[drm:amdgpu_\w+)",
    re.MULTILINE,
)
"""Messages pasted without their time."""

FACTS = (
    (r"Linux version \d.*$", "/proc/version"),
    (r"(?:Kernel command line|Command line): (\S.*)$", "/proc/cmdline"),
    (r"DMI: .*, BIOS (.+) \d\d/\d\d/\d{4}$", "/sys/class/dmi/id/bios_version"),
    (r"DMI: .*, BIOS .* (\d\d/\d\d/\d{4})$", "/sys/class/dmi/id/bios_date"),
)
"""What a log from boot on says of the machine, and the file that says it there. The last boot counts."""


def _read(text: str, evidence: Evidence) -> None:
    if SYSLOG.search(text):
        evidence.file("/var/log/kern.log", text)
    else:
        evidence.command("dmesg", ANY, text=text)
    for pattern, path in FACTS:
        if lines := re.findall(pattern, text, re.MULTILINE):
            evidence.file(path, lines[-1])
    if module := re.findall(r"NVRM: loading (NVIDIA UNIX .*Kernel Module .*)$", text, re.MULTILINE):
        evidence.file("/proc/driver/nvidia/version", f"NVRM version: {module[-1]}")
    if hypervisor := re.search(r"Hypervisor detected: (\S+)", text):
        evidence.command("lscpu", ANY, text=f"Hypervisor vendor: {hypervisor[1]}\n")


KINDS = (
    Kind(
        name="a kernel log",
        matches=lambda text: any(pattern.search(text) for pattern in (RING, CALENDAR, SYSLOG, BARE)),
        read=_read,
    ),
)
