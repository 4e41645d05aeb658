"""How long a job takes on a GPU, and the energy that it draws.

Every figure has a band as wide as what was published: the same card reaches 12 % of its peak with short
padded batches and over 60 % with long ones.
"""

from msgspec.structs import replace

from dlws.catalog.gpus import GpuModel
from dlws.model.network_shape import Convnet, Transformer
from dlws.model.requirements import Figure
from dlws.model.workload import Precision, Task, Technique, Workload

from . import shape
from .convnet import activation_bytes
from .inference import kv_bytes
from .training import weights
from .vram import shape_of

UTILIZATION = {"9.0": 0.40, "8.0": 0.53}
OTHER_UTILIZATION = 0.45
"""Share of the dense 16-bit peak in training: H100 0.40 and A100 0.53 (MPT, llm-foundry's tables), one
RTX 4090 0.48 to 0.68 (torchtune, torchao)."""
WORST_UTILIZATION = 0.12
"""L40S with batches of four short padded sequences (PEFT's method comparison)."""
BEST_OVER_USUAL = 1.5
PREFILL_UTILIZATION = 0.40
"""Of the dense peak, over a prompt: 0.22 on an H100 PCIe to 0.56 on an RTX 4080 (llama.cpp, Llama 3 8B)."""
PASSES = 22.0
"""Times that a training step moves a convnet's stored activations through memory: ResNet-50 in amp takes 17
on an RTX 3090 (timm, 1,219 images/s) and 27 on an H100 (Lambda, 2,791 images/s)."""
INFERENCE_SHARE = 1 / 3.4
"""Time of a forward pass over that of a training step (timm: 3.0 to 4.9 times less)."""
STEP_FLOOR_S = 0.003
"""A step of even the smallest network launches some 300 kernels at about 10 microseconds each."""
LAUNCH_S = 74e-6
"""For each layer and token, beside reading weights at 95 % of the bandwidth (llama.cpp on 20 cards)."""
EAGER_SLOWDOWN = 7.0
"""Eager PyTorch is bound by kernel launches: on an A100 Qwen2.5 7B makes 40 tokens/s, Llama 2 7B 31."""
HOST_W, HOST_LOW_W, HOST_HIGH_W = 150.0, 100.0, 200.0
BUSY, BUSY_LOW, BUSY_HIGH = 0.85, 0.4, 0.97
"""Share of board power: 0.85 to 0.97 when training or serving many, 0.4 when starved of data (ML.ENERGY)."""


def samples(workload: Workload) -> float | None:
    """Samples, sequences or prompts of the whole job; None if that was not said."""
    if workload.steps is not None and workload.task is Task.TRAIN:
        return float(workload.steps * workload.batch * workload.gradient_accumulation * workload.gpus)
    if workload.dataset_samples is None:
        return None
    epochs = 1.0 if workload.epochs is None and workload.task is Task.INFER else workload.epochs
    return None if epochs is None else epochs * workload.dataset_samples


def tokens(workload: Workload) -> int:
    """Tokens of one sample that count as speed: those trained on, or those generated."""
    if isinstance(workload.model, Convnet):
        return 0
    return workload.sequence_length if workload.task is Task.TRAIN else workload.generated_tokens


def flops(workload: Workload) -> float | None:
    """Floating-point operations of the whole job."""
    count = samples(workload)
    if count is None:
        return None
    if isinstance(workload.model, Convnet):
        macs = workload.model.forward_gmacs_per_sample
        rounds = 3 if workload.task is Task.TRAIN else 1
        return None if macs is None else count * 2e9 * macs * rounds
    model = shape_of(workload)
    tokens = workload.sequence_length + (workload.generated_tokens if workload.task is Task.INFER else 0)
    return count * tokens * flops_per_token(model, workload)


def flops_per_token(model: Transformer, workload: Workload) -> float:
    """2 for each weight and pass, and attention over the sequence: one pass forward, one back to the
    activations, one for the trained weights, one again under checkpointing."""
    linear = 2.0 * shape.active_parameters(model)
    attention = 4.0 * model.layers * shape.query_width(model) * workload.sequence_length
    if workload.task is Task.INFER:
        return linear + attention
    back = 2 if workload.technique is Technique.FULL else 1
    again = linear + attention if workload.checkpointing else 0.0
    return linear * (1 + back) + attention * 3 + again


def hours(workload: Workload, gpu: GpuModel, count: int) -> Figure | None:
    """Time of the whole job on this many of a GPU; None if the job or the card is not known well enough."""
    work, each = samples(workload), seconds(workload, gpu, count)
    return None if work is None or each is None else _times(each, work / 3600)


def seconds(workload: Workload, gpu: GpuModel, count: int) -> Figure | None:
    """Time of one sample, sequence or prompt, when this many of a GPU share the work."""
    if isinstance(workload.model, Convnet):
        each = _convnet_seconds(workload, workload.model, gpu)
    elif workload.task is Task.INFER:
        each = _generation_seconds(workload, gpu)
    else:
        each = _training_seconds(workload, gpu)
    return None if each is None else _times(each, 1 / count)


def _times(figure: Figure, factor: float) -> Figure:
    return replace(figure, value=figure.value * factor, low=figure.low * factor, high=figure.high * factor)


def _training_seconds(workload: Workload, gpu: GpuModel) -> Figure | None:
    peak = _peak_flops(workload, gpu)
    if peak is None:
        return None
    usual = UTILIZATION.get(gpu.compute_capability or "", OTHER_UTILIZATION)
    work = workload.sequence_length * flops_per_token(shape_of(workload), workload)
    return Figure(
        value=work / (peak * usual),
        low=work / (peak * min(0.8, usual * BEST_OVER_USUAL)),
        high=work / (peak * WORST_UTILIZATION),
        basis=f"{usual:.0%} of the card's dense peak, as published for long batches; 12 % for short ones",
    )


def _peak_flops(workload: Workload, gpu: GpuModel) -> float | None:
    if workload.precision is Precision.FP32:
        return gpu.fp32_tflops * 1e12 if gpu.fp32_tflops else None
    tflops = gpu.fp16_tflops if workload.precision is Precision.FP16 else gpu.bf16_tflops or gpu.fp16_tflops
    return tflops * 1e12 if tflops else None


def _convnet_seconds(workload: Workload, model: Convnet, gpu: GpuModel) -> Figure | None:
    if gpu.bandwidth_gbps is None:
        return None
    share = 1.0 if workload.task is Task.TRAIN else INFERENCE_SHARE
    moved = PASSES * share * activation_bytes(model, workload) / workload.batch
    floor = STEP_FLOOR_S * share / workload.batch
    value = moved / (gpu.bandwidth_gbps * 1e9)
    return Figure(
        value=value + floor,
        low=value * 0.6,
        high=value * 2 + floor * 5,
        basis="memory traffic of ResNet-50 for each byte of activations, and a floor of 3 ms for each step",
    )


def _generation_seconds(workload: Workload, gpu: GpuModel) -> Figure | None:
    peak = _peak_flops(workload, gpu)
    if gpu.bandwidth_gbps is None or peak is None:
        return None
    model = shape_of(workload)
    prompt = workload.sequence_length * flops_per_token(model, workload)
    prefill = prompt / (peak * PREFILL_UTILIZATION)
    context = workload.sequence_length + workload.generated_tokens // 2
    moved = weights(model, workload) + kv_bytes(model, workload, context)
    turns = workload.generated_tokens / workload.batch
    read = turns * moved / (0.95 * gpu.bandwidth_gbps * 1e9)
    launches = turns * LAUNCH_S * model.layers
    return Figure(
        value=prefill + read + launches,
        low=prefill * 0.7 + read * 0.95,
        high=prefill * 2 + read * 2 + launches * EAGER_SLOWDOWN,
        basis="each token reads all weights once at 95 % of the bandwidth; eager PyTorch is the upper end",
    )


def energy_kwh(time: Figure | None, gpu: GpuModel, count: int) -> Figure | None:
    """Energy at the wall without cooling, from board power; None without a time or a board power."""
    if time is None or gpu.tdp_w is None:
        return None
    board = count * gpu.tdp_w
    return Figure(
        value=time.value * (board * BUSY + HOST_W) / 1000,
        low=time.low * (board * BUSY_LOW + HOST_LOW_W) / 1000,
        high=time.high * (board * BUSY_HIGH + HOST_HIGH_W) / 1000,
        basis="85 % of board power and 150 W for the rest of the machine",
    )
