"""GPUs of AMD from what rocm-smi and rocminfo print."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlws.host.attachment import open_attachment
from dlws.model.topology import GpuPair
from dlws.probes.gpu import gpu
from dlws.probes.gpu.amd import amd_links, rocm_smi, rocminfo
from dlws.probes.problems import Problems

from .gpu_texts import pairs, told

ROCM_TOPOLOGY = """\
============================ ROCm System Management Interface ============================
=============================== Link Type between two GPUs ===============================
       GPU0         GPU1
GPU0   0            PCIE
GPU1   PCIE         0
======================================= Numa Nodes =======================================
GPU[0]          : (Topology) Numa Node: 1
GPU[1]          : (Topology) Numa Node: -1
"""


def test_links_and_nodes_of_rocm_smi(tmp_path: Path) -> None:
    assert pairs(tmp_path, ROCM_TOPOLOGY) == (GpuPair(a=0, b=1, link="PCIE"),)
    assert [card.numa_node for card in told(tmp_path, ROCM_TOPOLOGY)] == [1, None]


@pytest.mark.parametrize("indent", ["", "    "])
def test_the_oldest_table_of_rocm_smi(tmp_path: Path, indent: str) -> None:
    text = (
        "========================= ROCm System Management Interface =========================\n"
        "GPU  Temp (DieEdge)  AvgPwr  SCLK     MCLK     Fan    Perf  PwrCap  VRAM%  GPU%  \n"
        "0    50.0c           352.0W  1700Mhz  1600Mhz  29.8%  auto  560.0W   17%   100%  \n"
        "1    N/A             N/A     None     1600Mhz  0%     auto  560.0W    0%   0%    \n"
    )
    first, second = told(tmp_path, "".join(indent + line + "\n" for line in text.splitlines()))
    assert (first.temperature_c, first.power.draw_w, first.power.limit_w) == (50, 352, 560)
    assert (first.clocks.sm_mhz, first.clocks.memory_mhz, first.fan_percent) == (1700, 1600, 29.8)
    assert (first.utilization_percent, second.temperature_c, second.clocks.sm_mhz) == (100, None, None)


def test_the_table_of_rocm_smi_with_names(tmp_path: Path) -> None:
    text = (
        "====== ROCm System Management Interface ======\n"
        "Device  [Model : Revision]    Temp        Power     Partitions      SCLK    PwrCap  VRAM%  GPU%  \n"
        "        Name (20 chars)       (Junction)  (Socket)  (Mem, Compute)                               \n"
        "==================================================================================================\n"
        "0       [0x74a1 : 0x00]       35.0°C      133.0W    NPS1, SPX       131Mhz  750.0W    0%   0%    \n"
        "        AMD Instinct MI300X                                                                      \n"
        "1       [0x74a0 : 0x00]       36.0°C      131.0W    N/A, N/A        131Mhz  550.0W    0%   0%    \n"
        "        Aqua Vanjaram [Insti                                                                     \n"
    )
    first, second = told(tmp_path, text)
    assert (first.name, first.memory_partition, first.compute_partition) == (
        "AMD Instinct MI300X",
        "NPS1",
        "SPX",
    )
    assert (second.name, second.memory_partition, second.temperature_c) == (None, None, 36)


def test_the_hardware_table_of_rocm_smi(tmp_path: Path) -> None:
    text = (
        "====== ROCm System Management Interface ======\n"
        "GPU  NODE  DID     GUID   GFX VER  GFX RAS  SDMA RAS  UMC RAS   VBIOS  BUS           PARTITION ID\n"
        "0    4     0x74a0  3877   gfx942   ENABLED  ENABLED   DISABLED  N/A    0002:01:00.0  0\n"
    )
    [found] = told(tmp_path, text)
    assert (found.pci_id, found.pci_address, found.gfx) == ("1002:74a0", "0002:01:00.0", "gfx942")
    assert found.vbios is None


def test_the_oldest_hardware_table_of_rocm_smi(tmp_path: Path) -> None:
    text = (
        "====ROCm System Management Interface====\n"
        "GPU  DID   GFX RAS  SDMA RAS  UMC RAS  VBIOS            BUS           \n"
        "0    744c  N/A      N/A       N/A      115-D702BS0-101  0000:03:00.0  \n"
    )
    [found] = told(tmp_path, text)
    assert (found.pci_id, found.vbios, found.pci_address) == ("1002:744c", "115-D702BS0-101", "0000:03:00.0")


def test_lines_of_rocm_smi(tmp_path: Path) -> None:
    text = """\
....................    ROCm System Management Interface    ....................
GPU[0] \t\t: GPU ID: 0x687f
GPU[0] \t\t: Temperature (Sensor edge) (c): 50.0
GPU[0] \t\t: Fan Level: 79 (30%)
GPU[0] \t\t: sclk clock level: 2 (1663Mhz)
GPU[0] \t\t: pcie clock level: 1 (16.0GT/s, x16 619Mhz)
GPU[0] \t\t: Unique ID: 0x8d1457e2c20f59d2
GPU[0] \t\t: VBIOS version: N/A
"""
    [found] = told(tmp_path, text)
    assert (found.pci_id, found.temperature_c, found.fan_percent) == ("1002:687f", 50, 30)
    assert (found.clocks.sm_mhz, found.pcie.gen, found.pcie.width) == (1663, 4, 16)
    assert (found.uuid, found.vbios) == ("GPU-8d1457e2c20f59d2", None)


def test_the_revision_tells_which_card_a_chip_is_on(tmp_path: Path) -> None:
    card = {"Device Name": "Navi 21 [Radeon RX 6800/6800 XT / 6900 XT]", "Device ID": "0x73bf"}
    [found] = told(tmp_path, json.dumps({"card0": {**card, "Device Rev": "0xc0"}}))
    assert found.name == "AMD Radeon RX 6900 XT"
    [unknown] = told(tmp_path, json.dumps({"card0": card}))
    assert unknown.name == card["Device Name"]


def test_what_the_model_of_rocm_smi_is_depends_on_its_version(tmp_path: Path) -> None:
    old = {"Card series": "AMD Instinct Thing", "Card model": "0x0c34"}
    assert told(tmp_path, json.dumps({"card0": old}))[0].pci_id is None
    new = {"Card Series": "AMD Instinct MI300X VF", "Card Model": "0x74b5", "Subsystem ID": "0x74a1"}
    [found] = told(tmp_path, json.dumps({"card0": {**new, "Device Rev": "0x00"}}))
    assert (found.name, found.pci_id) == ("AMD Instinct MI300X VF", "1002:74b5")


def test_placeholders_of_rocm_smi(tmp_path: Path) -> None:
    card = {
        "GPU ID": "0x73df",
        "Card series": "0x1002",
        "Unique ID": "0x21544ce42504164",
        "Max Graphics Package Power (W)": "0.0",
        "Average Graphics Package Power (W)": "N/A (Secondary die)",
        "Current Socket Graphics Package Power (W)": "36.0",
    }
    [found] = told(tmp_path, json.dumps({"card0": card}))
    assert (found.name, found.pci_id, found.uuid) == (None, "1002:73df", "GPU-021544ce42504164")
    assert (found.power.limit_w, found.power.draw_w) == (None, 36)


def test_csv_of_rocm_smi(tmp_path: Path) -> None:
    text = (
        "$ rocm-smi --showmeminfo vram --csv\n"
        "device,Unique ID,VRAM Total Memory (B),VRAM Total Used Memory (B),Card Vendor,GFX Version,Device ID\n"
        'card0,0x9246aaaabbbbcccc,17163091968,692142080,"Advanced Micro Devices, Inc.",gfx1030,0x73bf\n'
        "card1,N/A,67108864,26079232,AMD,gfx1036,0x164e\n\n"
    )
    first, second = told(tmp_path, text)
    assert (first.memory_mib, first.memory_used_mib, first.gfx) == (16368, 660, "gfx1030")
    assert (second.unified_memory, second.memory_mib) == (True, None)


def _agent(number: int, kind: str, **fields: object) -> str:
    lines = [f"  {name.replace('_', ' ')}: {value}" for name, value in fields.items()]
    return f"*******\nAgent {number}\n*******\n  Device Type: {kind}\n" + "\n".join(lines) + "\n"


def test_rocminfo(tmp_path: Path) -> None:
    pool = "Pool 1\n      Segment:                 GLOBAL; FLAGS: COARSE GRAINED\n      Size:   25149440(0x17fc000) KB"
    text = (
        "==========\nHSA Agents\n==========\n"
        + _agent(1, "CPU", Name="AMD Ryzen", BDFID=0)
        + _agent(2, "GPU", Name="gfx1100", Uuid="GPU-8d1457e2c20f59d2", BDFID=768, Pool=pool)
        + _agent(3, "GPU", Name="gfx1151", Uuid="GPU-XX", BDFID=50176, Pool=pool)
    )
    card, apu = told(tmp_path, text)
    assert (card.uuid, card.pci_address, card.memory_mib) == ("GPU-8d1457e2c20f59d2", "0000:03:00.0", 24560)
    assert (apu.uuid, apu.unified_memory, apu.memory_mib) == (None, True, None)


def test_lines_of_rocminfo_that_somebody_looked_for(tmp_path: Path) -> None:
    text = (
        "  Name:                    AMD Ryzen 9 7950X 16-Core Processor\n"
        "  Marketing Name:          AMD Ryzen 9 7950X 16-Core Processor\n"
        "  Name:                    gfx1100                            \n"
        "  Marketing Name:          AMD Radeon RX 7900 XTX             \n"
        "      Name:                    amdgcn-amd-amdhsa--gfx1100     \n"
        "  Name:                    gfx1036                            \n"
        "  Marketing Name:          AMD Radeon Graphics                \n"
    )
    card, apu = told(tmp_path, text)
    assert (card.gfx, card.name) == ("gfx1100", "AMD Radeon RX 7900 XTX")
    assert (apu.gfx, apu.unified_memory) == ("gfx1036", True)


def test_a_place_that_two_agents_share_lacks_its_domain() -> None:
    agents = [_agent(number, "GPU", Name="gfx942", BDFID=256) for number in (1, 2)]
    assert [found.pci_address for found in rocminfo.parse("".join(agents))] == [None, None]


def test_two_tools_tell_of_one_card(tmp_path: Path) -> None:
    agents = (
        "HSA Agents\n"
        + _agent(1, "GPU", Name="gfx942", BDFID=0xC100)
        + _agent(2, "GPU", Name="gfx942", BDFID=0xA100)
    )
    listed = "GPU: 0\n    BUS:\n        BDF: 0000:a1:00.0\n    VRAM:\n        TYPE: HBM3\n"
    first, second = told(tmp_path, f"{agents}\n{listed}")
    assert (first.memory_type, second.memory_type) == (None, "HBM3")


@pytest.mark.parametrize(
    ("text", "told_of"),
    [
        ("ROCk module is NOT loaded, possibly no GPU devices\n", "kernel module is not loaded"),
        ("ERROR:root:Driver not initialized (amdgpu not found in modules)\n", "kernel module is not loaded"),
        ("ROCk module is loaded\nUnable to open /dev/kfd read-write: Permission denied\n", "usermod"),
        (
            "ROCk module is loaded\nUnable to open /dev/kfd read-write: No such file or directory\n",
            "--device",
        ),
    ],
)
def test_why_rocm_sees_no_gpu(tmp_path: Path, text: str, told_of: str) -> None:
    file = tmp_path / "text"
    file.write_text(text)
    problems = Problems()
    assert gpu.probe(open_attachment(file), problems) == ()
    [said] = problems.sentences()
    assert told_of in said


MORE = ("device,Unique ID,(B)", "card0,1,2", "GPU  Temp  PwrCap  VRAM%", "0  1  2  3", "Agent 1")
LINES = st.sampled_from([*ROCM_TOPOLOGY.splitlines(), *MORE])


@given(st.text() | st.lists(LINES, max_size=12).map("\n".join))
def test_any_text_is_read(text: str) -> None:
    rocm_smi.parse(text, Problems())
    rocminfo.parse(text)
    amd_links.pairs(text)
