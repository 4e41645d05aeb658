"""From findings to the roles that answer them."""

from collections.abc import Iterable

from ..errors import DlwsError, ExitCode
from ..model.finding import Finding, Status
from ..model.plan import Plan, Step

NEEDS_ROOT = {"base": True, "python_env": False}
"""Every role, in the order in which roles run, and whether it changes the system or only the user's files."""

ORDER = tuple(NEEDS_ROOT)


def make(findings: Iterable[Finding], as_root: bool) -> Plan:
    """The fewest roles that answer every finding that a role can mend; each is named once, in ``ORDER``."""
    asking: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.role and finding.status in (Status.FAIL, Status.WARN):
            asking.setdefault(finding.role, []).append(finding)
    _refuse_strangers(asking)
    steps = [
        Step(role=role, findings=tuple(asking[role]), needs_root=NEEDS_ROOT[role])
        for role in ORDER
        if role in asking
    ]
    return Plan(
        steps=tuple(step for step in steps if as_root or not step.needs_root),
        waiting_for_root=tuple(step for step in steps if step.needs_root and not as_root),
    )


def _refuse_strangers(asking: dict[str, list[Finding]]) -> None:
    """Findings can come from a file: one that asks for a role this version lacks must not be passed over."""
    for role, findings in asking.items():
        if role not in NEEDS_ROOT:
            raise DlwsError(
                f"no role `{role}`, which the check `{findings[0].check}` asks for",
                why=f"this version of dlws has the roles {', '.join(ORDER)}",
                fix="make the findings again with this version: dlws check --json",
                code=ExitCode.UNKNOWN,
            )
