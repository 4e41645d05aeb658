"""The answer of a check."""

from enum import Enum
from typing import Any

from msgspec import Struct


class Status(str, Enum):
    """How a finding turned out. ``unknown`` never counts as ``ok``."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"
    SKIP = "skip"


class Finding(Struct, frozen=True, kw_only=True):
    """One judgement about one subject."""

    check: str
    """Id of the check, ``area.thing``."""
    subject: str
    """What was judged: ``gpu0``, ``nvme0n1``, ``machine``."""
    status: Status
    what: str
    why: str | None = None
    fix: str | None = None
    role: str | None = None
    """The Ansible role that mends it, if one can."""
    evidence: dict[str, Any] = {}
    """The facts that the judgement rests on, plain JSON."""


class Question(Struct, frozen=True, kw_only=True):
    """What a check asks, and why."""

    check: str
    question: str
    rationale: str
