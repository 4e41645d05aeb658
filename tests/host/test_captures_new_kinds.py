"""Captured disks, arrays, topologies and tables of GPUs as attachments, against plain expressions."""

import json
import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from dlws.errors import DlwsError
from dlws.host.attachment import open_attachment
from dlws.model.inventory import Inventory
from dlws.probes import inventory

Truth = Callable[[str], object]
Value = Callable[[Inventory], object]

STATES = (
    ("inactive", "inactive"),
    ("recovering", "recovering"),
    ("degraded", "degraded"),
    ("resyncing", "resync"),
    ("checking", "check"),
    ("clean", "active"),
    ("active", "active"),
)
LIMIT_S = 20
"""For one file, on a machine that does much else; the slowest takes a few seconds."""


def count(pattern: str) -> Truth:
    """How often a pattern is there; None if never."""
    return lambda text: len(re.findall(pattern, text, re.MULTILINE)) or None


def first(pattern: str) -> Truth:
    def find(text: str) -> object:
        found = re.search(pattern, text, re.MULTILINE)
        return " ".join(found[1].split()) if found else None

    return find


def whole(pattern: str) -> Truth:
    def find(text: str) -> object:
        found = re.search(pattern, text, re.MULTILINE)
        return int(found[1]) if found else None

    return find


def state(text: str) -> object:
    """In mdadm's words; the gravest is what it is called."""
    said = re.search(r"^ +State : (.*)$", text, re.MULTILINE)
    return next((name for word, name in STATES if said and word in said[1]), None)


def column(name: str) -> Truth:
    """Values of a column of a CSV, without their unit; no value has a comma in it."""

    def find(text: str) -> object:
        head, *rows = [line.split(", ") for line in text.strip().splitlines()]
        place = [re.sub(r" \[.*", "", one) for one in head].index(name)
        return [re.sub(r" (?:MiB|W)$", "", row[place]) for row in rows]

    return find


def probert(text: str) -> object:
    blocks = json.loads(text)
    blocks = blocks.get("storage", blocks)["blockdev"]
    names = [
        name.removeprefix("/dev/")
        for name in blocks
        if re.fullmatch(r"/dev/(?:[sv]d[a-z]+|nvme\d+n\d+)", name)
    ]
    found = {name: int(blocks[f"/dev/{name}"]["attrs"]["size"]) for name in names}
    return {name: round(size / 1e9, 3) for name, size in found.items() if size}  # empty card readers are none


def sizes(have: Inventory) -> object:
    return {disk.name: disk.size_gb for disk in have.storage.disks if not disk.name.startswith("fd")}


def gpus_on_bus(text: str) -> object:
    """NVIDIA's display devices in udev's database."""
    blocks = text.split("\n\n")
    return sum("PCI_CLASS=30" in block and "PCI_ID=10DE:" in block for block in blocks)


ARRAYS: Value = lambda have: [one.state for one in have.storage.raid] or None  # noqa: E731 - one of a table
DISKS: Value = lambda have: len(have.storage.disks) or None  # noqa: E731
THREADS: Value = lambda have: have.cpu.threads  # noqa: E731
CORES: Value = lambda have: have.cpu.cores  # noqa: E731
SOCKETS: Value = lambda have: have.cpu.sockets  # noqa: E731

FIELDS: dict[str, tuple[tuple[str, Truth, Value], ...]] = {
    "nvidia/captures/sections/*query_gpu_csv*": (
        ("name", column("name"), lambda have: [gpu.name for gpu in have.gpus]),
        ("memory", column("memory.total"), lambda have: [str(gpu.memory_mib) for gpu in have.gpus]),
        ("driver", column("driver_version"), lambda have: [have.software.nvidia_driver]),
        ("width", column("pcie.link.width.max"), lambda have: [str(gpu.pcie.width_max) for gpu in have.gpus]),
        ("limit", column("power.limit"), lambda have: [f"{gpu.power.limit_w:.2f}" for gpu in have.gpus]),
    ),
    "storage/mdadm/*query*": (
        ("level", first(r"^ +Raid Level : (\S+)"), lambda have: have.storage.raid[0].level),
        ("name", first(r"^/dev/(\w+):$"), lambda have: have.storage.raid[0].name),
        ("state", state, lambda have: have.storage.raid[0].state),
        ("wanted", whole(r"^ +Raid Devices : (\d+)"), lambda have: have.storage.raid[0].devices_wanted),
        ("failed", count(r" faulty +/dev/"), lambda have: len(have.storage.raid[0].failed) or None),
        ("spares", count(r" spare +/dev/"), lambda have: len(have.storage.raid[0].spares) or None),
    ),
    "storage/mdadm/*examine*": (
        ("level", first(r"^ +Raid Level : (\S+)"), lambda have: have.storage.raid[0].level),
        ("arrays", count(r"^ +Raid Level(?:\[\d+\])? : "), lambda have: len(have.storage.raid)),
    ),
    "lscpu/*-cores*": (
        ("threads", count(r"^\d+,\d+,"), THREADS),
        ("sockets", lambda text: len(set(re.findall(r"^\d+,\d+,(\d+)", text, re.MULTILINE))), SOCKETS),
    ),
    "topology/*console.txt": (
        ("threads", count(r"\bPU L#"), THREADS),
        ("cores", count(r"\bCore L#"), CORES),
        ("sockets", count(r"\bPackage L#"), SOCKETS),
        ("model", first(r"CPUModel=\"([^\"]*)\""), lambda have: have.cpu.model),
    ),
    "topology/x86xml/*.xml": (
        ("threads", count(r"type=\"PU\""), THREADS),
        ("cores", count(r"type=\"Core\""), CORES),
        ("sockets", count(r"type=\"Package\""), SOCKETS),
    ),
    "storage/probert/*.json": (("sizes", probert, sizes),),
    "storage/udev/*.txt": (
        ("nvme", count(r"^N: nvme\d+n\d+$"),
         lambda have: sum(disk.kind == "nvme" for disk in have.storage.disks) or None),
        ("gpus", gpus_on_bus, lambda have: sum(gpu.vendor == "NVIDIA" for gpu in have.gpus)),
        ("bios", first(r"^E: MODALIAS=dmi:.*?:bd(\d\d/\d\d/\d{4}):"), lambda have: have.board.bios_date),
    ),
    "storage/glpi/*PDlist*": (
        ("disks", count(r"^ *Slot Number: "), DISKS),
        ("firmware", first(r"^Device Firmware Level: (\S+)"), lambda have: have.storage.disks[0].firmware),
        ("bus", lambda text: str(first(r"^PD Type: (\S+)")(text)).lower(),
         lambda have: have.storage.disks[0].transport),
    ),
    "storage/glpi/*LDinfo*": (("arrays", count(r"^Virtual Drive: "), lambda have: len(have.storage.raid)),),
    "storage/glpi/*ShowSummary*": (("disks", count(r"^ +Product Id +: (?!BP)"), DISKS),),
    "storage/nvme/*smart-log*": (
        ("hours", whole(r"\"power_on_hours\": \"?(\d+)"),
         lambda have: have.storage.disks[0].health and have.storage.disks[0].health.power_on_hours),
        ("wear", whole(r"\"percent_used\": \"?(\d+)"),
         lambda have: have.storage.disks[0].health and have.storage.disks[0].health.wear_percent),
    ),
    "dmidecode/ipmifru/*": (
        ("board", first(r"^ Board Product +: (.*\S)"), lambda have: have.board.model),
        ("maker", first(r"^ Board Mfg +: (.*\S)"), lambda have: have.board.vendor),
    ),
}  # fmt: skip
"""Files, and what is right about them."""


@pytest.mark.parametrize("pattern", FIELDS)
def test_share_of_right_fields(captures: Path, capsys: pytest.CaptureFixture[str], pattern: str) -> None:
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    wrong: list[str] = []
    for path in sorted(captures.glob(pattern)):
        have, text = inventory.take(open_attachment(path)), path.read_text("utf-8", "replace")
        for name, truth, value in FIELDS[pattern]:
            if (expected := truth(text)) is not None:
                total[name] += 1
                right[name] += value(have) == expected
                if value(have) != expected:
                    wrong.append(f"{path.name}: {name} is {expected!r}, found {value(have)!r}")
    share = sum(right.values()) / sum(total.values())
    with capsys.disabled():
        each = ", ".join(f"{name} {right[name]}/{total[name]}" for name in total)
        print(f"\n{pattern}: {share:.1%} right ({each})")
    assert share >= 0.97, "\n".join(wrong)


def expected(path: Path) -> dict[str, int]:
    """Counts in the answer of lscpu or lstopo that was kept beside a tree."""
    stem = path.name.split(".tar")[0]
    if (beside := path.with_name(f"{stem}.expected.txt")).exists():
        text = beside.read_text("utf-8", "replace")
        fields = {"threads": r"^CPU\(s\): +(\d+)", "sockets": r"^ *Socket\(s\): +(\d+)"}
        found = {name: re.findall(pattern, text, re.MULTILINE) for name, pattern in fields.items()}
        return {name: int(values[0]) for name, values in found.items() if len(values) == 1}
    if (beside := path.with_name(f"{stem}.console.txt")).exists():
        text = beside.read_text("utf-8", "replace")
        return {
            "threads": text.count("PU L#"),
            "cores": text.count("Core L#"),
            "sockets": text.count("Package L#"),
        }
    return {}


def test_trees_have_the_processors_of_their_reference(
    captures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And none breaks a probe or takes long."""
    right = total = 0
    wrong: list[str] = []
    trees = [path for path in captures.glob("topology/*.tar.*") if expected(path)]
    for path in sorted([*trees, *captures.glob("sysfs/*"), *captures.glob("*/*.ttar")]):
        start = time.monotonic()
        have = inventory.take(open_attachment(path))
        assert time.monotonic() - start < LIMIT_S, path
        assert not any("is broken" in problem for problem in have.problems), path
        for name, number in expected(path).items():
            total += 1
            right += getattr(have.cpu, name) == number
            if getattr(have.cpu, name) != number:
                wrong.append(f"{path.name}: {name} is {number}, found {getattr(have.cpu, name)}")
    with capsys.disabled():
        print(f"\ntrees: {right}/{total} counts right")
    assert right >= 0.95 * total, "\n".join(wrong)


def test_few_files_are_refused(captures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Letters without an output, and what no fact of an inventory is in."""
    refused = [path for path in sorted(captures.glob("*/**/*")) if path.is_file() and not recognised(path)]
    with capsys.disabled():
        print(f"\nrefused: {len(refused)}")
    assert len(refused) <= 50, "\n".join(map(str, refused))


def recognised(path: Path) -> bool:
    if ".tar" in path.suffixes:
        return True
    try:
        open_attachment(path)
    except DlwsError:
        return False
    return True
