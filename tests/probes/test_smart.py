"""Health of disks from smartctl and nvme-cli."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlws.model.storage import DiskHealth
from dlws.probes.numbers import number, whole
from dlws.probes.storage.smart import health

NVME = {
    "smart_status": {"passed": True},
    "temperature": {"current": 35},
    "power_on_time": {"hours": 12798},
    "nvme_smart_health_information_log": {
        "critical_warning": 0,
        "available_spare": 99,
        "available_spare_threshold": 10,
        "percentage_used": 3,
        "media_errors": 7,
    },
}
ATA_TEXT = """
SMART overall-health self-assessment test result: FAILED!
ID# ATTRIBUTE_NAME          FLAG     VALUE WORST THRESH TYPE      UPDATED  WHEN_FAILED RAW_VALUE
  5 Reallocated_Sector_Ct   0x0033   001   001   036    Pre-fail  Always   FAILING_NOW 4015
  9 Power_On_Hours          0x0032   055   055   000    Old_age   Always       -       40264
194 Temperature_Celsius     0x0022   023   052   000    Old_age   Always       -       23 (0 14 0 0 0)
197 Current_Pending_Sector  0x0012   100   100   000    Old_age   Always       -       8
Num  Test_Description    Status                  Remaining  LifeTime(hours)  LBA_of_first_error
# 1  Short offline       Aborted by host               90%     40001         -
# 2  Extended offline    Completed: read failure       90%     40000         123456
"""


def test_passed_and_media_errors_both_show() -> None:
    found = health(json.dumps(NVME))
    assert found is not None
    assert (found.passed, found.media_errors, found.wear_percent, found.temperature_c) == (True, 7, 3, 35)


def test_a_failing_disk_in_text() -> None:
    assert health(ATA_TEXT) == DiskHealth(
        passed=False,
        temperature_c=23,
        power_on_hours=40264,
        reallocated_sectors=4015,
        pending_sectors=8,
        failing_attributes=("Reallocated_Sector_Ct",),
        self_test_passed=False,
    )


@pytest.mark.parametrize(
    "told", ["12.345", "12,345", "12 345", "12\u2019345", "12\u202f345", "12\ufffd345", "12345"]
)
def test_thousands_in_the_marks_of_any_language(told: str) -> None:
    text = f"Power On Hours:                     {told}\nMedia and Data Integrity Errors:    {told}\n"
    found = health(text)
    assert found is not None
    assert (found.power_on_hours, found.media_errors) == (12345, 12345)


def test_a_decimal_comma_in_the_error_counters_of_sas() -> None:
    found = health("read:          0        0         0         0          0      10311,154           3\n")
    assert found is not None and found.media_errors == 3


def test_the_short_attribute_table_of_x() -> None:
    rows = (
        "  5 Reallocated_Sector_Ct   PO--CK   100   100   010    NOW    72\n"
        "177 Wear_Leveling_Count     PO--C-   094   094   005    -    300\n"
    )
    found = health(rows)
    assert found is not None
    assert (found.reallocated_sectors, found.wear_percent) == (72, 6)
    assert found.failing_attributes == ("Reallocated_Sector_Ct",)


@pytest.mark.parametrize("write", [int, float, str, lambda value: f"{value:.3e}"])
def test_nvme_cli_writes_numbers_in_many_ways(write: Any) -> None:
    log = {
        "critical_warning": 0,
        "temperature": 310,
        "avail_spare": 100,
        "percent_used": 2,
        "media_errors": 4,
    }
    found = health(json.dumps({name: write(value) for name, value in log.items()}))
    assert found == DiskHealth(
        critical_warning=0, temperature_c=37, spare_percent=100, wear_percent=2, media_errors=4
    )


def test_sas_error_counters_add_up() -> None:
    text = (
        "SMART Health Status: OK\nCurrent Drive Temperature:     34 C\nElements in grown defect list: 56\n"
        "read:   1158     0         0      1158       1158     164.530           2\n"
        "write:     0     0         0         0          0     116.352           1\n"
    )
    found = health(text)
    assert found is not None
    assert (found.passed, found.media_errors, found.reallocated_sectors) == (True, 3, 56)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"smartctl": {"exit_status": 2}}',
        '{"temperature": {"current": 0}}',
        "Smartctl open device failed",
    ],
)
def test_an_answer_about_something_else_is_no_health(text: str) -> None:
    assert health(text) is None


@pytest.mark.parametrize("value", [None, True, "", "abc", [], float("nan"), float("inf"), 10**30, "1e999"])
def test_what_is_no_number(value: object) -> None:
    assert number(value) is None


@pytest.mark.parametrize(
    ("value", "wanted"), [("0x1f", 31), ("20,701", 20701), ("1e3", 1000), ({"value": 4}, 4)]
)
def test_what_is_a_number(value: object, wanted: int) -> None:
    assert whole(value) == wanted


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from([*NVME, "table", "id", "raw", "value"]), inner)
    ),
)


@given(st.text() | st.text(alphabet="#0123456789 \n-%:xSMARTHealthCompletd"))
def test_never_raises_on_text(text: str) -> None:
    health(text)


@given(st.dictionaries(st.sampled_from([*NVME, "ata_smart_attributes", "ata_smart_self_test_log"]), JSON))
def test_never_raises_on_json(value: dict[str, Any]) -> None:
    health(json.dumps(value))
