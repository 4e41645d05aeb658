"""How much of captured machines' GPUs is read right. ``pytest -s`` prints the shares.

What is right comes from elsewhere than what is read: the CSV that nvidia-smi printed in the same minute,
the XML's elements by their names, the rows of a report by a plain pattern.
"""

import csv
import re
import tarfile
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest

from dlws.host import Replay
from dlws.host.attachment import open_attachment
from dlws.model.gpu import Gpu
from dlws.probes.gpu import gpu
from dlws.probes.gpu.nvidia import nvidia_smi, nvidia_smi_table, topo_matrix
from dlws.probes.problems import Problems

from .shares import Share


def probed(path: Path) -> tuple[tuple[Gpu, ...], tuple[str, ...]]:
    problems = Problems()
    return gpu.probe(open_attachment(path), problems), problems.sentences()


def number(cell: str | None) -> float | None:
    found = re.match(r"-?[\d.]+", cell or "")
    return float(found[0]) if found else None


def switch(cell: str | None) -> bool | None:
    return {"enabled": True, "yes": True, "disabled": False, "no": False}.get((cell or "").lower())


def of_csv(row: dict[str, str]) -> dict[str, object]:
    """What the probe should say, in the CSV's words; fields that move within a second are left out."""
    return {
        "name": row["name"],
        "pci": row["pci.bus_id"].lower()[4:],
        "pci_id": f"10de:{row['pci.device_id'][2:6].lower()}",
        "memory": number(row["memory.total [MiB]"]),
        "compute_capability": row["compute_cap"],
        "gen_max": number(row["pcie.link.gen.max"]),
        "width": number(row["pcie.link.width.current"]),
        "width_max": number(row["pcie.link.width.max"]),
        "limit": number(row["power.limit [W]"]),
        "default": number(row["power.default_limit [W]"]),
        "min": number(row["power.min_limit [W]"]),
        "max": number(row["power.max_limit [W]"]),
        "sm_max": number(row["clocks.max.sm [MHz]"]),
        "memory_max": number(row["clocks.max.memory [MHz]"]),
        "persistence": switch(row["persistence_mode"]),
        "display": switch(row["display_attached"]),
        "vbios": row["vbios_version"],
        "compute_mode": row["compute_mode"],
        "mig": switch(row["mig.mode.current"]),
        "ecc": switch(row["ecc.mode.current"]),
        "ecc_pending": switch(row["ecc.mode.pending"]),
        "corrected": number(row["ecc.errors.corrected.volatile.total"]),
        "uncorrected": number(row["ecc.errors.uncorrected.aggregate.total"]),
        "recovery": row["gpu_recovery_action"].lower(),
    }


def of_gpu(it: Gpu) -> dict[str, object]:
    return {
        "name": it.name,
        "pci": it.pci_address,
        "pci_id": it.pci_id,
        "memory": it.memory_mib,
        "compute_capability": it.compute_capability,
        "gen_max": it.pcie.gen_max,
        "width": it.pcie.width,
        "width_max": it.pcie.width_max,
        "limit": it.power.limit_w,
        "default": it.power.default_w,
        "min": it.power.min_w,
        "max": it.power.max_w,
        "sm_max": it.clocks.sm_max_mhz,
        "memory_max": it.clocks.memory_max_mhz,
        "persistence": it.persistence,
        "display": it.display_attached,
        "vbios": it.vbios,
        "compute_mode": it.compute_mode,
        "mig": it.mig.enabled if it.mig else None,
        "ecc": it.ecc.enabled,
        "ecc_pending": it.ecc.pending,
        "corrected": it.ecc.corrected_volatile,
        "uncorrected": it.ecc.uncorrected_total,
        "recovery": it.recovery_action,
    }


def test_nvidia_smi_logs_against_the_csv_of_the_same_minute(captures: Path) -> None:
    share = Share("nvidia-smi -q")
    for path in sorted((captures / "nvidia/captures/sections").glob("*query_gpu_csv_idle.txt")):
        [row] = csv.DictReader(path.read_text().splitlines(), skipinitialspace=True)
        [it], _ = probed(path.with_name(path.name.replace("query_gpu_csv_idle", "q_idle")))
        wanted, got = of_csv(row), of_gpu(it)
        for field in wanted:
            share.equal(f"{path.name[:40]} {field}", got[field], wanted[field])
    share.check(1.0, 120)


XML_FIELDS: dict[str, Callable[[Gpu], object]] = {
    "product_name": lambda it: it.name,
    "uuid": lambda it: it.uuid,
    "vbios_version": lambda it: it.vbios,
    "fb_memory_usage/total": lambda it: it.memory_mib,
    "fb_memory_usage/used": lambda it: it.memory_used_mib,
    "pci/pci_gpu_link_info/pcie_gen/current_link_gen": lambda it: it.pcie.gen,
    "pci/pci_gpu_link_info/pcie_gen/max_link_gen": lambda it: it.pcie.gen_max,
    "pci/pci_gpu_link_info/link_widths/current_link_width": lambda it: it.pcie.width,
    "pci/pci_gpu_link_info/link_widths/max_link_width": lambda it: it.pcie.width_max,
    "fan_speed": lambda it: it.fan_percent,
    "temperature/gpu_temp": lambda it: it.temperature_c,
    "temperature/gpu_temp_slow_threshold": lambda it: it.temperature_slowdown_c,
    "utilization/gpu_util": lambda it: it.utilization_percent,
    "clocks/sm_clock": lambda it: it.clocks.sm_mhz,
    "max_clocks/mem_clock": lambda it: it.clocks.memory_max_mhz,
    "compute_mode": lambda it: it.compute_mode,
}


WORDS = ("product_name", "uuid", "vbios_version", "compute_mode")


def test_xml_against_its_elements(captures: Path) -> None:
    share = Share("nvidia-smi -q -x")
    for path in sorted((captures / "nvidia/xml").glob("*.xml")):
        elements = list(ET.parse(path).getroot().iter("gpu"))
        found = nvidia_smi.parse(path.read_text())
        share.equal(f"{path.name} GPUs", len(found), len(elements))
        for it, element in zip(found, elements, strict=True):
            for place, get in XML_FIELDS.items():
                text = (element.findtext(place) or "").strip()
                value = (text or None) if place in WORDS else number(text)
                share.equal(f"{path.name} {place}", get(it), value)
    share.check(1.0, 90)


ROW = re.compile(r"^\|\s+(\d+)\s+(\S.*?)\s+(?:On|Off)\s*\|\s+(\S+)\s+(?:On|Off)", re.MULTILINE)
SIZES = re.compile(r"(\d+)MiB / +(\d+)MiB \|")


def test_tables(captures: Path) -> None:
    share = Share("nvidia-smi tables")
    paths = [*(captures / "nvidia/tables").iterdir(), *(captures / "nvidia").glob("*.txt")]
    paths += (captures / "nvidia/captures/sections").glob("*table*")
    for path in sorted(paths):
        text = path.read_text(errors="replace")
        found = nvidia_smi_table.parse_table(text)
        rows, sizes = ROW.findall(text), SIZES.findall(text)
        share.equal(f"{path.name} GPUs", len(found), len(rows))
        for it, (index, name, address), (used, total) in zip(found, rows, sizes, strict=False):
            share.equal(f"{path.name} index", it.index, int(index))
            share.equal(
                f"{path.name} name", (it.name or "").startswith(name.removesuffix("...").strip()), True
            )
            share.equal(f"{path.name} address", it.pci_address, address.lower()[4:])
            share.equal(f"{path.name} memory", (it.memory_used_mib, it.memory_mib), (int(used), int(total)))
    share.check(1.0, 150)


def test_topology_matrices(captures: Path) -> None:
    share = Share("nvidia-smi topo -m")
    for path in sorted((captures / "nvidia/topo").iterdir()):
        text = re.sub(r"\x1b\[[0-9;]*m", "", path.read_text(errors="replace"))
        rows = {
            int(gpu): row.split()
            for gpu, row in re.findall(r"^\s*GPU(\d+)\s+(.*\bX\b.*)$", text, re.MULTILINE)
        }
        matrix = topo_matrix.parse(text)
        wanted = {(a, b): rows[a][b] for a in rows for b in rows if a < b}
        share.equal(path.name, {(pair.a, pair.b): pair.link for pair in matrix.pairs}, wanted)
    share.check(0.99, 100)


def test_gpus_named_in_reports_of_collect_env(captures: Path) -> None:
    share = Share("collect_env")
    for path in sorted((captures / "collect_env").iterdir()):
        text = path.read_text(errors="replace")
        if "(gfx" in text:
            continue
        names: dict[int, str] = {}
        for numbers, name in re.findall(r"GPU ([\d,]+): (\S.*?)(?: \(UUID.*)?[ \t]*$", text, re.MULTILINE):
            names.update((int(one), name) for one in numbers.split(",") if int(one) not in names)
        share.equal(path.name, {it.index: it.name for it in probed(path)[0] if it.vendor == "NVIDIA"}, names)
    share.check(0.99, 200)


def test_amd_gpus_in_reports_of_collect_env(captures: Path) -> None:
    share = Share("collect_env on ROCm")
    for path in sorted((captures / "collect_env").iterdir()):
        told = re.search(
            r"^GPU models and configuration ?: (.+?) ?\((gfx\w+)", path.read_text(errors="replace"), re.M
        )
        if told:
            found, _ = probed(path)
            share.equal(path.name, [(it.name, it.gfx) for it in found[:1]], [(told[1], told[2])])
    share.check(1.0, 8)


LOGS: dict[str, list[tuple[str, str | None]]] = {
    "Trourest186": [("10de:1e07", "differ in version")],
    "danslo": [("10de:0e22", None)],
    "lfrommelt": [("10de:1391", "not loaded"), ("8086:0416", None)],
    "marwank270": [("10de:13ba", None)],
    "mikhail99": [("10de:26b1", None), ("10de:2803", None), ("1002:164e", None)],
    "obayyub": [("10de:2486", None)],
    "sreeragvn": [("10de:1f95", None), ("1002:1636", None)],
}


def test_bug_reports(captures: Path) -> None:
    """Which cards are there, and which of them cannot be used and why."""
    share = Share("nvidia-bug-report")
    for name, wanted in LOGS.items():
        path = captures / "nvidia-bug-report" / f"{name}.log.gz"
        if path.exists():
            found, _ = probed(path)
            share.equal(f"{name} ids", [it.pci_id for it in found], [pci_id for pci_id, _ in wanted])
            for it, (_, words) in zip(found, wanted, strict=False):
                known = words in (it.problem or "") if words else it.problem is None
                share.equal(f"{name} {it.pci_id}", known, True)
    share.check(1.0, 15)


def test_links_in_lspci(captures: Path) -> None:
    """A bifurcated slot, two cards as they should be, and what is no GPU."""
    place = captures / "lspci"
    first, second = probed(place / "jarkko_2x4090_bifurcation_lspci_vvv.txt")[0]
    assert (first.pcie.gen, first.pcie.gen_max, first.pcie.width, first.pcie.width_max) == (1, 3, 8, 16)
    assert (second.pcie.gen_max, second.pcie.width, second.pcie.width_max) == (4, 8, 16)
    cards = probed(place / "marcredhat_2xP100_lspci_vvv.txt")[0]
    assert [(it.pcie.width, it.pcie.width_max, it.pcie.slot_width_max, it.numa_node) for it in cards] == [
        (16, 16, 16, 0),
        (16, 16, 16, 1),
    ]
    assert [it.vendor for it in probed(place / "clu6_supermicro_lspci.txt")[0]] == ["NVIDIA", "NVIDIA"]
    assert probed(place / "insights_lspci_driver_details.txt")[0] == ()


def test_telling_cases_of_nvidia(captures: Path) -> None:
    place = captures / "nvidia"
    [mig] = probed(place / "xml/telegraf_a100-sxm4-v12.xml")[0]
    assert mig.mig is not None and (mig.mig.enabled, mig.mig.instances) == (True, 4)
    assert (mig.utilization_percent, mig.problem) == (None, None)
    [nameless] = probed(place / "xml/telegraf_gtx-1660-ti.xml")[0]
    assert nameless.name != "Graphics Device" and nameless.architecture == "Turing"
    found, sentences = probed(place / "issues/smi_cannot_communicate.txt")
    assert found == () and "the NVIDIA kernel module is not loaded" in sentences
    [lost] = probed(place / "issues/smi_unknown_error_0B.txt")[0]
    assert lost.pci_address == "0000:0b:00.0" and lost.problem is not None


def test_telling_cases_of_amd(captures: Path) -> None:
    place = captures / "rocm"
    agents = probed(place / "delaunay_rocminfo.txt")[0]
    assert [(it.gfx, it.memory_mib) for it in agents] == [("gfx906", 32752)] * 8
    assert agents[0].pci_address == "0000:07:00.0"
    [wedged], sentences = probed(place / "issues/vega_fe_511C.txt")
    assert (wedged.temperature_c, wedged.pci_id) == (None, "1002:6863")
    assert wedged.problem is not None and sentences
    cards = probed(place / "issues/mi300x_rocm-smi.txt")[0]
    assert [(it.name, it.power.limit_w) for it in cards] == [("AMD Instinct MI300X", 750)] * 5
    top, apu = probed(place / "amdgpu_top_rx9060xt_dump.json")[0]
    assert (apu.unified_memory, apu.memory_mib) == (True, None)
    assert (top.name, top.gfx, top.memory_mib) == ("AMD Radeon RX 9060 XT", "gfx1200", 16304)
    assert (top.pcie.gen, top.pcie.width, top.power.limit_w, top.unified_memory) == (5, 16, 164, False)
    [vega] = probed(place / "telegraf_vega-20-WKS-GL-XE.json")[0]
    assert (vega.memory_mib, vega.pci_address, vega.power.limit_w) == (32752, "0000:63:00.0", 225)


@pytest.mark.parametrize("folder", ["nvidia", "lspci", "rocm", "nvidia-bug-report"])
def test_no_capture_breaks_a_reader(captures: Path, folder: str) -> None:
    """Each file through each reader, also those of other kinds, cut off in the middle too."""
    for path in sorted((captures / folder).rglob("*.*")):
        text = path.read_text(errors="replace") if path.suffix != ".gz" and path.is_file() else ""
        for part in (text, text[: len(text) // 2], text[len(text) // 3 :]):
            nvidia_smi.parse(part)
            nvidia_smi_table.parse_table(part)
            topo_matrix.parse(part)


TREES: dict[str, list[tuple[str, str | None]]] = {
    "ghw_linux-amd64-accel-nvidia": [("10de:15f8", "nvidia")],
    "ghw_linux-amd64-accel": [],
    "ghw_linux-amd64-8581cf3a529e5d8b97ea876eade2f60d": [],
    "ghw_linux-amd64-61797caf7c0b6bca1725ad7975ed4773": [("1002:6758", None)],
    "ghw_linux-arm64-c288e0776090cd558ef793b2a4e61939": [],
}
"""PCI id and driver of each GPU; a Matrox of a BMC, a virtio-gpu and a made-up accelerator are none."""


def test_trees_of_sys(captures: Path, tmp_path: Path) -> None:
    share = Share("/sys trees")
    for name, wanted in TREES.items():
        with tarfile.open(captures / "topology" / f"{name}.tar.gz") as tar:
            members = [one for one in tar if "/pci" in one.name]
            tar.extractall(tmp_path / name, members, filter=lambda member, _: member)
        problems = Problems()
        found = gpu.probe(Replay(tmp_path / name), problems)
        share.equal(name, [(it.pci_id, it.driver) for it in found], wanted)
        share.equal(f"{name} problems", [it.problem for it in found if it.problem], [])
    share.check(1.0, 10)
