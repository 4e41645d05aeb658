"""Memory of one GPU that generates text, one framework call at a time (Hugging Face's generate).

A server such as vLLM takes the share of the card that it is told to take, whatever the model needs.
"""

from dlws.model.network_shape import Transformer
from dlws.model.workload import Attention, Quantization, Sharding, Workload

from . import shape
from .ledger import CUBLAS_BYTES, Ledger, compute_bytes, highest, quantization
from .training import weights

UNPACKING = frozenset({Quantization.INT4, Quantization.NF4, Quantization.NF4_DOUBLE, Quantization.GPTQ_INT8})
"""Formats whose kernels unpack a whole matrix for long inputs."""


def kv_bytes(model: Transformer, workload: Workload, tokens: int) -> float:
    """Keys and values of this many tokens in each sequence; windowed layers keep their window."""
    each = 2 * shape.key_width(model) * compute_bytes(workload)
    windowed = model.windowed_layers if model.sliding_window else 0
    held = (model.layers - windowed) * tokens + windowed * min(tokens, model.sliding_window or tokens)
    return float(workload.batch * held * each)


def ledger(model: Transformer, workload: Workload) -> Ledger:
    """The higher of the prompt's one pass and the last generated token."""
    parts = workload.gpus if workload.sharding is Sharding.FULL else 1
    prompt, size = workload.sequence_length, compute_bytes(workload)
    whole = (weights(model, workload) + _untied_head(model, workload)) / parts
    logits = workload.batch * model.vocab * (size + 4.0) if model.head.value == "language-model" else 0.0
    end = prompt + workload.generated_tokens
    appended = workload.batch * end * shape.key_width(model) * float(size)
    return highest(
        [
            Ledger(
                peak="prefill",
                weights=whole,
                kv_cache=kv_bytes(model, workload, prompt) / parts,
                activations=workload.batch * prompt * (_widest(model, size) + _scores(model, workload)),
                logits=logits,
                temporary=CUBLAS_BYTES + _unpacked(model, workload),
            ),
            Ledger(
                peak="decode",
                weights=whole,
                kv_cache=kv_bytes(model, workload, end) / parts,
                logits=logits,
                temporary=CUBLAS_BYTES + appended,
            ),
        ]
    )


def _widest(model: Transformer, size: int) -> float:
    """Bytes alive at once for one token in the widest part of a layer: the feed-forward block, the fp32 norm,
    or attention. Factors are for elements of 16 bits."""
    hidden, ffn = model.hidden, shape.active_ffn(model)
    query, key = shape.query_width(model), shape.key_width(model)
    branches = 6 if model.gated else 4
    return max(8 * hidden + branches * ffn, 12 * hidden, 4 * hidden + 6 * query + 8 * key) * size / 2


def _scores(model: Transformer, workload: Workload) -> float:
    """Without a fused kernel: one layer's scores, their softmax in fp32, and its copy in the compute type."""
    if workload.attention is Attention.FUSED:
        return 0.0
    return model.heads * workload.sequence_length * (2.0 * compute_bytes(workload) + 4)


def _unpacked(model: Transformer, workload: Workload) -> float:
    return 2.0 * shape.largest_linear(model) if quantization(workload) in UNPACKING else 0.0


def _untied_head(model: Transformer, workload: Workload) -> float:
    """FP8 checkpoints hold the output projection as a matrix of its own, also where it is tied."""
    if model.tied_embeddings and quantization(workload) is Quantization.FP8:
        return 2.0 * shape.head_parameters(model)
    return 0.0
