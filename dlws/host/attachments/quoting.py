"""Takes off what mail programs, issue trackers and terminals put around an output."""

import re
import textwrap

LOST = re.compile(r"\ufffd?\[[0-9;]{1,8}m(?!\])")
"""Colours whose escape character got lost in a form or a clipboard."""

TERMINAL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
"""ANSI escape sequences (ECMA-48): colours, cursor movements, titles."""

INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff]")
FENCE = re.compile(r"^[ \t]*(?:```|~~~)[\w.+-]*[ \t]*$", re.MULTILINE)
TAG = re.compile(
    r"^[ \t]*(?:</?(?:details|summary|pre|code|p|br)\b[^>\n]*>[ \t]*)+$", re.MULTILINE | re.IGNORECASE
)
QUOTE = re.compile(r"^[ \t]{0,3}(?:>[ ]?)+", re.MULTILINE)


def decode(data: bytes) -> str:
    """Text of a file; PowerShell's ``>`` writes UTF-16 with a byte-order mark."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8", "replace")


def clean(text: str) -> str:
    """The output as it was printed: without colours, marks of quoting, Markdown fences and common indent."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    text = INVISIBLE.sub("", LOST.sub("", TERMINAL.sub("", text))).replace("\u00a0", " ")
    text = TAG.sub("", FENCE.sub("", QUOTE.sub("", text)))
    return textwrap.dedent(text)
