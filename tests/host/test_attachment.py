"""Files that people send: what is recognised, what is refused, and that nothing in them can do harm."""

import bz2
import gzip
import io
import lzma
import random
import tarfile
import time
import zipfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dlws.errors import DlwsError, ExitCode
from dlws.host import Host, Replay
from dlws.host import archive as archives
from dlws.host.attachment import Attachment, open_attachment
from dlws.host.attachments import recognise
from dlws.host.attachments.quoting import clean

LSCPU = """Architecture:                         x86_64
CPU op-mode(s):                       32-bit, 64-bit
CPU(s):                               48
On-line CPU(s) list:                  0-47
Model name:                           AMD EPYC 7352 24-Core Processor
Flags:                                fpu lm avx2
"""

COLLECT_ENV = f"""Collecting environment information...
PyTorch version: 2.5.1+cu124
Is debug build: False
CUDA used to build PyTorch: 12.4

OS: Ubuntu 22.04.5 LTS (x86_64)
Python platform: Linux-5.15.0-130-generic-x86_64-with-glibc2.35
Is CUDA available: True
GPU models and configuration: 
GPU 0: NVIDIA A100 80GB PCIe
GPU 1: NVIDIA A100 80GB PCIe

Nvidia driver version: 535.216.03

CPU:
{LSCPU}
Versions of relevant libraries:
[pip3] torch==2.5.1
GPU Topology:
        GPU0    GPU1    CPU Affinity
GPU0     X      SYS     0-47
GPU1    SYS      X      0-47

Legend:
"""  # noqa: W291 - as it is printed

BUG_REPORT = """____________________________________________

Start of NVIDIA bug report log file.  Please include this file

nvidia-bug-report.sh Version: 32875599

uname: Linux host 6.8.0-60-generic #63-Ubuntu SMP Thu Aug 4 18:03:25 UTC 2022 x86_64 x86_64 x86_64 GNU/Linux

____________________________________________

*** /etc/issue
*** ls: -rw-r--r-- 1 root root 26 2024-09-10 13:18:05.000000000 +0200 /etc/issue
Ubuntu 22.04.5 LTS \\n \\l


____________________________________________

*** /proc/pci does not exist

____________________________________________

*** /proc/driver/nvidia/./version
*** ls: -r--r--r-- 1 root root 0 2025-07-07 18:43:57.294924429 -0400 /proc/driver/nvidia/./version
NVRM version: NVIDIA UNIX x86_64 Kernel Module  560.35.03  Fri Aug 16 21:39:15 UTC 2024

____________________________________________

/usr/bin/lspci -nn

00:00.0 Host bridge [0600]: short

____________________________________________

/usr/bin/lspci -nnDvvvxxx

0000:00:00.0 Host bridge [0600]: verbose

____________________________________________

dmesg:

[    0.000000] Linux version 6.8.0-60-generic

____________________________________________

/usr/bin/nvidia-smi --query


==============NVSMI LOG==============

Driver Version                            : 560.35.03

/usr/bin/nvidia-smi --query --unit


==============NVSMI LOG==============

____________________________________________

End of NVIDIA bug report log file.
"""


def opened(place: Path, content: str | bytes, name: str = "file.txt") -> Host:
    path = place / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return open_attachment(path)


def refused(place: Path, content: bytes) -> DlwsError:
    with pytest.raises(DlwsError) as caught:
        opened(place, content)
    assert caught.value.code is ExitCode.USAGE
    return caught.value


def quoted(text: str) -> str:
    return "".join(f"> {line}\n" for line in text.splitlines())


def in_an_issue(text: str) -> str:
    head = "### Your environment\n\n<details>\n<summary>output</summary>\n\n"
    return f"{head}```text\n{text}```\n</details>\n".replace("\n", "\r\n")


@pytest.mark.parametrize(
    "dress",
    [
        str,
        quoted,
        in_an_issue,
        lambda text: quoted(quoted(text)),
        lambda text: "".join(f"    {line}\n" for line in text.splitlines()),
        lambda text: text.replace(": ", ":\u00a0\u200b"),
        lambda text: "\x1b[1m" + text.replace("\n", "\x1b[0m\n"),
        lambda text: text.replace("GPU0    GPU1", "\ufffd[4mGPU0    GPU1[0m"),
    ],
)
def test_a_report_in_any_dress(tmp_path: Path, dress: "type[str]") -> None:
    host = opened(tmp_path, dress(COLLECT_ENV))
    assert isinstance(host, Attachment)
    assert host.kind == "a PyTorch collect_env report"
    assert host.machine() == "x86_64"
    assert host.read("/proc/sys/kernel/osrelease") == "5.15.0-130-generic"
    assert host.read("/etc/os-release") == 'PRETTY_NAME="Ubuntu 22.04.5 LTS"'
    gpus = host.run("nvidia-smi", "-L").stdout.splitlines()
    assert gpus == ["GPU 0: NVIDIA A100 80GB PCIe", "GPU 1: NVIDIA A100 80GB PCIe"]
    assert "AMD EPYC 7352" in host.run("lscpu").stdout
    assert "Versions" not in host.run("lscpu").stdout
    assert host.run("nvidia-smi", "topo", "-m").stdout.split()[:2] == ["GPU0", "GPU1"]


def test_windows_writes_utf_16(tmp_path: Path) -> None:
    assert "EPYC" in opened(tmp_path, LSCPU.encode("utf-16")).run("lscpu").stdout


def test_sglang_puts_gpus_on_one_line(tmp_path: Path) -> None:
    text = (
        "CUDA available: True\nGPU 0,1: NVIDIA A40\nGPU 0,1 Compute Capability: 8.6\nPyTorch: 2.4.0+cu121\n"
    )
    assert opened(tmp_path, text).run("nvidia-smi", "-L").stdout == "GPU 0: NVIDIA A40\nGPU 1: NVIDIA A40\n"


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_bug_report(tmp_path: Path, pack: "type[bytes]") -> None:
    host = opened(tmp_path, pack(BUG_REPORT.encode()))
    assert isinstance(host, Attachment)
    assert host.kind == "an NVIDIA bug report"
    assert host.machine() == "x86_64"
    assert host.read("/proc/sys/kernel/osrelease") == "6.8.0-60-generic"
    assert host.read("/etc/issue") == r"Ubuntu 22.04.5 LTS \n \l"
    assert host.list("/proc/driver") == ["nvidia"]
    assert "560.35.03" in (host.read("/proc/driver/nvidia/version") or "")
    assert host.read("/proc/pci") is None
    assert "verbose" in host.run("lspci", "-Dnnk").stdout
    assert "Driver Version" in host.run("nvidia-smi", "-q").stdout
    assert "Linux version" in host.run("dmesg").stdout
    assert not host.run("smartctl", "-a").ok


@pytest.mark.parametrize(
    ("text", "kind", "argv"),
    [
        (LSCPU, "the output of lscpu", ("lscpu",)),
        (
            LSCPU.replace("Architecture:", "架構：      ").replace("CPU op", "CPU 作業"),
            "the output of lscpu",
            ("lscpu",),
        ),
        ('{"lscpu": [{"field": "Architecture:", "data": "x86_64"}]}', "the output of lscpu", ("lscpu",)),
        (
            "01:00.0 VGA compatible controller: NVIDIA (rev a1)\n\tSubsystem: x\n",
            "the output of lspci",
            ("lspci", "-k"),
        ),
        (
            "Handle 0x0001, DMI type 1, 27 bytes\nSystem Information\n",
            "the output of dmidecode",
            ("dmidecode",),
        ),
        ("[    1.5] NVRM: Xid (PCI:0000:01:00): 79\n", "a kernel log", ("dmesg",)),
        ("GPU 0: NVIDIA L4 (UUID: GPU-1)\n", "an nvidia-smi -L list", ("nvidia-smi", "-L")),
        ("| NVIDIA-SMI 535.54  Driver Version: 535.54 |\n", "an nvidia-smi table", ("nvidia-smi",)),
        ("<nvidia_smi_log></nvidia_smi_log>", "the XML of nvidia-smi -q -x", ("nvidia-smi", "-q", "-x")),
        ('{"smartctl": {}}', "the output of smartctl --json", ("smartctl", "-j")),
        ('{"blockdevices": []}', "the output of lsblk --json", ("lsblk", "--json")),
        ('{"ServerVersion": "28", "Runtimes": {}}', "the JSON of docker info", ("docker", "info")),
        ("Failed to initialize NVML: Unknown Error\n", "an nvidia-smi error message", ("nvidia-smi",)),
    ],
)
def test_lone_outputs(tmp_path: Path, text: str, kind: str, argv: tuple[str, ...]) -> None:
    host = opened(tmp_path, text)
    assert isinstance(host, Attachment)
    assert host.kind == kind
    assert host.run(*argv).ok


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("processor\t: 0\nmodel name\t: x\n", "/proc/cpuinfo"),
        ("MemTotal:       32 kB\n", "/proc/meminfo"),
        ("Personalities : [raid1]\nunused devices: <none>\n", "/proc/mdstat"),
        ("NAME=Ubuntu\nID=ubuntu\n", "/etc/os-release"),
        ('{"runtimes": {"nvidia": {}}}', "/etc/docker/daemon.json"),
        ("==> /proc/driver/nvidia/version <==\nNVRM\n", "/proc/driver/nvidia/version"),
        ("/sys/module/nvidia_drm/parameters/modeset:Y\n", "/sys/module/nvidia_drm/parameters/modeset"),
        ("Nov  3 10:00:00 box kernel: NVRM: Xid\n", "/var/log/kern.log"),
    ],
)
def test_lone_files(tmp_path: Path, text: str, path: str) -> None:
    assert opened(tmp_path, text).read(path)


def test_several_outputs_in_one_text(tmp_path: Path) -> None:
    text = f"My machine:\n{LSCPU}\nand it says\n[   12.345678] NVRM: Xid (PCI:0000:01:00): 79, gone\n"
    host = opened(tmp_path, text)
    assert host.run("lscpu").ok
    assert "Xid" in host.run("dmesg").stdout


@pytest.mark.parametrize("head", ['<?xml version="1.0" ?>\n<!DOCTYPE nvidia_smi_log SYSTEM "x.dtd">\n', ""])
def test_outputs_around_xml_are_read_too(tmp_path: Path, head: str) -> None:
    xml = f'{head}<nvidia_smi_log>\n\t<gpu id="00000000:01:00.0"></gpu>\n</nvidia_smi_log>'
    host = opened(tmp_path, f"$ lscpu\n{LSCPU}\n$ nvidia-smi -q -x\n{xml}\n\nMemTotal:       32 kB\n")
    assert isinstance(host, Attachment)
    assert host.kind == "the XML of nvidia-smi -q -x"
    assert host.run("nvidia-smi", "-q", "-x").stdout == xml
    assert "EPYC" in host.run("lscpu").stdout
    assert (host.read("/proc/meminfo") or "").endswith("MemTotal:       32 kB")


def test_a_kernel_log_tells_of_its_machine(tmp_path: Path) -> None:
    text = (
        "[    0.000000] Linux version 6.8.0-60-generic (x@y) (gcc) #63\n"
        "[    0.000000] Command line: BOOT_IMAGE=/vmlinuz iommu=pt\n"
        "[    0.000000] DMI: QEMU Standard PC, BIOS 1.16.2 04/01/2014\n"
        "[    0.000000] Hypervisor detected: KVM\n"
        "[    9.000000] NVRM: loading NVIDIA UNIX x86_64 Kernel Module  560.35.03  Fri Aug 16 2024\n"
    )
    host = opened(tmp_path, text)
    assert (host.read("/proc/version") or "").startswith("Linux version 6.8.0-60-generic")
    assert host.read("/proc/cmdline") == "BOOT_IMAGE=/vmlinuz iommu=pt"
    assert host.read("/sys/class/dmi/id/bios_version") == "1.16.2"
    assert host.read("/sys/class/dmi/id/bios_date") == "04/01/2014"
    assert "560.35.03" in (host.read("/proc/driver/nvidia/version") or "")
    assert host.run("lscpu").stdout == "Hypervisor vendor: KVM\n"


def test_smartctl_names_its_disk(tmp_path: Path) -> None:
    text = (
        "=== START OF INFORMATION SECTION ===\nDevice Model:     ST31000524AS\n"
        "User Capacity:    1,000,204,886,016 bytes [1.00 TB]\nRotation Rate:    7200 rpm\n"
        "SATA Version is:  SATA 3.0\n"
    )
    row = msgspec.json.decode(opened(tmp_path, text).run("lsblk", "--json").stdout)["blockdevices"][0]
    assert (row["model"], row["size"], row["rota"], row["tran"]) == (
        "ST31000524AS",
        1000204886016,
        True,
        "sata",
    )


def tar(members: dict[str, bytes | str]) -> bytes:
    """An archive; a text is the target of a symbolic link."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as file:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            if isinstance(content, str):
                member.type, member.linkname = tarfile.SYMTYPE, content
                file.addfile(member)
            else:
                member.size = len(content)
                file.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return buffer.getvalue()


def test_snapshot_as_directory_and_archive(tmp_path: Path) -> None:
    (tmp_path / "proc").mkdir()
    assert isinstance(open_attachment(tmp_path), Replay)
    content: dict[str, bytes | str] = {
        "box/proc/version": b"Linux",
        "box/sys/class/a": "../b",
        "box/sys/b": b"1",
        "box/sys/c": "/proc/version",
    }
    host = opened(tmp_path, tar(content), "box.tar.gz")
    assert (host.read("/proc/version"), host.read("/sys/class/a"), host.read("/sys/c")) == (
        "Linux",
        "1",
        "Linux",
    )


def test_zip_of_one_file(tmp_path: Path) -> None:
    packed = zipped({"folder/": b"", "folder/report.log.gz": gzip.compress(BUG_REPORT.encode())})
    assert opened(tmp_path, packed).machine() == "x86_64"
    assert "is damaged" in refused(tmp_path, packed[:40]).what


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, bytes])
def test_a_cut_report_is_read_as_far_as_it_goes(tmp_path: Path, pack: "type[bytes]") -> None:
    """Random words, so that there is more than one block of compressed data."""
    log = "".join(f"[    {second}.000000] {random.Random(second).random()}\n" for second in range(100_000))
    packed = pack(BUG_REPORT.replace("Linux version 6.8.0-60-generic\n", log).encode())
    host = opened(tmp_path, packed[: len(packed) // 2])
    assert host.machine() == "x86_64"
    assert "560.35.03" in (host.read("/proc/driver/nvidia/version") or "")
    assert "[    9.000000] " in host.run("dmesg").stdout
    assert not host.run("nvidia-smi", "-q").ok
    assert (host.origin() or "").endswith("is an NVIDIA bug report, of which the end is cut off")


def test_half_a_list_does_not_pass_for_a_whole_one(tmp_path: Path) -> None:
    whole = BUG_REPORT.replace("/proc/driver/nvidia/./version", "/proc/cpuinfo")
    for text in (whole[: whole.index("NVRM version") + 20], whole[: whole.index(": verbose")]):
        host = opened(tmp_path, text)
        assert host.read("/etc/issue")
        assert (host.read("/proc/cpuinfo") is None) == ("lspci" not in text)
        assert "verbose" not in host.run("lspci", "-Dnnk").stdout


def test_known_texts_in_an_archive_are_read_together(tmp_path: Path) -> None:
    texts = {
        "logs/nvidia-bug-report.log.gz": gzip.compress(BUG_REPORT.encode()),
        "logs/picture.png": bytes(range(256)) * 9,
        "logs/lscpu.txt": LSCPU.encode(),
        "logs/copy of lscpu.txt": LSCPU.encode(),
        "logs/readme": b"it crashes",
        "__MACOSX/logs/._lscpu.txt": LSCPU.replace("7352", "7351").encode(),
    }
    for pack in (zipped, lambda texts: tar({name: texts[name] for name in list(texts)[:-1]})):
        host = opened(tmp_path, pack(texts), "sent.archive")
        assert isinstance(host, Attachment)
        assert host.kind == "the output of lscpu and an NVIDIA bug report"
        assert "560.35.03" in (host.read("/proc/driver/nvidia/version") or "")
        assert "EPYC 7352" in host.run("lscpu").stdout


def test_a_report_in_an_archive_may_be_cut(tmp_path: Path) -> None:
    cut = {"a/nvidia-bug-report.log.gz": gzip.compress(BUG_REPORT.encode())[:-20]}
    host = opened(tmp_path, tar({**cut, "link": "/etc/passwd"}))
    assert "of which the end is cut off" in (host.origin() or "")


def test_each_disk_of_an_archive_counts(tmp_path: Path) -> None:
    disk = "=== START OF INFORMATION SECTION ===\nDevice Model:     DISK {}\nRotation Rate:    7200 rpm\n"
    disks = {f"smart_{number}.txt": disk.format(number).encode() for number in range(3)}
    rows = msgspec.json.decode(opened(tmp_path, zipped(disks)).run("lsblk", "--json").stdout)["blockdevices"]
    assert [row["model"] for row in rows] == ["DISK 0", "DISK 1", "DISK 2"]


def test_two_machines_in_an_archive_are_not_one(tmp_path: Path) -> None:
    other = COLLECT_ENV.replace("A100", "H100").encode()
    error = refused(tmp_path, zipped({"one.txt": COLLECT_ENV.encode(), "two.txt": other}))
    assert "holds 2 files of which each is a PyTorch collect_env report" in error.what
    assert "one.txt, two.txt" in (error.fix or "")


def test_unpacked_files_go_with_the_host(tmp_path: Path) -> None:
    host = opened(tmp_path, tar({"proc/version": b"Linux"}))
    assert isinstance(host, Replay)
    place = host.root
    assert place.is_dir()
    del host
    assert not place.exists()


def test_an_archive_writes_nothing_outside_its_place(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    content: dict[str, bytes | str] = {
        "proc/version": b"Linux",
        "sys/out": str(outside),
        "sys/out/evil": b"evil",
        "sys/out/link": "evil",
        "/absolute": b"evil",
    }
    host = opened(tmp_path, tar(content))
    assert list(outside.iterdir()) == []
    assert host.read("/absolute") == "evil"
    assert "outside" in str(refused(tmp_path, tar({"proc/../../evil": b"evil"})).why)
    assert "outside" in str(refused(tmp_path, zipped({"a.txt": b"", "../evil": b"evil"})).why)


def test_a_link_shows_nothing_of_this_machine(tmp_path: Path) -> None:
    host = opened(
        tmp_path,
        tar({"proc/version": b"x", "etc/passwd": "/etc/passwd", "etc/shadow": "../../../etc/shadow"}),
    )
    assert host.read("/etc/passwd") is None
    assert host.read("/etc/shadow") is None


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (gzip.compress(b""), "is empty"),
        (b"\x7fELF" + bytes(range(256)) * 20, "tells nothing"),
        (b"dear all, it does not work\n", "tells nothing"),
        (gzip.compress(BUG_REPORT.encode())[:12], "is cut off"),
        (lzma.compress(BUG_REPORT.encode())[:12], "is cut off"),
        (tar({"proc/version": b"Linux"})[:-20], "is cut off"),
        (gzip.compress(b"x" * 99)[:-8] + b"checksum", "is damaged"),
        (tar({"readme": b"no machine"}), "tells nothing"),
        (zipped({"a": b"a", "b": b"b"}), "tells nothing"),
        (zipped({}), "tells nothing"),
    ],
)
def test_refusals(tmp_path: Path, content: bytes, what: str) -> None:
    assert what in refused(tmp_path, content).what


def test_a_refusal_names_what_is_accepted(tmp_path: Path) -> None:
    fix = refused(tmp_path, b"hello").fix or ""
    assert all(
        word in fix for word in ("snapshot", "nvidia-smi -q", "collect_env", "lscpu", "dmidecode", "dmesg")
    )


def test_a_document_of_ours_is_for_the_next_command(tmp_path: Path) -> None:
    assert "dlws check -i" in (refused(tmp_path, b'{"schema":"dlws/1","kind":"inventory"}').fix or "")


def test_missing_and_special_files(tmp_path: Path) -> None:
    for path in (tmp_path / "missing", Path("/dev/null"), tmp_path / ("x" * 300), Path("a\0b")):
        with pytest.raises(DlwsError, match="cannot read"):
            open_attachment(path)


def test_bombs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_EXPANDED", 2**20)
    for pack in (gzip.compress, bz2.compress, lzma.compress, lambda data: zipped({"x": data})):
        assert "too large" in refused(tmp_path, pack(bytes(2**20 + 1))).what
    bombs = {f"{number}.gz": gzip.compress(bytes(2**19)) for number in range(3)}
    for pack in (zipped, lambda bombs: tar(dict(bombs))):
        assert "too large" in refused(tmp_path, pack(bombs)).what
    assert "too large" in refused(tmp_path, zipped({name: bytes(2**19) for name in bombs})).what
    monkeypatch.setattr(archives, "MAX_FILE", 100)
    assert "too large" in refused(tmp_path, b"x" * 101).what
    monkeypatch.setattr(archives, "MAX_FILE", 2**20)
    monkeypatch.setattr(archives, "MAX_MEMBERS", 2)
    assert "too large" in refused(tmp_path, tar({f"proc/{number}": b"" for number in range(3)})).what
    assert "too large" in refused(tmp_path, zipped({f"{number}": b"" for number in range(3)})).what
    monkeypatch.setattr(archives, "MAX_MEMBERS", 9)
    monkeypatch.setattr(archives, "MAX_TEXTS", 2)
    assert "too large" in refused(tmp_path, tar({f"{number}": b"" for number in range(3)})).what


@pytest.mark.parametrize(
    "text",
    [
        "=== START OF INFORMATION SECTION ===\nUser Capacity: " + "9" * 5000 + " bytes [\n",
        "PyTorch version: 1\nGPU " + "1" * 5000 + ": x\n",
        "PyTorch version: 1\nGPU 1,,2: x\n",
        '{"smartctl": 1, "device": [], "user_capacity": {"bytes": ' + "9" * 5000 + "}}",
        '{"smartctl": 1, "device": {"name": null, "protocol": {}}, "model_name": 5}',
        '{"runtimes": {' * 5000,
    ],
)
def test_absurd_values_are_passed_over(text: str) -> None:
    """Python itself refuses to convert numbers of over 4300 digits."""
    assert recognise(text)[0]


@pytest.mark.parametrize(
    "unit",
    [
        "\n",
        "> ",
        '{"a": [',
        '{"a": "b", ',
        "| x |\n",
        "a: ",
        "ro ",
        "GPU 0: x (UUID: \n",
        "\x1b]",
        "<p <p ",
        "-",
        "P: /devices/a\n",
        "P: /devices/a\nE: x\n",
        "/dev/a:\n Raid Level : x\n",
        "name, memory.total [MiB]\n",
        "smartctl 7.0 \n",
        "Machine (",
        "Enclosure Device ID: 1\n",
    ],
)
def test_hostile_text_takes_no_longer_than_its_length(unit: str) -> None:
    """A pattern that backtracks over such a text would take minutes."""
    begin = time.monotonic()
    recognise(clean(unit * (300_000 // len(unit))))
    assert time.monotonic() - begin < 10


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary()
    | st.binary().map(gzip.compress)
    | st.binary().map(lambda data: tar({"proc/x": data})[:-5])
    | st.text().map(str.encode)
)
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    try:
        host = opened(tmp_path, content)
    except DlwsError as error:
        assert error.what
    else:
        assert host.nvml() is not None


@given(
    st.sampled_from([COLLECT_ENV, BUG_REPORT, LSCPU]),
    st.lists(st.tuples(st.floats(0, 1), st.text(max_size=8), st.integers(0, 30)), max_size=6),
)
def test_readers_never_raise(text: str, edits: list[tuple[float, str, int]]) -> None:
    for where, insertion, gone in edits:
        at = int(where * len(text))
        text = text[:at] + insertion + text[at + gone :]
    recognise(clean(text))
