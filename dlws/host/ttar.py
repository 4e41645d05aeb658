"""ttar: a tree of small files as one text, in which monitoring projects keep captured /proc and /sys.

Format: github.com/ideaship/ttar. ``Path:``, ``Lines:`` and so many lines; or ``SymlinkTo:``; or ``Directory:``.
A line ends in ``EOF`` where the file has no line break there; ``NULLBYTE`` stands for a NUL byte.
"""

import io
import re
import tarfile
from collections.abc import Iterator
from itertools import islice

MARK = re.compile(rb"# Archive created by ttar\b|# ttar(?: -)+")
FIELD = re.compile(r"(Path|Directory|SymlinkTo|Lines): (.*)")
NUL = re.compile(r"(?<!\\)NULLBYTE")


def matches(data: bytes) -> bool:
    """True for such an archive."""
    return MARK.match(data) is not None


def to_tar(data: bytes) -> bytes:
    """The same tree as a tar archive, whose reader knows what not to trust."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name, target, content in _entries(data.decode("utf-8", "surrogateescape")):
            member = tarfile.TarInfo(name)
            if target is not None:
                member.type, member.linkname = tarfile.SYMTYPE, target
                archive.addfile(member)
            elif content is None:
                member.type = tarfile.DIRTYPE
                archive.addfile(member)
            else:
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def _entries(text: str) -> Iterator[tuple[str, str | None, bytes | None]]:
    """Name, target of a link, content of a file; a directory has neither."""
    lines = iter(text.split("\n"))
    path: str | None = None
    for line in lines:
        found = FIELD.fullmatch(line)
        if found is None:
            continue
        field, value = found.groups()
        if field == "Directory":
            yield value, None, None
        elif field == "Path":
            path = value
        elif path is not None and field == "SymlinkTo":
            yield path, value, None
        elif path is not None and re.fullmatch(r"[0-9]{1,7}", value):
            yield path, None, _content(list(islice(lines, int(value))))


def _content(lines: list[str]) -> bytes:
    body = "\n".join(lines)
    body = body.removesuffix("EOF") if body.endswith("EOF") else f"{body}\n" if lines else ""
    return NUL.sub("\0", body).replace("\\NULLBYTE", "NULLBYTE").encode("utf-8", "surrogateescape")
