from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlws.model.memory import Memory
from dlws.probes.board import dmi
from dlws.probes.memory import memory, memory_modules
from dlws.probes.problems import Problems
from tests.host.smbios_table import random_table

from .firmware import DEVICE, table
from .machine import machine


def take(place: Path, text: str = "", **files: str) -> tuple[Memory, tuple[str, ...]]:
    problems = Problems()
    paths: dict[str, str | bytes] = {f"proc/{name}": content for name, content in files.items()}
    found = memory.probe(machine(place, paths, {("dmidecode",): text} if text else {}), problems)
    return found, problems.sentences()


def test_sizes_of_meminfo(tmp_path: Path) -> None:
    text = "MemTotal: 2048 kB\nMemAvailable: 1024 kB\nSwapTotal: 4096 kB\nSwapFree: 1024 kB\n"
    text += "HugePages_Total: 3\nHugepagesize: 2048 kB"
    found, _ = take(tmp_path, meminfo=text)
    assert (found.total_mib, found.available_mib, found.swap_mib, found.swap_free_mib) == (2, 1, 4, 1)
    assert (found.hugepages_total, found.hugepage_kib) == (3, 2048)


def test_an_old_kernel_without_available_is_not_guessed_at(tmp_path: Path) -> None:
    found, _ = take(tmp_path, meminfo="MemTotal: 2048 kB\nMemFree: 1024 kB\nCached: 512 kB")
    assert found.available_mib is None


def test_memory_of_gpus_is_no_main_memory(tmp_path: Path) -> None:
    node = "sys/devices/system/node/node"
    files: dict[str, str | bytes] = {
        "proc/meminfo": f"MemTotal: {100 * 1024} kB\nMemAvailable: {90 * 1024} kB",
        f"{node}0/cpulist": "0-3",
        f"{node}0/meminfo": f"Node 0 MemTotal: {60 * 1024} kB",
        f"{node}1/cpulist": "\n",
        f"{node}1/meminfo": f"Node 1 MemTotal: {40 * 1024} kB\nNode 1 MemFree: {39 * 1024} kB",
        "proc/driver/nvidia/gpus/0009:01:00.0/numa_status": "Node:      1\nStatus:    online\n",
    }
    found = memory.probe(machine(tmp_path, files), Problems())
    assert (found.total_mib, found.available_mib) == (60, 51)


def test_modules_slots_and_speeds(tmp_path: Path) -> None:
    empty = ("DIMM 1", "P0 CHANNEL A", "No Module Installed")
    text = table(("DIMM 0", "P0 CHANNEL A", "64 GB"), empty, ("DIMM 0", "P0 CHANNEL B", "65536 MB"))
    found, sentences = take(tmp_path, text)
    assert (
        found.modules is not None
        and found.modules_source == "smbios"
        and not any("SMBIOS" in s for s in sentences)
    )
    assert [(one.slot, one.size_mib, one.type, one.ranks, one.ecc) for one in found.modules] == [
        ("DIMM 0", 65536, "DDR5", 2, True),
        ("DIMM 0", 65536, "DDR5", 2, True),
    ]
    assert (found.modules[0].speed_mts, found.modules[0].configured_mts) == (4800, 6000)
    assert found.modules[0].manufacturer is None
    assert (found.slots, found.empty_slots, found.channels, found.ecc) == (3, 1, 2, "Multi-bit ECC")


def test_flash_and_video_memory_are_not_main_memory(tmp_path: Path) -> None:
    found, _ = take(tmp_path, table(("BIOS", "ROM", "8 MB"), use="Flash Memory"))
    assert not found.modules and found.slots is None


@pytest.mark.parametrize(("total", "ecc"), [(64, False), (72, True), (80, True), (128, None), (8, None)])
def test_a_module_with_error_correction_is_wider_than_its_data(
    tmp_path: Path, total: int, ecc: bool | None
) -> None:
    found, _ = take(tmp_path, table(("DIMM_A1", "", "16 GB"), total=total))
    assert found.modules is not None and found.modules[0].ecc is ecc


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("16384 MB", 16384),
        ("32 GB", 32768),
        ("1 TB", 1048576),
        ("32 GiB", 32768),
        ("512 MiB", 512),
        ("512 kB", 0),
        ("No Module Installed", None),
        ("Unknown", None),
        ("", None),
    ],
)
def test_size_of_a_module(text: str, size: int | None) -> None:
    assert memory_modules.size_mib(text) == size


UDEV = """E:MEMORY_ARRAY_EC_TYPE=None
E:MEMORY_DEVICE_0_PRESENT=0
E:MEMORY_DEVICE_0_LOCATOR=DIMM 0
E:MEMORY_DEVICE_0_BANK_LOCATOR=P0 CHANNEL A
E:MEMORY_DEVICE_1_SIZE=34359738368
E:MEMORY_DEVICE_1_LOCATOR=DIMM 1
E:MEMORY_DEVICE_1_BANK_LOCATOR=P0 CHANNEL A
E:MEMORY_DEVICE_1_TYPE=DDR5
E:MEMORY_DEVICE_1_SPEED_MTS=4800
E:MEMORY_DEVICE_1_CONFIGURED_SPEED_MTS=6000
E:MEMORY_DEVICE_1_RANK=2
E:MEMORY_DEVICE_1_TOTAL_WIDTH=64
E:MEMORY_DEVICE_1_DATA_WIDTH=64
"""


def test_without_root_the_modules_come_from_udev(tmp_path: Path) -> None:
    problems = Problems()
    host = machine(
        tmp_path, {"run/udev/data/+dmi:id": UDEV}, root=False, folders={"/sys/firmware/dmi/tables": ("DMI",)}
    )
    found = memory.probe(host, problems)
    assert found.modules is not None and found.modules_source == "udev"
    (module,) = found.modules
    assert (module.size_mib, module.type, module.speed_mts, module.configured_mts, module.ecc) == (
        32768,
        "DDR5",
        4800,
        6000,
        False,
    )
    assert (found.slots, found.empty_slots, found.ecc) == (2, 1, "None")
    assert not any("module" in sentence for sentence in problems.sentences())


def test_error_counts_and_modules_of_the_kernels_driver(tmp_path: Path) -> None:
    mc = "sys/devices/system/edac/mc"
    files: dict[str, str | bytes] = {
        f"{mc}/mc0/ce_count": "5\n",
        f"{mc}/mc0/ue_count": "0\n",
        f"{mc}/mc1/ce_count": "2\n",
        f"{mc}/mc0/dimm0/size": "16384",
        f"{mc}/mc0/dimm0/dimm_mem_type": "Registered-DDR4",
        f"{mc}/mc0/dimm0/dimm_label": "CPU_SrcID#0_MC#0_Chan#0_DIMM#0",
        f"{mc}/mc0/dimm0/dimm_edac_mode": "SECDED",
        f"{mc}/mc0/dimm1/size": "131072",
        f"{mc}/mc0/dimm1/dimm_mem_type": "Non-volatile-RAM",
        f"{mc}/mc0/dimm_is_fake/size": "321",
        f"{mc}/mc_fake/dimm0/size": "789",
    }
    found = memory.probe(machine(tmp_path, files), Problems())
    assert found.errors is not None and (found.errors.corrected, found.errors.uncorrected) == (7, 0)
    assert found.modules is not None and [(one.size_mib, one.type) for one in found.modules] == [
        (16384, "DDR4")
    ]
    assert (found.modules_source, found.slots, found.ecc) == ("edac", None, "Single-bit ECC")


def test_no_driver_means_unknown_errors_not_none_counted(tmp_path: Path) -> None:
    assert take(tmp_path)[0].errors is None


def test_the_table_and_dmidecodes_answer_are_read_alike(tmp_path: Path) -> None:
    data = random_table(seed=7, count=60)
    host = machine(tmp_path, {"sys/firmware/dmi/tables/DMI": data})
    found = memory.probe(host, Problems())
    assert found.modules == memory_modules.modules(dmi.from_table(data))
    assert found.modules


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=120), value=st.one_of(st.text(max_size=20), st.integers().map(str)))
def test_no_text_breaks_the_probe(text: str, value: str) -> None:
    mc = "sys/devices/system/edac/mc/mc0"
    odd = DEVICE.format(n=1, slot=value, bank=text, size=value, total=value, type=text)
    files = {
        "proc/meminfo": f"{text}\nMemTotal: {value} kB",
        "run/udev/data/+dmi:id": f"E:MEMORY_DEVICE_{value}_SIZE={value}\nE:MEMORY_DEVICE_0_{text}",
        **{
            f"{mc}/{name}": value
            for name in ("ce_count", "dimm0/size", "dimm0/dimm_mem_type", "dimm0/dimm_edac_mode")
        },
    }
    with TemporaryDirectory() as place:
        content = {path: one.encode("utf-8", "replace") for path, one in files.items()}
        for answer in (text, odd):
            memory.probe(
                machine(
                    Path(place), {**content}, {("dmidecode",): answer.encode("utf-8", "replace").decode()}
                ),
                Problems(),
            )


@pytest.mark.parametrize(
    ("root", "tables", "word"),
    [(False, ("DMI",), "sudo"), (True, ("DMI",), "dmidecode"), (None, (), "no SMBIOS")],
)
def test_it_says_why_modules_are_unknown(
    tmp_path: Path, root: bool | None, tables: tuple[str, ...], word: str
) -> None:
    problems = Problems()
    host = machine(tmp_path, {}, root=root, folders={"/sys/firmware/dmi/tables": tables})
    assert memory.probe(host, problems).modules is None
    assert [word in sentence for sentence in problems.sentences() if "module" in sentence] == [True]
