"""How much of captured machines' processors is read right. ``pytest -s`` prints the shares."""

import re
import tarfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dlws.host import Replay
from dlws.model.cpu import Cpu
from dlws.probes.cpu import cpu, lscpu
from dlws.probes.cpu.cpulist import as_list, parse_mask
from dlws.probes.problems import Problems

from .machine import machine
from .score import Score

NEEDED = re.compile(
    r"/(?:proc/(?:cpuinfo|stat|meminfo)$|sys/devices/system/(?:cpu|node)/|sys/devices/cpu_|sys/class/dmi|proc/driver)"
)
UNNEEDED = re.compile(r"/(?:cpuidle|thermal_throttle|power|hotplug|crash_notes|hugepages|memory\d+|vmstat)")
KIB = {"K": 1, "M": 1024, "G": 1024**2}


def unpack(archive: Path, place: Path) -> Replay:
    """The parts of a captured tree that the probe reads."""
    with tarfile.open(archive) as tar:
        members = [
            one for one in tar if NEEDED.search("/" + one.name) and not UNNEEDED.search("/" + one.name)
        ]
        tar.extractall(
            place, members, filter=lambda member, _: member
        )  # links of /sys lead out of each folder
    return Replay(next(found.parent for name in ("sys", "proc") for found in sorted(place.rglob(name))))


def read(host: Replay) -> Cpu:
    return cpu.probe(host, Problems())


def values(text: str, name: str) -> list[str]:
    return re.findall(rf"(?m)^\s*{re.escape(name)}:\s*(.*?)\s*$", text)


def whole(text: str, name: str) -> int | None:
    found = values(text, name)
    return int(found[0]) if found and found[0].isdigit() else None


def cache(text: str, name: str) -> float | None:
    found = re.match(r"([\d.]+) ([KMG])iB", next(iter(values(text, name)), ""))
    return float(found[1]) * KIB[found[2]] if found else None


def lscpu_truth(text: str) -> dict[str, Any]:
    """What lscpu says, read apart from the reader that is tested."""
    per_socket, sockets = values(text, "Core(s) per socket"), values(text, "Socket(s)")
    models, flags = values(text, "Model name"), values(text, "Flags")
    online = values(text, "On-line CPU(s) list")
    truth = {
        "sockets": int(sockets[0]) if sockets else None,
        "cores": sum(int(each) * int(count) for each, count in zip(per_socket, sockets, strict=True)) or None,
        "threads": whole(text, "CPU(s)") if not values(text, "Off-line CPU(s) list") and online else None,
        "vendor": next(iter(values(text, "Vendor ID")), None),
        "model": re.sub(r"\s+", " ", models[0]) if len(models) == 1 and models[0] != "-" else None,
        "max_mhz": max((float(one) for one in values(text, "CPU max MHz")), default=None),
        "numa_nodes": whole(text, "NUMA node(s)"),
        "l1d_kib": cache(text, "L1d cache"),
        "l1i_kib": cache(text, "L1i cache"),
        "l2_kib": cache(text, "L2 cache"),
        "l3_mib": None if (l3 := cache(text, "L3 cache")) is None else l3 / 1024,
    }
    if flags and "x86" in text and all(":" in line for line in text.splitlines() if line.strip()):
        truth |= {"avx2": "avx2" in flags[0].split(), "avx512f": "avx512f" in flags[0].split()}
    return truth


class Flat:
    """A processor's fields and flags side by side."""

    def __init__(self, found: Cpu) -> None:
        self._found = found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._found if hasattr(self._found, name) else self._found.flags, name)


def lstopo_truth(text: str) -> dict[str, Any]:
    """What lstopo shows: objects and caches counted."""
    sizes = {
        name: re.findall(rf"{name}Cache L#\d+ \([^)]*?\bsize=(\d+)([KM])iB", text)
        for name in ("L1d", "L1i", "L2", "L3")
    }
    total = {
        name: sum(int(size) * KIB[unit] for size, unit in found) or None for name, found in sizes.items()
    }
    return {
        "sockets": len(re.findall(r"\bPackage L#", text)),
        "cores": len(re.findall(r"\bCore L#", text)),
        "threads": len(re.findall(r"\bPU L#", text)),
        "l1d_kib": total["L1d"],
        "l1i_kib": total["L1i"],
        "l2_kib": total["L2"],
        "l3_mib": total["L3"] / 1024 if total["L3"] else None,
    }


def test_trees_against_lscpu(captures: Path, tmp_path: Path) -> None:
    score = Score("trees against lscpu")
    for archive in sorted((captures / "topology").glob("util-linux_lscpu_*.tar.gz")):
        expected = archive.with_name(archive.name.replace(".tar.gz", ".expected.txt")).read_text()
        found = read(unpack(archive, tmp_path / archive.name))
        score.compare(archive.name, Flat(found), lscpu_truth(expected))
    score.show()
    assert not score.wrong and score.share > 0.97


def test_trees_against_lstopo(captures: Path, tmp_path: Path) -> None:
    score = Score("trees against lstopo", rounding=0.02)
    for expected in sorted((captures / "topology").glob("hwloc_*.console.txt")):
        archive = expected.with_name(expected.name.replace(".console.txt", ".tar.bz2"))
        found = read(unpack(archive, tmp_path / archive.name))
        score.compare(archive.name, found, lstopo_truth(expected.read_text()))
    score.show()
    assert score.share == 1


def test_lscpu_answers(captures: Path) -> None:
    score = Score("lscpu's text", rounding=0.04)
    for file in sorted((captures / "lscpu").iterdir()):
        text = file.read_text(errors="replace")
        found = lscpu.read(text)
        if found is None:
            assert not values(text, "CPU(s)"), file.name
            continue
        truth = lscpu_truth(text)
        if found.cores is None:  # figures that do not fit together: lscpu's own, or a part of the answer
            truth["cores"] = None
        score.compare(file.name, Flat(found), truth)
    score.show()
    assert not score.wrong and score.share > 0.97


PAIRS = [
    ("clflushopt_2x_e5-2670v2_cpuinfo.txt", "clflushopt_2x_e5-2670v2.txt"),
    *(
        (f"ohai_cpuinfo-{name}.output", f"ohai_lscpu-{name}.output")
        for name in ("aarch64-graviton2", "x86-host-vuln")
    ),
    *(
        (f"ohai_cpuinfo-x86-guest-{name}.output", f"ohai_lscpu-x86-guest-{name}.output")
        for name in ("kvm-nested", "kvm-nested-rhel9")
    ),
    ("ohai_cpuinfo-aarch64-guest-kvm.output", "ohai_lscpu-aarch64-guest-kvm.output"),
    ("ohai_cpuinfo-ppc64le-p9-guest-kvm-rhel9.output", "ohai_lscpu-ppc64le-p9-guest-kvm-rhel9.output"),
    ("pycpuinfo_linux_gentoo_2_2_x86_64.txt", "pycpuinfo_linux_gentoo_2_2_x86_64.txt"),
    ("pycpuinfo_linux_raspberry_pi_model_b_arm.txt", "pycpuinfo_linux_raspberry_pi_model_b_arm.txt"),
]


def test_cpuinfo_alone_against_lscpu_of_the_same_machine(captures: Path, tmp_path: Path) -> None:
    score = Score("/proc/cpuinfo alone")
    for number, (file, answer) in enumerate(PAIRS):
        host = machine(tmp_path / str(number), {"proc/cpuinfo": (captures / "cpuinfo" / file).read_bytes()})
        truth = lscpu_truth((captures / "lscpu" / answer).read_text())
        kept = {name: truth[name] for name in ("sockets", "cores", "threads", "vendor", "model")}
        score.compare(file, read(host), kept)
    score.show()
    assert not score.wrong and score.share > 0.8


def test_excerpts_of_cpuinfo_never_give_counts(captures: Path, tmp_path: Path) -> None:
    for number, file in enumerate(sorted((captures / "cpuinfo" / "archspec").iterdir())):
        found = read(machine(tmp_path / str(number), {"proc/cpuinfo": file.read_bytes()}))
        assert found.model, file.name
        assert (found.sockets, found.cores, found.threads) == (None, None, None), file.name


def test_flags_against_the_microarchitecture(captures: Path, tmp_path: Path) -> None:
    with_avx512 = {"skylake_avx512", "zen5", "sapphirerapids"}
    for number, file in enumerate(sorted((captures / "cpuinfo" / "archspec").iterdir())):
        found = read(machine(tmp_path / str(number), {"proc/cpuinfo": file.read_bytes()}))
        name = file.name.rsplit("-", 1)[-1]
        if found.flags.avx2 is not None:
            assert found.flags.avx512f is (name in with_avx512), file.name
            assert found.flags.amx_bf16 is (name == "sapphirerapids"), file.name
        if name.startswith("neoverse_v"):
            assert found.flags.sve and found.flags.arm_bf16 and found.flags.neon, file.name


def objects(node: ET.Element, kind: str) -> Iterator[ET.Element]:
    return (one for one in node.iter("object") if one.get("type") == kind)


def sysfs_of(root: ET.Element) -> dict[str, str | bytes]:
    """The files that Linux would show for a topology that hwloc read from the processors themselves."""
    files: dict[str, str | bytes] = {}
    for kind, name in (("Package", "package_cpus_list"), ("Core", "core_cpus_list")):
        for one in objects(root, kind):
            cpus = parse_mask(mask(one))
            files |= {f"sys/devices/system/cpu/cpu{n}/topology/{name}": as_list(cpus) for n in cpus}
    kinds = (
        ("L1Cache", 1, "Data"),
        ("L1iCache", 1, "Instruction"),
        ("L2Cache", 2, "Unified"),
        ("L3Cache", 3, "Unified"),
    )
    for index, (kind, level, name) in enumerate(kinds):
        for one in objects(root, kind):
            cpus = parse_mask(mask(one))
            for number in cpus:
                place = f"sys/devices/system/cpu/cpu{number}/cache/index{index}"
                size = f"{int(one.get('cache_size', '0')) // 1024}K"
                files |= {f"{place}/level": str(level), f"{place}/type": name, f"{place}/size": size}
                files |= {f"{place}/shared_cpu_list": as_list(cpus)}
    files["sys/devices/system/cpu/online"] = as_list(
        parse_mask(mask(root[0] if root[0].tag == "object" else root[1]))
    )
    return files


def mask(node: ET.Element) -> str:
    """hwloc writes 0x00000001,0x00000000 and leaves empty groups empty."""
    groups = node.get("cpuset", "0").split(",")
    return ",".join(group.removeprefix("0x") or "0" for group in groups)


def xml_truth(root: ET.Element) -> dict[str, Any]:
    def total(kind: str) -> int | None:
        return sum(int(one.get("cache_size", "0")) // 1024 for one in objects(root, kind)) or None

    l3 = total("L3Cache")
    return {
        "sockets": len(list(objects(root, "Package"))),
        "cores": len(list(objects(root, "Core"))),
        "threads": len(list(objects(root, "PU"))),
        "l1d_kib": total("L1Cache"),
        "l1i_kib": total("L1iCache"),
        "l2_kib": total("L2Cache"),
        "l3_mib": l3 / 1024 if l3 else None,
    }


def test_topologies_from_cpuid(captures: Path, tmp_path: Path) -> None:
    score = Score("topologies from CPUID")
    for file in sorted((captures / "topology" / "x86xml").glob("*.xml")):
        root = ET.fromstring(file.read_text())
        found = read(machine(tmp_path / file.stem, sysfs_of(root)))
        score.compare(file.stem, found, xml_truth(root))
    score.show()
    assert score.share == 1


@pytest.mark.parametrize("name", ["hwloc_20em64t-hybrid-1p6c2t+2ca4co1t.tar.bz2"])
def test_hybrid_cores_of_a_real_machine(captures: Path, tmp_path: Path, name: str) -> None:
    found = read(unpack(captures / "topology" / name, tmp_path))
    assert (found.cores, found.threads) == (14, 20)
    assert (found.p_cores, found.e_cores) in ((6, 8), (None, None))  # not every tree has the event units
