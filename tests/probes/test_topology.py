"""GPU pairs and NUMA homes."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from dlws.model.gpu import Gpu
from dlws.probes.gpu import topology
from dlws.probes.gpu.nvidia import topo_matrix

from .gpu_machine import Machine, nvml_card

A, B = "0000:01:00.0", "0000:02:00.0"

MATRIX = """\
\x1b[4mGPU0\tGPU1\tNIC0\tCPU Affinity\tNUMA Affinity\tGPU NUMA ID\x1b[0m
GPU0\t X \tNV4\tPIX\t0-15,32-47\t0\t\tN/A
GPU1\tNV4\t X \tSYS\t16-31,48-63\t1\t\tN/A
NIC0\tPIX\tSYS\t X

Legend:
  X    = Self
"""


ACCESS = """\
 \tGPU0\tGPU1
 GPU0\tX\tCNS
 GPU1\tCNS\tX

Legend:
  CNS  = Chipset not supported
"""


def links(machine: Machine, *gpus: Gpu) -> list[tuple[int, int, str | None, bool | None]]:
    return [(pair.a, pair.b, pair.link, pair.p2p) for pair in topology.probe(machine.host(), gpus).gpu_pairs]


def remote(address: str) -> dict[str, object]:
    return {"active": True, "remote": {"busId": address}, "remote_type": 0}


def test_nvml_tells_the_distance_and_whether_they_reach_each_other(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.nvml(
        devices=[nvml_card(0, A), nvml_card(1, B)], pairs=[{"a": 0, "b": 1, "ancestor": 40, "p2p_read": 5}]
    )
    assert links(machine) == [(0, 1, "NODE", False)]


def test_nvlinks_to_the_other_card_are_counted(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    first = nvml_card(0, A, nvlinks=[remote(B), remote(B), remote("0000:09:00.0"), {"active": False}])
    second = nvml_card(1, B, nvlinks=[remote(A), remote(A)])
    machine.nvml(devices=[first, second], pairs=[{"a": 0, "b": 1, "ancestor": 50, "p2p_read": 0}])
    assert links(machine) == [(0, 1, "NV2", True)]


def test_through_switches_each_reaches_the_other_with_all_links(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    switched = [{"active": True, "remote_type": 2}] * 18
    cards = [nvml_card(0, A, nvlinks=switched), nvml_card(1, B, nvlinks=switched)]
    machine.nvml(devices=cards, pairs=[{"a": 0, "b": 1, "ancestor": 40, "p2p_read": 0}])
    assert links(machine) == [(0, 1, "NV18", True)]


def test_the_matrix_answers_where_nvml_was_not_asked(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.command("nvidia-smi", "topo", "-m", text=MATRIX)
    gpus = (Gpu(index=0, vendor="NVIDIA"), Gpu(index=1, vendor="NVIDIA"))
    found = topology.probe(machine.host(), gpus)
    assert [(pair.a, pair.b, pair.link) for pair in found.gpu_pairs] == [(0, 1, "NV4")]
    assert [(node.index, node.cpus, node.gpus) for node in found.numa] == [
        (0, "0-15,32-47", (0,)),
        (1, "16-31,48-63", (1,)),
    ]


def test_on_a_machine_with_one_node_every_gpu_is_there(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.file("/sys/devices/system/node/node0/cpulist", "0-7\n")
    [node] = topology.probe(machine.host(), (Gpu(index=0, vendor="AMD"), Gpu(index=None))).numa
    assert node.gpus == (0,)


def test_cells_that_touch_are_told_apart() -> None:
    text = "  GPU0 GPU1 NIC0 NIC1 CPU Affinity\nGPU0 X NV18 PIXPHB 0-63 0N/A\nGPU1 NV18 X SYSSYS 0-63 0 N/A\n"
    matrix = topo_matrix.parse(text)
    assert [pair.link for pair in matrix.pairs] == ["NV18"]
    assert matrix.numa == {0: 0, 1: 0}


@given(
    st.text()
    | st.lists(st.sampled_from(["GPU0", "GPU1", " ", "\n", "\t", "X", "NV4", "CPU", "0-3", "N/A"])).map(
        "".join
    )
)
def test_any_text_is_read(text: str) -> None:
    assert topo_matrix.parse(text) is not None


def test_a_matrix_of_access_tells_who_reaches_whom() -> None:
    [alone] = topo_matrix.parse(ACCESS).pairs
    assert (alone.a, alone.b, alone.link, alone.p2p) == (0, 1, None, False)
    for text in (MATRIX + ACCESS, ACCESS + MATRIX):
        both = topo_matrix.parse(text)
        assert [(pair.link, pair.p2p) for pair in both.pairs] == [("NV4", False)]
        assert both.numa == {0: 0, 1: 1}
    [fine] = topo_matrix.parse(ACCESS.replace("CNS", "OK")).pairs
    assert fine.p2p is True
