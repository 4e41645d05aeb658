"""The memory estimate against published measurements; run with -s to see the table.

The measurements are not part of the project: DLWS_FACTS names the folder that holds measured_memory.csv.
"""

import csv
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import pytest

from dlws.model.workload import (
    Attention,
    Lora,
    Optimizer,
    Precision,
    Quantization,
    Task,
    Technique,
    Workload,
)
from dlws.sizing.vram import context_gib, vram

from .shapes import SHAPES, resnet50

REPOSITORY = Path(__file__).parent.parent.parent
QUANT = {
    "none": Quantization.NONE,
    "fp8": Quantization.FP8,
    "int8": Quantization.INT8,
    "gptq-int8": Quantization.GPTQ_INT8,
    "gptq-int4": Quantization.INT4,
    "awq-int4": Quantization.INT4,
    "nf4": Quantization.NF4,
    "nf4-dq": Quantization.NF4_DOUBLE,
}
TARGETS = {"query": "q", "key": "k", "value": "v", "projection": "o"}
LONGEST_PADDED = 660
"""Tokens of the longest padded batch of PEFT's comparison, the one unknown of that set."""
PROMPT = 16
"""Tokens where the source says only that the prompt was short."""

Row = dict[str, str]


class Floor(NamedTuple):
    """Largest errors in percent that a group may have."""

    median: float
    p90: float


FLOORS = {
    "inference, 16 bits": Floor(0.5, 4.0),
    "inference, quantised": Floor(3.0, 15.0),
    "inference, steady state, 16 bits": Floor(0.5, 2.0),
    "inference, steady state, quantised": Floor(1.5, 5.0),
    "lora, litgpt": Floor(4.0, 10.0),
    "qlora, litgpt": Floor(10.0, 20.0),
    "lora, data parallel": Floor(12.0, 16.0),
    "peft, reserved": Floor(3.0, 6.0),
    "amp training, T4": Floor(4.0, 8.0),
}


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    place = Path(os.environ.get("DLWS_FACTS", REPOSITORY.parent / "shared" / "facts")) / "measured_memory.csv"
    if not place.is_file():
        pytest.skip("no published measurements: set DLWS_FACTS to the folder with measured_memory.csv")
    with place.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def group(row: Row) -> str | None:
    """The set that a measurement belongs to; None: not judged here, or not described well enough."""
    source, plain = row["source"], row["quant"] == "none"
    if row["arch"] not in SHAPES and row["model"] != "resnet50":
        return None
    if row["technique"].startswith("inference") and row["quant"] in QUANT:
        steady = "steady state, " if source.startswith("Qwen3") else ""
        return f"inference, {steady}{'16 bits' if plain else 'quantised'}"
    if source.startswith("litgpt") and row["technique"] in ("lora", "qlora") and row["n_gpus"] == "1":
        return f"{row['technique']}, litgpt"
    if row["technique"] in ("lora-ddp", "qlora-ddp"):
        return "lora, data parallel"
    if source.startswith("PEFT Meta") and row["technique"] in ("lora", "full"):
        return "peft, reserved"
    if source.startswith("torch-preflight"):
        return "amp training, T4"
    return None


def targets(row: Row) -> tuple[str, ...]:
    text = row["lora_targets"].strip('[]"').replace('"', "").replace("_proj", "")
    if text in ("", "all"):
        return ("q", "k", "v", "o", "gate", "up", "down")
    names: list[str] = []
    for word in (part.strip() for part in text.split(",")):
        names += ("gate", "up", "down") if word == "mlp" else (TARGETS.get(word, word),)
    return tuple(names)


def described(row: Row, name: str) -> Workload:
    """The measured job as a workload."""
    amp, length = "amp" in row["precision"], row["seq_len"]
    tokens = LONGEST_PADDED if name.startswith("peft") else int(length) if length.isdigit() else PROMPT
    half = Precision.FP16 if row["precision"] == "fp16" else Precision.BF16
    fields: dict[str, Any] = {
        "name": row["model"],
        "model": resnet50() if row["model"] == "resnet50" else SHAPES[row["arch"]],
        "batch": int(row["batch"]),
        "sequence_length": tokens,
        "precision": Precision.AMP if amp else half,
    }
    if name.startswith("inference"):
        generated = int(row["gen_tokens"] or 0)
        steady = {"sequence_length": 1, "generated_tokens": tokens + generated - 1}
        kind = {"task": Task.INFER, "quantization": QUANT[row["quant"]], "generated_tokens": generated}
        return Workload(**fields | kind | (steady if "steady" in name else {}))
    if row["technique"] != "full":
        fields["technique"] = Technique.QLORA if row["quant"].startswith("nf4") else Technique.LORA
        fields["quantization"] = QUANT[row["quant"]]
        bits = 32 if name.startswith("peft") else 16
        dropout = row["source"].startswith("litgpt")
        fields["lora"] = Lora(
            rank=int(row["lora_rank"]), targets=targets(row), adapter_bits=bits, dropout=dropout
        )
        fields["padded"] = name.startswith("peft")
    if name == "amp training, T4" and row["model"] != "resnet50":
        fields["attention"] = Attention.EAGER
    return Workload(
        **fields, checkpointing=row["grad_ckpt"] == "yes", optimizer=Optimizer.ADAMW, gpus=int(row["n_gpus"])
    )


def in_the_band(row: Row, name: str, truth: float) -> bool:
    """True if the tensors lie in the error that the estimate admits. The allocator's slack stands apart."""
    need = vram(described(row, name))
    return abs(estimated(row, name) - truth) <= need.error_percent / 100 * need.allocated_gib


def estimated(row: Row, name: str) -> float:
    capability = "7.5" if row["gpu"].startswith("T4") else "8.0"
    need = vram(described(row, name), context_gib(capability))
    if row["metric"] == "reserved+context":
        return need.total_gib
    return need.reserved_gib if "reserved" in row["metric"] else need.allocated_gib


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def ninth_decile(errors: Iterable[float]) -> float:
    ordered = sorted(errors)
    return ordered[min(len(ordered) - 1, int(0.9 * len(ordered)))]


def test_error_stays_below_the_floor_of_each_group(rows: list[Row]) -> None:
    errors: dict[str, list[float]] = {name: [] for name in FLOORS}
    hits: dict[str, list[bool]] = {name: [] for name in FLOORS}
    for row in rows:
        name = group(row)
        if name is None or row["quality"] == "X" or not row["measured_bytes"]:
            continue
        truth = float(row["measured_bytes"]) / 2**30
        error = 100 * (estimated(row, name) / truth - 1)
        errors[name].append(error)
        hits[name].append(in_the_band(row, name, truth))
        say(f"{name:36} {row['model'][:30]:30} {truth:8.2f} GiB  {error:+6.1f} %  {row['notes'][:40]}")
    for name, found in errors.items():
        size = [abs(error) for error in found]
        say(
            f"{name:36} n={len(size):3}  median {median(size):5.1f} %  p90 {ninth_decile(size):5.1f} %  "
            f"in the band {sum(hits[name]) / len(size):4.0%}"
        )
    for name, found in errors.items():
        size = [abs(error) for error in found]
        assert len(size) > 2, f"{name}: no measurements were recognised"
        assert median(size) <= FLOORS[name].median, name
        assert ninth_decile(size) <= FLOORS[name].p90, name
        assert sum(hits[name]) >= 0.9 * len(size), f"{name}: the band is too narrow"
