"""Takes off what mail programs, issue trackers and terminals put around an output."""

import re
import textwrap

from dlws.pattern import pattern

from . import prefixes

LOST = pattern(r"\ufffd?\[[0-9;]{1,8}m(?!\])")
"""Colours whose escape character got lost in a form or a clipboard."""

TERMINAL = pattern(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
"""ANSI escape sequences (ECMA-48): colours, cursor movements, titles."""

INVISIBLE = pattern("[\u200b\u200c\u200d\u2060\ufeff]")
FENCE = pattern(r"^[ \t]*(?:```|~~~)[\w.+-]*[ \t]*$", re.MULTILINE)
TAG = pattern(
    r"^[ \t]*(?:</?(?:details|summary|pre|code|p|br)\b[^>\n]*>[ \t]*)+$", re.MULTILINE | re.IGNORECASE
)
BREAK = pattern(r"<br ?/?>$", re.MULTILINE | re.IGNORECASE)
ESCAPE = pattern(r'\\(?:([nrt"\\/])|u00([\da-f]{2}))')
ESCAPES = {"n": "\n", "r": "", "t": "\t", '"': '"', "\\": "\\", "/": "/"}
STRING = pattern(r'"((?:[^"\\]|\\.)*)("?)')
"""Whatever is not closed is taken too, so that none of it is looked through again, and left out later."""
QUOTE = pattern(r"^[ \t]{0,3}(?:>[ ]?)+", re.MULTILINE)
MAX_JUNK = 0.1
"""Share of control characters above which a file is not text."""


def decode(data: bytes) -> str:
    """Text of a file; PowerShell's ``>`` writes UTF-16 with a byte-order mark."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8", "replace")


def is_text(text: str) -> bool:
    """Whether it is something that one can read; a kernel log holds a few control characters."""
    junk = sum(text.count(chr(code)) for code in (*range(9), *range(14, 27), *range(28, 32), 0xFFFD))
    return junk <= MAX_JUNK * len(text)


def clean(text: str) -> str:
    """The output as it was printed: without colours, marks of quoting, Markdown fences and common indent."""
    text = _unescaped(text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", ""))
    text = INVISIBLE.sub("", LOST.sub("", TERMINAL.sub("", text))).replace("\u00a0", " ")
    text = BREAK.sub("", TAG.sub("", FENCE.sub("", QUOTE.sub("", text))))
    return textwrap.dedent(prefixes.without(_single(text)))


def _character(escaped: re.Match[str]) -> str:
    return ESCAPES[escaped[1]] if escaped[1] else chr(int(escaped[2], 16))


def _single(text: str) -> str:
    """The lines alone where a form or a page put an empty one after each."""
    lines = text.split("\n")
    doubled = len(lines) > 2 and not any(line.strip() for line in lines[1::2]) and prefixes.known(text)
    return "\n".join(lines[::2]) if doubled else text


def _unescaped(text: str) -> str:
    """The output out of a string in JSON or Python, all in one line, or out of a page's source."""
    if text.count("\\n") > max(1, 4 * text.count("\n")):
        strings = [string for string, end in STRING.findall(text) if end and "\\n" in string]
        plain = TERMINAL.sub("", ESCAPE.sub(_character, "\n".join(strings) if strings else text))
        if prefixes.known(plain):  # else it is JSON that shall stay so
            text = plain
    if "&nbsp;" in text or "&lt;/" in text:
        import html  # rarely needed

        text = html.unescape(text)
    return text
