"""Outputs of nvidia-smi in one paste, cut off, or of a kind that tells one thing only."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from dlws.host.attachment import open_attachment
from dlws.model.gpu import Gpu, NvLink
from dlws.probes import inventory
from dlws.probes.gpu.nvidia import nvidia_smi

LOG = """\
==============NVSMI LOG==============

Driver Version                            : 550.54.14

Attached GPUs                             : 1
GPU 00000000:81:00.0
    Temperature
        GPU Current Temp                  : 40 C
        GPU T.Limit Temp                  : N/A
"""
TABLE = """\
+---------------------------------------------------------------------------------------+
| NVIDIA-SMI 550.54.14              Driver Version: 550.54.14    CUDA Version: 12.4     |
|=========================================+======================+======================|
|   0  Tesla T4                       On  | 00000000:{bus}:00.0 Off |                    0 |
| N/A   41C    P8              10W /  70W |      2MiB / 15360MiB |      0%      Default |
|                                         |                      |                  N/A |
+-----------------------------------------+----------------------+----------------------+
"""
LIST = "GPU 0: Tesla T4 (UUID: GPU-00000000-0000-0000-0000-000000000001)\n"
XML = """<?xml version="1.0" ?>
<!DOCTYPE nvidia_smi_log [
<!ELEMENT nvidia_smi_log (timestamp, gpu*)>
<!ATTLIST gpu id CDATA #REQUIRED>
]>
<nvidia_smi_log>
	<gpu id="0000:00:03.0"><product_name>GRID A</product_name></gpu>
	<gpu id="0000:00:04.0"><product_name>GRID B</product_name><uuid>GPU-b</uuid><pci>
"""


def pasted(place: Path, text: str) -> tuple[Gpu, ...]:
    """GPUs of a machine that is known from a file with this text."""
    file = place / "paste.txt"
    file.write_text(text, encoding="utf-8")
    return inventory.take(open_attachment(file)).gpus


def test_a_part_of_the_log_is_filled_from_the_table_and_the_list(tmp_path: Path) -> None:
    [gpu] = pasted(tmp_path, f"{LOG}\n{TABLE.format(bus='81')}\n{LIST}")
    assert (gpu.name, gpu.memory_mib, gpu.uuid is not None) == ("Tesla T4", 15360, True)
    assert gpu.temperature_c == 40


def test_another_card_fills_no_gap(tmp_path: Path) -> None:
    [gpu] = pasted(tmp_path, f"{LOG}\n{TABLE.format(bus='82')}")
    assert (gpu.name, gpu.memory_mib) == (None, None)


def test_a_log_that_brings_its_document_type_or_is_cut_off_is_read() -> None:
    one, two = nvidia_smi.parse(XML)
    assert (one.name, two.name, two.uuid) == ("GRID A", "GRID B", "GPU-b")


def test_a_fragment_without_its_root_is_read(tmp_path: Path) -> None:
    [gpu] = pasted(tmp_path, '<gpu id="00000000:01:00.0">\n<product_name>A</product_name>\n</gpu>\n')
    assert (gpu.name, gpu.pci_address) == ("A", "0000:01:00.0")


def test_links_are_counted(tmp_path: Path) -> None:
    links = "\t Link 0: 25.781 GB/s\n\t Link 1: <inactive>\n\t Link 2: 25.781 GB/s\n"
    two = LIST.replace("GPU 0", "GPU 1").replace("001)", "002)")
    linked, alone = pasted(tmp_path, f"{LIST}{links}{two}")
    assert (linked.nvlink, alone.nvlink) == (NvLink(links=3, active=2), None)


def test_no_link_is_up(tmp_path: Path) -> None:
    [gpu] = pasted(tmp_path, f"{LIST}NVML: Unable to retrieve NVLink information as all links are inActive\n")
    assert gpu.nvlink == NvLink(active=0)


def test_a_list_within_a_sentence_and_behind_names(tmp_path: Path) -> None:
    sentence = f"I have GPU 0: TITAN X (Pascal) (UUID: GPU-1), {LIST.strip().replace('GPU 0', 'GPU 1')} and it fails."
    assert [(gpu.index, gpu.name) for gpu in pasted(tmp_path, sentence)] == [
        (0, "TITAN X (Pascal)"),
        (1, "Tesla T4"),
    ]
    shares = "  MIG 1g.10gb     Device  0: (UUID: MIG-1)\n  MIG 1g.10gb     Device  1: (UUID: MIG-2)\n"
    [shared] = pasted(tmp_path, "".join(f"[pod/x] {line}\n" for line in f"{LIST}{shares}".splitlines()))
    assert shared.mig is not None and shared.mig.instances == 2


def test_a_matrix_of_what_nvlink_could_do_is_no_matrix_of_access(tmp_path: Path) -> None:
    file = tmp_path / "topo.txt"
    matrix = "\tGPU0\tGPU1\n GPU0\tX\tNS\n GPU1\tNS\tX\n"
    for option, pairs in (("r", 1), ("n", 0)):
        file.write_text(f"$ nvidia-smi topo -p2p {option}\n{matrix}", encoding="utf-8")
        assert len(inventory.take(open_attachment(file)).topology.gpu_pairs) == pairs


@given(st.text(alphabet='<>/!&;[]gpu id="x\n'))
def test_any_xml_is_read(text: str) -> None:
    nvidia_smi.parse(f"<nvidia_smi_log>{text}")
