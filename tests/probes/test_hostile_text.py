"""Texts that are made to keep a reader busy, or to make it give up."""

import time
from contextlib import suppress
from pathlib import Path

import pytest

from dlws.errors import DlwsError
from dlws.host.attachment import open_attachment
from dlws.probes import inventory
from dlws.probes.problems import BROKEN

LONG = 60_000
LIMIT_S = 3
"""Of processor time. All of these take a fraction of it where the time grows with the text alone; where it grows
with its square, they take minutes."""

TABLE = "|   0  NVIDIA A100  Off  | 00000000:00:06.0 Off | 0 |\n"
AMD_TABLE = "| AMD-SMI 26.0 |\n| 0000:01:00.0 AMD | 1 % |\n| 0  0  0  SPX/NPS1 | 1 % |\n"


def filled(text: str) -> str:
    """A text, again and again."""
    return (text * (LONG // len(text) + 1))[:LONG]


TEXTS = {
    "empty lines in a table": TABLE + "\n" * LONG,
    "blanks in amd-smi": "GPU: 0\n    ASIC:\n    Vendor: " + "\t" * LONG + "\n",
    "blanks in amd-smi's table": AMD_TABLE + "| 0  1" + " " * LONG + "x\n",
    "blanks in rocm-smi": "GPU[0]\t\t: Card Series: \t\ta\nGPU[0] :" + " " * LONG + "x\n",
    "blanks in clinfo": "Number of platforms:   1\n  Device Name    a" + " " * LONG + "x\n",
    "blanks in nvidia-smi -q": "=====NVSMI LOG=====\nGPU 00000000:01:00.0\n    a" + " " * LONG + "x\n",
    "cards within cards": filled('<gpu id="00000000:01:00.0">'),
    "escaped quotes": filled('\\"\\n'),
    "uname": filled("Linux a 1.1 #1 x86_64 "),
    "firmware": "[    0.000000] Linux version 5\n" + filled("DMI: , BIOS "),
    "columns of lscpu -e": "CPU " + filled("CORE ") + "x\n",
    "ranges of processors": "Architecture:  x86_64\nCPU(s):  2\nOn-line CPU(s) list:  "
    + filled("0-65535,")
    + "\n",
    "heads of a processor": "PyTorch version: 2\n" + filled("CPU:\n"),
    "columns of a CSV": (filled("memory.total, -, ")[:15_000] + "\n") * 4,
    "devices of a container": "NVRM version: 5\n" + filled("Device Index: 0\nModel: a\n"),
    "a field of a CSV": "name, memory.total [MiB]\n" + "a" * 200_000 + ", 1\n",
    "a field of rocm-smi's CSV": "device,Card Series (x)\n" + "a" * 200_000 + ",1\n",
}


@pytest.mark.parametrize("name", TEXTS)
def test_it_is_read_in_time(tmp_path: Path, name: str) -> None:
    began = time.process_time()
    with suppress(DlwsError):  # a text that tells nothing is refused
        _read(tmp_path, TEXTS[name])
    assert time.process_time() - began < LIMIT_S


DIGITS = "9" * 5000
NUMBERS = (
    f"GPU {DIGITS}: A (UUID: GPU-a)\n",
    TABLE.replace(" 0 ", f" {DIGITS} ", 1),
    f"GPU  XCP  POWER   GPU_T\n  {DIGITS}    0    1 W   1\n",
    f"GPU[{DIGITS}]\t\t: Card Series: \t\ta\n",
    f"intel-gpu-top: Intel a @ /dev/dri/card0 -  {DIGITS}/ {DIGITS} MHz\n",
    f"/dev/md0:\n     Raid Level : raid1\n   Raid Devices : {DIGITS}\n Active Devices : {DIGITS}\n",
    f"Number of platforms:   1\n  Device Name    a\n  Device Type    GPU\n  Global memory size  {DIGITS}\n",
)
"""Python refuses to make a number of so many digits."""
DEEP = (
    '<gpu id="00000000:01:00.0">' + "<a>" * 3000,
    '[{"gpu": 0, "x": ' + '{"a": ' * 800 + "1" + "}" * 800 + "}]",
    "processor\t: 0\n".replace("\t:", "\t \t:"),
)
COLUMNS = ("name, memory.total [MiB], kmd_driver_version\nA, 1 MiB, 2\n",)
"""A name that ends as another does."""


@pytest.mark.parametrize("text", [*NUMBERS, *DEEP, *COLUMNS])
def test_it_ends_no_subject(tmp_path: Path, text: str) -> None:
    assert not [sentence for sentence in _read(tmp_path, text) if BROKEN in sentence]


def _read(tmp_path: Path, text: str) -> tuple[str, ...]:
    file = tmp_path / "text"
    file.write_text(text)
    return inventory.take(open_attachment(file)).problems
