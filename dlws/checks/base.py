"""What a check is, and how one is asked."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec import Struct

from ..model.case import Case
from ..model.finding import Finding, Status

MACHINE = "machine"
"""Subject of a finding about the whole machine."""


class Check(Struct, frozen=True):
    """A pure function from a Case to Findings, with an id, and a question that heads its answers.

    Inside the function, ``check.fail(...)`` and its siblings make findings that carry the id. A bad
    answer must say why and how to mend it; ``role`` names the Ansible role that can.
    """

    id: str
    question: str
    answer: Callable[[Case], Iterator[Finding]]

    @property
    def rationale(self) -> str:
        """Why the check exists: its docstring."""
        return (self.answer.__doc__ or "").strip()

    def ok(self, what: str, subject: str = MACHINE, **evidence: Any) -> Finding:
        """It is as it should be."""
        return self._finding(Status.OK, what, subject, evidence)

    def warn(
        self,
        what: str,
        subject: str = MACHINE,
        *,
        why: str,
        fix: str,
        role: str | None = None,
        **evidence: Any,
    ) -> Finding:
        """It works, but not as well as it should."""
        return self._finding(Status.WARN, what, subject, evidence, why, fix, role)

    def fail(
        self,
        what: str,
        subject: str = MACHINE,
        *,
        why: str,
        fix: str,
        role: str | None = None,
        **evidence: Any,
    ) -> Finding:
        """It does not work, or the workload will not."""
        return self._finding(Status.FAIL, what, subject, evidence, why, fix, role)

    def unknown(
        self, what: str, subject: str = MACHINE, *, why: str, fix: str | None = None, **evidence: Any
    ) -> Finding:
        """It should be known here, and could not be found out."""
        return self._finding(Status.UNKNOWN, what, subject, evidence, why, fix)

    def skip(self, what: str, subject: str = MACHINE, **evidence: Any) -> Finding:
        """The question does not arise on this machine."""
        return self._finding(Status.SKIP, what, subject, evidence)

    def _finding(
        self,
        status: Status,
        what: str,
        subject: str,
        evidence: dict[str, Any],
        why: str | None = None,
        fix: str | None = None,
        role: str | None = None,
    ) -> Finding:
        return Finding(
            check=self.id,
            subject=subject,
            status=status,
            what=what,
            why=why,
            fix=fix,
            role=role,
            evidence=evidence,
        )


def check(id: str, question: str) -> Callable[[Callable[[Case], Iterator[Finding]]], Check]:
    """Make a generator function a check."""

    def make(answer: Callable[[Case], Iterator[Finding]]) -> Check:
        return Check(id, question, answer)

    return make


def ask(check: Check, case: Case) -> tuple[Finding, ...]:
    """Findings of one check. One that breaks is an answer (unknown); so is one with nothing to say (skip)."""
    try:
        return tuple(check.answer(case)) or (check.skip("nothing to check here"),)
    except Exception as error:
        return (
            check.unknown(
                "this check is broken",
                why=f"{type(error).__name__}: {error}",
                fix="report it, with the archive that this makes: dlws snapshot machine.tar.gz",
            ),
        )


def ask_all(checks: Iterable[Check], case: Case) -> tuple[Finding, ...]:
    """Findings of several checks, in their order."""
    return tuple(finding for one in checks for finding in ask(one, case))
