"""mdadm's ``--detail`` and ``--examine``, put as /proc/mdstat has the same, whose reader then answers."""

import re
from collections.abc import Iterator

from dlws.pattern import pattern

from .evidence import Evidence, Kind

HEAD = pattern(r"^[ \t]*/dev/(\S+):[ \t]*$", re.MULTILINE)
FIELD = pattern(r"^[ \t]*([A-Z][\w ()]{0,60}?)[ \t]+:[ \t]*(|\S(?:.*\S)?)[^\S\n]*$", re.MULTILINE)
LEVEL = pattern(r"^[ \t]*Raid Level(?:\[\d+\])? : \S", re.MULTILINE)
MEMBER = pattern(
    r"^[ \t]*(\d+|-)[ \t]+\d+[ \t]+\d+[ \t]+(?:\d+|-)[ \t]+(?:(\w[\w ,]{0,60}?)[ \t]+)?/dev/(\S+)[ \t]*$",
    re.MULTILINE,
)
MAGIC = pattern(r"^[ \t]*Magic : ", re.MULTILINE)
"""Of a superblock, as --examine prints it."""
INDEXED = pattern(
    r"^[ \t]*(unit\[\d+|Raid Level\[\d+|state\[\d+|Raid Devices\[\d+)\] : (\S(?:.*\S)?)[^\S\n]*$",
    re.MULTILINE,
)
PROGRESS = pattern(r"^[ \t]*(Rebuild|Resync|Reshape|Check|Repair) Status : (\d+)% complete", re.MULTILINE)
ACTIONS = {"Rebuild": "recovery"}
WORDS = {"recovering": "recovery", "resyncing": "resync", "reshaping": "reshape", "checking": "check"}
COUNT = pattern(r"\d{1,9}")
WHOLE = 1000
"""More devices than this are no array that mdadm made."""


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """Device and body of each answer."""
    heads = list(HEAD.finditer(text))
    for number, head in enumerate(heads):
        body = text[head.end() : heads[number + 1].start() if number + 1 < len(heads) else len(text)]
        if LEVEL.search(body):
            yield head[1], body


def _detail(name: str, body: str) -> str:
    """One array, as the running kernel has it."""
    name = _name(name)
    fields = dict(reversed(FIELD.findall(body)))
    level, state = fields["Raid Level"].lower(), fields.get("State", "")
    members = [_member(*member) for member in MEMBER.findall(body)]
    if level == "container":
        return f"{name} : inactive {' '.join(members)}\n      0 blocks super external:container\n"
    working = "inactive" if re.search(r"inactive|not started|FAILED", state) else "active"
    mode = " (read-only)" if re.search(r"read-?only", state, re.IGNORECASE) else ""
    kind = f" {level}" if working == "active" else ""  # mdadm says raid0 of any array that does not run
    lines = [f"{name} : {working}{mode}{kind} {' '.join(members)}", f"      0 blocks{_counts(fields)}"]
    if progress := PROGRESS.search(body):
        action = ACTIONS.get(progress[1], progress[1].lower())
        lines.append(f"      [>....]  {action} = {progress[2]}.0% (0/0)")
    elif action := next((word for told, word in WORDS.items() if told in state), None):
        lines.append(f"      {action}=PENDING")
    return "\n".join(lines) + "\n"


def _name(told: str) -> str:
    """As in /proc/mdstat: ``md127``, and ``md_home`` for /dev/md/home."""
    name = re.sub(r"[^\w-]", "_", told.removeprefix("md/"))
    return name if name.startswith("md") else f"md{name}" if name.isdecimal() or not name else f"md_{name}"


def _member(number: str, state: str, device: str) -> str:
    flag = "(F)" if "faulty" in state else "(S)" if state == "spare" else ""
    return f"{device}[{number if number.isdecimal() else 0}]{flag}"


def _counts(fields: dict[str, str]) -> str:
    wanted, active = fields.get("Raid Devices", ""), fields.get("Active Devices", "")
    if not (COUNT.fullmatch(wanted) and COUNT.fullmatch(active) and int(active) <= int(wanted) <= WHOLE):
        return ""
    return f" [{wanted}/{active}] [{'U' * int(active)}{'_' * (int(wanted) - int(active))}]"


def _examine(answers: list[tuple[str, str]]) -> str:
    """Arrays that superblocks speak of. The newest superblock is right about what is missing."""
    arrays: dict[str, list[tuple[str, dict[str, str]]]] = {}
    for device, body in answers:
        fields = dict(reversed(FIELD.findall(body)))
        arrays.setdefault(fields.get("Array UUID") or fields.get("UUID") or device, []).append(
            (device, fields)
        )
    return "".join(_array(members) for members in arrays.values())


def _array(members: list[tuple[str, dict[str, str]]]) -> str:
    newest = max(
        members, key=lambda one: int(events) if COUNT.fullmatch(events := one[1].get("Events", "")) else 0
    )[1]
    slots = (re.match(r"[AR.]+", newest.get("Array State", "")) or [""])[0]
    # Superblocks of version 0.90 count the active devices and know the array by its number.
    counts = {name: newest.get(name, "") for name in ("Raid Devices", "Active Devices")}
    if slots:
        counts["Active Devices"] = str(slots.count("A") + slots.count("R"))
    devices = " ".join(
        f"{device}[{number}]{'(S)' if 'spare' in fields.get('Device Role', '') else ''}"
        for number, (device, fields) in enumerate(members)
    )
    name = _name(newest.get("Name", "").split(" ")[0].rpartition(":")[2] or newest.get("Preferred Minor", ""))
    return f"{name} : active {newest['Raid Level'].lower()} {devices}\n      0 blocks{_counts(counts)}\n"


def _ddf(body: str) -> str:
    """Arrays in a container that firmware made (SNIA's Disk Data Format)."""
    fields = dict(reversed(INDEXED.findall(body)))
    lines = []
    for number in sorted({name.partition("[")[2] for name in fields}):
        unit, level, state = (fields.get(f"{name}[{number}") for name in ("unit", "Raid Level", "state"))
        if unit and level:
            short = re.search("Degraded|Failed|Missing", state or "") is not None
            wanted = (fields.get(f"Raid Devices[{number}") or "").split(" ")[0]
            active = str(int(wanted) - short) if COUNT.fullmatch(wanted) else ""
            counts = _counts({"Raid Devices": wanted, "Active Devices": active})
            lines.append(f"{_name(unit)} : active {level.lower()}\n      0 blocks{counts}\n")
    return "\n".join(lines)


def _read(text: str, evidence: Evidence) -> None:
    answers = list(_parts(text))
    examined = [(device, body) for device, body in answers if MAGIC.search(body)]
    running = [_detail(device, body) for device, body in answers if not MAGIC.search(body)]
    evidence.root = True  # mdadm opens the devices, which belong to root
    plain = [one for one in examined if "Raid Level[" not in one[1]]
    table = "\n".join(running) or _examine(plain) or "\n".join(_ddf(body) for _, body in examined[:1])
    evidence.file("/proc/mdstat", table)


KIND = Kind(name="the output of mdadm", matches=lambda text: next(_parts(text), None), read=_read)
