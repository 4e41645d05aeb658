"""One HTML file without any outside reference: it can be mailed, archived and printed."""

from collections.abc import Iterable

from msgspec import Struct

from dlws import assets
from dlws.model.finding import Finding, Status
from dlws.model.inventory import Inventory
from dlws.model.measurement import Measurement
from dlws.model.outcome import Outcome
from dlws.model.requirements import Requirements
from dlws.model.stack import Stack

from . import documents
from . import inventory as facts
from . import requirements as needs
from .table import Group
from .verdict import ORDER, by_status, counts, verdict
from .words import plain

WIDTH = 1000
"""Of a bar, in units of its view box."""


class Part(Struct, frozen=True):
    """One piece of a bar."""

    name: str
    style: str
    x: float
    width: float
    value: str


def page(
    *,
    title: str,
    made_at: str | None = None,
    inventory: Inventory | None = None,
    findings: tuple[Finding, ...] | None = None,
    requirements: Requirements | None = None,
    measurements: tuple[Measurement, ...] | None = None,
    stack: Stack | None = None,
    outcome: Outcome | None = None,
) -> str:
    """A page of those documents that there are; the verdict comes first."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(assets.path("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    status, sentence = verdict(findings) if findings is not None else (None, None)
    return environment.get_template("report.html.j2").render(
        title=plain(title),
        made_at=plain(made_at) if made_at else None,
        status=status.value if status else None,
        sentence=sentence,
        bar_of_findings=status_bar(findings or ()),
        bad=shown(findings or (), ORDER[:3]),
        fine=shown(findings or (), (Status.OK,)),
        skipped=skipped(findings or ()),
        memory=memory_bar(requirements) if requirements else (),
        sections=sections(measurements, requirements, stack, outcome, inventory),
    )


def sections(
    measurements: tuple[Measurement, ...] | None,
    requirements: Requirements | None,
    stack: Stack | None,
    outcome: Outcome | None,
    inventory: Inventory | None,
) -> tuple[tuple[str, tuple[Group, ...]], ...]:
    """Titled tables, in the order of interest."""
    found = (
        ("Measured", documents.measurements(measurements) if measurements else ()),
        ("Needed", needs.groups(requirements) if requirements else ()),
        ("Software", documents.stack(stack) if stack else ()),
        ("Changed", documents.outcome(outcome) if outcome else ()),
        ("The machine", facts.groups(inventory) if inventory else ()),
    )
    return tuple((title, groups) for title, groups in found if groups)


def shown(findings: Iterable[Finding], statuses: tuple[Status, ...]) -> tuple[dict[str, str | None], ...]:
    """Findings as clean text, worst first."""
    some = tuple(findings)
    return tuple(
        {
            "status": one.status.value,
            "check": plain(one.check),
            "subject": plain(one.subject),
            "what": plain(one.what),
            "why": plain(one.why) if one.why else None,
            "fix": plain(one.fix) if one.fix else None,
        }
        for status in statuses
        for one in by_status(some, status)
    )


def skipped(findings: Iterable[Finding]) -> tuple[tuple[str, str], ...]:
    """Why checks were skipped, each reason once with the ids of its checks."""
    found: dict[str, list[str]] = {}
    for one in by_status(findings, Status.SKIP):
        found.setdefault(plain(one.what), []).append(plain(one.check))
    return tuple(
        (what if len(checks) == 1 else f"{what} ({len(checks)} times)", ", ".join(dict.fromkeys(checks)))
        for what, checks in found.items()
    )


def status_bar(findings: Iterable[Finding]) -> tuple[Part, ...]:
    """How many findings there are of each status."""
    number = counts(findings)
    return bar([(status.value, status.value, n, str(n)) for status, n in number.items()])


def memory_bar(requirements: Requirements) -> tuple[Part, ...]:
    """What takes the GPU's memory."""
    parts = needs.memory_parts(requirements.estimate.vram)
    return bar(
        [(name, f"part{place}", size, f"{size:.2f} GiB") for place, (name, size) in enumerate(parts.items())]
    )


def bar(pieces: list[tuple[str, str, float, str]]) -> tuple[Part, ...]:
    """Pieces side by side, each as wide as its share; those of no size are left out."""
    total = sum(size for _, _, size, _ in pieces if size > 0)
    found: list[Part] = []
    x = 0.0
    for name, style, size, value in pieces:
        if size > 0:
            width = WIDTH * size / total
            found.append(Part(name, style, round(x, 1), round(width, 1), value))
            x += width
    return tuple(found)
