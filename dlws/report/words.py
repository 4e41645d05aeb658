"""Numbers with units, and text that is safe to show."""

import re
import unicodedata

UNKNOWN = "unknown"
ESCAPE = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_][^\x1b]*(?:\x1b\\)?|[ -/]*[0-~])?"
)
"""Terminal control sequences (ECMA-48): CSI, OSC, strings, and two-character escapes."""


def plain(text: str) -> str:
    """Text of a device or a user without anything that a terminal or a browser would obey.

    Removes control sequences, control characters and invisible format characters (such as those that reverse
    the direction of writing); line breaks become spaces. What cannot be encoded becomes a question mark.
    """
    spaced = (" " if letter.isspace() else letter for letter in ESCAPE.sub("", text))
    shown = (letter for letter in spaced if unicodedata.category(letter) not in ("Cc", "Cf", "Co", "Cn"))
    return " ".join("".join(shown).split()).encode("utf-8", "replace").decode()


def amount(number: float, digits: int = 3) -> str:
    """A number for reading: three significant digits, thousands apart, no exponent."""
    if number and abs(number) < 0.001:
        return f"{number:.1e}"
    if abs(number) >= 10 ** (digits - 1):
        return f"{number:,.0f}"
    return f"{number:.{digits}g}"


def mib(number: float | None) -> str | None:
    """Binary size, given in MiB."""
    if number is None:
        return None
    if number < 1024:
        return f"{amount(number)} MiB"
    return f"{number / 1024:,.1f} GiB" if number < 1024 * 1024 else f"{number / 1024 / 1024:,.2f} TiB"


def gb(number: float | None) -> str | None:
    """Decimal size, given in GB."""
    if number is None:
        return None
    return f"{number / 1000:.2f} TB" if number >= 1000 else f"{amount(number)} GB"


def mhz(number: float | None) -> str | None:
    """Clock frequency."""
    if number is None:
        return None
    return f"{number / 1000:.2f} GHz" if number >= 1000 else f"{number:.0f} MHz"


def duration(hours: float | None) -> str | None:
    """Length of time, given in hours."""
    if hours is None:
        return None
    for most, unit, per_hour in ((1 / 60, "s", 3600.0), (2, "min", 60.0), (72, "h", 1.0)):
        if hours < most:
            return f"{amount(hours * per_hour, 2)} {unit}"
    return f"{amount(hours / 24, 2)} days"


def count(number: int | None, one: str, many: str | None = None) -> str | None:
    """``1 disk``, ``2 disks``."""
    return None if number is None else f"{number:,} {one if number == 1 else many or one + 's'}"


def either(value: bool | None, yes: str, no: str | None) -> str | None:
    """One of two words; None if it is not known."""
    return None if value is None else yes if value else no


def switch(value: bool | None, word: str) -> str | None:
    """``ECC on``, ``ECC off``; None if it is not known."""
    return either(value, f"{word} on", f"{word} off")


def given(pattern: str, value: object) -> str | None:
    """A value in its sentence, ``given("{} rpm", fan)``; None if it is not known."""
    return None if value is None else pattern.format(value)


def joined(*parts: str | None) -> str | None:
    """Those parts that are known, with commas; None if none is."""
    return ", ".join(part for part in parts if part) or None
