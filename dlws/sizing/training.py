"""Memory of one GPU that trains a transformer."""

from functools import partial

from dlws.model.network_shape import Head, Transformer
from dlws.model.workload import Loss, Optimizer, Precision, Quantization, Sharding, Technique, Workload

from . import shape
from .blocks import norm_bytes, saved_bytes
from .ledger import (
    CUBLAS_BYTES,
    WEIGHT_BYTES,
    Ledger,
    compute_bytes,
    highest,
    parameter_bytes,
    quantization,
    residual_bytes,
)


def weights(model: Transformer, workload: Workload) -> float:
    """Bytes of the whole model without adapters."""
    stored = quantization(workload)
    total, linear = shape.parameters(model), shape.linear_parameters(model)
    if stored is Quantization.NONE:
        return float(total * parameter_bytes(workload))
    linear = min(linear, total)
    return linear * WEIGHT_BYTES[stored] + (total - linear) * parameter_bytes(workload)


def trained_parameters(model: Transformer, workload: Workload) -> int:
    """Parameters that get gradients."""
    if workload.technique is Technique.FULL:
        return shape.parameters(model)
    return shape.lora_parameters(model, workload.lora)


def trained_bytes(workload: Workload) -> int:
    """Bytes of one trained parameter, and of its gradient."""
    if workload.technique is Technique.FULL:
        return parameter_bytes(workload)
    return max(workload.lora.adapter_bits // 8, 4 if workload.precision is Precision.FP32 else 2)


def optimizer_bytes(optimizer: Optimizer, trained: float, size: int, hidden: int) -> float:
    """Lasting state: AdamW two values and momentum one, in the parameter's type; 8-bit AdamW two bytes with
    two fp32 scales for 256 values; Adafactor a row and a column of each matrix in fp32."""
    return {
        Optimizer.ADAMW: 2.0 * size * trained,
        Optimizer.ADAMW_8BIT: (2 + 8 / 256) * trained,
        Optimizer.ADAFACTOR: 2 * 4 * trained / hidden,
        Optimizer.SGD: 0.0,
        Optimizer.SGD_MOMENTUM: float(size * trained),
    }[optimizer]


def step_bytes(optimizer: Optimizer, trained: float, size: int, largest: float) -> float:
    """Passing memory of the optimizer step: PyTorch's foreach implementations hold one value for each
    parameter; the others go from tensor to tensor."""
    if optimizer in (Optimizer.ADAMW, Optimizer.SGD_MOMENTUM):
        return float(size * trained)
    if optimizer is Optimizer.ADAFACTOR:
        return 2 * 4 * largest
    return 0.0


def ledger(model: Transformer, workload: Workload) -> Ledger:
    """The moment of a training step at which one GPU holds most."""
    return highest(_moments(model, workload))


def _moments(model: Transformer, workload: Workload) -> list[Ledger]:
    tokens = float(workload.batch * workload.sequence_length)
    parts = workload.gpus if workload.sharding is Sharding.FULL else 1
    size, trained = trained_bytes(workload), trained_parameters(model, workload) / parts
    whole = weights(model, workload) / parts
    if workload.technique is not Technique.FULL:
        whole += trained * size
    gradients = size * trained
    buckets = gradients if workload.gpus > 1 and workload.sharding is Sharding.NONE else 0.0
    state = optimizer_bytes(workload.optimizer, trained, size, model.hidden)
    largest = min(trained, shape.head_parameters(model))
    passing = CUBLAS_BYTES + buckets + _gathered(model, workload) + _autocast_copies(model, workload)
    layer = tokens * saved_bytes(model, workload)
    every = layer * model.layers + tokens * norm_bytes(model, workload)
    boundary = tokens * residual_bytes(workload) * model.hidden
    kept = boundary * model.layers if workload.checkpointing else every
    work = _layer_work(model, workload, tokens)
    logits, output = _logits(model, workload, tokens), _output(model, workload, tokens)
    before = gradients if workload.gradient_accumulation > 1 else 0.0
    inside = min(kept + layer, every) if workload.checkpointing else every

    backward = partial(Ledger, peak="backward", weights=whole, optimizer=state)
    step = step_bytes(workload.optimizer, trained, size, largest / parts)
    return [
        backward(activations=kept, gradients=before, logits=logits, temporary=passing),
        backward(activations=inside, gradients=before, logits=output, temporary=passing + work),
        backward(activations=layer, gradients=gradients, logits=output, temporary=passing + work),
        Ledger(
            peak="optimizer step",
            weights=whole,
            gradients=gradients,
            optimizer=state,
            logits=output,
            temporary=CUBLAS_BYTES + buckets + step,
        ),
    ]


def _layer_work(model: Transformer, workload: Workload, tokens: float) -> float:
    """Gradients in flight inside one layer: two as wide as the feed-forward block and two as wide as the
    model; with 4-bit weights also the largest matrix, unpacked."""
    unpacked = shape.largest_linear(model) if quantization(workload) is not Quantization.NONE else 0
    size = compute_bytes(workload)
    return size * (tokens * (2 * shape.active_ffn(model) + 2 * model.hidden) + unpacked)


def _logits(model: Transformer, workload: Workload, tokens: float) -> float:
    """At the start of the backward pass: the logits, their log-softmax in fp32, two fp32 gradients, and the
    tanh of a soft cap. A fused loss holds chunks no larger than the hidden states instead."""
    size = compute_bytes(workload)
    if model.head is Head.CLASSIFIER:
        return 0.0
    if workload.loss is Loss.FUSED:
        return tokens * model.hidden * (2 * size + 4)
    return tokens * model.vocab * (size + 4 + 4 + 4 + (size if model.logit_softcap else 0))


def _output(model: Transformer, workload: Workload, tokens: float) -> float:
    """The logits stay alive while the caller holds the model's output, through the optimizer step."""
    if model.head is Head.CLASSIFIER or workload.loss is Loss.FUSED:
        return 0.0
    return tokens * model.vocab * compute_bytes(workload)


def _autocast_copies(model: Transformer, workload: Workload) -> float:
    """Autocast keeps a 16-bit copy of each linear weight that it used until the backward pass is over; FSDP
    gathers 16-bit weights instead."""
    copied = workload.precision is Precision.AMP and quantization(workload) is Quantization.NONE
    if not copied or _sharded(workload):
        return 0.0
    head = shape.head_parameters(model) if model.head is Head.LANGUAGE_MODEL else 0
    return 2.0 * (shape.linear_parameters(model) + head)


def _gathered(model: Transformer, workload: Workload) -> float:
    """FSDP gathers a layer while it works and the next one ahead, and keeps embeddings and head whole."""
    if not _sharded(workload):
        return 0.0
    each = min(weights(model, workload) / shape.parameters(model), compute_bytes(workload))
    layer = shape.linear_parameters(model) / model.layers
    return each * 2 * layer + shape.embedding_parameters(model) * compute_bytes(workload)


def _sharded(workload: Workload) -> bool:
    return workload.sharding is Sharding.FULL and workload.gpus > 1
