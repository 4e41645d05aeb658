"""Requirements: known answers, and what must hold for any workload."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dlws.catalog import workloads
from dlws.errors import DlwsError
from dlws.model.network_shape import Convnet, Head, Parameters, Transformer
from dlws.model.requirements import Requirements, Vram
from dlws.model.workload import (
    Attention,
    Lora,
    Loss,
    Optimizer,
    Precision,
    Quantization,
    Sharding,
    Task,
    Technique,
    Workload,
)
from dlws.sizing.estimate import requirements
from dlws.sizing.load import workload
from dlws.sizing.shape import parameters
from dlws.sizing.vram import vram

from .shapes import SHAPES

PARTS = ("weights", "gradients", "optimizer", "activations", "kv_cache", "logits", "temporary", "framework")


@pytest.mark.parametrize(
    ("shape", "change", "traced_gib"),
    [
        ("llama-3.2-1b", {}, 13.68),
        ("llama-3.2-1b", {"checkpointing": True}, 12.00),
        ("llama-3.1-8b", {"checkpointing": True}, 75.28),
        ("llama-3.1-8b", {"technique": Technique.LORA}, 36.89),
        ("llama-3.1-8b", {"technique": Technique.LORA, "checkpointing": True}, 19.38),
    ],
)
def test_training_agrees_with_allocation_traces(
    shape: str, change: dict[str, Any], traced_gib: float
) -> None:
    """Peaks of two traced steps of Hugging Face's Llama in bf16: AdamW, one sequence of 2048 tokens."""
    need = vram(Workload(name="traced", model=SHAPES[shape], **change))
    assert need.allocated_gib == pytest.approx(traced_gib, rel=0.003)


def test_resnet_agrees_with_its_allocation_trace() -> None:
    """ResNet-50, batch 32, fp32, SGD with momentum: 2.783 GiB."""
    need = vram(workload("resnet50-train", {"batch": 32, "precision": "fp32"}))
    assert need.allocated_gib == pytest.approx(2.783, rel=0.02)


def test_inference_is_weights_and_cache() -> None:
    need = vram(workload("llama-3.1-8b-infer"))
    assert need.weights_gib == pytest.approx(8_030_261_248 * 2 / 2**30)
    decode = vram(workload("llama-3.1-8b-infer", {"sequence_length": 1, "generated_tokens": 8191}))
    assert decode.kv_cache_gib == pytest.approx(1.0)
    assert decode.peak == "decode"


@pytest.mark.parametrize("name", [*workloads.names(), "8B", "70B", "405B"])
def test_requirements_survive_a_round_trip_and_name_what_scripts_read(name: str) -> None:
    found = requirements(workload(name))
    plain = msgspec.to_builtins(found)
    assert msgspec.convert(plain, Requirements) == found
    assert {f"{part}_gib" for part in (*PARTS, "total")} <= plain["estimate"]["vram"].keys()
    assert {"ram_gib", "disk_gb", "time_hours", "energy_kwh"} <= plain["estimate"].keys()
    assert all(need["reason"] for part in ("minimum", "recommended") for need in plain[part].values())


def test_options_hold_the_job_and_say_what_they_rest_on() -> None:
    found = requirements(workload("llama-3.1-8b-lora"))
    assert found.options
    for option in found.options:
        assert option.need_gib <= option.vram_gib or option.fit == "tight"
        assert option.source
        assert option.cloud is None or option.cloud.as_of
    assert "GeForce RTX 3090" in {option.gpu for option in found.options}
    assert "GeForce RTX 4060" not in {option.gpu for option in found.options}


def test_small_job_needs_no_gpu() -> None:
    assert requirements(workload("lenet5-train")).minimum.gpus.value == 0
    assert requirements(workload("resnet50-train")).minimum.gpus.value == 1


def test_attention_without_a_fused_kernel_needs_more() -> None:
    for task in Task:
        job = Workload(name="job", model=SHAPES["llama-3.2-1b"], task=task, sequence_length=8192)
        assert vram(replace(job, attention=Attention.EAGER)).allocated_gib > 2 * vram(job).allocated_gib


@pytest.mark.parametrize("attention", Attention)
def test_soft_caps_keep_a_tanh_each(attention: Attention) -> None:
    plain = SHAPES["gemma-2-2b"]
    job = Workload(
        name="job", model=plain, task=Task.TRAIN, sequence_length=1024, batch=2, attention=attention
    )
    capped = replace(job, model=replace(plain, logit_softcap=True, attention_softcap=True))
    kept = vram(capped).activations_gib - vram(job).activations_gib
    eager = attention is Attention.EAGER
    assert kept == pytest.approx(2 * 1024**2 * plain.heads * plain.layers * 2 / 2**30 if eager else 0)
    short = replace(capped, model=replace(capped.model, layers=1), attention=Attention.FUSED)
    free = replace(short, model=replace(short.model, logit_softcap=False))
    assert vram(short).logits_gib - vram(free).logits_gib == pytest.approx(2 * 1024 * 256000 * 2 / 2**30)


def test_job_too_large_for_one_card_is_split() -> None:
    counts = {option.count for option in requirements(workload("405B")).options}
    assert counts
    assert min(counts) > 1


def test_what_cannot_be_told_says_why() -> None:
    found = requirements(workload("llama-3.1-8b-infer")).estimate
    assert found.time_hours is None
    assert "dataset_samples" in found.unknown["time_hours"]


def test_time_scales_with_the_work() -> None:
    once = requirements(workload("llama-3.1-8b-lora", {"epochs": 1})).estimate
    twice = requirements(workload("llama-3.1-8b-lora", {"epochs": 2})).estimate
    assert once.time_hours is not None
    assert twice.time_hours == pytest.approx(2 * once.time_hours)
    assert once.figures["time_hours"].low < once.time_hours < once.figures["time_hours"].high


def test_electricity_is_a_setting() -> None:
    germany = requirements(workload("resnet50-train"), "DE").estimate
    europe = requirements(workload("resnet50-train")).estimate
    assert germany.electricity_cost is not None
    assert europe.electricity_cost is not None
    assert germany.electricity_cost > europe.electricity_cost
    with pytest.raises(DlwsError, match="no price of electricity is known for 'XX'"):
        requirements(workload("resnet50-train"), "XX")


def test_advice_says_what_it_would_save() -> None:
    assert any(
        line.startswith("technique: qlora:") for line in requirements(workload("llama-3.1-8b-lora")).advice
    )


SIZES = st.integers(1, 64)
DENSE = sorted(
    name for name, shape in SHAPES.items() if shape.experts is None and shape.head is Head.LANGUAGE_MODEL
)


@pytest.mark.parametrize("shape", DENSE)
@pytest.mark.parametrize(
    "change",
    [
        {},
        {"checkpointing": True},
        {"technique": Technique.LORA},
        {"technique": Technique.LORA, "checkpointing": True},
        {"task": Task.INFER, "sequence_length": 8192},
    ],
)
def test_band_of_a_bare_parameter_count_holds_the_real_shape(shape: str, change: dict[str, Any]) -> None:
    known = vram(Workload(name="known", model=SHAPES[shape], **change))
    bare = Parameters(parameters=parameters(SHAPES[shape]))
    presumed = vram(Workload(name="presumed", model=bare, **change))
    assert presumed.low_gib <= known.total_gib <= presumed.high_gib


YES_OR_NO = st.booleans()


def attending(groups: int, share: int, width: int, **rest: Any) -> Transformer:
    """A transformer whose numbers of heads go together."""
    return Transformer(heads=groups * share, kv_heads=groups, head_dim=width, **rest)


TRANSFORMERS = st.builds(
    attending,
    groups=st.integers(1, 8),
    share=st.integers(1, 8),
    width=SIZES,
    layers=SIZES,
    hidden=SIZES,
    ffn=SIZES,
    vocab=st.integers(1, 5000),
    gated=YES_OR_NO,
    tied_embeddings=YES_OR_NO,
    bias=YES_OR_NO,
    parallel_block=YES_OR_NO,
    qk_norm=YES_OR_NO,
    dropout=YES_OR_NO,
)
CONVNETS = st.builds(Convnet, parameters=st.integers(1, 10**9), activation_mib_per_sample=st.floats(0, 1000))
COUNTED = st.builds(Parameters, parameters=st.integers(1, 10**12))


def jobs(models: st.SearchStrategy[Any]) -> st.SearchStrategy[Workload]:
    """Training of any of these models."""
    return st.builds(
        Workload,
        name=st.just("any"),
        model=models,
        batch=st.integers(1, 512),
        sequence_length=st.integers(1, 8192),
        precision=st.sampled_from(Precision),
        optimizer=st.sampled_from(Optimizer),
        checkpointing=YES_OR_NO,
        gradient_accumulation=st.integers(1, 4),
        attention=st.sampled_from(Attention),
        padded=YES_OR_NO,
        loss=st.sampled_from(Loss),
        gpus=st.integers(1, 16),
        sharding=st.sampled_from(Sharding),
    )


ANY_JOB = jobs(st.one_of(TRANSFORMERS, CONVNETS, COUNTED))
LANGUAGE_JOB = jobs(st.one_of(TRANSFORMERS, COUNTED))


def no_less(more: Vram, less: Vram) -> bool:
    return more.allocated_gib >= less.allocated_gib * (1 - 1e-9)


@given(ANY_JOB)
def test_nothing_is_negative_and_the_parts_add_up(job: Workload) -> None:
    need = vram(job)
    parts = [getattr(need, f"{part}_gib") for part in PARTS]
    assert min(parts) >= 0
    assert sum(parts) == pytest.approx(need.total_gib)
    assert 0 <= need.low_gib <= need.total_gib <= need.high_gib


@given(ANY_JOB, st.integers(1, 100))
def test_more_batch_never_needs_less(job: Workload, more: int) -> None:
    assert no_less(vram(replace(job, batch=job.batch + more)), vram(job))


@given(LANGUAGE_JOB, st.sampled_from(Task), st.integers(1, 1000))
def test_longer_sequences_never_need_less(job: Workload, task: Task, more: int) -> None:
    job = replace(job, task=task)
    assert no_less(vram(replace(job, sequence_length=job.sequence_length + more)), vram(job))


@given(LANGUAGE_JOB, st.integers(0, 5000), st.integers(1, 1000))
def test_more_generated_tokens_never_need_less(job: Workload, tokens: int, more: int) -> None:
    job = replace(job, task=Task.INFER, generated_tokens=tokens)
    assert no_less(vram(replace(job, generated_tokens=tokens + more)), vram(job))


@given(LANGUAGE_JOB)
def test_checkpointing_never_needs_more(job: Workload) -> None:
    assert no_less(vram(replace(job, checkpointing=False)), vram(replace(job, checkpointing=True)))


@given(st.sampled_from(["llama-3.2-1b", "llama-3.1-8b", "qwen2.5-32b", "gemma-2b"]), LANGUAGE_JOB)
def test_lora_never_holds_more_state_than_full_training(shape: str, job: Workload) -> None:
    full = vram(replace(job, model=SHAPES[shape]))
    lora = vram(replace(job, model=SHAPES[shape], technique=Technique.LORA, lora=Lora(adapter_bits=16)))
    assert lora.optimizer_gib <= full.optimizer_gib
    assert lora.gradients_gib <= full.gradients_gib or full.peak != lora.peak


@pytest.mark.parametrize("shape", ["llama-3.2-1b", "llama-3.1-8b", "qwen2.5-32b", "gemma-2b"])
@pytest.mark.parametrize("checkpointing", [False, True])
def test_lora_needs_less_than_full_training(shape: str, checkpointing: bool) -> None:
    job = Workload(name="job", model=SHAPES[shape], checkpointing=checkpointing)
    assert no_less(vram(job), vram(replace(job, technique=Technique.LORA)))


@given(LANGUAGE_JOB)
def test_fewer_bits_never_need_more_weights(job: Workload) -> None:
    job = replace(job, task=Task.INFER)
    sizes = [
        vram(replace(job, quantization=kind)).weights_gib
        for kind in (Quantization.NONE, Quantization.INT8, Quantization.NF4, Quantization.NF4_DOUBLE)
    ]
    assert sizes == sorted(sizes, reverse=True)


@given(LANGUAGE_JOB, st.integers(2, 16))
def test_sharding_never_needs_more_weights(job: Workload, gpus: int) -> None:
    job = replace(job, gpus=gpus)
    whole = vram(replace(job, sharding=Sharding.NONE))
    assert vram(replace(job, sharding=Sharding.FULL)).weights_gib <= whole.weights_gib


@pytest.mark.parametrize("technique", ["lora", "qlora"])
def test_data_parallel_training_admits_the_error_that_was_measured(technique: str) -> None:
    """12 % of the estimate is the largest of three published deviations."""
    one = workload("llama-3.1-8b-lora", {"technique": technique})
    two = vram(replace(one, gpus=2))
    assert two.error_percent > 1.5 * 12
    assert two.error_percent >= vram(one).error_percent
    assert "three published runs" in two.basis
