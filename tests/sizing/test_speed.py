"""Time estimates against published speeds; run with -s to see the table. DLWS_FACTS as for memory."""

import csv
import os
import sys
from pathlib import Path
from statistics import median
from typing import NamedTuple

import pytest

from dlws.catalog import gpus
from dlws.catalog.gpus import GpuModel
from dlws.model.workload import Quantization, Task, Technique, Workload
from dlws.sizing.duration import seconds
from dlws.sizing.load import workload

from .shapes import SHAPES, llama

REPOSITORY = Path(__file__).parent.parent.parent
NAMES = {
    "h100_80gb": "H100 SXM5 80 GB",
    "a100_80gb": "A100 SXM4 80 GB",
    "a100_40gb": "A100 SXM4 40 GB",
    "H100": "H100 SXM5 80 GB",
    "RTX4090": "GeForce RTX 4090",
    "RTX3090": "GeForce RTX 3090",
    "rtx3090": "GeForce RTX 3090",
    "A100-80GB": "A100 SXM4 80 GB",
    "A100-SXM4-40GB": "A100 SXM4 40 GB",
    "RTX A6000 48GB": "RTX A6000",
    "RTX 6000 Ada 48GB": "RTX 6000 Ada Generation",
    "A40 48GB": "A40",
    "L40S 48GB": "L40S",
    "A100 PCIe 80GB": "A100 PCIe 80 GB",
    "A100 SXM 80GB": "A100 SXM4 80 GB",
    "H100 PCIe 80GB": "H100 PCIe 80 GB",
}
MPT = {
    "MPT-7b": llama(32, 4096, 32, 32, 11008, 50368, tied=True),
    "MPT-13b": llama(40, 5120, 40, 40, 13824, 50368, tied=True),
    "MPT-30b": llama(48, 7168, 64, 64, 19200, 50368, tied=True),
    "MPT-70b": llama(64, 8192, 64, 64, 28672, 50368, tied=True),
}
"""MPT's blocks are not gated; these have the same number of weights."""

Row = dict[str, str]


class Case(NamedTuple):
    """A measured job, and the seconds that one sample of it took."""

    group: str
    job: Workload
    gpu: GpuModel
    measured: float


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    place = Path(os.environ.get("DLWS_FACTS", REPOSITORY.parent / "shared" / "facts")) / "measured_speed.csv"
    if not place.is_file():
        pytest.skip("no published speeds: set DLWS_FACTS to the folder with measured_speed.csv")
    known = {gpu.name: gpu for gpu in gpus.all()}
    with place.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["gpu"] in NAMES]
    return [case for row in rows if (case := described(row, known[NAMES[row["gpu"]]]))]


def described(row: Row, gpu: GpuModel) -> Case | None:
    """The row as a case; None if it is of a kind that is not judged."""
    value, shape = float(row["value"]), SHAPES.get(row["model"])
    length = int(row["seq"]) if row["seq"].isdigit() else 0
    if row["model"] in MPT and row["task"] == "train":
        job = Workload(name="mpt", model=MPT[row["model"]], sequence_length=length)
        return Case("training, large batches", job, gpu, length / value)
    if row["task"] in ("full", "lora") and row["unit"] == "tok/s" and shape and length:
        job = Workload(name="tune", model=shape, sequence_length=length, technique=Technique(row["task"]))
        return Case("training, one card", job, gpu, length / value)
    if row["unit"] == "min/1k iters" and row["task"] == "lora" and row["n_gpus"] == "1" and shape:
        job = Workload(name="tune", model=shape, sequence_length=length // 4, technique=Technique.LORA)
        return Case("training, one card", job, gpu, value * 60 / 1000)
    if row["task"] == "decode" and row["model"] == "Llama3-70B Q4_K_M":
        return Case("decode", generation("llama-2-70b", Quantization.INT4), gpu, 1 / value)
    if (
        row["task"] == "inference"
        and row["unit"] == "tok/s"
        and shape
        and row["precision"].startswith("bf16")
    ):
        return Case("generate, eager", generation(row["model"], Quantization.NONE), gpu, 1 / value)
    if row["model"] == "tv_resnet50" and row["task"] == "train":
        return Case("convnet", workload("resnet50-train", {"batch": int(row["batch"])}), gpu, 1 / value)
    return None


def generation(shape: str, stored: Quantization) -> Workload:
    """One generated token."""
    return Workload(
        name="decode",
        task=Task.INFER,
        model=SHAPES[shape],
        quantization=stored,
        sequence_length=1,
        generated_tokens=1,
    )


def test_published_speeds_lie_in_the_band(cases: list[Case]) -> None:
    inside: dict[str, list[bool]] = {}
    errors: dict[str, list[float]] = {}
    for case in cases:
        found = seconds(case.job, case.gpu, 1)
        assert found is not None
        inside.setdefault(case.group, []).append(found.low <= case.measured <= found.high)
        errors.setdefault(case.group, []).append(abs(found.value / case.measured - 1) * 100)
    for group, hits in inside.items():
        middle = median(errors[group])
        sys.stdout.write(
            f"{group:26} n={len(hits):3}  in the band {sum(hits) / len(hits):4.0%}  median {middle:.0f} %\n"
        )
    assert {"training, large batches", "training, one card", "decode"} <= inside.keys()
    hits = [hit for group in inside.values() for hit in group]
    assert sum(hits) >= 0.9 * len(hits)
    assert median(errors["training, large batches"]) <= 10
    assert median(errors["decode"]) <= 30
