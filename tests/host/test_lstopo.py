"""hwloc's text and XML, read as a machine."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlws.host.attachment import open_attachment
from dlws.host.attachments import Evidence, lstopo
from dlws.model.cpu import Cpu
from dlws.probes.cpu import cpu
from dlws.probes.memory import memory
from dlws.probes.problems import Problems

MODULE = """      L2Cache L#{0} (size=2048KB linesize=64)
        L1iCache L#{0} (size=64KB linesize=64)
          L1dCache L#{1} (size=16KB linesize=64)
            Core L#{1} (P#0)
              PU L#{1} (P#{1})
          L1dCache L#{2} (size=16KB linesize=64)
            Core L#{2} (P#1)
              PU L#{2} (P#{2})
"""
KINDS = """<?xml version="1.0"?><!DOCTYPE topology SYSTEM "hwloc2.dtd">
<topology version="3.0">
  <object type="Machine" os_index="0">
    <object type="NUMANode" os_index="0" local_memory="17179869184"/>
    <object type="Package" os_index="0">
      <info name="CPUImplementer" value="0x41"/>{whole}
      <object type="Core" os_index="0"><object type="PU" os_index="0"/></object>
      <object type="Core" os_index="1"><object type="PU" os_index="33"/></object>
    </object>
  </object>
  {kinds}
  <info name="Architecture" value="aarch64"/>
</topology>
"""
PART = '<info name="CPUPart" value="{}"/>'


def read(place: Path, text: str) -> tuple[Cpu, int | None]:
    file = place / "lstopo.txt"
    file.write_text(text)
    host = open_attachment(file)
    return cpu.probe(host, Problems()), memory.probe(host, Problems()).total_mib


def test_a_module_of_two_cores_shares_its_instruction_cache(tmp_path: Path) -> None:
    text = "Machine (P#0 total=16GB)\n  Package L#0 (P#0)\n" + MODULE.format(0, 0, 1) + MODULE.format(1, 2, 3)
    found, _ = read(tmp_path, text)
    assert (found.l1d_kib, found.l1i_kib, found.l2_kib, found.cores) == (64, 128, 4096, 4)
    assert found.offline_threads is None


@pytest.mark.parametrize(
    ("head", "mib"),
    [
        ("Machine\n  NUMANode L#0 (P#0)\n", None),
        ("Machine (P#0 PlatformName=Board)\n  NUMANode L#0 (P#0 local=2006MiB total=2006MiB)\n", 2006),
        ("Machine (2006MB total)\n  NUMANode L#0 (P#0 2006MB)\n", 2006),
        ("Machine (126GB total)\n  NUMANode L#0 (P#0 126GB)\n", None),  # rounded
        ("", None),
    ],
)
def test_heads_of_many_forms(tmp_path: Path, head: str, mib: int | None) -> None:
    text = (
        head + "  Package L#0 + L3 L#0 (8192KB)\n    Core L#0 + PU L#0 (P#0)\n    Core L#1 + PU L#1 (P#1)\n"
    )
    found, total = read(tmp_path, text)
    assert (found.sockets, found.cores, found.threads, found.l3_mib, total) == (1, 2, 2, 8, mib)


def test_kinds_of_cores_are_named_each(tmp_path: Path) -> None:
    kinds = "".join(
        f'<cpukind cpuset="{mask}">{PART.format(part)}</cpukind>'
        for mask, part in (("0x00000001", "0xd87"), ("0x00000002,0x0", "0xd85"))
    )
    found, total = read(tmp_path, KINDS.format(kinds=kinds, whole=PART.format("0xd87")))
    assert (found.model, found.vendor) == ("Cortex-X925 + Cortex-A725", "ARM")
    assert (found.architecture, total) == ("aarch64", 16384)


@pytest.mark.parametrize(("kinds", "model"), [(1, "Neoverse-V2"), (2, None)])
def test_one_part_number_names_all_cores_of_one_kind_only(
    tmp_path: Path, kinds: int, model: str | None
) -> None:
    listed = '<cpukind cpuset="0x00000002,0x00000001"/>' * kinds
    assert read(tmp_path, KINDS.format(kinds=listed, whole=PART.format("0xd4f")))[0].model == model


def test_processors_without_cores_are_counted(tmp_path: Path) -> None:
    text = "available: 2 nodes (0-1)\nnode 0 cpus: 0 1\nnode 0 size: 100 MB\nnode 1 cpus: 2 3\nnode 1 size: 100 MB\n"
    found, _ = read(tmp_path, text)
    assert (found.threads, found.numa_nodes, found.cores, found.offline_threads) == (4, 2, None, None)


@given(st.text(max_size=60), st.text(max_size=30))
def test_no_text_breaks_the_reader(whole: str, kinds: str) -> None:
    text = KINDS.format(whole=whole, kinds=f'<cpukind cpuset="{kinds}">{whole}</cpukind>')
    for kind in lstopo.KINDS:
        kind.read(text, Evidence())
        kind.read(f"Machine (1GB total)\n  Package L#0 ({whole})\n{kinds}", Evidence())
