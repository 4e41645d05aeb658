"""What log collectors, launchers, web pages and JSON make of an output."""

import json
from collections.abc import Callable
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlws.host.attachments.quoting import clean

Spoil = Callable[[str], str]

TABLE = """\
+-----------------------------------------------------------------------------+
| NVIDIA-SMI 550.54.14    Driver Version: 550.54.14    CUDA Version: 12.4     |
|===============================+======================+======================|
|   0  Tesla T4            On   | 00000000:81:00.0 Off |                    0 |
"""
LOG = (
    "==============NVSMI LOG==============\n\nDriver Version : 550.54.14\nGPU 00000000:81:00.0\n    Clocks\n"
)
MATRIX = "\tGPU0\tGPU1\tCPU Affinity\nGPU0\t X \tPHB\t0-7\nGPU1\tPHB\t X \t0-7\n"
SPACED = "        GPU0    GPU1    CPU Affinity\nGPU0     X      NV2     0-7\nGPU1    NV2      X      0-7\n"
CSV = "index, name, memory.total [MiB]\n0, Tesla T4, 15360 MiB\n"


def before(mark: str) -> Spoil:
    """Each line behind the same mark, with the number of the line where it has ``@``."""
    return lambda text: "".join(
        f"{mark.replace('@', f'{number:02}')}{line}\n" for number, line in enumerate(text.splitlines(), 1)
    )


SPOILS: tuple[Spoil, ...] = (
    before("2024-05-01T12:00:@.1234567Z "),
    before("[2024-05-01 12:00:@] "),
    before("2024-05-01 12:00:@,123 - INFO - "),
    before("May  1 12:00:@ host run.sh[123]: "),
    before("worker_1  | "),
    before("[pod/a/b] "),
    before("0: "),
    before("@:"),
    before("    @\t"),
    before("# "),
    lambda text: text.replace("\n", "<br>\n"),
    lambda text: text.replace("\n", "\n\n"),
    lambda text: f"<pre>\n{escape(text, quote=False).replace('  ', ' &nbsp;')}</pre>\n",
    lambda text: json.dumps({"stdout": text, "rc": 0}),
    lambda text: json.dumps({"stdout_lines": text.splitlines()}, indent=4),
)


@pytest.mark.parametrize("number", range(len(SPOILS)))
@pytest.mark.parametrize(
    "text", [TABLE, LOG, MATRIX, SPACED, CSV], ids=["table", "log", "matrix", "spaced", "csv"]
)
def test_an_output_comes_out_as_it_was(text: str, number: int) -> None:
    lines = [line.strip() for line in clean(SPOILS[number](text)).splitlines()]
    wanted = [line.strip() for line in clean(text).splitlines() if line.strip()]
    assert [line for line in lines if line in wanted] == wanted


def test_colours_within_json_are_taken_off() -> None:
    assert clean(json.dumps({"stdout": f"\x1b[4m{MATRIX}\x1b[0m"})) == clean(MATRIX)


def test_lines_of_other_tasks_stay_apart() -> None:
    mixed = "".join(f"0: {line}\n1: {line}\n" for line in TABLE.splitlines())
    assert TABLE in clean(mixed)


@pytest.mark.parametrize(
    "text",
    [
        "[    1.234567] NVRM: GPU 0000:01:00.0 lost\n[    2.234567] NVRM: again\n",
        '{"warnings": "one\\ntwo\\nthree"}',
        "he wrote | NVIDIA-SMI 535 and no more\nthat is all\n",
    ],
)
def test_what_is_part_of_a_text_stays(text: str) -> None:
    assert clean(text) == text


@given(st.text(), st.sampled_from([TABLE, LOG, MATRIX, CSV]))
def test_any_text_is_cleaned(text: str, output: str) -> None:
    clean(text + output)
    clean(before(text)(output))
