"""Shapes from config.json, judged by the published parameter counts."""

from typing import Any

import pytest

from dlws.errors import DlwsError
from dlws.sizing.huggingface import is_config, transformer
from dlws.sizing.shape import active_parameters, parameters

CONFIGS: dict[str, tuple[dict[str, Any], int]] = {
    "Llama-3.2-1B": (
        {"model_type": "llama", "hidden_size": 2048, "intermediate_size": 8192, "num_attention_heads": 32,
         "num_hidden_layers": 16, "num_key_value_heads": 8, "tie_word_embeddings": True,
         "vocab_size": 128256},
        1_235_814_400,
    ),
    "Mistral-7B-v0.1": (
        {"model_type": "mistral", "hidden_size": 4096, "intermediate_size": 14336, "num_attention_heads": 32,
         "num_hidden_layers": 32, "num_key_value_heads": 8, "sliding_window": 4096, "vocab_size": 32000},
        7_241_732_096,
    ),
    "Qwen2.5-32B": (
        {"model_type": "qwen2", "hidden_size": 5120, "intermediate_size": 27648, "num_attention_heads": 40,
         "num_hidden_layers": 64, "num_key_value_heads": 8, "tie_word_embeddings": False,
         "vocab_size": 152064,
         "use_sliding_window": False, "sliding_window": 131072},
        32_763_876_352,
    ),
    "Qwen3-0.6B": (
        {"model_type": "qwen3", "head_dim": 128, "hidden_size": 1024, "intermediate_size": 3072,
         "num_attention_heads": 16, "num_hidden_layers": 28, "num_key_value_heads": 8,
         "tie_word_embeddings": True, "vocab_size": 151936},
        596_049_920,
    ),
    "Qwen3-30B-A3B": (
        {"model_type": "qwen3_moe", "head_dim": 128, "hidden_size": 2048, "intermediate_size": 6144,
         "moe_intermediate_size": 768, "num_attention_heads": 32, "num_experts": 128,
         "num_experts_per_tok": 8,
         "num_hidden_layers": 48, "num_key_value_heads": 4, "tie_word_embeddings": False,
         "vocab_size": 151936},
        30_532_122_624,
    ),
    "Mixtral-8x7B": (
        {"model_type": "mixtral", "hidden_size": 4096, "intermediate_size": 14336, "num_attention_heads": 32,
         "num_experts_per_tok": 2, "num_hidden_layers": 32, "num_key_value_heads": 8, "num_local_experts": 8,
         "sliding_window": None, "vocab_size": 32000},
        46_702_792_704,
    ),
    "gemma-2-2b": (
        {"model_type": "gemma2", "head_dim": 256, "hidden_size": 2304,
         "hidden_activation": "gelu_pytorch_tanh",
         "intermediate_size": 9216, "num_attention_heads": 8, "num_hidden_layers": 26,
         "num_key_value_heads": 4, "sliding_window": 4096, "vocab_size": 256000},
        2_614_341_888,
    ),
    "Qwen-7B": (
        {"model_type": "qwen", "hidden_size": 4096, "intermediate_size": 22016, "num_attention_heads": 32,
         "num_hidden_layers": 32, "tie_word_embeddings": False, "vocab_size": 151936},
        7_721_324_544,
    ),
    "gpt2": (
        {"model_type": "gpt2", "activation_function": "gelu_new", "n_ctx": 1024, "n_embd": 768, "n_head": 12,
         "n_layer": 12, "n_positions": 1024, "resid_pdrop": 0.1, "vocab_size": 50257},
        124_439_808,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CONFIGS)
def test_shape_counts_to_the_published_parameters(name: str) -> None:
    config, published = CONFIGS[name]
    assert is_config(config)
    assert parameters(transformer(config, name)) == published


@pytest.mark.parametrize("change", [{"model_type": "deepseek_v3"}, {"is_encoder_decoder": True}])
def test_model_of_another_build_is_refused_rather_than_miscounted(change: dict[str, Any]) -> None:
    with pytest.raises(DlwsError, match="cannot be counted") as caught:
        transformer(CONFIGS["Llama-3.2-1B"][0] | change, "config.json")
    assert "dlws size 16B" in str(caught.value.fix)


def test_token_passes_only_its_experts() -> None:
    shape = transformer(CONFIGS["Qwen3-30B-A3B"][0], "config.json")
    assert 2.8e9 < active_parameters(shape) < 3.4e9


def test_windowed_layers_are_counted() -> None:
    assert transformer(CONFIGS["gemma-2-2b"][0], "config.json").windowed_layers == 13
    capped = {**CONFIGS["gemma-2-2b"][0], "final_logit_softcapping": 30.0, "attn_logit_softcapping": None}
    assert transformer(capped, "config.json").logit_softcap
    assert not transformer(capped, "config.json").attention_softcap
    assert transformer(CONFIGS["Qwen2.5-32B"][0], "config.json").windowed_layers == 0


def test_text_part_of_a_larger_model_is_found() -> None:
    outer = {"model_type": "llava", "text_config": CONFIGS["Llama-3.2-1B"][0]}
    assert transformer(outer, "config.json").layers == 16


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"num_hidden_layers": None}, "does not say its layers"),
        ({"num_hidden_layers": "16"}, "expected `int`"),
        ({"num_hidden_layers": -1}, ">= 1"),
        ({"num_key_value_heads": 7}, "multiple of kv_heads"),
    ],
)
def test_broken_config_is_refused(change: dict[str, Any], what: str) -> None:
    with pytest.raises(DlwsError, match=what) as caught:
        transformer(CONFIGS["Llama-3.2-1B"][0] | change, "config.json")
    assert caught.value.fix
