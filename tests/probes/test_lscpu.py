from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlws.probes.cpu import cpu, lscpu
from dlws.probes.problems import Problems

from .machine import machine

LSCPU = """Architecture:        x86_64
CPU(s):              8
On-line CPU(s) list: 0-7
Thread(s) per core:  2
Core(s) per socket:  4
Socket(s):           1
Vendor ID:           GenuineIntel
Model name:          11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz
CPU max MHz:         4700.0000
L1d cache:           {l1d}
L3 cache:            {l3}
Flags:               fpu avx2 avx5
12f
"""


@pytest.mark.parametrize(("l1d", "l3"), [("192 KiB (4 instances)", "12 MiB (1 instance)"), ("48K", "12288K")])
def test_lscpu_alone_tells_the_processor(tmp_path: Path, l1d: str, l3: str) -> None:
    text = LSCPU.format(l1d=l1d, l3=l3)
    problems = Problems()
    found = cpu.probe(machine(tmp_path, {}, {("lscpu",): text}), problems)
    assert (found.sockets, found.cores, found.threads, found.max_mhz, found.base_mhz) == (1, 4, 8, 4700, 2800)
    assert (found.l1d_kib, found.l3_mib, found.flags.avx512f) == (192, 12, True)


def test_lscpu_as_json(tmp_path: Path) -> None:
    text = """{"lscpu": [{"field": "Architecture:", "data": "aarch64"}, {"field": "CPU(s):", "data": "72",
      "children": [{"field": "On-line CPU(s) list:", "data": "0-71"}]},
      {"field": "Vendor ID:", "data": "ARM", "children": [
      {"field": "Model name:", "data": "Neoverse-V2", "children": [
      {"field": "Thread(s) per core:", "data": "1"},
      {"field": "Core(s) per socket:", "data": "72"}, {"field": "Socket(s):", "data": "1"},
      {"field": "Flags:", "data": "fp asimd sve2 bf16"}]}]}]}"""
    problems = Problems()
    found = cpu.probe(machine(tmp_path, {}, {("lscpu", "-J"): text}), problems)
    assert (found.model, found.cores, found.threads, found.flags.sve2) == ("Neoverse-V2", 72, 72, True)


def test_kinds_of_cores_are_added_up_and_the_strongest_comes_first() -> None:
    text = "Architecture: aarch64\nCPU(s): 20\nOn-line CPU(s) list: 0-19\nVendor ID: ARM\n"
    for name in ("Cortex-A725", "Cortex-X925"):
        text += f"Model name: {name}\nThread(s) per core: 1\nCore(s) per socket: 10\nSocket(s): 1\n"
    found = lscpu.read(text)
    assert found is not None and found.model == "Cortex-X925 + Cortex-A725"
    assert (found.sockets, found.cores, found.threads, found.p_cores, found.e_cores) == (1, 20, 20, 10, 10)


def test_clusters_stand_for_sockets_that_the_firmware_does_not_tell() -> None:
    text = "Architecture: aarch64\nCPU(s): 8\nOn-line CPU(s) list: 0-7\nModel name: Cortex-A78AE\n"
    found = lscpu.read(f"{text}Thread(s) per core: 1\nCore(s) per cluster: 4\nSocket(s): -\nCluster(s): 2\n")
    assert found is not None and (found.sockets, found.cores, found.threads, found.smt) == (None, 8, 8, False)


def test_figures_of_lscpu_that_do_not_fit_together_are_dropped() -> None:
    text = LSCPU.format(l1d="32K", l3="8192K").replace("0-7", "0,2,5").replace("core:  2", "core:  0")
    found = lscpu.read(text)
    assert found is not None and found.threads == 3 and found.cores is None and found.l1d_kib is None


OLD = """Architecture:          x86_64
CPU(s):                {threads}
On-line CPU(s) list:   0-{last}
Thread(s) per core:    {per_core}
Core(s) per socket:    {per_socket}
Socket(s):             {sockets}
NUMA node(s):          {nodes}
Vendor ID:             {vendor}
CPU family:            {family}
Model:                 {model}
L1d cache:             32K
L2 cache:              {l2}
"""
L3 = "L3 cache:              8192K\n"


@pytest.mark.parametrize(
    ("chip", "l2", "l3", "expected"),
    [
        (("GenuineIntel", 6, 23, 1, 4, 1, 1), "6144K", "", (128, 12288, None)),  # two pairs
        (("GenuineIntel", 6, 122, 1, 4, 1, 1), "4096K", "", (128, 4096, None)),
        (("GenuineIntel", 6, 92, 1, 2, 1, 1), "1024K", "", (64, 2048, None)),
        (("GenuineIntel", 6, 85, 2, 8, 2, 2), "1024K", L3, (512, 16384, 16)),
        (("GenuineIntel", 6, 79, 1, 8, 2, 2), "256K", L3, (256, 2048, None)),  # a socket in two halves
        (("GenuineIntel", 6, 151, 1, 8, 1, 1), "2048K", L3, (256, None, 8)),  # a core's or a cluster's
        (("GenuineIntel", 6, 999, 1, 4, 1, 1), "2048K", "", (128, None, None)),
        (("AuthenticAMD", 23, 49, 1, 8, 2, 1), "512K", L3, (256, 4096, None)),
        (("AuthenticAMD", 22, 0, 1, 4, 1, 1), "2048K", "", (128, 2048, None)),
        (("AuthenticAMD", 21, 2, 1, 8, 1, 1), "2048K", L3, (None, None, None)),  # modules not told
        (("AuthenticAMD", 21, 2, 1, 4, 2, 1), "2048K", L3, (128, 8192, None)),
        (("CentaurHauls", 6, 15, 1, 1, 1, 1), "1024K", "", (32, 1024, None)),
        (("CentaurHauls", 6, 15, 1, 4, 1, 1), "1024K", "", (128, None, None)),
    ],
)
def test_sizes_of_one_cache_are_multiplied_where_the_chip_is_known(
    chip: tuple[str, int, int, int, int, int, int], l2: str, l3: str, expected: tuple[object, ...]
) -> None:
    vendor, family, model, sockets, per_socket, per_core, nodes = chip
    threads = sockets * per_socket * per_core
    text = OLD.format(**locals(), last=threads - 1) + l3
    found = lscpu.read(text)
    assert found is not None and (found.l1d_kib, found.l2_kib, found.l3_mib) == expected


def test_the_last_digit_that_lscpu_rounds_is_restored() -> None:
    text = OLD.format(
        threads=80, last=79, per_core=2, per_socket=10, sockets=4, nodes=4, vendor="GenuineIntel", family=6,
        model=47, l2="10 MiB",
    ).replace("32K", "1.3 MiB")  # fmt: skip
    found = lscpu.read(text)
    assert found is not None and found.l1d_kib == 40 * 32


@given(st.text(max_size=200), st.text(max_size=30))
def test_any_text_is_an_answer_or_none(text: str, value: str) -> None:
    lscpu.read(text)
    lscpu.read(LSCPU.format(l1d=value, l3=text))
    lscpu.read('{"lscpu": [{"field": null, "data": 3, "children": {}}, 7]}')
