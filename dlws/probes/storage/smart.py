"""Health of a disk, from smartctl or nvme-cli, as JSON or as text."""

import re
from typing import Any

import msgspec

from dlws.model.storage import DiskHealth
from dlws.probes.numbers import number, whole
from dlws.probes.storage.smart_text import health as health_from_text

WEAR_NAMES = (
    "Media_Wearout_Indicator",
    "Wear_Leveling_Count",
    "SSD_Life_Left",
    "Percent_Lifetime_Remain",
    "Remaining_Lifetime_Perc",
    "Perc_Rated_Life_Remain",
    "Percent_Life_Remaining",
)
"""ATA attributes whose normalised value is the remaining life in percent (smartmontools' drivedb.h)."""
KELVIN = 200
"""A temperature above this is in kelvin, as nvme-cli's JSON has it (NVMe base specification, figure 207)."""


def health(text: str) -> DiskHealth | None:
    """Whatever smartctl -a/-x or nvme smart-log said about one disk; None if nothing about its health."""
    try:
        answer = msgspec.json.decode(text.encode("utf-8", "replace"))
    except (msgspec.MsgspecError, RecursionError):
        found = health_from_text(text)
    else:
        found = _from_json(answer) if isinstance(answer, dict) else DiskHealth()
    return None if found == DiskHealth() else found


def _from_json(answer: dict[str, Any]) -> DiskHealth:
    log = _dict(answer, "nvme_smart_health_information_log") or (answer if "percent_used" in answer else {})
    if "percentage_used" in answer:
        log = answer
    attributes = _attributes(answer)
    return DiskHealth(
        passed=_flag(_dict(answer, "smart_status").get("passed")),
        wear_percent=_wear(answer, log, attributes),
        media_errors=_media_errors(answer, log, attributes),
        temperature_c=_celsius(_dict(answer, "temperature").get("current"), log.get("temperature")),
        power_on_hours=_first(_dict(answer, "power_on_time").get("hours"), log.get("power_on_hours")),
        spare_percent=_first(log.get("available_spare"), log.get("avail_spare")),
        spare_threshold_percent=_first(log.get("available_spare_threshold"), log.get("spare_thresh")),
        critical_warning=_first(log.get("critical_warning")),
        reallocated_sectors=_first(_raw(attributes, 5), answer.get("scsi_grown_defect_list")),
        pending_sectors=_first(_raw(attributes, 197), _dict(answer, "scsi_pending_defects").get("count")),
        uncorrectable_sectors=_raw(attributes, 198),
        failing_attributes=tuple(
            str(one.get("name"))
            for one in attributes.values()
            if str(one.get("when_failed")).lower() == "now"
        ),
        self_test_passed=_self_test(answer),
    )


def _attributes(answer: dict[str, Any]) -> dict[int, dict[str, Any]]:
    table = _dict(answer, "ata_smart_attributes").get("table")
    rows = [row for row in table if isinstance(row, dict)] if isinstance(table, list) else []
    return {row_id: row for row in rows if (row_id := whole(row.get("id"))) is not None}


def _raw(attributes: dict[int, dict[str, Any]], number_: int) -> int | None:
    """Raw value of an attribute; where 48 bits hold several counters, the first one in its text."""
    raw = _dict(attributes.get(number_, {}), "raw")
    first = re.match(r"\d+", str(raw.get("string", "")))
    return whole(first[0]) if first else whole(raw.get("value"))


def _wear(answer: dict[str, Any], log: dict[str, Any], attributes: dict[int, dict[str, Any]]) -> int | None:
    told = _first(
        log.get("percentage_used"),
        log.get("percent_used"),
        _dict(answer, "endurance_used").get("current_percent"),
        answer.get("scsi_percentage_used_endurance_indicator"),
        _statistic(answer, "Percentage Used Endurance Indicator"),
    )
    if told is not None:
        return told
    for row in attributes.values():
        left = whole(row.get("value"))
        if row.get("name") in WEAR_NAMES and left is not None and 0 <= left <= 100:
            return 100 - left
    return None


def _media_errors(
    answer: dict[str, Any], log: dict[str, Any], attributes: dict[int, dict[str, Any]]
) -> int | None:
    counters = _dict(answer, "scsi_error_counter_log")
    scsi = [
        whole(_dict(counters, way).get("total_uncorrected_errors")) for way in ("read", "write", "verify")
    ]
    counted = [value for value in scsi if value is not None]
    return _first(log.get("media_errors"), _raw(attributes, 187), sum(counted) if counted else None)


def _statistic(answer: dict[str, Any], name: str) -> Any:
    pages = _dict(answer, "ata_device_statistics").get("pages")
    for page in pages if isinstance(pages, list) else ():
        table = page.get("table") if isinstance(page, dict) else None
        for row in table if isinstance(table, list) else ():
            if isinstance(row, dict) and row.get("name") == name:
                return row.get("value")
    return None


def _self_test(answer: dict[str, Any]) -> bool | None:
    """Result of the newest finished test; one that was aborted or still runs says nothing."""
    for kind in ("extended", "standard"):
        table = _dict(_dict(answer, "ata_smart_self_test_log"), kind).get("table")
        for row in table if isinstance(table, list) else ():
            status = _dict(row, "status") if isinstance(row, dict) else {}
            if (code := whole(status.get("value"))) is not None and 0 <= code < 240:
                if code >> 4 in (
                    1,
                    2,
                ):  # aborted or interrupted by the host (ATA8-ACS, self-test execution status)
                    continue
                return code >> 4 == 0
    table = _dict(answer, "nvme_self_test_log").get("table")
    for row in table if isinstance(table, list) else ():
        code = whole(_dict(row, "self_test_result").get("value")) if isinstance(row, dict) else None
        if code in (0, 5, 6, 7):
            return code == 0
    return None


def _celsius(*values: Any) -> int | None:
    """Zero is what RAID volumes and drives without a sensor report; no disk in use is that cold."""
    for value in values:
        degrees = number(value)
        if degrees:
            return round(degrees - 273.15 if degrees > KELVIN else degrees)
    return None


def _first(*values: Any) -> int | None:
    return next((found for value in values if (found := whole(value)) is not None), None)


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _dict(value: dict[str, Any], name: str) -> dict[str, Any]:
    found = value.get(name)
    return found if isinstance(found, dict) else {}
