"""/proc/mdstat: Linux software RAID (Documentation/admin-guide/md.rst; drivers/md/md.c, md_seq_show)."""

import re

from dlws.model.storage import Raid
from dlws.pattern import pattern

HEAD = pattern(r"(?<![\w/.-])(?P<name>md[\w-]*)\s?:\s+(?P<state>active|inactive|broken|readonly)\b")
END = pattern(
    r"unused devices:|Personalities\s*:|\n[ \t>|]*\r?\n(?!\s+\d+ blocks)|"
    r"(?<![\w/.-])md[\w-]*\s?:\s+(?:active|inactive|broken|readonly)\b"
)
LEVEL = pattern(r"\s*(?:\((?P<mode>[a-z-]+)\)\s+)?(?P<level>raid\d+|linear|multipath|faulty)?\b")
MEMBER = pattern(r"(?<![\w!./-])(?P<name>[\w!./-]+)\[\d+\](?P<flags>(?:\([A-Z]\))*)")
COUNT = pattern(r"\[(?P<wanted>\d{1,5})/(?P<active>\d{1,5})\]")
MAP = pattern(r"\[(?P<map>[U_]+)\]")
SYNC = pattern(
    r"\b(?P<action>resync|recovery|reshape|check|repair)\s*=\s*(?:(?P<percent>\d+(?:\.\d+)?)%|[A-Z]+)"
)
CONTAINER = pattern(r"super\s+external:(?!/)")
"""An array inside a container says ``external:/md127/0``, the container itself ``external:imsm``."""
ACTIONS = {"recovery": "recovering"}


def arrays(text: str) -> tuple[Raid, ...]:
    """Arrays in /proc/mdstat, also where it was pasted into a letter, twice or with broken lines."""
    found: dict[str, Raid] = {}
    for head in HEAD.finditer(text):
        found.setdefault(head["name"], _array(head, _body(text, head.end())))
    return tuple(found.values())


def _body(text: str, start: int) -> str:
    end = END.search(text, start)
    return text[start : end.start() if end else len(text)]


def _array(head: re.Match[str], body: str) -> Raid:
    level = LEVEL.match(body)
    members = tuple(MEMBER.finditer(body))
    count = COUNT.search(body)
    sync = SYNC.search(body)
    shape = MAP.search(body, count.end() if count else 0)
    failed = tuple(member["name"] for member in members if "(F)" in member["flags"])
    wanted = int(count["wanted"]) if count else None
    active = shape["map"].count("U") if shape else int(count["active"]) if count else None
    degraded = wanted is not None and active is not None and active < wanted
    mode = level["mode"] if level else None
    container = CONTAINER.search(body) is not None
    return Raid(
        name=head["name"],
        level="container" if container else level["level"] if level else None,
        state="container" if container else _state(head["state"], degraded, sync),
        devices=tuple(member["name"] for member in members),
        devices_wanted=wanted,
        devices_active=active,
        failed=failed,
        spares=tuple(member["name"] for member in members if "(S)" in member["flags"]),
        read_only=mode == "read-only" if mode else None,
        progress_percent=float(sync["percent"]) if sync and sync["percent"] else None,
    )


def _state(word: str, degraded: bool, sync: re.Match[str] | None) -> str:
    """What to call it: a rebuild says more than "degraded", other work on a degraded array says less."""
    if word != "active":
        return word
    action = sync["action"] if sync else None
    if degraded and action != "recovery":
        return "degraded"
    return ACTIONS.get(action, action) if action else "active"
