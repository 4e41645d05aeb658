"""One sentence about many findings."""

from collections.abc import Iterable

from dlws.model.finding import Finding, Status

from .words import count

ORDER = (Status.FAIL, Status.WARN, Status.UNKNOWN, Status.OK, Status.SKIP)
"""Worst first; ``unknown`` stands before ``ok``, because it may hide a fault."""


def by_status(findings: Iterable[Finding], status: Status) -> tuple[Finding, ...]:
    """Findings of one status, in their order."""
    return tuple(one for one in findings if one.status is status)


def counts(findings: Iterable[Finding]) -> dict[Status, int]:
    """How many findings there are of each status, worst first."""
    all_of_them = tuple(findings)
    return {status: len(by_status(all_of_them, status)) for status in ORDER}


def verdict(findings: Iterable[Finding]) -> tuple[Status, str]:
    """The status that decides, and what to make of it."""
    number = counts(findings)
    ok = f"{count(number[Status.OK], 'check')} ok"
    warnings, unknown = count(number[Status.WARN], "warning"), f"{number[Status.UNKNOWN]} unknown"
    if number[Status.FAIL]:
        return Status.FAIL, f"Not good: {count(number[Status.FAIL], 'failure')}, {warnings}, {unknown}, {ok}."
    if number[Status.UNKNOWN]:
        return Status.UNKNOWN, f"Not certain: {unknown}, {warnings}, {ok}; what is unknown may hide a fault."
    if number[Status.WARN]:
        return Status.WARN, f"Good, with {warnings}: {ok}."
    if number[Status.OK]:
        return Status.OK, f"Good: {ok}, nothing wrong."
    return Status.UNKNOWN, "Nothing was checked."
