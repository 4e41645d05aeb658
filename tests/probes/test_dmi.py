"""When dmidecode is asked for the firmware's table."""

from pathlib import Path

import pytest

from dlws.probes.board import dmi

from .machines import machine

TEXT = "Handle 0x0001, DMI type 1, 27 bytes\nSystem Information\n\tProduct Name: PowerEdge XE9680\n"


@pytest.mark.parametrize(
    ("devices", "asked"),
    [
        ((), True),  # a capture that says nothing of /dev
        (("mem", "null"), True),
        (("null", "zero"), False),
    ],
)
def test_dmidecode_is_asked_where_it_could_know_more(
    tmp_path: Path, devices: tuple[str, ...], asked: bool
) -> None:
    host = machine(
        tmp_path, {}, commands={("dmidecode",): TEXT}, listings={"/dev": devices} if devices else {}
    )
    assert bool(dmi.records(host)) is asked
    assert bool(dmi.by_dmidecode(host)) is asked
