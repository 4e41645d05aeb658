"""The links between AMD GPUs as ``amd-smi topology`` and ``rocm-smi --showtopo`` print them."""

from dlws.host.json_text import decoded
from dlws.model.topology import GpuPair
from dlws.pattern import pattern

TITLE = pattern(r"[=\s]*([A-Z][\w ]*?(?:TABLE:|two GPUs))[=\s]*$")
KINDS = ("XGMI", "PCIE")
Cells = dict[tuple[int, int], str]


def pairs(text: str) -> tuple[GpuPair, ...]:
    """Pairs by the numbers of their GPUs; empty for anything else."""
    kinds, access = _from_json(text) if text.lstrip().startswith(("[", "{")) else _from_text(text)
    places = sorted({place for place in (*kinds, *access) if place[0] < place[1]})
    found = [
        GpuPair(a=a, b=b, link=_kind(kinds.get((a, b))), p2p=_switch(access.get((a, b)))) for a, b in places
    ]
    return tuple(pair for pair in found if pair.link is not None or pair.p2p is not None)


def _kind(told: str | None) -> str | None:
    return told.upper() if told and told.upper() in KINDS else None


def _switch(told: str | None) -> bool | None:
    return {"ENABLED": True, "TRUE": True, "DISABLED": False, "FALSE": False}.get((told or "").upper())


def _from_json(text: str) -> tuple[Cells, Cells]:
    kinds: Cells = {}
    access: Cells = {}
    data = decoded(text)
    if isinstance(data, dict):
        data = next((part for part in data.values() if isinstance(part, list)), [])
    for card in data if isinstance(data, list) else ():
        links = card.get("links") if isinstance(card, dict) else None
        for link in links if isinstance(links, list) else ():
            near, far = (card.get("gpu"), link.get("gpu")) if isinstance(link, dict) else (None, None)
            if isinstance(near, int) and isinstance(far, int):
                kinds[near, far] = str(link.get("link_type"))
                access[near, far] = str(link.get("link_status"))
    return kinds, access


def _from_text(text: str) -> tuple[Cells, Cells]:
    """Square tables, each below its title; rows and columns are in the order of the GPUs' numbers."""
    found: dict[str, Cells] = {}
    title, width, row = "", 0, 0
    for line in text.splitlines():
        words = line.split()
        if told := TITLE.match(line):
            title, width, row = told[1].lower(), 0, 0
        elif not width and len(words) > 1 and all(_names(word) for word in words):
            width = len(words)
        elif width and len(words) == width + 1 and _names(words[0]):
            cells = found.setdefault(title, {})
            cells.update({(row, column): word for column, word in enumerate(words[1:])})
            row += 1
        elif words and not _ruled(line):
            width = 0
    return _table(found, "link type"), _table(found, "access")


def _names(word: str) -> bool:
    """``GPU0`` or ``0000:05:00.0``."""
    return (word.startswith("GPU") and word[3:].isdecimal()) or (word.count(":") == 2 and "." in word)


def _ruled(line: str) -> bool:
    return not line.strip("=- \t")


def _table(found: dict[str, Cells], name: str) -> Cells:
    return next((cells for title, cells in found.items() if name in title), {})
