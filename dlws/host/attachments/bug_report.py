"""nvidia-bug-report.log: sections between lines of underscores, each a file or some commands."""

import re

from dlws.pattern import pattern

from . import secure_boot, topologies
from .evidence import ANY, Evidence, Kind

SEPARATOR = pattern(r"^_{40,}$", re.MULTILINE)
FILE = pattern(r"\*\*\* (/\S+)\n(?:\*\*\* ls: .*\n)?")
COMMAND = pattern(r"^/\S+/(\w[\w-]*)((?: \S.*)?)(?:\n[ \t]*\n|\Z)", re.MULTILINE)
"""One that printed nothing ends its section."""

LOG = pattern(r"dmesg:|Scanning kernel log files|\*\*\* /var/log/|/\S+/(?:journalctl|dmesg)\b")
"""Sections that are true as far as they go."""

WHATEVER = ("dmidecode", "modinfo", "lsmod", "lscpu")
"""Commands that are asked for with one meaning, however they were called."""


def _cut(text: str) -> bool:
    """Whether its first line is there and its last is not, as after a download that broke off."""
    return "Start of NVIDIA bug report log file" in text and "End of NVIDIA bug report log file" not in text


def _complete(section: str) -> str:
    """A section that was cut, without its last answer: half a list would pass for a whole one."""
    if LOG.match(section):
        return section
    heads = list(COMMAND.finditer(section))
    return section[: heads[-1].start()] if heads else ""


def _read(text: str, evidence: Evidence) -> None:
    sections = [section.strip("\n") for section in SEPARATOR.split(text)]
    if _cut(text):
        sections[-1] = _complete(sections[-1])
    evidence.root = True  # nvidia-bug-report.sh refuses to run as anyone else
    evidence.uname(sections[1] if len(sections) > 1 else "")
    for section in sections:
        if file := FILE.match(section):
            evidence.file(file[1], section[file.end() :] + "\n")
        elif section.startswith("dmesg:"):
            evidence.command("dmesg", ANY, text=section.partition("\n")[2])
            secure_boot.read(section, evidence)
        elif section.startswith("Scanning kernel log files"):
            evidence.file("/var/log/kern.log", section.partition("\n")[2])
        else:
            _commands(section, evidence)
    _devices(evidence)


def _commands(section: str, evidence: Evidence) -> None:
    """One section holds several calls of the same program, each with a headline and a blank line."""
    heads = list(COMMAND.finditer(section)) if COMMAND.match(section) else []
    for number, head in enumerate(heads):
        program, arguments = head[1], head[2].split()
        end = heads[number + 1].start() if number + 1 < len(heads) else len(section)
        body = section[head.end() : end]
        if program == "numactl":
            topologies.numactl(body, evidence)
        elif program == "nvidia-smi" and arguments == ["--query"]:
            evidence.command("nvidia-smi", "-q", text=body)
        elif program in WHATEVER:
            evidence.command(program, ANY, text=body)
        else:
            evidence.command(program, *arguments, text=body)


def _devices(evidence: Evidence) -> None:
    """Of several lspci calls the most verbose one that lists every device answers."""
    calls = [
        argv
        for argv in evidence.commands
        if argv[0] == "lspci" and re.match(r"-\w*nn\w*$", "".join(argv[1:]))
    ]
    lists = [argv for argv in calls if "t" not in argv[-1]]
    if lists:
        best = max(lists, key=lambda argv: argv[-1].count("v"))
        evidence.command("lspci", ANY, text=evidence.commands[best])


KIND = Kind(
    name="an NVIDIA bug report",
    matches=pattern(
        r"^(?:Start of NVIDIA bug report log file|nvidia-bug-report\.sh Version:|\*\*\* ls: [-dlcb][-rwxsStT]{9})",
        re.MULTILINE,
    ).search,
    read=_read,
    alone=True,
    once=True,
    cut=_cut,
)
