"""ZFS pools in what ``zpool status`` and ``zpool list`` print (zpool-status(8))."""

import re

from dlws.model.storage import Raid
from dlws.pattern import pattern

POOL = pattern(r"^[ \t]*pool:[ \t]+(\S+)[ \t]*$", re.M)
STATE = pattern(r"^[ \t]*state:[ \t]+(\S+)", re.M)
DEVICE = pattern(
    r"^[ \t]+(?P<name>\S+)[ \t]+(?P<state>ONLINE|DEGRADED|FAULTED|OFFLINE|UNAVAIL|REMOVED|AVAIL|INUSE)\b", 8
)
GROUP = pattern(r"(?:mirror|raidz\d?|draid\d?(?::\S+)?|spare|replacing|indirect|special|dedup)-\d+$")
SECTION = pattern(r"^[ \t]+(logs|cache|spares|special|dedup)[ \t]*$", re.M)
PROGRESS = pattern(r"(resilver|scrub) in progress")
DONE = pattern(r"([\d.]{1,6})% done")
LISTED = pattern(r"^(?P<name>[\w.:-]+)[ \t]+(?:[\d.]+[KMGTP]?|-)[ \t].*?[ \t](?P<state>ONLINE|DEGRADED|FAULTED|OFFLINE|"
                 r"UNAVAIL|REMOVED|SUSPENDED)\b", re.M)  # fmt: skip
STATES = {"ONLINE": "active", "DEGRADED": "degraded"}


def pools(text: str) -> tuple[Raid, ...]:
    """Pools, each once."""
    heads = list(POOL.finditer(text))
    if not heads and (at := text.find("config:")) >= 0 and (top := DEVICE.search(text, at)):
        return (_pool(top["name"], text),)  # somebody left off the first line
    if not heads:
        return tuple(
            Raid(name=one["name"], level="zfs", state=_state(one["state"])) for one in LISTED.finditer(text)
        )
    ends = [head.start() for head in heads[1:]] + [len(text)]
    found: dict[str, Raid] = {}
    for head, end in zip(heads, ends, strict=True):
        found.setdefault(head[1], _pool(head[1], text[head.end() : end]))
    return tuple(found.values())


def _pool(name: str, body: str) -> Raid:
    state, work, done = STATE.search(body), PROGRESS.search(body), DONE.search(body)
    config = body[at:] if (at := body.find("config:")) >= 0 else ""
    section = SECTION.search(config)
    data, others = (config[: section.start()], config[section.start() :]) if section else (config, "")
    leaves = [one for one in DEVICE.finditer(data) if one["name"] != name and not GROUP.match(one["name"])]
    word = _state(state[1]) if state else None
    return Raid(
        name=name,
        level="zfs",
        state="recovering" if work and work[1] == "resilver" and word != "active" else word,
        devices=tuple(one["name"] for one in leaves),
        devices_wanted=len(leaves) or None,
        devices_active=sum(one["state"] == "ONLINE" for one in leaves) if leaves else None,
        failed=tuple(one["name"] for one in leaves if one["state"] not in ("ONLINE", "DEGRADED")),
        spares=tuple(one["name"] for one in DEVICE.finditer(others) if one["state"] == "AVAIL"),
        progress_percent=float(done[1]) if work and done and done[1].count(".") <= 1 else None,
    )


def _state(word: str) -> str:
    return STATES.get(word, word.lower())
