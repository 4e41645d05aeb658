"""CSV of nvidia-smi without its header, and of a card that was asked again and again."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from dlws.host.attachment import open_attachment
from dlws.host.attachments import nvidia_csv
from dlws.model.gpu import Gpu
from dlws.probes import inventory

COMMAND = "$ nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader\n"
SAMPLES = """\
timestamp, index, memory.used [MiB], temperature.gpu
2024/05/01 12:00:00.100, 0, 10 MiB, 40
2024/05/01 12:00:00.102, 1, 11 MiB, 41
2024/05/01 12:00:01.100, 0, 99 MiB, 80
2024/05/01 12:00:01.102, 1, 99 MiB, 81
"""


def pasted(place: Path, text: str) -> tuple[Gpu, ...]:
    """GPUs of a machine that is known from a file with this text."""
    file = place / "gpus.csv"
    file.write_text(text, encoding="utf-8")
    return inventory.take(open_attachment(file)).gpus


def test_the_command_names_the_columns(tmp_path: Path) -> None:
    one, two = pasted(
        tmp_path, f"{COMMAND}Tesla T4, 15360 MiB, 550.54.14\nTesla P4, 7680 MiB, 550.54.14\n$ ls\n"
    )
    assert [(gpu.name, gpu.memory_mib) for gpu in (one, two)] == [("Tesla T4", 15360), ("Tesla P4", 7680)]


def test_a_card_that_was_asked_twice_is_one(tmp_path: Path) -> None:
    assert [gpu.temperature_c for gpu in pasted(tmp_path, SAMPLES)] == [40, 41]


def test_samples_without_a_number_are_told_apart_by_their_time(tmp_path: Path) -> None:
    text = "timestamp, name, utilization.gpu [%]\n" + "".join(
        f"2024/05/01 12:00:0{second}.100, Tesla T4, {second} %\n" for second in range(3)
    )
    assert [gpu.utilization_percent for gpu in pasted(tmp_path, text)] == [0]


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    nvidia_csv.KIND.matches(f"{COMMAND}{text}")
