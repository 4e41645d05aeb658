"""From a machine and a workload to findings, and from findings to an exit code."""

from collections.abc import Iterable

from ..errors import ExitCode
from ..model.case import Case
from ..model.document import Document
from ..model.finding import Finding, Status
from ..model.inventory import Inventory
from ..model.measurement import Measurement
from ..model.requirements import Requirements
from ..model.stack import Stack
from . import out
from .options import FailOn

DEFAULT_WORKLOAD = "lenet5-train"
"""Small enough for any machine, so that a machine is judged by its health where nobody names a workload."""


def requirements(workload: str | None) -> Requirements:
    """What a workload needs; the default one if none is named."""
    from ..sizing import estimate, load

    return estimate.requirements(load.workload(DEFAULT_WORKLOAD if workload is None else workload))


def findings(
    have: Inventory,
    need: Requirements | None,
    stack: Stack | None = None,
    measured: tuple[Measurement, ...] = (),
) -> tuple[Finding, ...]:
    """Answers of all checks."""
    from .. import checks

    return checks.run(Case(have=have, need=need, stack=stack, measured=measured))


def document(found: tuple[Finding, ...], **parts: object) -> Document:
    """Findings as a document, with what they rest on."""
    from ..report.verdict import counts, verdict

    status, sentence = verdict(found)
    summary: dict[str, int | str] = {one.value: number for one, number in counts(found).items()}
    summary |= {"status": status.value, "verdict": sentence}
    return Document(kind="findings", made_at=out.now(), findings=found, summary=summary, **parts)  # type: ignore[arg-type]


def exit_code(found: Iterable[Finding], fail_on: FailOn) -> ExitCode:
    """0 nothing at or above the threshold, 1 something, 3 something that could not be found out."""
    statuses = {one.status for one in found}
    if Status.FAIL in statuses or (fail_on is FailOn.WARN and Status.WARN in statuses):
        return ExitCode.FINDINGS
    return ExitCode.UNKNOWN if Status.UNKNOWN in statuses or not statuses else ExitCode.OK
