"""Counts parameters of a transformer, and says which shape a bare parameter count presumes."""

from typing import NamedTuple

from dlws.model.network_shape import Parameters, Transformer
from dlws.model.workload import Lora


class Linear(NamedTuple):
    """One linear layer; ``copies`` counts the experts that have their own."""

    name: str
    inputs: int
    outputs: int
    copies: int = 1

    @property
    def parameters(self) -> int:
        """Weights over all copies, without bias."""
        return self.inputs * self.outputs * self.copies


def query_width(model: Transformer) -> int:
    """Elements of all query heads for one token."""
    return model.heads * head_dim(model)


def key_width(model: Transformer) -> int:
    """Elements of all key heads for one token; values have as many."""
    return (model.kv_heads or model.heads) * head_dim(model)


def head_dim(model: Transformer) -> int:
    """Width of one attention head."""
    return model.head_dim or model.hidden // model.heads


def active_ffn(model: Transformer) -> int:
    """Width of the feed-forward block that one token passes, in the widest layers."""
    if model.experts is None:
        return model.ffn
    sparse = model.experts.per_token * model.experts.ffn + model.experts.shared_ffn
    return max(sparse, model.ffn) if model.experts.dense_layers else sparse


def attention_linears(model: Transformer) -> tuple[Linear, ...]:
    """Projections of one attention block."""
    hidden, query, key = model.hidden, query_width(model), key_width(model)
    return (
        Linear("q", hidden, query),
        Linear("k", hidden, key),
        Linear("v", hidden, key),
        Linear("o", query, hidden),
    )


def ffn_linears(model: Transformer, width: int, copies: int = 1) -> tuple[Linear, ...]:
    """Projections of one feed-forward block of this width."""
    hidden = model.hidden
    both = (Linear("up", hidden, width, copies), Linear("down", width, hidden, copies))
    return (Linear("gate", hidden, width, copies), *both) if model.gated else both


def layers(model: Transformer) -> tuple[tuple[int, tuple[Linear, ...]], ...]:
    """Kinds of layers: how many there are of each, and their linear layers."""
    attention = attention_linears(model)
    if model.experts is None:
        return ((model.layers, attention + ffn_linears(model, model.ffn)),)
    experts = model.experts
    shared = ffn_linears(model, experts.shared_ffn) if experts.shared_ffn else ()
    sparse = attention + ffn_linears(model, experts.ffn, experts.count) + shared
    dense = attention + ffn_linears(model, model.ffn)
    return ((model.layers - experts.dense_layers, sparse), (experts.dense_layers, dense))


def linear_parameters(model: Transformer) -> int:
    """Weights of all linear layers inside the blocks: what quantisation shrinks."""
    return sum(count * linear.parameters for count, linears in layers(model) for linear in linears)


def active_parameters(model: Transformer) -> int:
    """Weights that one token is multiplied with: of the experts only those it is sent to."""
    total = head_parameters(model) if model.head.value == "language-model" else 0
    for count, linears in layers(model):
        for linear in linears:
            used = min(linear.copies, model.experts.per_token) if model.experts else 1
            total += count * linear.inputs * linear.outputs * (used if linear.copies > 1 else 1)
    return total


def head_parameters(model: Transformer) -> int:
    """Weights of the projection to the vocabulary, tied or not."""
    return model.hidden * model.vocab


def embedding_parameters(model: Transformer) -> int:
    """Embeddings, and the output projection where it is a matrix of its own."""
    separate_head = not model.tied_embeddings and model.head.value == "language-model"
    return head_parameters(model) * (2 if separate_head else 1) + model.positions * model.hidden


def small_parameters(model: Transformer) -> int:
    """Norms, biases and routers."""
    hidden, query, key = model.hidden, query_width(model), key_width(model)
    norm = hidden * (2 if model.norm.value == "layer" else 1)
    each = model.norms_per_layer * norm + (2 * head_dim(model) if model.qk_norm else 0)
    if model.bias:
        each += query + 2 * key + hidden + hidden + model.ffn * (2 if model.gated else 1)
    elif model.qkv_bias:
        each += query + 2 * key
    router = (
        model.experts.count * hidden * (model.layers - model.experts.dense_layers) if model.experts else 0
    )
    return model.layers * each + norm + router


def parameters(model: Transformer) -> int:
    """All parameters: the published count if there is one."""
    counted = linear_parameters(model) + embedding_parameters(model) + small_parameters(model)
    return model.parameters or counted


def lora_parameters(model: Transformer, lora: Lora) -> int:
    """Parameters of the adapters."""
    found = 0
    for count, linears in layers(model):
        for linear in linears:
            if linear.name in lora.targets:
                found += count * linear.copies * lora.rank * (linear.inputs + linear.outputs)
    if "head" in lora.targets:
        found += lora.rank * (model.hidden + model.vocab)
    return found


def largest_linear(model: Transformer) -> int:
    """Weights of the largest single linear layer in a block."""
    return max(linear.inputs * linear.outputs for _, linears in layers(model) for linear in linears)


ASPECT = 128
"""Hidden size over layers of today's dense decoders (Llama 2 and 3, Qwen2.5, Mistral: 102 to 128)."""
VOCAB = 128256
"""Vocabulary of Llama 3; other recent ones have 32,000 to 256,000."""


def typical(model: Parameters) -> Transformer:
    """The usual dense decoder of this size: heads of 128, four query heads for each key-value head, SwiGLU,
    12 x hidden^2 weights in a layer."""
    count = max(1, round((model.parameters / (12 * ASPECT**2)) ** (1 / 3)))
    heads = max(4, round(count * ASPECT / 128 / 4) * 4)
    hidden = heads * 128
    while count * 12 * hidden**2 + hidden * VOCAB > model.parameters and hidden > 64:
        hidden -= 64
    return Transformer(
        layers=count,
        hidden=hidden,
        heads=heads,
        head_dim=max(1, hidden // heads),
        kv_heads=heads // 4,
        ffn=round(3.17 * hidden),
        vocab=VOCAB,
        tied_embeddings=model.parameters < 4e9,
        parameters=model.parameters,
    )
