"""lscpu, /proc/cpuinfo and /proc/meminfo."""

import re

from dlws.pattern import pattern

from ..lscpu_words import translated
from .evidence import ANY, Evidence, Kind

FIRST_LINE = pattern(
    r"^[ \t]*[^\s:：=|#\[][^:：=|\n]{0,40}[:：][ \t]*"
    r"(?:x86_64|i[3-6]86|aarch64|armv[5-8]\w*|ppc64(?:le)?|riscv64|s390x|loongarch64|mips\w*)[ \t]*$"
    r"|^CPU op-mode\(s\):[ \t]+\S"
    r"|^CPU(?:\(s\))?[:：][ \t]+\d+[ \t]*\n"
    r"[ \t]*(?:On-line CPU\(s\) list|Liste der Online-CPU\(s\)|在线 CPU 列表)[:：]",
    re.MULTILINE,
)
"""lscpu begins with the architecture, in any language; some cut off the first lines."""

TERMINAL = 76
"""A line of this length may go on in the next one: lscpu breaks at the width of the terminal."""

JSON = pattern(r'"lscpu"\s*:\s*\[')
CPUINFO = pattern(
    r"^processor[ \t]*:[ \t]*\d+[ \t]*$|^Processor[ \t]+: \S.* rev \d|^vendor_id[ \t]*: IBM/S390$",
    re.MULTILINE,
)
"""Arm kernels before 3.8 begin with the model's name, System z with the maker's."""

MEMINFO = pattern(r"^MemTotal:[ \t]+\d+ kB[ \t]*$", re.MULTILINE)


def lscpu_block(text: str) -> str | None:
    """Lines of lscpu's output within a longer text, with its fields' English names."""
    begin = FIRST_LINE.search(text)
    if begin is None:
        return None
    lines: list[str] = []
    depth = 0
    for line in text[begin.start() :].splitlines():
        indented = bool(lines) and line.startswith(" ")
        wrapped = lines and len(lines[-1]) >= TERMINAL and re.match(r"[\w,-]", line)
        if not (re.search("[:：]", line) or indented or wrapped) or line.startswith("["):
            break
        if field := re.match(r"([ \t]{0,6})\S", line):
            depth = len(field[1])
            line = translated(line.strip())
        else:  # goes on below the value, which has moved to the left
            line = line[depth:]
        lines.append(line)
    return "\n".join(lines) + "\n" if len(lines) > 2 else None


def _lscpu(text: str, evidence: Evidence) -> None:
    block = text if JSON.search(text) else lscpu_block(text)
    if block:
        evidence.command("lscpu", ANY, text=block)


def _cpuinfo(text: str, evidence: Evidence) -> None:
    """All blocks: /proc/cpuinfo has a blank line between processors, and none in them."""
    begin = CPUINFO.search(text)
    lines = text[begin.start() if begin else 0 :].split("\n")
    last = max((number for number, line in enumerate(lines) if re.match(r"[\w ()/-]+\t*:", line)), default=0)
    evidence.file("/proc/cpuinfo", "\n".join(lines[: last + 1]) + "\n")


def _meminfo(text: str, evidence: Evidence) -> None:
    lines = re.findall(r"^\w+(?:\([\w()]+\))?:[ \t]+\d+(?: kB)?[ \t]*$", text, re.MULTILINE)
    evidence.file("/proc/meminfo", "\n".join(lines) + "\n")


KINDS = (
    Kind(
        name="the output of lscpu",
        matches=lambda text: JSON.search(text) or lscpu_block(text),
        read=_lscpu,
        once=True,
    ),
    Kind(name="a copy of /proc/cpuinfo", matches=CPUINFO.search, read=_cpuinfo, once=True),
    Kind(name="a copy of /proc/meminfo", matches=MEMINFO.search, read=_meminfo),
)
