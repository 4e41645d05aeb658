"""The shape of a transformer from its Hugging Face config.json."""

from collections.abc import Mapping
from typing import Any

import msgspec

from dlws.errors import DlwsError
from dlws.model.network_shape import Transformer

NAMES = {
    "layers": ("num_hidden_layers", "n_layer", "n_layers", "num_layers"),
    "hidden": ("hidden_size", "n_embd", "d_model", "dim"),
    "heads": ("num_attention_heads", "n_head", "n_heads"),
    "ffn": ("intermediate_size", "n_inner", "ffn_dim", "ffn_hidden_size", "hidden_dim", "d_ff"),
    "vocab": ("vocab_size",),
    "kv_heads": ("num_key_value_heads", "num_kv_heads", "n_head_kv", "multi_query_group_num"),
    "head_dim": ("head_dim",),
}
"""Our names, and those that configurations use for them, in order of preference."""
FOUR_TIMES = frozenset({"gpt2", "gpt_neo", "gptj", "falcon", "bloom", "mpt", "codegen", "gpt_bigcode"})
"""Model types that leave the width of the feed-forward block at four times the hidden size."""
UNGATED = FOUR_TIMES | {
    "bert",
    "distilbert",
    "roberta",
    "gpt_neox",
    "opt",
    "phi",
    "electra",
    "starcoder2",
    "xlm-roberta",
}
PARALLEL = frozenset({"falcon", "gpt_neox", "gptj", "phi", "cohere", "codegen"})
LAYER_NORM = UNGATED | {"stablelm", "cohere", "cohere2"}
BIASED = frozenset(
    {"gpt2", "gpt_neo", "gptj", "bloom", "bert", "distilbert", "roberta", "gpt_neox", "opt", "phi", "electra",
     "starcoder2", "gpt_bigcode", "codegen", "xlm-roberta"}
)  # fmt: skip
ENCODERS = frozenset({"bert", "distilbert", "roberta", "electra", "xlm-roberta"})
TIED = frozenset(
    {"gpt2", "gemma", "gemma2", "gemma3", "gemma3_text", "bloom", "opt", "falcon", "mpt", "cohere", "cohere2"}
)
"""Types whose configuration class ties embeddings unless told otherwise."""
QKV_BIAS = frozenset({"qwen", "qwen2", "qwen2_moe"})
QK_NORM = frozenset({"qwen3", "qwen3_moe", "gemma3", "gemma3_text", "olmo2"})
FOUR_NORMS = frozenset({"gemma2", "gemma3", "gemma3_text"})
LEARNED_POSITIONS = frozenset(
    {"gpt2", "gpt_neo", "bert", "distilbert", "roberta", "electra", "opt", "gpt_bigcode"}
)


NOT_DECODERS = frozenset(
    {"deepseek_v2", "deepseek_v3", "kimi_k2", "minicpm3", "mamba", "mamba2", "jamba", "bamba", "zamba",
     "zamba2", "nemotron_h", "falcon_h1", "falcon_mamba", "granitemoehybrid", "lfm2", "qwen3_next",
     "recurrent_gemma", "rwkv"}
)  # fmt: skip
"""Types with compressed key-value caches or with layers that are no attention: our count would be wrong."""
DEFAULTS: dict[str, dict[str, int]] = {
    "gemma3_text": {
        "num_attention_heads": 8, "num_key_value_heads": 4, "head_dim": 256, "vocab_size": 262208,
        "sliding_window_pattern": 6,
    },
}  # fmt: skip
"""Sizes that a type's configurations leave out where they are the default."""


def is_config(data: Mapping[str, Any]) -> bool:
    """Whether this looks like a config.json of a transformer."""
    inner = data.get("text_config")
    return (
        "model_type" in data
        or "architectures" in data
        or isinstance(inner, dict)
        or "num_hidden_layers" in data
    )


def transformer(data: Mapping[str, Any], place: str) -> Transformer:
    """The shape that a config.json describes; raises DlwsError if a size is missing or is not a number."""
    inner = data.get("text_config")
    if isinstance(inner, dict):
        data = {**data, **inner}
    kind = str(data.get("model_type", ""))
    if kind in NOT_DECODERS or data.get("is_encoder_decoder"):
        raise DlwsError(
            f"{place}: models of type {kind!r} cannot be counted from their config.json",
            why="they do not consist of ordinary attention layers one after another",
            fix="name the parameter count instead, for example: dlws size 16B",
        )
    data = {**DEFAULTS.get(kind, {}), **data}
    shape: dict[str, Any] = {ours: _first(data, theirs) for ours, theirs in NAMES.items()}
    if shape["ffn"] is None and kind in FOUR_TIMES and isinstance(shape["hidden"], int):
        shape["ffn"] = 4 * shape["hidden"]
    if kind == "qwen" and isinstance(shape["ffn"], int):
        shape["ffn"] //= 2  # Qwen's first generation states the width of gate and up together
    if kind == "falcon":
        shape["kv_heads"] = _falcon_kv_heads(data)
    shape["experts"] = _experts(data)
    if shape["ffn"] is None and shape["experts"]:
        shape["ffn"] = shape["experts"]["ffn"]
    missing = [ours for ours in ("layers", "hidden", "heads", "ffn", "vocab") if shape[ours] is None]
    if missing:
        raise DlwsError(
            f"{place}: this config.json does not say its {', '.join(missing)}",
            why=f"model type {kind or 'unstated'!r} is described in another way than a decoder's",
            fix="write the shape yourself, under model: with kind: transformer; see dlws workloads",
        )
    try:
        return msgspec.convert({"kind": "transformer", **shape, **_traits(data, kind)}, Transformer)
    except msgspec.ValidationError as error:
        raise DlwsError(
            f"{place}: {str(error).lower()}", fix="correct the number in this config.json"
        ) from None


def _first(data: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((data[name] for name in names if data.get(name) is not None), None)


def _falcon_kv_heads(data: Mapping[str, Any]) -> Any:
    """Falcon's first generation had one key-value head for all, flagged instead of counted."""
    if data.get("new_decoder_architecture"):
        return data.get("num_kv_heads")
    return 1 if data.get("multi_query", True) else None


def _experts(data: Mapping[str, Any]) -> dict[str, Any] | None:
    count = _first(data, ("num_local_experts", "num_experts", "n_routed_experts"))
    if not count:
        return None
    ffn = _first(data, ("moe_intermediate_size", "intermediate_size"))
    shared = data.get("shared_expert_intermediate_size") or (data.get("n_shared_experts") or 0) * (ffn or 0)
    return {
        "count": count,
        "per_token": _first(data, ("num_experts_per_tok", "num_experts_per_token")) or 1,
        "ffn": ffn,
        "shared_ffn": shared,
        "dense_layers": data.get("first_k_dense_replace") or 0,
    }


def _traits(data: Mapping[str, Any], kind: str) -> dict[str, Any]:
    encoder = kind in ENCODERS
    word = str(_first(data, ("hidden_act", "activation_function", "hidden_activation", "activation")) or "")
    dropout = _first(data, ("hidden_dropout_prob", "resid_pdrop", "dropout", "hidden_dropout"))
    return {
        "tied_embeddings": bool(data.get("tie_word_embeddings", kind in TIED or encoder)),
        "positions": (_first(data, ("max_position_embeddings", "n_positions")) or 0)
        if kind in LEARNED_POSITIONS
        else 0,
        "gated": kind not in UNGATED,
        "activation": _activation(word or ("gelu_new" if kind == "gpt2" else ""), kind),
        "norm": "layer" if kind in LAYER_NORM else "rms",
        "norms_per_layer": 4 if kind in FOUR_NORMS else 1 if kind in PARALLEL - {"gpt_neox"} else 2,
        "qk_norm": kind in QK_NORM,
        "qkv_bias": kind in QKV_BIAS or (data.get("attention_bias") is True and kind not in BIASED),
        "bias": kind in BIASED,
        "parallel_block": kind in PARALLEL,
        "logit_softcap": bool(data.get("final_logit_softcapping")),
        "attention_softcap": bool(data.get("attn_logit_softcapping")),
        "dropout": bool(dropout) or kind == "gpt2",
        "head": "classifier" if encoder else "language-model",
        "source": f"config.json, model type {kind or 'unstated'}",
        **_window(data, kind),
    }


def _activation(word: str, kind: str) -> str:
    if "relu" in word:
        return "relu"
    if word in ("gelu_new", "gelu_fast", "gelu_python"):
        return "gelu-tanh"
    if "gelu" in word:
        return "gelu"
    return "gelu" if kind in UNGATED else "silu"


def _window(data: Mapping[str, Any], kind: str) -> dict[str, int]:
    """Windowed layers hold fewer tokens in the KV cache, where the configuration says which they are."""
    window, layers = data.get("sliding_window"), _first(data, NAMES["layers"])
    types = data.get("layer_types")
    if not isinstance(window, int) or not isinstance(layers, int) or data.get("use_sliding_window") is False:
        return {}
    if isinstance(types, list):
        return {"sliding_window": window, "windowed_layers": types.count("sliding_attention")}
    pattern = data.get("sliding_window_pattern", 2 if kind == "gemma2" else None)
    if isinstance(pattern, int) and pattern > 1:
        return {"sliding_window": window, "windowed_layers": layers - layers // pattern}
    return {"sliding_window": window, "windowed_layers": layers} if kind == "mistral" else {}
