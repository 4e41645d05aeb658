"""The ledger of tensors, and what a framework adds to it on a card."""

from typing import NamedTuple

import msgspec

from dlws.model.network_shape import Convnet, Parameters, Transformer
from dlws.model.requirements import Vram
from dlws.model.workload import Sharding, Task, Technique, Workload

from . import convnet, inference, training
from .ledger import GIB, Ledger
from .shape import typical

ANY_CONTEXT_GIB = 0.45
CONTEXT_SPREAD_GIB = 0.3
"""Measured contexts: 0.14 GiB on a T4 with PyTorch 2.10, 0.3 to 0.5 on newer cards, 1.3 on a V100 with CUDA
11.2, which loaded all kernels at once."""
SLACK, WORST_SLACK = 0.10, 0.25
"""What PyTorch's allocator holds beside the tensors, as a share of those that come and go: 6 to 13 % measured
on a T4, 3 to 25 % in replays of traces. Frozen weights are loaded once and fill their blocks."""
CONVNET_BAND = 0.15
"""cuDNN's benchmark mode may take workspaces of this share more, or half a GiB."""
HALF_GIB = 0.5


class _Basis(NamedTuple):
    """Where a figure comes from, and the error, as a share of the estimate, that nine in ten published
    measurements stayed below; for convnets and data parallelism, of which too few are published, our
    judgement."""

    text: str
    error_percent: float


TRAINED = _Basis("each tensor of Hugging Face's implementation counted, in eager PyTorch", 10.0)
ADAPTED_4BIT = _Basis(
    "as for LoRA, with activations in fp32 as bitsandbytes returns them after PEFT's preparation", 20.0
)
PARALLEL = _Basis(
    "as for one GPU, with buckets for gradients; three published runs with LoRA were 10 to 14 % off, and so "
    "few allow no narrower band",
    20.0,
)
SHARDED = _Basis("states split evenly, and two layers, embeddings and head gathered", 30.0)
INFERRED = _Basis("weights, KV cache and the widest layer's transients of Hugging Face's generate", 4.0)
QUANTIZED = _Basis("as for 16 bits, with the storage format's bytes for each weight", 16.0)
CONVOLVED = _Basis("parameters, optimizer state, and this network's measured activations a sample", 15.0)
PRESUMED = _Basis("a usual dense decoder of this size; its config.json gives a better figure", 100.0)


def context_gib(compute_capability: str | None) -> float:
    """Driver context of one process, by generation; the usual value where the card is not known."""
    if compute_capability is None:
        return ANY_CONTEXT_GIB
    major = int(compute_capability.split(".")[0])
    return 0.14 if compute_capability == "7.5" else 0.38 if major == 8 else 0.5 if major > 8 else 0.3


def ledger(workload: Workload) -> Ledger:
    """Tensors of one GPU at the peak."""
    if isinstance(workload.model, Convnet):
        return convnet.ledger(workload.model, workload)
    model = shape_of(workload)
    if workload.task is Task.TRAIN:
        return training.ledger(model, workload)
    return inference.ledger(model, workload)


def shape_of(workload: Workload) -> Transformer:
    """The transformer that is meant, or presumed from a parameter count."""
    if isinstance(workload.model, Parameters):
        return typical(workload.model)
    assert isinstance(workload.model, Transformer)
    return workload.model


def vram(workload: Workload, context: float = ANY_CONTEXT_GIB) -> Vram:
    """Memory of one GPU, its parts and its band."""
    held, basis = ledger(workload), _basis(workload)
    allocated = held.total / GIB
    frozen = workload.task is Task.INFER or workload.technique is not Technique.FULL
    moving = allocated - (held.weights / GIB if frozen else 0.0)
    reserved = allocated + SLACK * moving
    below, above = (error / GIB for error in _errors(held, basis))
    convolved = max(HALF_GIB, CONVNET_BAND * allocated) if isinstance(workload.model, Convnet) else 0.0
    return Vram(
        total_gib=reserved + context,
        allocated_gib=allocated,
        reserved_gib=reserved,
        low_gib=allocated - below + max(0.0, context - CONTEXT_SPREAD_GIB),
        high_gib=allocated + above + WORST_SLACK * moving + context + CONTEXT_SPREAD_GIB + convolved,
        weights_gib=held.weights / GIB,
        gradients_gib=held.gradients / GIB,
        optimizer_gib=held.optimizer / GIB,
        activations_gib=held.activations / GIB,
        kv_cache_gib=held.kv_cache / GIB,
        logits_gib=held.logits / GIB,
        temporary_gib=held.temporary / GIB,
        framework_gib=reserved - allocated + context,
        peak=held.peak,
        basis=basis.text,
        error_percent=100 * above / allocated,
    )


def _errors(held: Ledger, basis: _Basis) -> tuple[float, float]:
    """Bytes that the tensors may be fewer and more. Of a presumed shape the weights are sure; what depends on
    layers and vocabulary may be a quarter or twice as much, and the KV cache four times: no shared heads."""
    if basis is PRESUMED:
        presumed = held.activations + held.logits + held.temporary
        return 0.75 * (presumed + held.kv_cache), presumed + 3 * held.kv_cache
    return basis.error_percent / 100 * held.total, basis.error_percent / 100 * held.total


def _basis(workload: Workload) -> _Basis:
    if isinstance(workload.model, Convnet):
        return CONVOLVED
    if isinstance(workload.model, Parameters):
        return PRESUMED
    if workload.sharding is Sharding.FULL and workload.gpus > 1:
        return SHARDED
    if workload.task is Task.TRAIN and workload.gpus > 1:
        return PARALLEL
    if workload.task is Task.TRAIN:
        return ADAPTED_4BIT if workload.technique is Technique.QLORA else TRAINED
    return INFERRED if workload.quantization.value == "none" else QUANTIZED


def with_gpus(workload: Workload, count: int) -> Workload:
    """The same job on this many GPUs; where it was meant for fewer, split over them."""
    sharding = workload.sharding if count <= workload.gpus else Sharding.FULL
    return msgspec.structs.replace(workload, gpus=count, sharding=sharding)
