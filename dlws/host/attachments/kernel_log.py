"""dmesg, journalctl -k and syslog."""

import re
from datetime import datetime, timezone
from typing import Any

from dlws.pattern import pattern

from ..json_text import decoded
from . import secure_boot
from .evidence import ANY, Evidence, Kind

RING = pattern(
    r"^kern +:\w+ *: |^(?:<\d+>)?\[ *\d+\.\d{6}(?: < *\d+\.\d{6}>)?\](?:\[ *[TC]\d+\])? \S"
    r"|^\[ +\+\d+\.\d{6}\] \S",
    re.MULTILINE,
)
CALENDAR = pattern(r"^\[\w{1,5}\.? \w{2,5}\.? +\d+ \d\d:\d\d:\d\d \d{4}\] ?\S", re.MULTILINE)
SYSLOG = pattern(
    r"^(?:\w{3,5}\.? +\d+ \d\d:\d\d:\d\d|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*(?: \+\d{4} UTC)?)"
    r" (?:\S+ )?[\w./-]+(?:\[\d+\])?: ",
    re.MULTILINE,
)
BARE = pattern(
    r"^.*(?:NVRM: |\bEDAC \w+: |AER: |\[Hardware Error\]: |mce: |nouveau \d{4}:|\bkernel: |nvgpu: "
    r"|CPU\d+: (?:Core|Package) temperature above threshold"
    r"|(?:i915|xe|nvidia|pcieport) \d{4}:[\da-f:.]+: |nvme nvme\d+: |I/O error, dev |Out of memory: Kill"
    r"|amdgpu \d{4}:[\da-f:.]+: (?:amdgpu: |\[drm)|\[drm:amdgpu_\w+)",
    re.MULTILINE,
)
"""Messages pasted without their time."""

FACTS = (
    (r"Linux version \d.*$", "/proc/version"),
    (r"(?:Kernel command line|Command line): (\S.*)$", "/proc/cmdline"),
    (r"DMI: .{1,250}, BIOS (.{1,80}) \d\d/\d\d/\d{4}$", "/sys/class/dmi/id/bios_version"),
    (r"DMI: .{1,250}, BIOS .{1,80} (\d\d/\d\d/\d{4})$", "/sys/class/dmi/id/bios_date"),
    (r"DMI: [^/\n]{1,200}/([^/\n]{1,99}), BIOS .{1,80} \d\d/\d\d/\d{4}$", "/sys/class/dmi/id/board_name"),
)
"""What a log from boot on says of the machine, and the file that says it there. The last boot counts."""


def _read(text: str, evidence: Evidence) -> None:
    if SYSLOG.search(text):
        evidence.file("/var/log/kern.log", text)
    else:
        evidence.command("dmesg", ANY, text=text)
    for words, path in FACTS:
        if lines := re.findall(words, text, re.MULTILINE):
            evidence.file(path, lines[-1])
    secure_boot.read(text, evidence)
    if module := re.findall(r"NVRM: loading (NVIDIA UNIX .{0,99}Kernel Module .*)$", text, re.MULTILINE):
        evidence.file("/proc/driver/nvidia/version", f"NVRM version: {module[-1]}")
    if hypervisor := re.search(r"Hypervisor detected: (\S+)", text):
        evidence.command("lscpu", ANY, text=f"Hypervisor vendor: {hypervisor[1]}\n")


def _dmesg_json(text: str, evidence: Evidence) -> None:
    """``dmesg --json`` (util-linux 2.38 and newer), put as plain dmesg prints it."""
    rows = _object(text).get("dmesg")
    lines = [
        f"[{row['time']:12.6f}] {row['msg']}"
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, dict)
        and isinstance(row.get("time"), float | int)
        and isinstance(row.get("msg"), str)
    ]
    _read("\n".join(lines) + "\n", evidence)


def _journal_json(text: str, evidence: Evidence) -> None:
    """``journalctl -o json``: an object a line; a boot's number parts it from the one before."""
    lines: list[str] = []
    boot = None
    for row in map(_object, text.splitlines()):
        message, stamp = row.get("MESSAGE"), str(row.get("__REALTIME_TIMESTAMP", ""))
        if not isinstance(message, str) or not re.fullmatch(r"\d{1,16}", stamp):
            continue
        if boot not in (None, row.get("_BOOT_ID")):
            lines.append(f"-- Boot {row.get('_BOOT_ID')} --")
        boot = row.get("_BOOT_ID")
        time = datetime.fromtimestamp(int(stamp) / 1e6, timezone.utc).isoformat(timespec="microseconds")
        kernel = row.get("_TRANSPORT") == "kernel" or row.get("SYSLOG_IDENTIFIER") == "kernel"
        sender = "kernel" if kernel else f"{row.get('SYSLOG_IDENTIFIER', 'program')}[{row.get('_PID', 0)}]"
        lines.append(f"{time} {row.get('_HOSTNAME', 'host')} {sender}: {message}")
    _read("\n".join(lines) + "\n", evidence)


def _object(text: str) -> dict[str, Any]:
    found = decoded(text)
    return found if isinstance(found, dict) else {}


JSON = (
    Kind(
        name="a kernel log as JSON",
        matches=pattern(r'\s*\{\s*"dmesg"\s*:\s*\[').match,
        read=_dmesg_json,
        alone=True,
    ),
    Kind(
        name="a journal as JSON",
        matches=pattern(
            r'\s*\{"(?:__CURSOR|__REALTIME_TIMESTAMP|_\w+|MESSAGE|PRIORITY|SYSLOG_\w+)":.*"MESSAGE"'
        ).match,
        read=_journal_json,
        alone=True,
    ),
)
KINDS = (
    Kind(
        name="a kernel log",
        matches=lambda text: any(words.search(text) for words in (RING, CALENDAR, SYSLOG, BARE)),
        read=_read,
    ),
)
