"""Every captured file as an attachment: nothing raises, and fields are as plain expressions find them."""

import csv
import gzip
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dlws.errors import DlwsError
from dlws.host.attachment import Attachment, open_attachment
from dlws.model.inventory import Inventory
from dlws.probes import inventory

Truth = Callable[[str, str], object]
"""Right value from the file's name and text; None if the file does not tell."""
Value = Callable[[Inventory], object]


def first(pattern: str, flags: int = re.MULTILINE) -> Truth:
    """What the first group of a pattern finds in the text."""

    def find(_: str, text: str) -> object:
        found = re.search(pattern, text, flags)
        return " ".join(found[1].split()) if found else None

    return find


def unless(truth: Truth, *nothing: str) -> Truth:
    """The same, but these words stand for "not told"."""

    def find(name: str, text: str) -> object:
        value = truth(name, text)
        return None if value in nothing else value

    return find


def torch(field: str) -> Value:
    return lambda have: next(
        (getattr(one, field) for one in have.software.frameworks if one.name == "torch"), None
    )


def gpus_in_name(name: str, _: str) -> object:
    """``vllm_10856_4xNVIDIA_A40_AMD_EPYC...``: four; AMD's are named once, however many there are."""
    found = re.search(r"_(\d+)x(NVIDIA|Tesla|GeForce|Quadro)", name)
    return int(found[1]) if found else None


def total_mib(_: str, text: str) -> object:
    found = re.search(r"^MemTotal: +(\d+) kB", text, re.MULTILINE)
    return int(found[1]) // 1024 if found else None


def products(_: str, text: str) -> object:
    return [
        name.strip()
        for name in re.findall(r"^    Product Name +: (.*)$", text.split("Attached GPUs")[1], re.M)
    ]


def pairs(_: str, text: str) -> object:
    """Each two of the GPUs that have a row."""
    rows = len(set(re.findall(r"^\W*(GPU\d+)[ \t]+(?:X|NV\d+|PIX|PXB|PHB|NODE|SYS)\b", text, re.MULTILINE)))
    return rows * (rows - 1) // 2 or None


NAMES: Value = lambda have: [gpu.name for gpu in have.gpus]  # noqa: E731 - one of a table of such
COUNT: Value = lambda have: len(have.gpus)  # noqa: E731
MODEL: Value = lambda have: have.cpu.model  # noqa: E731
SMI_DRIVER = r"^(?:KMD|Driver) Version +: ([\d.]+)"

FIELDS: dict[str, tuple[tuple[str, Truth, Value], ...]] = {
    "collect_env/*": (
        ("torch", unless(first(r"^(?:> )*PyTorch(?: version)? *: *(\S+)"), "N/A", "Could"), torch("version")),
        ("cuda of torch", first(r"^CUDA used to build PyTorch *: *(\d+\.\d+)"), torch("cuda")),
        ("rocm of torch", first(r"^ROCM used to build PyTorch *: *(\d+\.\d+\.\d+)"), torch("rocm")),
        ("sees gpu", lambda _, text: {"True": True, "False": False}.get(
            str(first(r"^(?:Is )?CUDA available *: *(\w+)")("", text))), torch("sees_gpu")),
        ("driver", first(r"^(?:Nvidia driver version|CUDA Driver Version) *: *(\d+\.[\d.]+)"),
         lambda have: have.software.nvidia_driver),
        ("kernel", first(r"^Python platform *: *Linux-(\S+)-(?:x86_64|aarch64|riscv64|ppc64le)-with"),
         lambda have: have.os.kernel),
        ("arch", first(r"^Python platform *: *Linux-\S+-(x86_64|aarch64|riscv64|ppc64le)-with"),
         lambda have: have.os.arch),
        ("ubuntu", first(r"^OS *: *Ubuntu (\d\d\.\d\d)"), lambda have: have.os.version),
        ("python", first(r"^Python(?: version)? *: *(\d+\.\d+\.\d+)"), torch("python_version")),
        ("gpus", gpus_in_name, COUNT),
        ("cpu", first(r"^Model name: +(\S.*)$"), MODEL),
        ("threads", lambda _, text: int(str(first(r"^CPU\(s\): +(\d+)")("", text) or 0)) or None,
         lambda have: have.cpu.threads),
    ),
    "nvidia-bug-report/*.gz": (
        ("kernel", first(r"^uname: Linux \S+ (\S+)"), lambda have: have.os.kernel),
        ("module", first(r"^NVRM version: .*?(\d+\.\d+(?:\.\d+)*)"),
         lambda have: have.software.kernel_module.version),
        ("cuda", first(r"^CUDA Version +: (\d+\.\d+)"), lambda have: have.software.driver_cuda),
        ("cpu", first(r"^model name\s*: (.*)$"), MODEL),
        ("memory", total_mib, lambda have: have.memory.total_mib),
        ("board", first(r"^Base Board Information\n(?:\t.*\n)*?\tProduct Name: (.*)$"),
         lambda have: have.board.model),
        ("ubuntu", first(r"^Ubuntu (\d\d\.\d\d)"), lambda have: have.os.version),
    ),
    "nvidia/captures/sections/linux*.q_*.txt": (
        ("driver", first(SMI_DRIVER), lambda have: have.software.nvidia_driver),
        ("cuda", first(r"^CUDA Version +: ([\d.]+)"), lambda have: have.software.driver_cuda),
        ("names", products, NAMES),
    ),
    "nvidia/captures/sections/*.table_*.txt": (
        ("driver", first(r"(?:KMD|Driver) Version: +([\d.]+)"), lambda have: have.software.nvidia_driver),
        ("cuda", first(r"CUDA (?:UMD )?Version: +([\d.]+)"), lambda have: have.software.driver_cuda),
    ),
    "nvidia/xml/*.xml": (
        ("driver", first(r"<driver_version>(.*?)<"), lambda have: have.software.nvidia_driver),
        ("cuda", first(r"<cuda_version>(.*?)<"), lambda have: have.software.driver_cuda),
        ("gpus", lambda _, text: len(re.findall(r"<gpu id=", text)), COUNT),
    ),
    "nvidia/topo/*": (("pairs", pairs, lambda have: len(have.topology.gpu_pairs)),),
    "docker/nvcli*.txt": (
        ("driver", first(r"^NVRM version: +([\d.]+)"), lambda have: have.software.nvidia_driver),
        ("name", lambda _, text: re.findall(r"^Model: +(.+)$", text, re.MULTILINE), NAMES),
    ),
    "os-release/*": (
        ("id", first(r"^ID=\"?([^\"\n]+)"), lambda have: have.os.id),
        ("version", first(r"^VERSION_ID=\"?(\d[^\"\n]*)"), lambda have: have.os.version),
    ),
    "lscpu/*": (("cpu", first(r"^Model name: +(\S.*)$"), MODEL),),
    "cpuinfo/**/*.*": (("cpu", first(r"^model name\s*: (?!ARMv)(\S.*)$"), MODEL),),
    "meminfo/*": (("total", total_mib, lambda have: have.memory.total_mib),),
    "dmidecode/**/*.txt": (
        ("bios", first(r"^BIOS Information\n(?:\t.*\n)*?\tRelease Date: (\d.*)$"),
         lambda have: have.board.bios_date),
    ),
}  # fmt: skip
"""Files, and what is right about them."""

FLOOR = 0.99
"""Least share of right fields."""


def attachments(captures: Path, pattern: str = "*/**/*") -> Iterator[tuple[Path, Attachment]]:
    for path in sorted(captures.glob(pattern)):
        if path.is_file() and ".tar" not in path.suffixes:  # a tree of files has its own tests
            try:
                host = open_attachment(path)
            except DlwsError:
                continue
            if isinstance(host, Attachment):
                yield path, host


def content(path: Path) -> str:
    data = path.read_bytes()
    return (
        (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8", "replace").replace("\r", "")
    )


@pytest.mark.parametrize("pattern", FIELDS)
def test_share_of_right_fields(captures: Path, capsys: pytest.CaptureFixture[str], pattern: str) -> None:
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    wrong: list[str] = []
    for path, host in attachments(captures, pattern):
        have, text = inventory.take(host), content(path)
        for name, truth, value in FIELDS[pattern]:
            if (expected := truth(path.name, text)) is not None:
                total[name] += 1
                right[name] += value(have) == expected
                if value(have) != expected:
                    wrong.append(f"{path.name}: {name} is {expected!r}, found {value(have)!r}")
    share = sum(right.values()) / sum(total.values())
    each = ", ".join(f"{name} {right[name]}/{total[name]}" for name in total)
    with capsys.disabled():
        print(f"\n{pattern}: {share:.1%} right ({each})")
    assert share >= FLOOR, "\n".join(wrong)


def test_every_file_is_read_or_refused(captures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And an inventory of each says in one sentence what is missing."""
    kinds: Counter[str] = Counter()
    for path, host in attachments(captures):
        have = inventory.take(host)
        kinds[host.kind] += 1
        assert len(have.problems) == 1, path
        assert have.problems[0].startswith(f"{path.name} is {host.kind}: "), path
    with capsys.disabled():
        print("\n" + "\n".join(f"{count:4} {kind}" for kind, count in kinds.most_common()))


EXPECTED = {
    "/etc/os-release": "an os-release file",
    "/proc/cpuinfo": "a copy of /proc/cpuinfo",
    "/proc/meminfo": "a copy of /proc/meminfo",
    "dmidecode": "the output of dmidecode",
    "docker info --format json": "the JSON of docker info",
    "lsblk --json": "the output of lsblk --json",
    "lscpu": "the output of lscpu",
    "nvidia-bug-report.log.gz": "an NVIDIA bug report",
    "nvidia-smi -L": "an nvidia-smi -L list",
    "nvidia-smi -q -x": "the XML of nvidia-smi -q -x",
    "nvidia-smi table": "an nvidia-smi table",
    "nvidia-smi topo -m": "an nvidia-smi topology matrix",
    "rocminfo": "the output of rocminfo",
    "sglang check_env": "a PyTorch collect_env report",
    "smartctl -a text": "the output of smartctl",
    "torch/vLLM collect_env": "a PyTorch collect_env report",
}
"""What the index calls a file, and what it should be taken for."""


def test_kinds_are_told_apart(captures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    right = total = 0
    wrong: list[str] = []
    with (captures / "index.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if (expected := EXPECTED.get(row["kind"])) is None:
                continue
            total += 1
            try:
                host = open_attachment(captures / row["file"])
                found = host.kind if isinstance(host, Attachment) else "a captured machine"
            except DlwsError as error:
                found = error.what
            right += found == expected
            if found != expected:
                wrong.append(f"{row['file']}: {found}")
    with capsys.disabled():
        print(f"\nkinds: {right}/{total} told apart")
    assert right >= 0.96 * total, "\n".join(wrong)
