"""lscpu's answer in other languages."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlws.host import lscpu_words
from dlws.host.attachment import open_attachment
from dlws.probes.cpu import cpu, lscpu
from dlws.probes.problems import Problems
from dlws.probes.software import virtualization

GERMAN = """Architektur:                     x86_64
CPU Operationsmodus:             32-bit, 64-bit
CPU(s):                          8
Liste der Online-CPU(s):         0-7
Anbieterkennung:                 GenuineIntel
Modellname:                      Intel(R) Core(TM) i7-6770HQ CPU @ 2.60GHz
Prozessorfamilie:                6
Modell:                          94
Thread(s) pro Kern:              2
Kern(e) pro Sockel:              4
Sockel:                          1
Maximale Taktfrequenz der CPU:   3500,0000
Markierungen:                    fpu vme pni avx avx2
Hypervisor-Anbieter:             KVM
L1d Cache:                       128 KiB (4 Instanzen)
NUMA-Knoten:                     1
"""
CHINESE = """架构：                  x86_64
  CPU 运行模式：        32-bit, 64-bit
CPU:                    8
  在线 CPU 列表：       0-7
厂商 ID：               GenuineIntel
  型号名称：            Intel(R) Core(TM) i7-6770HQ CPU @ 2.60GHz
    每个核的线程数：    2
    每个座的核数：      4
    座：                1
    CPU 最大 MHz：      3500.0000
    标记：              fpu vme pni avx a
                        vx2
超管理器厂商：          KVM
L1d 缓存：              128 KiB (4 instances)
NUMA 节点：             1
"""
FRENCH = """Architecture :                          x86_64
Mode(s) opératoire(s) des processeurs : 32-bit, 64-bit
Processeur(s) :                         8
Liste de processeur(s) en ligne :       0-7
Thread(s) par cœur :                    2
Cœur(s) par socket :                    4
Socket(s) :                             1
Nœud(s) NUMA :                          1
Identifiant constructeur :              GenuineIntel
Nom de modèle :                         Intel(R) Core(TM) i7-6770HQ CPU @ 2.6
                                        0GHz
Vitesse maximale du processeur en MHz : 3500,0000
Constructeur d'hyperviseur :            KVM
Cache L1d :                             128 KiB
Drapaux :                               fpu vme pni avx avx2
"""


@pytest.mark.parametrize("text", [GERMAN, CHINESE, FRENCH], ids=["de", "zh", "fr"])
def test_the_answer_is_read_in_its_language(tmp_path: Path, text: str) -> None:
    file = tmp_path / "lscpu.txt"
    file.write_text(text)
    host = open_attachment(file)
    found = cpu.probe(host, Problems())
    assert (found.model, found.vendor) == ("Intel(R) Core(TM) i7-6770HQ CPU @ 2.60GHz", "GenuineIntel")
    assert (found.architecture, found.sockets, found.cores, found.threads) == ("x86_64", 1, 4, 8)
    assert (found.max_mhz, found.l1d_kib, found.numa_nodes) == (3500, 128, 1)
    assert (found.flags.avx2, found.flags.avx512f) == (True, False)
    assert virtualization.machine(host) == "kvm"


def test_json_in_another_language() -> None:
    found = lscpu.read(
        '{"lscpu": [{"field": "架构：", "data": "aarch64"}, {"field": "CPU:", "data": "64"},'
        '{"field": "在线 CPU 列表：", "data": "0-63"}, {"field": "厂商 ID：", "data": "HiSilicon"},'
        '{"field": "型号名称：", "data": "Kunpeng-920"}, {"field": "每个核的线程数：", "data": "1"},'
        '{"field": "每个座的核数：", "data": "32"}, {"field": "座：", "data": "2"}]}'
    )
    assert found is not None and (found.sockets, found.cores, found.threads) == (2, 64, 64)
    assert (found.model, found.vendor, found.architecture) == ("Kunpeng-920", "HiSilicon", "aarch64")


def test_no_word_means_two_fields() -> None:
    words = [word for listed in lscpu_words.WORDS.values() for word in listed.split("|")]
    assert len(words) == len(set(words)) and all(words)


@pytest.mark.parametrize(
    "line", ["Vulnerability Mds:  Mitigation; Clear", "Model name:  A: b", "  ", "L2:  1 MiB (4 instances)"]
)
def test_english_lines_stay(line: str) -> None:
    assert lscpu_words.translated(line) == line


@given(st.text(max_size=80))
def test_any_line_is_taken(line: str) -> None:
    lscpu_words.translated(line)
    lscpu_words.translated(f"架构{line}：{line}")
