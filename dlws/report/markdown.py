"""Markdown for pasting into an issue."""

import re

from dlws.model.inventory import Inventory

from .inventory import groups
from .table import Row

SPECIAL = re.compile(r"([\\`*_{}\[\]|#~$])")
"""What Markdown would take for its own."""
PRIVATE = ("UUID",)
"""Rows that identify a machine and help nobody in an issue."""


def inventory(it: Inventory) -> str:
    """One compact table; what is unknown is left out, since the reader cannot do anything about it."""
    lines = ["| | | |", "|---|---|---|"]
    for group in groups(it):
        title = f"**{group.title}**"
        for row in group.rows:
            if row.value != "unknown" and row.label not in PRIVATE:
                lines.append(f"| {title} | {escaped(row.label)} | {_value(row)} |")
                title = ""
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """Text that stays text: no markup, no HTML, no mention of a user."""
    return SPECIAL.sub(r"\\\1", text.replace("&", "&amp;").replace("<", "&lt;").replace("@", "&#64;"))


def _value(row: Row) -> str:
    return escaped(row.value) + (f" **warning: {escaped(row.warning)}**" if row.warning else "")
