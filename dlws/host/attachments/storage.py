"""/proc/mdstat, smartctl, lsblk and nvme."""

import re

from .evidence import ANY, Evidence, Kind

ARRAYS = re.compile(r"^(?:Personalities :|md\w+ : (?:in)?active )", re.MULTILINE)
SMART = re.compile(r"^(?:smartctl \d+\.\d+ |=== START OF INFORMATION SECTION ===)", re.MULTILINE)
LSBLK = re.compile(r"^NAME +MAJ:MIN\b", re.MULTILINE)


def _command(program: str, text: str, evidence: Evidence) -> None:
    evidence.command(program, ANY, text=text)


def _mdstat(text: str, evidence: Evidence) -> None:
    begin = ARRAYS.search(text)
    evidence.file("/proc/mdstat", text[begin.start() if begin else 0 :] + "\n")


JSON = (
    Kind(
        name="the output of smartctl --json",
        matches=lambda text: text.lstrip().startswith("{") and '"smartctl"' in text,
        read=lambda text, evidence: _command("smartctl", text, evidence),
        alone=True,
    ),
    Kind(
        name="the output of lsblk --json",
        matches=lambda text: text.lstrip().startswith("{") and '"blockdevices"' in text,
        read=lambda text, evidence: _command("lsblk", text, evidence),
        alone=True,
    ),
    Kind(
        name="the output of nvme --output-format=json",
        matches=lambda text: (
            text.lstrip().startswith("{")
            and ('"percent_used"' in text or '"percentage_used"' in text or '"DevicePath"' in text)
        ),
        read=lambda text, evidence: _command("nvme", text, evidence),
        alone=True,
    ),
)

KINDS = (
    Kind(name="a copy of /proc/mdstat", matches=ARRAYS.search, read=_mdstat),
    Kind(
        name="the output of smartctl",
        matches=SMART.search,
        read=lambda text, evidence: _command("smartctl", text, evidence),
    ),
    Kind(
        name="the output of lsblk",
        matches=LSBLK.search,
        read=lambda text, evidence: _command("lsblk", text, evidence),
    ),
)
