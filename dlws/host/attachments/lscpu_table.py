"""``lscpu -e``: a table with a line a processor, or the same as JSON."""

import re
from collections.abc import Iterable

from dlws.pattern import pattern

from ..json_text import decoded
from .evidence import Evidence, Kind
from .topologies import CPU, Processor, known, nodes, processors

HEAD = pattern(
    r"^[ \t]*(CPU[ \t]+(?:[A-Z][\w:\[\]]*[ \t]+){0,40}?(?:CORE|SOCKET)(?:[ \t]+[A-Z][\w:\[\]]*){0,40})[ \t]*$",
    re.MULTILINE,
)
JSON = pattern(r"\"cpus\"\s*:\s*\[\s*\{\s*\"cpu\"")
MOST = 1 << 32
LEVELS = ("L1d", "L1i", "L2", "L3")
OFF = ("no", "n", "0", "false", "nein", "non", "nie", "nej", "нет", "ні", "não", "いいえ", "否", "-")

Row = dict[str, str]


def _rows(text: str) -> list[Row]:
    head = HEAD.search(text)
    if head is None:
        return _objects(text)
    names = head[1].lower().split()
    found = []
    for line in text[head.end() :].splitlines()[1:]:
        words = line.split()
        if len(words) != len(names) or not words[0].isdecimal():
            break
        found.append(dict(zip(names, words, strict=True)))
    return found


def _objects(text: str) -> list[Row]:
    begin = text.find("{")
    answer = decoded(text[begin : text.rfind("}") + 1])
    listed = answer.get("cpus") if isinstance(answer, dict) else None
    rows = (row for row in (listed if isinstance(listed, list) else ()) if isinstance(row, dict))
    return [{str(name).lower(): _word(value) for name, value in row.items()} for row in rows]


def _word(value: object) -> str:
    if value is None or (isinstance(value, int) and abs(value) > MOST):
        return "-"  # Python itself refuses to write out numbers of over 4300 digits
    return str(value).lower()


def _read(text: str, evidence: Evidence) -> None:
    """Offline processors are listed too, with nothing but their number."""
    rows = [row for row in _rows(text) if _number(row.get("cpu")) is not None]
    if not rows or known(evidence):
        return
    online = [row for row in rows if row.get("online", "yes") not in OFF]
    processors([_processor(row) for row in online], evidence)
    if "online" in rows[0]:
        evidence.file(f"{CPU}/present", ",".join(row["cpu"] for row in rows))
    homes: dict[int, list[int]] = {}
    for row in online:
        if (node := _number(row.get("node"))) is not None:
            homes.setdefault(node, []).append(int(row["cpu"]))
    nodes(homes, evidence)
    if fastest := _fastest(online):
        evidence.file(f"{CPU}/cpufreq/policy0/cpuinfo_max_freq", str(round(fastest * 1000)))


def _processor(row: Row) -> Processor:
    return Processor(
        cpu=int(row["cpu"]),
        core=_number(row.get("core")),
        package=_number(row.get("socket")),
        caches={level: (number, None) for level, number in _caches(row)},
    )


def _caches(row: Row) -> Iterable[tuple[str, int]]:
    """The column ``L1d:L1i:L2:L3`` holds the numbers of the caches."""
    name = next((name for name in row if name.startswith("l1d")), "")
    for level, text in zip(name.split(":"), row.get(name, "").split(":"), strict=False):
        kind = level[:1].upper() + level[1:]
        if kind in LEVELS and (number := _number(text)) is not None:
            yield kind, number


def _fastest(rows: list[Row]) -> float | None:
    clocks = [row.get("maxmhz", "").replace(",", ".") for row in rows]
    return max((float(text) for text in clocks if re.fullmatch(r"\d{1,6}(\.\d{1,6})?", text)), default=None)


def _number(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"\d{1,6}", text, re.ASCII) else None


KINDS = (
    Kind(
        name="the output of lscpu -e", matches=lambda text: HEAD.search(text) or JSON.search(text), read=_read
    ),
)
