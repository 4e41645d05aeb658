"""Health of a disk from smartctl's text (-a and -x), for versions without --json and for pasted reports."""

import re

from dlws.model.storage import DiskHealth
from dlws.pattern import pattern
from dlws.probes.numbers import whole

VERDICT = pattern(r"^SMART overall-health self-assessment test result:\s*(\w+)", re.M)
SCSI_VERDICT = pattern(r"^SMART Health Status:\s*(.+)$", re.M)
GROUPED = r"(\d{1,3}(?:[^\w\n]{1,2}\d{3})+(?!\d)|\d+)"
"""A number with the locale's mark between thousands: comma, dot, apostrophe, blank, or a byte of another code page."""
FIELDS = {
    "wear_percent": r"^Percentage Used:\s*(\d+)%|Percentage used endurance indicator:\s*(\d+)%",
    "media_errors": rf"^Media and Data Integrity Errors:\s*{GROUPED}",
    "temperature_c": r"^(?:Current Drive )?Temperature:\s*(\d+) C|^Current Temperature:\s*(\d+) Celsius",
    "power_on_hours": rf"^Power On Hours:\s*{GROUPED}|hours:minutes\s+(\d+):|hours powered up = (\d+)",
    "spare_percent": r"^Available Spare:\s*(\d+)%",
    "spare_threshold_percent": r"^Available Spare Threshold:\s*(\d+)%",
    "critical_warning": r"^Critical Warning:\s*(0x[0-9a-fA-F]+)",
    "reallocated_sectors": r"^Elements in grown defect list:\s*(\d+)",
    "pending_sectors": r"^Pending defect count:\s*(\d+)",
}
ATTRIBUTE = pattern(
    r"^[ \t]*(?P<id>\d{1,3})[ \t]+(?P<name>[A-Za-z][\w-]*)[ \t]+(?:0x[0-9a-f]{4}|[A-Z-]{6}\+?)[ \t]+"
    r"(?P<value>\d{3}|---)[ \t]+(?:\d{3}|---)[ \t]+(?:\d{3}|---)[ \t]+"
    r"(?:(?:Pre-fail|Old_age)[ \t]+\w+[ \t]+)?"
    r"(?P<failed>\S+)[ \t]+(?P<raw>\d+)",
    re.M,
)
"""A row of the attribute table, as -a (flags in hexadecimal) or -x (flags in letters) prints it."""
BY_ATTRIBUTE = {
    "reallocated_sectors": (5,),
    "pending_sectors": (197,),
    "uncorrectable_sectors": (198,),
    "media_errors": (187,),
    "temperature_c": (194, 190),
    "power_on_hours": (9,),
}
WEAR_LEFT = pattern(
    r"Media_Wearout_Indicator|Wear_Leveling_Count|SSD_Life_Left|Percent_Lifetime_Remain|"
    r"Remaining_Lifetime_Perc|Perc_Rated_Life_Remain|Percent_Life_Remaining"
)
USED = pattern(r"^0x07\s+0x008\s+\d+\s+(\d+)\s.*Percentage Used Endurance Indicator", re.M)
UNCORRECTED = pattern(r"^(?:read|write|verify):(?:\s+\d+){5}\s+[\d.,]+\s+(\d+)\s*$", re.M)
SELF_TEST = pattern(r"^#[ ]*\d+ +(?:\S+ )*?\S+ {2,}(?P<result>\S.*?)(?: {2,}|$)", re.M)


def health(text: str) -> DiskHealth:
    """Everything that the text says about health."""
    rows = {int(row["id"]): row for row in ATTRIBUTE.finditer(text)}
    facts = {name: _field(pattern, text) for name, pattern in FIELDS.items()}
    for name, numbers in BY_ATTRIBUTE.items():
        for number in numbers:
            if facts.get(name) is None and number in rows:
                facts[name] = whole(rows[number]["raw"])
    if facts["wear_percent"] is None:
        facts["wear_percent"] = _wear(text, rows)
    if facts["media_errors"] is None and (counts := UNCORRECTED.findall(text)):
        facts["media_errors"] = sum(int(count) for count in counts)
    return DiskHealth(
        passed=_passed(text),
        failing_attributes=tuple(
            row["name"] for row in rows.values() if row["failed"].upper() in ("FAILING_NOW", "NOW")
        ),
        self_test_passed=_self_test(text),
        temperature_c=facts.pop("temperature_c") or None,
        **facts,
    )


def _passed(text: str) -> bool | None:
    if found := VERDICT.search(text):
        return found[1].upper() == "PASSED"
    if found := SCSI_VERDICT.search(text):
        return found[1].strip().upper() == "OK"
    return None


def _field(pattern: str, text: str) -> int | None:
    found = re.search(pattern, text, re.M)
    told = next((group for group in found.groups() if group), "") if found else ""
    return whole(told if told.startswith("0x") else re.sub(r"\D", "", told))


def _wear(text: str, rows: dict[int, re.Match[str]]) -> int | None:
    if found := USED.search(text):
        return whole(found[1])
    for row in rows.values():
        left = whole(row["value"])
        if WEAR_LEFT.fullmatch(row["name"]) and left is not None and left <= 100:
            return 100 - left
    return None


def _self_test(text: str) -> bool | None:
    """Result of the newest finished test; one that was aborted or still runs says nothing."""
    for row in SELF_TEST.finditer(text):
        result = row["result"]
        if re.match(r"Completed without error|Completed\s*$|Completed -", result):
            return True
        if re.match(r"Completed|Fatal|Failed", result):
            return False
    return None
