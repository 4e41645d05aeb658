"""What must be changed on a machine, and why."""

from msgspec import Struct

from .finding import Finding


class Step(Struct, frozen=True, kw_only=True):
    """One role and the findings that ask for it."""

    role: str
    findings: tuple[Finding, ...]
    needs_root: bool


class Plan(Struct, frozen=True, kw_only=True):
    """The fewest roles that answer every finding that a role can mend, in order."""

    steps: tuple[Step, ...] = ()
    waiting_for_root: tuple[Step, ...] = ()
    """Steps that were left out because this user may not do them."""
