"""What autograd keeps of one transformer layer, for one token.

Counted from the operations that Hugging Face's implementations run on a GPU: each saved tensor once. The
same count for Llama in bf16 gives 16 H + 4 q + 4 k + 8 F + 4 heads bytes, and was checked byte for byte
against allocation traces. It holds for eager PyTorch; a compiled model keeps 5 to 25 % less.
"""

from dlws.model.network_shape import Activation, Norm, Transformer
from dlws.model.workload import Attention, Precision, Technique, Workload

from .ledger import compute_bytes, residual_bytes
from .shape import active_ffn, key_width, query_width


def saved_bytes(model: Transformer, workload: Workload) -> float:
    """Bytes that one layer keeps for the backward pass, for one token."""
    return (
        _norms(model, workload)
        + _attention(model, workload)
        + _feed_forward(model, workload)
        + _adapters(model, workload)
        + (2 * model.hidden if model.dropout else 0)
    )


def norm_bytes(model: Transformer, workload: Workload) -> float:
    """Bytes that one norm keeps of its own: LayerNorm its input; RMSNorm, composed of elementary operations
    in fp32, a copy of its input and, if its weight is trained, the normalised value."""
    size = residual_bytes(workload)
    if model.norm is Norm.LAYER:
        return size * model.hidden
    return 4 * model.hidden + (size * model.hidden if workload.technique is Technique.FULL else 0)


def _norms(model: Transformer, workload: Workload) -> float:
    own = model.norms_per_layer * norm_bytes(model, workload)
    return own + _inputs(model, workload, "attention") + _inputs(model, workload, "ffn")


def _inputs(model: Transformer, workload: Workload, block: str) -> float:
    """A normalised value is kept as input of the linear layers after it if these are trained. Autocast
    makes a 16-bit copy for each of them."""
    if workload.technique is not Technique.FULL:
        return 0.0
    if block == "ffn" and model.parallel_block:
        return 0.0
    copies = 1
    if workload.precision is Precision.AMP:
        copies = 3 if block == "attention" else 2 if model.gated else 1
    return float(copies * compute_bytes(workload) * model.hidden)


def _attention(model: Transformer, workload: Workload) -> float:
    """Queries, keys, values, the result and its log-sum. With a mask, keys and values are repeated to as many
    heads as queries have, and the mask is kept in the compute type."""
    size, query, key = compute_bytes(workload), query_width(model), key_width(model)
    kept = float(size * (2 * query + 2 * key) + 4 * model.heads)
    if model.qk_norm:
        trained = size if workload.technique is Technique.FULL else 0
        kept += (4 + trained) * (query + key)
    if workload.padded:
        kept += size * (2 * (query - key) + workload.sequence_length)
    if workload.attention is Attention.EAGER:
        kept += _scores(model, workload)
    return kept


def _scores(model: Transformer, workload: Workload) -> float:
    """Softmax output in fp32, its copy in the compute type, under dropout a mask and the masked copy, and
    under a soft cap the tanh."""
    size = compute_bytes(workload)
    each = 4 + (size if size < 4 else 0) + ((1 + size) if model.dropout else 0)
    each += size if model.attention_softcap else 0
    return float(each * model.heads * workload.sequence_length)


def _feed_forward(model: Transformer, workload: Workload) -> float:
    size, width = compute_bytes(workload), active_ffn(model)
    needs_product = workload.technique is Technique.FULL
    if model.gated:
        return float(size * width * (4 if needs_product else 3))
    if model.activation is Activation.RELU:
        return float(size * width)
    if model.activation is Activation.GELU_TANH:
        return width * _composed_gelu(workload)
    return float(size * width * (2 if needs_product else 1))


def _composed_gelu(workload: Workload) -> float:
    """0.5 x (1 + tanh(...)) of elementary operations keeps x, tanh, x/2, 1 + tanh and the product; under
    autocast pow runs in fp32, and what follows it stays fp32."""
    size = compute_bytes(workload)
    if workload.precision is Precision.AMP:
        return 4 + 4 + 2 + 4 + 2
    return float(5 * size)


def _adapters(model: Transformer, workload: Workload) -> float:
    """An adapter keeps its input and the low-rank value. Adapters of another type than the model's stream,
    and those behind dropout, keep an input of their own; the others share the one there is."""
    if workload.technique is Technique.FULL:
        return 0.0
    lora, inputs = workload.lora, _adapter_inputs(model)
    autocast = workload.precision is Precision.AMP
    size = compute_bytes(workload) if autocast else lora.adapter_bits // 8
    private = autocast or lora.dropout or size != compute_bytes(workload)
    kept, shared = 0.0, {"attended"}
    for source, width in (inputs[name] for name in lora.targets if name in inputs):
        kept += size * lora.rank + (width if lora.dropout else 0)
        if private or source not in shared:
            kept += size * width
        shared.add(source)
    return kept


def _adapter_inputs(model: Transformer) -> dict[str, tuple[str, int]]:
    """Of each target: which value it reads, and how wide that is. The attended value is kept anyway."""
    hidden, width = model.hidden, active_ffn(model)
    second = "normed" if model.parallel_block else "normed again"
    return {
        "q": ("normed", hidden),
        "k": ("normed", hidden),
        "v": ("normed", hidden),
        "o": ("attended", query_width(model)),
        **({"gate": (second, hidden)} if model.gated else {}),
        "up": (second, hidden),
        "down": ("product", width),
    }
