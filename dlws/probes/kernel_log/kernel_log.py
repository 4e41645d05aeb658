"""Hardware faults in the kernel's log, of this boot and of earlier ones."""

import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from dlws.host import Host
from dlws.model.kernel_log import KernelEvent, KernelLog
from dlws.probes.kernel_log import kernel_sources
from dlws.probes.kernel_log.kernel_events import BOOTS, NEW_BOOT, RULES, THIS_BOOT, UNKNOWN_BOOT
from dlws.probes.kernel_log.kernel_lines import LINE_LENGTH, Line, around, messages, parse
from dlws.probes.kernel_log.kernel_rule import SEVERITY, Rule
from dlws.probes.problems import Problems

MESSAGE_LENGTH = 200
CLOCK_SLACK_S = 5.0
"""Lines of several CPUs may be out of order by a little; more than this is a new boot."""
ECHOES = ("logged", "aftermath", "no_answer")
OF_PROGRAMS = (13, 31, 43, 45)
"""Xids that a program's own fault brings; the GPU goes on."""
Group = tuple[str, str | None, int | None, str | None, str | None, bool | None]


class _Tally:
    """Events of one group. Each rule counts apart: the kernel tells many errors twice, in different words."""

    def __init__(self, time: str | None) -> None:
        self.counts: dict[int, int] = {}
        self.first = self.last = time
        self.port: str | None = None
        self.message = ""


class _Hit(Struct, frozen=True):
    rule: int
    found: re.Match[str]
    line: Line
    boot: int
    marker: str


def probe(host: Host, problems: Problems) -> KernelLog:
    """Events of this boot from the kernel's buffer, of earlier boots from the journal or the log files."""
    source, now = kernel_sources.now(host)
    history_source, history = kernel_sources.history(host)
    if source is None and history_source is None:
        problems.add(
            "the kernel log cannot be read, so GPU, PCIe and memory errors in it are unknown; "
            "run dlws as root, or join a group that may read it: sudo usermod -aG adm,systemd-journal $USER"
        )
        return KernelLog()
    keeps = history_source not in (None, kernel_sources.VOLATILE)
    if not keeps:
        problems.add(
            "no log of earlier boots can be read; "
            + ("" if host.is_root() else "run dlws as root, or ")
            + "have one kept: sudo mkdir -p /var/log/journal"
        )
    return KernelLog(
        source=source or history_source,
        earlier_source=history_source if keeps else None,
        events=_merge(events(now, True), events(history, True)),
    )


def events(text: str, newest: bool | None = None) -> tuple[KernelEvent, ...]:
    """All events in a log, oldest first.

    ``newest`` says whether the last boot in the text is the one that the machine is in now; boots before it
    are earlier ones. Never raises.
    """
    hits = list(_hits(text))
    last = max((hit.boot for hit in hits), default=0)
    tallies: dict[Group, _Tally] = {}
    for hit in hits:
        rule = BOOTS[-hit.rule - 1] if hit.rule < 0 else RULES[hit.rule]
        if hit.rule >= 0:
            _add(tallies, rule, hit, _this_boot(hit, last, newest))
    made = tuple(_event(group, tally) for group, tally in tallies.items())
    return tuple(event for event in made if not _is_echo(event, made))


def _candidates(text: str) -> Iterator[tuple[int, list[int]]]:
    """Starts of lines that hold a key, and the rules whose key it is (boundaries of boots: negative)."""
    hits: dict[int, list[int]] = {}
    for key, numbers in KEYS.items():
        at = text.find(key)
        while at >= 0:
            hits.setdefault(text.rfind("\n", 0, at) + 1, []).extend(numbers)
            end = text.find("\n", at)
            at = text.find(key, end) if end >= 0 else -1
    for start in sorted(hits):
        yield start, sorted(hits[start])


def _hits(text: str) -> Iterator[_Hit]:
    boot, marker, uptime = 0, NEW_BOOT, 0.0
    for start, numbers in _candidates(text):
        end = text.find("\n", start)
        line = parse(text[start : end if end >= 0 else len(text)][:LINE_LENGTH])
        for number in numbers:
            rule = RULES[number] if number >= 0 else BOOTS[-number - 1]
            if line.program and rule.kind != "module":
                continue
            found = _match(rule, line, text, start)
            if found is None:
                continue
            if number < 0:
                boot, marker, uptime = boot + 1, rule.kind, 0.0
                yield _Hit(number, found, line, boot, marker)
                continue
            if line.uptime_s is not None:
                boot += line.uptime_s < uptime - CLOCK_SLACK_S
                uptime = line.uptime_s
            yield _Hit(number, found, line, boot, marker)
            break


def _match(rule: Rule, line: Line, text: str, start: int) -> re.Match[str] | None:
    if not rule.near:
        return rule.match(line.message)
    window = around(text, start, rule.near)
    return rule.match(messages(window)) if rule.also in window else None


def _this_boot(hit: _Hit, last: int, newest: bool | None) -> bool | None:
    if hit.marker == UNKNOWN_BOOT:
        return None
    if hit.marker == NEW_BOOT:
        return newest if hit.boot == last else False
    return hit.marker == THIS_BOOT


def _add(tallies: dict[Group, _Tally], rule: Rule, hit: _Hit, this_boot: bool | None) -> None:
    told = hit.found.groupdict()
    port, subject = told.get("port"), told.get("subject")
    if port and (subject is None or subject.endswith("00:00.0")):  # 0000:00:00.0: the sender is not known
        subject = port
    severity = SEVERITY.get(" ".join((told.get("severity") or "").lower().split()), rule.severity)
    code = int(told["code"]) if told.get("code") else None
    group = (rule.kind, _subject(rule.kind, subject), code, severity, rule.cause, this_boot)
    tally = tallies.setdefault(group, _Tally(hit.line.time))
    before = tally.counts.get(hit.rule, 0)
    if told.get("peak"):
        tally.counts[hit.rule] = max(before, int(told["peak"]))
    else:
        tally.counts[hit.rule] = before + int(told.get("count") or 1) * hit.line.repeats
    tally.last = hit.line.time or tally.last
    tally.port = port or tally.port
    tally.message = (
        " ".join(hit.found.string.split())[:MESSAGE_LENGTH]
        if rule.near < 0
        else hit.line.message[:MESSAGE_LENGTH]
    )


def _subject(kind: str, subject: str | None) -> str | None:
    """A PCI address as sysfs writes it. Xid lines have no function: the driver takes function 0 only."""
    if subject is None:
        return None
    if kind in ("xid", "sxid", "gpu_lost", "iommu"):
        parts = subject.lower().rstrip(".:").split(":")
        if len(parts) < 2 or not all(parts):
            return None  # "PCI:...": hidden by whoever sent the log
        if len(parts) == 2:
            parts = ["0000", *parts]  # drivers before 270 wrote no domain
        domain, bus, slot = (*parts, "", "")[:3]
        return f"{domain[-4:]:0>4}:{bus:0>2}:{slot if '.' in slot else f'{slot:0>2}.0'}"
    return subject.strip()


def _event(group: Group, tally: _Tally) -> KernelEvent:
    kind, subject, code, severity, cause, this_boot = group
    return KernelEvent(
        kind=kind,
        subject=subject,
        code=code,
        severity=severity,
        cause=cause,
        port=tally.port,
        count=max(1, *tally.counts.values()),  # the kernel can say "0 CE" of an error that it logs
        first=tally.first,
        last=tally.last,
        this_boot=this_boot,
        message=tally.message,
    )


def _is_echo(event: KernelEvent, all_events: tuple[KernelEvent, ...]) -> bool:
    """Announcements and aftermath count only where the log does not hold the fault itself."""
    others = [one for one in all_events if one.this_boot == event.this_boot and one.cause not in ECHOES]
    if event.cause == "logged":
        return any(one.kind in ("mce", "edac") for one in others)
    if event.cause == "aftermath":
        return any(one.kind == "gpu_lost" for one in others)
    if event.cause == "no_answer":
        return any(
            one.kind in ("gpu_lost", "nvrm") or (one.kind == "xid" and one.code not in OF_PROGRAMS)
            for one in others
        )
    # The driver follows each of these with the register's content, which says no more of how bad it is.
    return (event.kind, event.severity) == ("sxid", None) and any(
        (one.kind, one.subject, one.code) == ("sxid", event.subject, event.code) and one.severity
        for one in others
    )


def _merge(now: tuple[KernelEvent, ...], past: tuple[KernelEvent, ...]) -> tuple[KernelEvent, ...]:
    """Both sources as one. The kernel's buffer forgets its oldest lines, the journal may have kept them."""
    merged = {_group(event): event for event in past}
    for event in now:
        same = merged.get(_group(event))
        merged[_group(event)] = replace(event, count=max(event.count, same.count)) if same else event
    return tuple(merged.values())


def _group(event: KernelEvent) -> Group:
    return (event.kind, event.subject, event.code, event.severity, event.cause, event.this_boot)


def _keys() -> dict[str, list[int]]:
    keys: dict[str, list[int]] = {}
    for number, rule in enumerate(RULES):
        keys.setdefault(rule.key, []).append(number)
    for number, rule in enumerate(BOOTS):
        keys.setdefault(rule.key, []).append(-number - 1)
    return keys


KEYS = _keys()
