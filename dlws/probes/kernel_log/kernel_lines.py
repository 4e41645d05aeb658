"""Lines of a kernel log, in every layout that people save one in.

dmesg (seconds, -T in any language, -H, -d, --time-format=iso, --decode, --raw), /dev/kmsg records, journalctl (short,
short-iso, short-precise, short-monotonic, in any language), syslog files with or without date, host's name and
facility, pstore, and all of these quoted in an e-mail.
"""

import re

from msgspec import Struct

from dlws.pattern import pattern

STAMP = pattern(
    r"""
    \s*(?:[>|]\s*)*                                  # quoted in an e-mail
    (?:/[\w./+-]+:(?:\d+:)?(?=\S))?                   # grep over several files
    (?:<\d+>)?                                        # priority: pstore, dmesg --raw
    (?:[a-z]{3,8}\d?\s*:[a-z]{3,6}\s*:\s*)?           # dmesg --decode: "kern  :warn  : "
    (?:
        \d+,\d+,(?P<usec>\d{1,18}),[^;\n]{0,80};      # /dev/kmsg, Documentation/ABI/testing/dev-kmsg
      | \[?(?P<iso>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|\s?[+-]\d\d:?\d\d)?)(?:\]\s*|\s+)
        (?:UTC\s+)?(?:[a-z]{3,8}\d?\.[a-z]{3,6}\s+)?      # "kern.warn": facility and level
      | (?P<syslog>(?:[^\W\d_]{2,5}\.?|\d{1,2}[月월])\s{1,2}\d{1,2}\s\d\d:\d\d:\d\d(?:\.\d+)?)\s+
      | \[\w{1,5}\.?\s(?P<month>\w{2,5})\.?\s+(?P<day>\d{1,2})\s
        (?P<clock>\d\d:\d\d:\d\d)\s(?P<year>\d{4})\]\s?
      | \[(?:(?P<human>[A-Z][a-z]{2}\s{0,2}\d{1,2}\s\d\d:\d\d)|\s*\+\d{1,9}\.\d{6})\]\s  # dmesg -H
      | (?P<day_time>\d\d:\d\d:\d\d(?:\.\d+)?)\s+
    )?
    (?:\[(?:\s*(?P<early>\d{1,12}\.\d{1,9})(?:\s<\s*\d{1,9}\.\d{1,9}>)?|\.{3}|…)\]\s*)?
    # (dmesg -d tells the time since the line before; [...]: left out by who pasted it)
    (?P<sender>(?:[^\s:\[\]]+\s+)?[\w./@-]+(?:\[\d+\])?:(?:\s(?=\S)|(?=\[)))?
    (?:\[\s*(?P<mono>\d{1,12}\.\d{1,9})\])?
    \s*(?:\[\s*[TC]\d+\]\s*)?                         # CONFIG_PRINTK_CALLER
    """,
    re.VERBOSE,
)
KERNEL = pattern(r"(?:\S+\s+)?kernel(?:\[\d+\])?:\s?")
PROGRAM = pattern(r"(?:\S+\s+)?[\w./@-]+\[\d+\]:\s")
REPEATED = pattern(r"message repeated (\d{1,6}) times: \[ ?(.*?)\]?$")
LINE_LENGTH = 2048
"""The kernel's own messages are shorter (PRINTKRB_RECORD_MAX); what lies beyond is not read."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Line(Struct, frozen=True):
    """One line without its stamp."""

    message: str
    time: str | None = None
    """ISO 8601, seconds since boot, or as syslog has it."""
    uptime_s: float | None = None
    program: bool = False
    """Written by a program, not by the kernel."""
    repeats: int = 1


def parse(line: str) -> Line:
    """Take a line apart. Any text is a line; what is no stamp is message."""
    found = STAMP.match(line)
    if found is None:
        return Line(line.strip())
    stamped = found["iso"] or found["syslog"] or found["day_time"]
    sender = found["sender"] or ""
    end = found.end()
    if sender and not KERNEL.fullmatch(sender) and not (stamped and PROGRAM.fullmatch(sender)):
        end, sender = found.start("sender"), ""  # the driver's own prefix, for example "NVRM: "
    mono = found["mono"] if sender else None
    uptime = mono or found["early"] or (str(int(found["usec"]) / 1e6) if found["usec"] else None)
    message = line[end:].strip()
    repeats = REPEATED.match(message)
    return Line(
        message=repeats[2].strip() if repeats else message,
        time=_time(found) or uptime,
        uptime_s=float(uptime) if uptime else None,
        program=bool(sender) and not KERNEL.fullmatch(sender),
        repeats=int(repeats[1]) if repeats else 1,
    )


def around(text: str, start: int, lines: int) -> str:
    """A line and the next ``lines`` ones, or the ones before it where negative, as they stand."""
    begin, end = start, start
    for _ in range(-lines):
        begin = text.rfind("\n", 0, max(begin - 1, 0)) + 1
    for _ in range(max(lines, 0) + 1):
        end = text.find("\n", end) + 1 or len(text)
    return text[begin:end]


def messages(lines: str) -> str:
    """Lines without their stamps."""
    return "\n".join(parse(line[:LINE_LENGTH]).message for line in lines.splitlines())


def _month(name: str) -> int | None:
    """By its English name, or its number as in Chinese, Japanese and Korean."""
    if name in MONTHS:
        return MONTHS.index(name) + 1
    number = name.rstrip("月월")
    return int(number) if number.isdecimal() and 1 <= int(number) <= 12 else None


def _time(found: re.Match[str]) -> str | None:
    if found["iso"]:
        return found["iso"].replace(",", ".").replace(" ", "T", 1).replace(" ", "")
    if found["year"] and (month := _month(found["month"])):
        return f"{found['year']}-{month:02}-{int(found['day']):02}T{found['clock']}"
    return found["syslog"] or found["human"] or found["day_time"]
