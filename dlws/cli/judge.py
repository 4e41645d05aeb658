"""From a machine and a workload to findings, and from findings to an exit code."""

from collections.abc import Iterable
from typing import NamedTuple

from msgspec.structs import replace

from ..errors import DlwsError, ExitCode
from ..model.case import Case
from ..model.document import Document
from ..model.finding import Finding, Status
from ..model.inventory import Inventory
from ..model.measurement import Measurement
from ..model.requirements import Requirements
from ..model.stack import Stack
from ..model.workload import Workload
from . import out
from .options import FailOn, fields

DEFAULT_WORKLOAD = "lenet5-train"
"""Small enough for any machine, so that a machine is judged by its health where nobody names a workload."""


class Wish(NamedTuple):
    """What someone wants to run, and what that needs."""

    workload: Workload | None = None
    need: Requirements | None = None


def wish(workload: str | None, settings: list[str] | None = None, electricity: str = "EU27") -> Wish:
    """The workload of that name, changed by --set, and what it needs; the default one if none is named."""
    from ..sizing import estimate, load

    changes = fields(settings)
    if workload is None and changes:
        raise DlwsError(
            "--set changes a workload, and none is named", fix="name one of these: dlws workloads"
        )
    named = DEFAULT_WORKLOAD if workload is None else workload
    wanted = load.workload(named, changes)
    return Wish(wanted, replace(estimate.requirements(wanted, electricity), named=named, changes=changes))


def findings(
    have: Inventory,
    wish: Wish,
    stack: Stack | None = None,
    measured: tuple[Measurement, ...] = (),
) -> tuple[Finding, ...]:
    """Answers of all checks."""
    from .. import checks

    return checks.run(Case(have=have, workload=wish.workload, need=wish.need, stack=stack, measured=measured))


def document(found: tuple[Finding, ...], rest: Document) -> Document:
    """Findings as a document, with the rest of what is to be in it."""
    from ..report.verdict import counts, verdict

    status, sentence = verdict(found)
    summary: dict[str, int | str] = {one.value: number for one, number in counts(found).items()}
    summary |= {"status": status.value, "verdict": sentence}
    return replace(rest, made_at=out.now(), findings=found, summary=summary)


def exit_code(found: Iterable[Finding], fail_on: FailOn) -> ExitCode:
    """0 nothing at or above the threshold, 1 something, 3 something that could not be found out."""
    statuses = {one.status for one in found}
    if Status.FAIL in statuses or (fail_on is FailOn.WARN and Status.WARN in statuses):
        return ExitCode.FINDINGS
    nothing_judged = statuses <= {Status.SKIP}
    return ExitCode.UNKNOWN if Status.UNKNOWN in statuses or nothing_judged else ExitCode.OK
