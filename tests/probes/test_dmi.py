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


RECORDS = """Handle 0x0001, DMI type 1, 27 bytes
System Information
\tManufacturer: Maker
\t
\tProduct Name: Server 1

Handle 0x0002, DMI type 7, 27 bytes
Cache Information
\tSpeed: 1 ns

Handle 0x0003, DMI type 17, 40 bytes
Memory Device
\tSize: 32 GiB
\tConfigured Clock Speed: 1333 MHz
"""


@pytest.mark.parametrize("indent", ["\t", "        ", "  "])
def test_any_indent_and_masked_lines(indent: str) -> None:
    masked, rest = RECORDS.split("\t\n")
    system, module = dmi.from_text(masked.replace("\t", indent) + "\t\n" + rest.replace("\t", indent))
    assert (system.text("Manufacturer"), system.text("Product Name")) == ("Maker", "Server 1")
    assert (module.text("Size"), module.number("Configured Memory Speed")) == ("32 GiB", 1333)


def test_fields_that_lost_their_indent() -> None:
    system, module = dmi.from_text(RECORDS.replace("\t\n", "").replace("\t", ""))
    assert (system.text("Product Name"), module.text("Size")) == ("Server 1", "32 GiB")
    assert dmi.from_text("Memory Device\nLocator: A1\n\nNote: none\n")[0].fields == {"Locator": "A1"}
