import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlws.host import Replay
from dlws.host.redact import Redactor
from dlws.host.smbios import Structure, is_placeholder, join, redact, split
from dlws.probes.board import dmi
from dlws.probes.board.board import power_supplies
from dlws.probes.memory import memory_modules

from .smbios_table import dump, random_table

SERIAL, ASSET, PART = b"SN-4711-0815", b"Asset 42", b"M393A4K40DB3-CWE"
DEVICE = bytes([17, 0x1B, 0x10, 0]) + bytes(0x14) + bytes([1, 2, 3])


def test_split_gives_back_what_was_joined() -> None:
    table = [Structure(DEVICE, (SERIAL, ASSET, PART)), Structure(bytes([127, 4, 1, 0]))]
    assert list(split(join(table))) == table


def test_redaction_takes_serial_and_asset_and_keeps_lengths_and_the_part() -> None:
    table = join([Structure(DEVICE, (SERIAL, ASSET, PART))])
    clean = redact(table)
    assert len(clean) == len(table)
    assert SERIAL not in clean and ASSET not in clean and PART in clean
    assert b"XX-XXXX-XXXX" in clean


def test_redaction_takes_the_uuid_and_vendors_own_structures() -> None:
    system = bytes([1, 27, 1, 0, 0, 0, 0, 1]) + bytes(range(1, 17)) + bytes([6, 0, 0])
    vendor = Structure(bytes([221, 8, 2, 0, 1, 2, 3, 4]), (b"ServiceTag ABC123",))
    clean = redact(join([Structure(system, (b"0815",)), vendor]))
    assert bytes(range(1, 17)) not in clean and b"0815" not in clean
    assert b"ABC123" not in clean and bytes([1, 2, 3, 4]) not in clean


def test_redaction_keeps_a_placeholder_because_it_says_that_there_is_no_number() -> None:
    table = join([Structure(DEVICE, (b"Not Specified", b"To Be Filled By O.E.M.", PART))])
    assert redact(table) == table


def test_redaction_reaches_what_udev_kept_of_the_table(tmp_path: Path) -> None:
    text = (
        b"E:MEMORY_DEVICE_0_SERIAL_NUMBER=4711AB\nE:MEMORY_DEVICE_0_ASSET_TAG=A42\nE:MEMORY_DEVICE_0_RANK=2\n"
    )
    clean = Redactor(Replay(tmp_path)).file("/run/udev/data/+dmi:id", text)
    assert b"4711AB" not in clean and b"A42" not in clean and b"_RANK=2" in clean


@given(st.binary(max_size=400))
def test_any_bytes_are_read_and_redacted_without_a_fault(data: bytes) -> None:
    clean = redact(data)
    assert len(clean) == len(data)
    assert redact(clean) == clean
    assert [record.type for record in dmi.from_table(data)] == [
        record.type for record in dmi.from_table(clean)
    ]


@given(st.binary(min_size=4, max_size=60))
def test_a_structure_of_a_known_type_may_hold_anything(data: bytes) -> None:
    for kind in (0, 1, 2, 3, 9, 16, 17, 39):
        body = bytes([kind, len(data)]) + data[2:]
        records = dmi.from_table(body + b"text\0\0")
        memory_modules.modules(records)
        power_supplies(records)


@pytest.mark.parametrize(
    "text",
    [
        "To Be Filled By O.E.M.",
        "Default string",
        "Not Specified",
        "",
        " ",
        "N/A",
        "System Product Name",
        "OEM Define 3",
        "0123456789",
        "00000000",
        "0x00000000",
        "........",
        "A1_Manufacturer0",
        "Array1_PartNumber0",
        "<OUT OF SPEC>",
        "Unknown",
        "NO DIMM",
        "ModuleManufacturer1",
        "Type2 - Board Product Name1",
        "Type2 - Board Product Name",
        "Product Name",
        "$(DEFAULT_STRING)",
        "OEM Default string000",
        "System Mfg",
        "Please change product name",
        "xxxx-xxxx-xxxx",
        "TBD by ODM",
        "123456789012345678",
        "FFFF",
    ],
)
def test_placeholders(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize(
    "text",
    [
        "X399 Taichi",
        "00MU647",
        "DIMM 0",
        "P0 CHANNEL A",
        "Samsung",
        "System76",
        "N1",
        "OEM Inc.",
        "FF",
        "OEM B85",
    ],
)
def test_names_are_no_placeholders(text: str) -> None:
    assert not is_placeholder(text)


@pytest.mark.parametrize("seed", range(3))
def test_the_table_reads_as_dmidecode_reads_it(tmp_path: Path, seed: int) -> None:
    program = shutil.which("dmidecode", path="/usr/sbin:/sbin:/usr/bin:/usr/local/sbin")
    if program is None:
        pytest.skip("dmidecode is not installed; it is what the reader is compared with")
    table = random_table(seed, count=150)
    file = tmp_path / "dump"
    file.write_bytes(dump(table))
    answer = subprocess.run([program, "--from-dump", str(file)], capture_output=True, text=True, check=True)
    theirs, ours = dmi.from_text(answer.stdout), dmi.from_table(table)
    assert [(one.type, one.handle) for one in theirs] == [(one.type, one.handle) for one in ours]
    for one, other in zip(ours, theirs, strict=True):
        empty = one.fields.get("Size") == "No Module Installed"  # dmidecode says little of an empty slot
        for name in other.fields.keys() & one.fields.keys() if empty else one.fields.keys() - {"Size"}:
            assert other.fields.get(name) == one.fields[name], (one.type, name)
    assert memory_modules.modules(ours) == memory_modules.modules(theirs)
    assert power_supplies(ours) == power_supplies(theirs)
