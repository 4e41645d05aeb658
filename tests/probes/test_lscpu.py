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


def test_figures_of_lscpu_that_do_not_fit_together_are_dropped() -> None:
    text = LSCPU.format(l1d="32K", l3="8192K").replace("0-7", "0,2,5").replace("core:  2", "core:  0")
    found = lscpu.read(text)
    assert found is not None and found.threads == 3 and found.cores is None and found.l1d_kib is None


@given(st.text(max_size=200), st.text(max_size=30))
def test_any_text_is_an_answer_or_none(text: str, value: str) -> None:
    lscpu.read(text)
    lscpu.read(LSCPU.format(l1d=value, l3=text))
    lscpu.read('{"lscpu": [{"field": null, "data": 3, "children": {}}, 7]}')
