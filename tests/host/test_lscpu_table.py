"""lscpu's table of processors, and what terminals and forms do to other answers."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlws.host.attachment import open_attachment
from dlws.host.attachments import Evidence, lscpu_table
from dlws.model.cpu import Cpu
from dlws.probes.board import dmi
from dlws.probes.cpu import cpu
from dlws.probes.gpu import gpu
from dlws.probes.problems import Problems

TABLE = """$ lscpu -e
CPU NODE SOCKET CORE L1d:L1i:L2:L3 ONLINE    MAXMHZ   MINMHZ      MHZ
  0    0      0    0 0:0:0:0          {yes} 3600.0000 1200.0000 1300.12
  1    0      0    0 0:0:0:0          {yes} 3600.0000 1200.0000 1300.12
  2    1      1    1 1:1:1:1          {yes} 3700,0000 1200.0000 1300.12
  3    -      -    - -                 {no}         -         -       -
$ nproc
"""
JSON = """{"cpus": [
  {"cpu": 0, "node": 0, "socket": 0, "core": 0, "l1d:l1i:l2:l3": "0:0:0:0", "online": true, "maxmhz": 3700.0},
  {"cpu": 1, "node": 0, "socket": 0, "core": 0, "l1d:l1i:l2:l3": "0:0:0:0", "online": true, "maxmhz": 3700.0},
  {"cpu": 2, "node": 1, "socket": 1, "core": 1, "l1d:l1i:l2:l3": "1:1:1:1", "online": true, "maxmhz": 3700.0},
  {"cpu": 3, "node": null, "socket": null, "core": null, "online": false, "maxmhz": null}]}"""


def read(place: Path, text: str) -> Cpu:
    file = place / "lscpu.txt"
    file.write_text(text)
    return cpu.probe(open_attachment(file), Problems())


@pytest.mark.parametrize(
    "text",
    [TABLE.format(yes="yes", no="no"), TABLE.format(yes="да", no="нет"), JSON],
    ids=["c", "ru", "json"],
)
def test_a_line_a_processor(tmp_path: Path, text: str) -> None:
    found = read(tmp_path, text)
    assert (found.sockets, found.cores, found.threads, found.smt) == (2, 2, 3, True)
    assert (found.offline_threads, found.numa_nodes, found.max_mhz) == (1, 2, 3700)
    assert found.l2_kib is None  # numbers of caches are no sizes


def test_a_table_without_the_column_of_states_does_not_tell_what_is_off(tmp_path: Path) -> None:
    found = read(tmp_path, "CPU SOCKET CORE\n0 0 0\n1 0 1\n")
    assert (found.threads, found.cores, found.offline_threads) == (2, 2, None)


def test_lines_that_a_terminal_broke_belong_to_the_one_before(tmp_path: Path) -> None:
    flags = "Flags:                           fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge m"
    text = "Architecture:                    x86_64\nCPU(s):                          2\n"
    text += f"On-line CPU(s) list:             0,1\n{flags}\nca cmov pni avx avx2\nVirtualization: VT-x\n"
    found = read(tmp_path, text)
    assert (found.flags.avx2, found.flags.avx512f) == (True, False)


def test_sizes_in_bytes(tmp_path: Path) -> None:
    text = "Architecture: x86_64\nCPU(s): 6\nOn-line CPU(s) list: 0-5\nL1d cache: 196608 (6 instances)\n"
    found = read(tmp_path, text + "L3 cache: 9437184 (1 instance)\n")
    assert (found.l1d_kib, found.l3_mib) == (192, 9)


def test_dmidecode_of_old(tmp_path: Path) -> None:
    file = tmp_path / "dmidecode.txt"
    file.write_text(
        "# dmidecode 2.2\nSMBIOS 2.4 present.\nHandle 0x0000\n\tDMI type 0, 24 bytes.\n\tBIOS Information\n"
        "\t\tVendor: Maker\n\t\tCharacteristics:\n\t\t\tPCI is supported\nHandle 0x0100\n\tDMI type 1, 27 bytes.\n"
        "\tSystem Information\n\t\tManufacturer: Maker\n\t\tProduct Name: Server 1\n"
    )
    found = dmi.records(open_attachment(file))
    assert found is not None and [one.type for one in found] == [0, 1]
    assert (found[0].text("Vendor"), found[1].text("Product Name")) == ("Maker", "Server 1")


def test_details_of_lspci_that_lost_their_indent(tmp_path: Path) -> None:
    file = tmp_path / "lspci.txt"
    card = "3e:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA102 [GeForce RTX 3080] [10de:2206] (rev a1)"
    file.write_text(
        f"{card}\nSubsystem: Maker Device [1458:404b]\nKernel driver in use: nvidia\nKernel modules: nvidia\n"
    )
    (found,) = gpu.probe(open_attachment(file), Problems())
    assert (found.driver, found.problem) == ("nvidia", None)


RECORDS = """Slot:	0000:00:00.0
Class:	Host bridge{host}
Vendor:	Maker{maker}
Device:	Bridge{maker}

Slot:	0000:01:00.0
Class:	VGA compatible controller{vga}
Vendor:	NVIDIA Corporation{nvidia}
Device:	GP104 [GeForce GTX 1080]{card}
Rev:	a1
Driver:	nvidia
Module:	nouveau
Module:	nvidia
NUMANode:	0
"""


@pytest.mark.parametrize("codes", [True, False])
def test_lspci_with_a_line_a_field(tmp_path: Path, codes: bool) -> None:
    named = {"host": "0600", "maker": "1234", "vga": "0300", "nvidia": "10de", "card": "1b80"}
    file = tmp_path / "lspci.txt"
    file.write_text(RECORDS.format(**{name: f" [{code}]" if codes else "" for name, code in named.items()}))
    (found,) = gpu.probe(open_attachment(file), Problems())
    assert (found.vendor, found.name, found.driver) == ("NVIDIA", "NVIDIA GeForce GTX 1080", "nvidia")
    assert found.pci_address == "0000:01:00.0"


@pytest.mark.parametrize("indent", ["\t", "    ", ""])
def test_dmidecode_without_handles(tmp_path: Path, indent: str) -> None:
    file = tmp_path / "dmidecode.txt"
    records = ("Cache Information\n>Speed: 1 ns\n", "Memory Device\n>Total Width: 72 bits\n>Size: 16 GB\n")
    file.write_text("\n".join(records).replace(">", indent))
    found = dmi.records(open_attachment(file))
    assert found is not None and [one.text("Size") for one in found] == ["16 GB"]


@given(st.text(max_size=60), st.text(max_size=30))
def test_no_text_breaks_the_reader(rows: str, value: str) -> None:
    for text in (f"CPU NODE SOCKET CORE ONLINE\n{rows}", JSON.replace("0:0:0:0", value), f"{JSON}{rows}"):
        for kind in lscpu_table.KINDS:
            kind.read(text, Evidence())
