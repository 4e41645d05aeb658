"""What travels between the stages of dlws."""

from typing import Any

from msgspec import Struct

from .finding import Finding, Question
from .inventory import Inventory
from .measurement import Measurement
from .outcome import Outcome
from .plan import Plan
from .requirements import Requirements
from .stack import Stack


class Document(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One stage's answer, together with what it rests on, so that the next stage needs nothing else."""

    kind: str
    """``inventory``, ``requirements``, ``findings``, ``project``, ``outcome``, ``measurements``, ``checks`` or
    ``workloads``."""
    made_at: str | None = None
    """Local time with its offset from UTC, ISO 8601."""
    inventory: Inventory | None = None
    requirements: Requirements | None = None
    findings: tuple[Finding, ...] | None = None
    summary: dict[str, int | str] | None = None
    """Of findings: how many of each status, and the verdict."""
    measurements: tuple[Measurement, ...] | None = None
    stack: Stack | None = None
    plan: Plan | None = None
    directory: str | None = None
    """Of a project: where it was written."""
    outcome: Outcome | None = None
    report: str | None = None
    """Path of the HTML report."""
    checks: tuple[Question, ...] | None = None
    workloads: tuple[dict[str, Any], ...] | None = None
    """Each with the fields of a Workload, defaults filled in."""
