"""How much of captured machines' memory, slots and supplies is read right; ``-s`` prints the shares."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dlws.model.memory import Memory
from dlws.model.system import Board
from dlws.probes.board import board
from dlws.probes.memory import memory
from dlws.probes.problems import Problems

from .machine import machine
from .score import Score
from .test_captures_cpu import unpack

HOLLOW = re.compile(
    r"(?i)to be filled.*|default string|not specified|n/a|none|unknown|system (?:manufacturer|product.*)"
    r"|oem define.*|<.*>|base board.*|empty|not available|o\.?e\.?m\.?|not applicable|undefined|\W*|0+"
)
GIB = {"kB": 1 / 2**20, "MB": 1 / 1024, "GB": 1, "TB": 1024}


def machines(captures: Path, place: Path) -> Iterator[tuple[str, str, Memory, Board]]:
    for number, file in enumerate(sorted((captures / "dmidecode").rglob("*.txt"))):
        if file.parent.name == "ipmifru":  # another tool's answer
            continue
        text = file.read_text(errors="replace").replace("\r", "")  # one went through Windows
        host = machine(place / str(number), {}, {("dmidecode",): text})
        yield (
            f"{file.parent.name}/{file.name}",
            text,
            memory.probe(host, Problems()),
            board.probe(host, Problems()),
        )


def blocks(text: str, title: str) -> list[dict[str, str]]:
    """Fields below a heading, read apart from the reader that is tested."""
    found = re.findall(rf"(?m)^{title}\n((?:[ \t]+.*\n?)*)", text)
    return [dict(reversed(re.findall(r"(?m)^(?:\t| {8})([\w /-]+): *(.*?) *$", block))) for block in found]


def said(fields: dict[str, str], *names: str) -> str | None:
    text = next((fields[name] for name in names if name in fields), "")
    return None if HOLLOW.fullmatch(text) else re.sub(r"\s+", " ", text)


def number(text: str | None) -> int | None:
    found = re.match(r"(\d+) (?:MT/s|MHz)|(\d+)$", text or "")
    return int(found[1] or found[2]) if found else None


def memory_truth(text: str) -> dict[str, Any]:
    devices = blocks(text, "Memory Device")
    devices = [one for one in devices if one.get("Type") not in ("Flash", "ROM")]
    sizes = [re.match(r"(\d+) ([kMGT]B)", one.get("Size", "")) for one in devices]
    full = [(one, size) for one, size in zip(devices, sizes, strict=True) if size]
    arrays = [one for one in blocks(text, "Physical Memory Array") if one.get("Use") == "System Memory"]
    kinds = {one.get("Error Correction Type") for one in arrays} - {"Unknown", "Other", "<OUT OF SPEC>", None}
    return {
        "slots": len(devices) or None,
        "populated": len(full),
        "gib": sum(int(size[1]) * GIB[size[2]] for _, size in full),
        "speeds": [number(one.get("Speed")) for one, _ in full],
        "configured": [
            number(said(one, "Configured Memory Speed", "Configured Clock Speed")) for one, _ in full
        ],
        "ranks": [number(one.get("Rank")) for one, _ in full],
        "types": [said(one, "Type") if one.get("Type") != "Other" else None for one, _ in full],
        "names": [said(one, "Locator") for one, _ in full],
        "parts": [said(one, "Part Number") for one, _ in full],
        "ecc": kinds.pop() if len(kinds) == 1 else None,
    }


def memory_found(found: Memory) -> SimpleNamespace:
    modules = found.modules or ()
    return SimpleNamespace(
        slots=found.slots,
        populated=len(modules),
        gib=sum((one.size_mib or 0) / 1024 for one in modules),
        speeds=[one.speed_mts for one in modules],
        configured=[one.configured_mts for one in modules],
        ranks=[one.ranks for one in modules],
        types=[one.type for one in modules],
        names=[one.slot for one in modules],
        parts=[one.part_number for one in modules],
        ecc=found.ecc,
    )


def board_truth(text: str) -> dict[str, Any]:
    bios, system, base = (
        blocks(text, f"{name} Information")[:1] for name in ("BIOS", "System", "Base Board")
    )
    slots = blocks(text, "System Slot Information")
    supplies = [
        one
        for one in blocks(text, "System Power Supply")
        if re.match(r"\d+ W", one.get("Max Power Capacity", ""))
        and said(one, "Name")
        and said(one, "Manufacturer")
    ]
    return {
        "bios": said(bios[0], "Version") if bios else None,
        "bios_date": said(bios[0], "Release Date") if bios else None,
        "system_vendor": said(system[0], "Manufacturer") if system else None,
        "system_model": said(system[0], "Product Name") if system else None,
        "vendor": said(base[0], "Manufacturer") if base else None,
        "model": said(base[0], "Product Name") if base else None,
        "slots": len(slots) or None,
        "in_use": sum(one.get("Current Usage") == "In Use" for one in slots),
        "free": sum(one.get("Current Usage") == "Available" for one in slots),
        "watts": [int(one["Max Power Capacity"].split()[0]) for one in supplies],
    }


def board_found(found: Board) -> SimpleNamespace:
    slots, supplies = found.slots or (), found.power_supplies or ()
    names = ("bios", "bios_date", "system_vendor", "system_model", "vendor", "model")
    return SimpleNamespace(
        **{name: getattr(found, name) for name in names},
        slots=len(slots) or None,
        in_use=sum(one.in_use is True for one in slots),
        free=sum(one.in_use is False for one in slots),
        watts=[one.max_w for one in supplies if one.max_w],
    )


def test_memory_of_firmware_tables(captures: Path, tmp_path: Path) -> None:
    score = Score("memory in dmidecode's text")
    for name, text, found, _ in machines(captures, tmp_path):
        score.compare(name, memory_found(found), memory_truth(text))
    score.show()
    assert not score.wrong and not score.unknown


def test_boards_of_firmware_tables(captures: Path, tmp_path: Path) -> None:
    score = Score("boards in dmidecode's text")
    for name, text, _, found in machines(captures, tmp_path):
        score.compare(name, board_found(found), board_truth(text))
    score.show()
    assert not score.wrong and not score.unknown


def test_placeholder_supplies_are_not_shown(captures: Path, tmp_path: Path) -> None:
    with_supplies = {name for name, _, _, found in machines(captures, tmp_path) if found.power_supplies}
    for name in (
        "glpi_Kimsufi_OVH",
        "glpi_Supermicro_4",
        "glpi_Workstation_Lenovo_10A9004TFR",
        "glpi_Dedibox_XC_SSD_SATA_2016",
    ):
        assert f"psu/{name}.txt" not in with_supplies
    assert "psu/glpi_Dell_DSS_1500.txt" in with_supplies


def test_no_more_channels_than_modules_or_than_the_processors_have(captures: Path, tmp_path: Path) -> None:
    known = 0
    for name, _, found, _ in machines(captures, tmp_path):
        if found.channels is not None:
            known += 1
            assert found.channels <= min(len(found.modules or ()), found.platform_channels or 99), name
    assert known >= 35


def test_memory_against_the_index(captures: Path, tmp_path: Path) -> None:
    """What those who gathered the captures say of them."""
    with (captures / "index.csv").open(encoding="utf-8", newline="") as file:
        notable = {row["file"]: row["notable"] for row in csv.DictReader(file)}
    score = Score("memory against the captures' index")
    for name, _, found, _ in machines(captures, tmp_path):
        said = re.search(r"(\d+) of (\d+) memory slots, total (\d+) GB", notable.get(f"dmidecode/{name}", ""))
        if said and int(said[2]):
            score.compare(
                name,
                memory_found(found),
                {"populated": int(said[1]), "slots": int(said[2]), "gib": int(said[3])},
            )
    score.show()
    assert score.share > 0.97


def test_memory_of_gpus_in_a_real_machine(captures: Path, tmp_path: Path) -> None:
    host = unpack(captures / "topology" / "hwloc_nvidiagpunumanodes.tar.bz2", tmp_path)
    found = memory.probe(host, Problems())
    expected = (captures / "topology" / "hwloc_nvidiagpunumanodes.console.txt").read_text()
    total = re.search(r"^Machine \(P#0 total=(\d+)GiB", expected)
    assert total and found.total_mib is not None
    assert round(found.total_mib / 1024) == int(total[1])


@pytest.mark.parametrize(
    "name", ["facter_meminfo", "facter_meminfo2", "jc_proc_meminfo", "node_exporter_meminfo"]
)
def test_sizes(captures: Path, tmp_path: Path, name: str) -> None:
    text = (captures / "meminfo" / name).read_text()
    found = memory.probe(machine(tmp_path, {"proc/meminfo": text}), Problems())
    for line in text.splitlines():
        field, value = line.split()[:2]
        shown = {
            "MemTotal:": found.total_mib,
            "MemAvailable:": found.available_mib,
            "SwapTotal:": found.swap_mib,
        }
        if field in shown:
            assert shown[field] == int(value) // 1024
