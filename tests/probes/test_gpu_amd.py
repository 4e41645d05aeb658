"""AMD GPUs: what sysfs and KFD tell, and what AMD SMI adds."""

import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlws.model.gpu import Gpu, GpuEcc, NvLink
from dlws.model.topology import GpuPair
from dlws.probes.gpu import topology
from dlws.probes.gpu.amd import gpu_amdsmi
from dlws.probes.gpu.filled import filled
from dlws.probes.problems import Problems

from .gpu_machine import Machine, only

A, B = "0000:c1:00.0", "0000:c2:00.0"
MI300X = "1002:74a1"
NODES = "/sys/class/kfd/kfd/topology/nodes"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def _node(machine: Machine, number: int, bus: int, gpu_id: int, **more: int) -> None:
    told = {"cpu_cores_count": 0, "simd_count": 1216, "gfx_target_version": 90402, "domain": 0, **more}
    told["location_id"] = more.get("location_id", bus << 8)
    machine.file(f"{NODES}/{number}/properties", "".join(f"{name} {told[name]}\n" for name in told))
    machine.file(f"{NODES}/{number}/gpu_id", f"{gpu_id}\n")


def _link(machine: Machine, a: int, b: int, kind: int, folder: str = "io_links") -> None:
    machine.file(
        f"{NODES}/{a}/{folder}/{b}/properties", f"type {kind}\nnode_from {a}\nnode_to {b}\nweight 15\n"
    )


def _metrics(bits: int, hotspot: int = 40, version: bytes = b"\x01\x03") -> bytes:
    table = bytearray(struct.pack("<H", 120) + version + bytes(116))
    struct.pack_into("<H", table, 6, hotspot)
    struct.pack_into("<Q", table, 112, bits)
    return bytes(table)


def test_what_the_driver_has_files_for(machine: Machine) -> None:
    machine.device(
        A,
        MI300X,
        "0x120000",
        driver="amdgpu",
        current_compute_partition="CPX",
        current_memory_partition="NPS4",
        mem_info_vram_vendor="hynix",
        unique_id="8d1457e2c20f59d2",
        pp_dpm_sclk="S: 19Mhz *\n0: 500Mhz\n1: 2100Mhz",
        pp_dpm_mclk="0: 0Mhz *\n1: 0Mhz",
    )
    machine.file(
        f"/sys/bus/pci/devices/{A}/ras/gpu_vram_bad_pages",
        "0x00000001 : 0x00001000 : R\n0x00000002 : 0x00001000 : R\n0x00000003 : 0x00001000 : P\n",
    )
    found = only(machine)
    assert (found.compute_partition, found.memory_partition, found.memory_vendor) == ("CPX", "NPS4", "hynix")
    assert (found.uuid, found.clocks.sm_max_mhz, found.clocks.memory_max_mhz) == (
        "GPU-8d1457e2c20f59d2",
        2100,
        None,
    )
    assert (found.ecc.retired_pages, found.ecc.retired_pages_pending) == (2, True)


@pytest.mark.parametrize(
    ("table", "reasons"),
    [
        (_metrics(0), ()),
        (_metrics(1 << 0 | 1 << 7), ("sw_power_cap",)),
        (_metrics(1 << 16 | 1 << 45 | 1 << 47), ("current_limit", "hw_thermal_slowdown", "hw_slowdown")),
        (_metrics(1 << 36, hotspot=50), ()),  # RDNA 3 says so at rest
        (_metrics(1 << 36, hotspot=99), ("sw_thermal_slowdown",)),
        (_metrics(2**64 - 1), None),
        (_metrics(1, version=b"\x02\x01"), None),
        (_metrics(1)[:100], None),
        (b"", None),
    ],
)
def test_why_clocks_are_limited(machine: Machine, table: bytes, reasons: tuple[str, ...] | None) -> None:
    place = machine.device(A, "1002:744c", driver="amdgpu")
    machine.file(f"{place}/gpu_metrics", table)
    assert only(machine).throttle_reasons == reasons


def test_processes_are_those_that_hold_memory_of_the_card(machine: Machine) -> None:
    machine.device(A, MI300X, "0x120000", driver="amdgpu")
    _node(machine, 2, 0xC1, gpu_id=111)
    for pid, used in {4242: 3 << 30, 4243: 0}.items():
        machine.file(f"/sys/class/kfd/kfd/proc/{pid}/vram_111", f"{used}\n")
        machine.file(f"/sys/class/kfd/kfd/proc/{pid}/vram_222", f"{1 << 30}\n")
        machine.file(f"/proc/{pid}/comm", "python3\n")
    [process] = only(machine).processes or ()
    assert (process.pid, process.name, process.memory_mib) == (4242, "python3", 3072)
    machine.file("/.dockerenv", "x")
    machine.answers.environ["container"] = "docker"
    assert [one.name for one in only(machine).processes or ()] == [None]


def test_parts_of_a_card_are_one_card(machine: Machine) -> None:
    machine.device(A, MI300X, "0x120000", driver="amdgpu")
    for part in range(3):
        _node(machine, 2 + part, 0xC1, gpu_id=111 + part, location_id=0xC100 + part)
        machine.file(f"/sys/class/kfd/kfd/proc/7/vram_{111 + part}", f"{1 << 30}\n")
    found = only(machine)
    assert (found.gfx, found.processes and found.processes[0].memory_mib) == ("gfx942", 3072)


def test_links_between_cards(machine: Machine) -> None:
    for bus, number in ((0xC1, 2), (0xC2, 3), (0xC3, 4)):
        machine.device(f"0000:{bus:02x}:00.0", MI300X, "0x120000", driver="amdgpu")
        _node(machine, number, bus, gpu_id=number)
    _link(machine, 2, 0, kind=2)  # to a processor
    _link(machine, 2, 3, kind=11)
    _link(machine, 3, 2, kind=11)
    _link(machine, 2, 4, kind=2, folder="p2p_links")
    pairs = topology.probe(machine.host(), machine.gpus()).gpu_pairs
    assert pairs == (GpuPair(a=0, b=1, link="XGMI", p2p=True), GpuPair(a=0, b=2, link="PCIE", p2p=True))


def test_a_tree_of_nothing_but_kfd(machine: Machine) -> None:
    for part in range(2):
        _node(
            machine, 2 + part, 0xC1, 111 + part, location_id=0xC100 + part, vendor_id=4098, device_id=0x74A1
        )
        machine.file(
            f"{NODES}/{2 + part}/mem_banks/0/properties", f"heap_type 1\nsize_in_bytes {96 << 30}\nflags 0\n"
        )
    found = only(machine)
    assert (found.pci_address, found.pci_id, found.gfx) == (A, MI300X, "gfx942")
    assert (found.memory_mib, found.memory_free_mib, found.driver) == (192 * 1024, None, "amdgpu")
    _node(machine, 4, 0xC2, 113)
    _link(machine, 2, 4, kind=11)
    assert topology.probe(machine.host(), machine.gpus()).gpu_pairs == (
        GpuPair(a=0, b=1, link="XGMI", p2p=True),
    )


def test_an_apu_that_is_known_by_its_chip_only(machine: Machine) -> None:
    machine.device(A, "1002:9999", driver="amdgpu")
    _node(machine, 1, 0xC1, 111, gfx_target_version=110501)
    machine.file(f"{NODES}/1/mem_banks/0/properties", f"heap_type 1\nsize_in_bytes {64 << 30}\n")
    found = only(machine)
    assert (found.gfx, found.unified_memory, found.memory_mib) == ("gfx1151", True, None)


def _device(**facts: Any) -> dict[str, Any]:
    return {"index": 0, "bdf": A, "errors": {}, **facts}


def test_amd_smi_fills_what_sysfs_does_not_tell(machine: Machine) -> None:
    machine.device(A, "1002:9999", "0x120000", driver="amdgpu", mem_info_vram_vendor="hynix")
    machine.answers.amdsmi = {
        "devices": [
            _device(
                market_name="AMD Instinct MI999",
                uuid="00ff74a1-0000-1000-8000-000000000001",
                vram_type="HBM3",
                vram_vendor="SAMSUNG",
                compute_partition="SPX",
                ecc_blocks=5,
                ecc_counts=[3, 1, 0],
                xgmi_links=[1, 1, 0],
                violations={"package_power": True, "vr_thermal": False, "hbm_thermal": True},
            )
        ]
    }
    found = only(machine)
    assert (found.name, found.memory_type, found.compute_partition) == ("AMD Instinct MI999", "HBM3", "SPX")
    assert found.memory_vendor == "hynix"  # sysfs is right where both know
    assert found.ecc == GpuEcc(enabled=True, corrected_volatile=3, uncorrected_volatile=1)
    assert found.xgmi == NvLink(links=3, active=2)
    assert found.throttle_reasons == ("sw_power_cap", "sw_thermal_slowdown")
    assert machine.problems.sentences() == ()


def test_what_amd_smi_could_not_tell_is_said_once_an_error(machine: Machine) -> None:
    machine.device(A, MI300X, "0x120000", driver="amdgpu")
    errors = {
        "uuid": "IO",
        "vram_type": "IO",
        "xgmi_links": "NOT_SUPPORTED",
        "violations": "FunctionNotFound",
    }
    machine.answers.amdsmi = {"devices": [_device(errors=errors)]}
    assert only(machine).pci_address == A
    assert machine.problems.sentences() == (f"GPU {A}: unknown uuid, vram_type: AMD SMI says IO",)


@pytest.mark.parametrize("error", ["NO_PERM", "LibraryTooOld", "no answer within 10 s: amdsmi_init"])
def test_a_card_stays_where_amd_smi_cannot_be_asked(machine: Machine, error: str) -> None:
    machine.device(A, MI300X, "0x120000", driver="amdgpu", mem_info_vram_total=str(192 << 30))
    machine.answers.amdsmi = {"error": error}
    assert only(machine).memory_mib == 192 * 1024
    [said] = machine.problems.sentences()
    assert said.startswith("AMD SMI was not asked everything: ")


@pytest.mark.parametrize("error", ["LibraryNotFound", "not in this recording"])
def test_a_machine_without_amd_smi_has_no_fault(machine: Machine, error: str) -> None:
    machine.device(A, MI300X, "0x120000", driver="amdgpu")
    machine.answers.amdsmi = {"error": error}
    assert only(machine).problem is None
    assert machine.problems.sentences() == ()


def test_a_card_that_only_amd_smi_lists_is_not_made_up(machine: Machine) -> None:
    machine.device(A, MI300X, "0x120000", driver="amdgpu")
    machine.answers.amdsmi = {"devices": [_device(bdf=B, market_name="AMD Instinct MI300X")]}
    assert only(machine).pci_address == A


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
KEYS = ("bdf", "market_name", "ecc_blocks", "ecc_counts", "xgmi_links", "violations", "errors", "uuid")


@given(st.dictionaries(st.sampled_from(KEYS), JSON), JSON)
def test_any_recording_of_amd_smi_is_read(device: dict[str, Any], pairs: Any) -> None:
    data = {"devices": [{**device, "bdf": A}, device], "pairs": pairs}
    cards = (Gpu(index=0, vendor="AMD", pci_address=A),)
    assert len(gpu_amdsmi.completed(cards, data, Problems())) == 1
    gpu_amdsmi.p2p(data)


def test_the_first_telling_is_right_where_both_know() -> None:
    first = Gpu(name="Radeon", ecc=GpuEcc(corrected_volatile=1))
    second = Gpu(name="other", gfx="gfx1100", ecc=GpuEcc(corrected_volatile=2, enabled=True))
    assert filled(first, second) == Gpu(
        name="Radeon", gfx="gfx1100", ecc=GpuEcc(corrected_volatile=1, enabled=True)
    )


def test_p2p_of_amd_smi_is_believed(machine: Machine) -> None:
    for place, number in ((A, 2), (B, 3)):
        machine.device(place, MI300X, "0x120000", driver="amdgpu")
        _node(machine, number, int(place[5:7], 16), gpu_id=number)
    _link(machine, 2, 3, kind=11)
    machine.answers.amdsmi = {
        "devices": [_device(), _device(bdf=B)],
        "pairs": [{"a": 0, "b": 1, "p2p": False}],
    }
    [pair] = topology.probe(machine.host(), machine.gpus()).gpu_pairs
    assert (pair.link, pair.p2p) == ("XGMI", False)
