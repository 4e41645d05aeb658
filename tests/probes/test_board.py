from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlws.model.system import Board
from dlws.probes.board import board
from dlws.probes.problems import Problems

from .machine import machine

SLOT = """Handle 0x0900, DMI type 9, 24 bytes
System Slot Information
\tDesignation: {name}
\tType: {type}
\tCurrent Usage: {usage}
\tBus Address: {address}

"""
SUPPLY = """Handle 0x2700, DMI type 39, 22 bytes
System Power Supply
\tName: {name}
\tManufacturer: {maker}
\tModel Part Number: {name}
\tMax Power Capacity: {watts}
\tStatus: Present, OK

"""


def take(
    place: Path, files: dict[str, str], text: str = "", **folders: tuple[str, ...]
) -> tuple[Board, tuple[str, ...]]:
    problems = Problems()
    listed = {f"/sys/bus/pci/{name}": names for name, names in folders.items()}
    host = machine(place, {**files}, {("dmidecode",): text} if text else {}, folders=listed)
    return board.probe(host, problems), problems.sentences()


def pci(address: str, kind: str, device: str = "0x2204") -> dict[str, str]:
    place = f"sys/bus/pci/devices/{address}"
    return {f"{place}/class": kind, f"{place}/vendor": "0x10de", f"{place}/device": device}


def test_everyone_may_read_the_names(tmp_path: Path) -> None:
    place = "sys/class/dmi/id"
    files = {
        f"{place}/board_vendor": "ASRockRack\n",
        f"{place}/board_name": "ROMED8-2T\n",
        f"{place}/chassis_type": "23\n",
    }
    files |= {f"{place}/sys_vendor": "To Be Filled By O.E.M.\n", f"{place}/bios_version": "P3.50\n"}
    found, sentences = take(tmp_path, files)
    assert (found.vendor, found.model, found.chassis, found.bios) == (
        "ASRockRack",
        "ROMED8-2T",
        "Rack Mount Chassis",
        "P3.50",
    )
    assert found.system_vendor is None and found.slots is None and found.power_supplies is None
    assert any("root" in sentence for sentence in sentences)


def test_the_names_are_found_without_the_link_to_them(tmp_path: Path) -> None:
    place = "sys/devices/virtual/dmi/id"
    found, _ = take(
        tmp_path, {f"{place}/product_name": "PowerEdge R750xa\n", f"{place}/chassis_type": "17\n"}
    )
    assert (found.system_model, found.chassis) == ("PowerEdge R750xa", "Main Server Chassis")


def test_a_device_tree_names_boards_without_firmware_tables(tmp_path: Path) -> None:
    found, _ = take(tmp_path, {"proc/device-tree/model": "NVIDIA Jetson AGX Orin Developer Kit\0"})
    assert found.model == "NVIDIA Jetson AGX Orin Developer Kit"


def test_a_slot_shows_the_card_in_it(tmp_path: Path) -> None:
    text = SLOT.format(name="PCIE5", type="x16 PCI Express 4 x16", usage="In Use", address="0000:3b:00.0")
    found, _ = take(tmp_path, pci("0000:3b:00.0", "0x030000"), text)
    assert found.slots is not None
    (slot,) = found.slots
    assert (slot.name, slot.type, slot.width, slot.in_use) == ("PCIE5", "PCI Express 4", 16, True)
    assert (slot.pci_address, slot.device) == ("0000:3b:00.0", "10de:2204 display")


def test_a_card_behind_the_slots_port_is_found_though_the_firmware_says_free(tmp_path: Path) -> None:
    files = (
        pci("0000:00:01.0", "0x060400")
        | pci("0000:00:01.0/0000:01:00.0", "0x030200")
        | pci("0000:01:00.0", "0x030200")
    )
    text = SLOT.format(name="SLOT2", type="x8 PCI Express 3", usage="Available", address="0000:00:01.0")
    slot = (take(tmp_path, files, text)[0].slots or ())[0]
    assert (slot.in_use, slot.pci_address, slot.width) == (True, "0000:01:00.0", 8)


def test_a_free_slot_has_no_address(tmp_path: Path) -> None:
    text = SLOT.format(name="SLOT3", type="x1 PCI Express 2 x1", usage="Available", address="0000:ff:00.0")
    slot = (take(tmp_path, {}, text)[0].slots or ())[0]
    assert (slot.in_use, slot.pci_address, slot.device, slot.type, slot.width) == (
        False,
        None,
        None,
        "PCI Express 2",
        1,
    )


def test_without_the_table_hotplug_slots_are_shown(tmp_path: Path) -> None:
    files = pci("0000:3b:00.0", "0x010802") | {
        "sys/bus/pci/slots/7/address": "0000:3b:00",
        "sys/bus/pci/slots/8/address": "0000:5e:00",
    }
    found, _ = take(tmp_path, files)
    assert [(one.name, one.in_use, one.device) for one in found.slots or ()] == [
        ("7", True, "10de:2204 nvme"),
        ("8", False, None),
    ]


@pytest.mark.parametrize(
    ("name", "maker", "watts", "expected"),
    [
        ("PWS-2K05A-1R", "SUPERMICRO", "2000 W", ("PWS-2K05A-1R", 2000, True)),
        ("Power Supply 1", "HP", "Unknown", ("Power Supply 1", None, True)),
        ("To Be Filled By O.E.M.", "To Be Filled By O.E.M.", "Unknown", None),
        ("Default string", "Default string", "65535 W", None),
        ("OEM Define 1", "OEM Define 2", "75 W", None),
    ],
)
def test_placeholders_are_no_power_supply(
    tmp_path: Path, name: str, maker: str, watts: str, expected: tuple[str, int | None, bool] | None
) -> None:
    found, _ = take(tmp_path, {}, SUPPLY.format(name=name, maker=maker, watts=watts))
    shown = [(one.name, one.max_w, one.present) for one in found.power_supplies or ()]
    assert shown == ([] if expected is None else [expected])


def test_sensors_and_their_sentinels(tmp_path: Path) -> None:
    place = "sys/class/hwmon/hwmon3"
    files = {
        f"{place}/name": "nct6798\n",
        f"{place}/temp1_input": "41000",
        f"{place}/temp1_label": "SYSTIN\n",
    }
    files |= {
        f"{place}/temp2_input": "511000",
        f"{place}/temp3_input": "-273150",
        f"{place}/temp4_input": "127500",
    }
    files |= {f"{place}/temp5_input": "30000", f"{place}/temp5_fault": "1", f"{place}/fan1_input": "1432"}
    files |= {f"{place}/fan2_input": "0"}
    files |= {f"{place}/power1_average": "25500000", f"{place}/power2_input": "4294967295"}
    files |= {f"{place}/in0_input": "1008"}
    found, _ = take(tmp_path, files)
    shown = [(one.kind, one.value) for one in found.sensors if one.chip == "nct6798"]
    assert sorted(shown, key=str) == sorted(
        [
            ("temperature_c", 41),
            *[("temperature_c", None)] * 4,
            ("fan_rpm", 1432),
            ("fan_rpm", 0),
            ("power_w", 25.5),
            ("power_w", None),
            ("voltage_v", 1.008),
        ],
        key=str,
    )
    assert found.sensors[-1].label is None and any(one.label == "SYSTIN" for one in found.sensors)


def test_the_empty_machine(tmp_path: Path) -> None:
    found, sentences = take(tmp_path, {})
    assert found == Board() and len(sentences) == 1


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=100), value=st.one_of(st.text(max_size=20), st.integers().map(str)))
def test_no_text_breaks_the_probe(text: str, value: str) -> None:
    answer = text + SLOT.format(name=value, type=text, usage=value, address=value)
    answer += SUPPLY.format(name=text, maker=value, watts=value)
    files = {f"sys/class/dmi/id/{name}": text for name in ("board_vendor", "chassis_type", "bios_version")}
    files |= {
        f"sys/class/hwmon/hwmon0/{name}": value
        for name in ("name", "temp1_input", "fan1_input", "temp1_fault")
    }
    files |= {"proc/device-tree/model": text, "sys/bus/pci/slots/1/address": value}
    with TemporaryDirectory() as place:
        content = {path: one.encode("utf-8", "replace") for path, one in files.items()}
        for said in (answer, text):
            host = machine(
                Path(place), {**content}, {("dmidecode",): said.encode("utf-8", "replace").decode()}
            )
            board.probe(host, Problems())
