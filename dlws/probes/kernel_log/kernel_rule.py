"""What a rule for a kernel message is.

A rule's ``key`` finds candidate lines quickly; its pattern must match from the start of the message, so that
prose that merely quotes a message is no event. Named groups fill the event: ``subject``, ``code``,
``severity``, ``port``, ``count`` (adds up), ``peak`` (the line gives a running total, so the highest counts).
The first rule that matches a line wins.
"""

import re

from msgspec import Struct

PCI = r"(?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]"

SEVERITY = {
    "corrected": "corrected",
    "correctable": "corrected",
    "ce": "corrected",
    "info": "corrected",
    "deferred": "deferred",
    "nonfatal": "nonfatal",
    "non-fatal": "nonfatal",
    "uncorrected": "uncorrected",
    "uncorrectable": "uncorrected",
    "uncorrected (non-fatal)": "uncorrected",
    "uncorrectable (non-fatal)": "uncorrected",
    "recoverable": "uncorrected",
    "ue": "uncorrected",
    "uncorrected (fatal)": "fatal",
    "uncorrectable (fatal)": "fatal",
    "fatal": "fatal",
}
"""The kernel's words for how bad an error is, and ours."""


class Rule(Struct, frozen=True):
    """One message."""

    kind: str
    key: str
    pattern: str
    severity: str | None = None
    cause: str | None = None
    near: int = 0
    """Lines after (before, where negative) that belong to the message."""
    also: str = ""
    """Words that must stand near too; looked for first, because taking lines apart costs more."""

    def match(self, text: str) -> re.Match[str] | None:
        """The pattern at the start of a text; compiled when a log first holds its key, which few do."""
        return re.match(self.pattern, text)
