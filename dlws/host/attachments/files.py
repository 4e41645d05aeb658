"""Small files of /proc, /sys and /etc, alone or several with their names between arrows."""

import re

from dlws.pattern import pattern

from .evidence import Evidence, Kind

HEAD = pattern(r"^==> (/(?:proc|sys|etc|var|run|usr|opt)/\S+) <==\n", re.MULTILINE)
"""What head(1) and tail(1) print between files."""

GREPPED = pattern(r"^(/(?:proc|sys)/[^\s:]+(?::[\da-f]{2}[^\s:]*)*):(\S.*)$", re.MULTILINE)
"""What ``grep . /sys/...`` prints; PCI addresses bring colons of their own."""

ALONE = (
    (pattern(r"^Linux version \d+\.\d+\S* \(.*$", re.MULTILINE), "/proc/version"),
    (
        pattern(r"^NVRM version: NVIDIA UNIX .*$(?:\nGCC version:.*$)?", re.MULTILINE),
        "/proc/driver/nvidia/version",
    ),
    (pattern(r"^(?:BOOT_IMAGE=|root=|ro ).*\bro(?:ot=|\b).*$", re.MULTILINE), "/proc/cmdline"),
    (
        pattern(r"(?:^\w+ \d+ \d+ \S+ (?:Live|Loading|Unloading) 0x[\da-f]+.*\n?){3,}", re.MULTILINE),
        "/proc/modules",
    ),
)
"""Files that are known by their content."""


def _named(text: str, evidence: Evidence) -> None:
    heads = list(HEAD.finditer(text))
    for number, head in enumerate(heads):
        end = heads[number + 1].start() if number + 1 < len(heads) else len(text)
        evidence.file(head[1], text[head.end() : end].rstrip("\n") + "\n")


def _grepped(text: str, evidence: Evidence) -> None:
    for path, value in GREPPED.findall(text):
        evidence.file(path, value + "\n")


def _alone(text: str, evidence: Evidence) -> None:
    for words, path in ALONE:
        if found := words.search(text):
            evidence.file(path, found[0])


KINDS = (
    Kind(name="a list of files", matches=HEAD.search, read=_named),
    Kind(name="a list of files", matches=GREPPED.search, read=_grepped),
    Kind(
        name="a copy of a file of /proc",
        matches=lambda text: any(words.search(text) for words, _ in ALONE),
        read=_alone,
    ),
)
