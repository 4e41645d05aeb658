"""dmesg, journalctl -k and syslog."""

import re

from .evidence import ANY, Evidence, Kind

RING = re.compile(r"^kern +:\w+ *: |^(?:<\d+>)?\[ *\d+\.\d{6}\](?:\[ *[TC]\d+\])? \S", re.MULTILINE)
CALENDAR = re.compile(r"^\[\w{3} \w{3} +\d+ \d\d:\d\d:\d\d \d{4}\] \S", re.MULTILINE)
SYSLOG = re.compile(
    r"^(?:\w{3} +\d+ \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*)"
    r" (?:\S+ )?[\w./-]+(?:\[\d+\])?: ",
    re.MULTILINE,
)
BARE = re.compile(r"^.*(?:NVRM: |\bEDAC \w+: |AER: |\[Hardware Error\]: |mce: |nouveau \d{4}:)", re.MULTILINE)
"""Messages pasted without their time."""


def _read(text: str, evidence: Evidence) -> None:
    if SYSLOG.search(text):
        evidence.file("/var/log/kern.log", text)
    else:
        evidence.command("dmesg", ANY, text=text)
    # A log that begins at boot tells which kernel runs and how it was started; the last boot counts.
    for pattern, path in (
        (r"Linux version \d.*$", "/proc/version"),
        (r"Command line: (\S.*)$", "/proc/cmdline"),
    ):
        if lines := re.findall(pattern, text, re.MULTILINE):
            evidence.file(path, lines[-1])


KINDS = (
    Kind(
        name="a kernel log",
        matches=lambda text: any(pattern.search(text) for pattern in (RING, CALENDAR, SYSLOG, BARE)),
        read=_read,
    ),
)
