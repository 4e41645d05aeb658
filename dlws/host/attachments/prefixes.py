"""Takes off what log collectors, job launchers and line counters put before each line of an output.

Only where such a mark stands before a line that is known: times of a kernel log are part of it.
"""

import re
from collections.abc import Callable

from dlws.pattern import pattern

COLUMN = r"[A-Za-z_.]+(?: \[[^\]\n]*\])?,"
MARKS = (
    ("| NVIDIA-SMI ", r"\| NVIDIA-SMI "),
    ("=NVSMI LOG=", r"=+NVSMI LOG="),
    ("<nvidia_smi_log", r"<nvidia_smi_log"),
    ("(UUID: GPU-", r"GPU \d+: .*\(UUID: GPU-"),
    ("\tGPU0\t", r"\tGPU0\t"),
    ("\\tGPU0\\t", r"\\tGPU0\\t"),
    (" GPU1", r" {0,20}GPU0 {1,20}GPU1\b"),
    (", memory.total", COLUMN),
    (", driver_version", COLUMN),
    (", temperature.gpu", COLUMN),
    (", utilization.gpu", COLUMN),
    (", power.draw", COLUMN),
)
"""What is found in lines that head what nvidia-smi prints, and with what such a line begins."""

TIME = pattern(r"\d\d:\d\d:\d\d")
COUNT = pattern(r"\s*\d+[:\t]")
"""``grep -n`` and ``cat -n``; srun's ``0: `` is a task, and other tasks' lines are not its."""

LONGEST = 120
ENOUGH = 2
"""Lines with the same mark; one alone is a sentence that quotes."""


def known(text: str) -> bool:
    """True if there is a line that heads what nvidia-smi prints."""
    return any(mark in text for mark, _ in MARKS)


def without(text: str) -> str:
    """The text with such marks taken off the lines that carry the same one."""
    for mark, head in MARKS:
        place = text.find(mark)
        if place < 0:
            continue
        begin = text.rfind("\n", 0, place) + 1
        end = text.find("\n", place)
        line = text[begin : end if end >= 0 else len(text)]
        found = re.search(head, line[: 2 * LONGEST])
        prefix = line[: found.start()] if found else ""
        if prefix.strip() and len(prefix) <= LONGEST:
            return _stripped(text, prefix)
    return text


def _stripped(text: str, prefix: str) -> str:
    """Lines with the mark together, where the first of them stood; the others as they are."""
    matches = _carries(prefix)
    before: list[str] = []
    marked: list[str] = []
    after: list[str] = []
    for line in text.split("\n"):
        length = matches(line)
        if length is not None:
            marked.append(_unquoted(line[length:], prefix))
        else:
            (after if marked else before).append(line)
    return text if len(marked) < ENOUGH else "\n".join((*before, *marked, *after))


def _carries(prefix: str) -> Callable[[str], int | None]:
    """A test that gives the length of a line's mark; an empty line may have lost the blanks at its end."""
    if COUNT.fullmatch(prefix):
        return lambda line: found.end() if (found := COUNT.match(line)) else None
    if TIME.search(prefix):
        general = re.compile(re.sub(r"\d+", r"\\d+", re.escape(prefix.rstrip())) + r"[ \t]{0,9}?")
        exact = re.compile(re.sub(r"\d+", r"\\d+", re.escape(prefix)))

        def timed(line: str) -> int | None:
            found = exact.match(line) or general.fullmatch(line)
            return found.end() if found else None

        return timed
    bare = prefix.rstrip()

    def literal(line: str) -> int | None:
        return len(prefix) if line.startswith(prefix) else len(line) if line.rstrip() == bare else None

    return literal


def _unquoted(line: str, prefix: str) -> str:
    """A list of lines in JSON ends each with a quotation mark."""
    if prefix.endswith('"'):
        return line.rstrip().removesuffix(",").removesuffix('"').replace('\\"', '"').replace("\\t", "\t")
    return line
