"""Documents for a terminal.

Only ASCII of our own, words for every status and colour on top if asked for, so that it reads the same in
the C locale, in a log and through a screen reader.
"""

import textwrap
from collections.abc import Iterable

from dlws.model.finding import Finding, Status
from dlws.model.inventory import Inventory
from dlws.model.measurement import Measurement
from dlws.model.outcome import Outcome
from dlws.model.plan import Plan
from dlws.model.requirements import Requirements
from dlws.model.stack import Stack

from . import documents
from . import requirements as needs
from .inventory import groups
from .table import Group, Row
from .verdict import by_status, verdict
from .words import count, plain

BOLD = "1"
DIM = "2"
COLORS = {Status.FAIL: "31;1", Status.WARN: "33", Status.UNKNOWN: "35", Status.OK: "32", Status.SKIP: DIM}
"""SGR codes (ECMA-48)."""
LABEL = 15
WIDEST_LABEL = 28
NARROW_LABEL = 11
NARROW = 60
"""Terminals under this width get a narrower label column."""
INDENT = " " * 9
"""Width of the status column."""
MACHINE = "machine"
"""Subject of a finding that needs no mention."""


def paint(text: str, code: str, color: bool) -> str:
    """Text in a colour (SGR code), if colour is wanted."""
    return f"\x1b[{code}m{text}\x1b[0m" if color and text else text


def inventory(inventory: Inventory, width: int, color: bool = False) -> str:
    """What a machine has, as a table."""
    return layout(groups(inventory), width, color)


def requirements(it: Requirements, width: int, color: bool = False, every_option: bool = False) -> str:
    """What a workload needs."""
    return layout(needs.groups(it, every_option), width, color)


def measurements(some: tuple[Measurement, ...], width: int, color: bool = False) -> str:
    """What the smoke jobs measured."""
    return layout(documents.measurements(some), width, color) or "Nothing was measured."


def stack(it: Stack, width: int, color: bool = False) -> str:
    """The software that a machine should have."""
    return layout(documents.stack(it), width, color)


def plan(it: Plan, width: int, color: bool = False) -> str:
    """What would be changed."""
    return layout(documents.plan(it), width, color)


def outcome(it: Outcome, width: int, color: bool = False) -> str:
    """What was changed."""
    return layout(documents.outcome(it), width, color)


def layout(some: Iterable[Group], width: int, color: bool = False) -> str:
    """Groups one under the other."""
    return "\n\n".join("\n".join(_group(group, width, color)) for group in some)


def _group(group: Group, width: int, color: bool) -> list[str]:
    title = [paint(line, BOLD, color) for line in _filled(group.title, "", "", width)]
    longest = max((len(row.label) for row in group.rows), default=0)
    label = min(max(longest, LABEL), WIDEST_LABEL) if width >= NARROW else NARROW_LABEL
    return [*title, *(line for row in group.rows for line in _row(row, label, width, color))]


def _row(row: Row, label: int, width: int, color: bool) -> list[str]:
    if not row.label:
        return _filled(row.value, "  - ", "    ", width)
    lines = _filled(row.value, f"  {row.label:<{label}} ", " " * (label + 3), width)
    if row.warning:
        mark = _filled(f"warning: {row.warning}", " " * (label + 3), " " * (label + 3), width)
        lines += [paint(line, COLORS[Status.WARN], color) for line in mark]
    return lines


def _filled(text: str, first: str, rest: str, width: int) -> list[str]:
    """Text in lines, hanging behind its label; a word longer than the line is broken."""
    return textwrap.wrap(
        text, max(width, len(rest) + 12), initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    ) or [first.rstrip()]


def findings(findings: tuple[Finding, ...], width: int, color: bool = False) -> str:
    """Findings, the worst first with why and fix; what is well in a line each; then the verdict."""
    bad = (
        one for status in (Status.FAIL, Status.WARN, Status.UNKNOWN) for one in by_status(findings, status)
    )
    parts = ["\n".join(_finding(one, width, color)) for one in bad]
    fine = [line for one in by_status(findings, Status.OK) for line in _headline(one, width, color)]
    if fine:
        parts.append("\n".join(fine))
    if skipped := len(by_status(findings, Status.SKIP)):
        said = f"{count(skipped, 'check has', 'checks have')} nothing to look at here"
        parts.append(paint("\n".join(_filled(said, "skip     ", INDENT, width)), COLORS[Status.SKIP], color))
    status, sentence = verdict(findings)
    parts.append(paint("\n".join(_filled(sentence, "", "", width)), COLORS[status], color))
    return "\n\n".join(parts)


def _finding(one: Finding, width: int, color: bool) -> list[str]:
    lines = _headline(one, width, color)
    if one.why:
        lines += _filled(plain(one.why), f"{INDENT}why: ", f"{INDENT}     ", width)
    if one.fix:
        lines += _fix(plain(one.fix), width)
    return [*lines, paint(INDENT + plain(one.check), DIM, color)]


def _headline(one: Finding, width: int, color: bool) -> list[str]:
    subject = "" if one.subject == MACHINE else f"{plain(one.subject)}: "
    first, *rest = _filled(f"{subject}{plain(one.what)}", f"{one.status.value:<8} ", INDENT, width)
    return [paint(first[:8], COLORS[one.status], color) + first[8:], *rest]


def _fix(text: str, width: int) -> list[str]:
    """Advice; a command after its colon is never broken, so that it can be pasted."""
    prose, colon, command = text.rpartition(": ")
    if not colon or len(INDENT) + 5 + len(text) <= width:
        return [f"{INDENT}fix: {text}"] if len(INDENT) + 5 + len(text) <= width else _prose(text, width)
    return [*_prose(prose + ":", width), f"{INDENT}     {command}"]


def _prose(text: str, width: int) -> list[str]:
    return _filled(text, f"{INDENT}fix: ", f"{INDENT}     ", width)
