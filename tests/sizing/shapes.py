"""Shapes of public models, from their config.json, and the convnets of the library."""

from dlws.model.network_shape import Activation, Convnet, Experts, Head, Norm, Transformer
from dlws.sizing.load import workload


def llama(
    layers: int, hidden: int, heads: int, kv_heads: int, ffn: int, vocab: int, tied: bool = False
) -> Transformer:
    """A decoder of Llama's kind."""
    return Transformer(
        layers=layers,
        hidden=hidden,
        heads=heads,
        kv_heads=kv_heads,
        ffn=ffn,
        vocab=vocab,
        tied_embeddings=tied,
    )


def bert(layers: int, hidden: int, heads: int) -> Transformer:
    """An encoder of BERT's kind with a small head."""
    return Transformer(
        layers=layers,
        hidden=hidden,
        heads=heads,
        ffn=4 * hidden,
        vocab=30522,
        positions=512,
        tied_embeddings=True,
        gated=False,
        activation=Activation.GELU,
        norm=Norm.LAYER,
        bias=True,
        dropout=True,
        head=Head.CLASSIFIER,
    )


def gemma(layers: int, hidden: int, heads: int, kv_heads: int, ffn: int, norms: int = 2) -> Transformer:
    """A decoder of Gemma's kind: wide heads, a large tied vocabulary."""
    return Transformer(
        layers=layers,
        hidden=hidden,
        heads=heads,
        kv_heads=kv_heads,
        head_dim=256,
        ffn=ffn,
        vocab=256000,
        tied_embeddings=True,
        activation=Activation.GELU,
        norms_per_layer=norms,
    )


def qwen3(
    layers: int, hidden: int, heads: int, kv_heads: int, ffn: int, tied: bool, experts: Experts | None = None
) -> Transformer:
    """A decoder of Qwen3's kind: normalised queries and keys."""
    return Transformer(
        layers=layers,
        hidden=hidden,
        heads=heads,
        kv_heads=kv_heads,
        head_dim=128,
        ffn=ffn,
        vocab=151936,
        tied_embeddings=tied,
        qk_norm=True,
        experts=experts,
    )


def parallel(layers: int, hidden: int, heads: int, kv_heads: int, ffn: int, vocab: int) -> Transformer:
    """A decoder whose attention and feed-forward blocks work side by side (GPT-NeoX, Falcon)."""
    return Transformer(
        layers=layers,
        hidden=hidden,
        heads=heads,
        kv_heads=kv_heads,
        ffn=ffn,
        vocab=vocab,
        gated=False,
        activation=Activation.GELU,
        norm=Norm.LAYER,
        parallel_block=True,
    )


def resnet50() -> Convnet:
    """The library's ResNet-50."""
    model = workload("resnet50-train").model
    assert isinstance(model, Convnet)
    return model


SHAPES = {
    "llama-2-7b": llama(32, 4096, 32, 32, 11008, 32000),
    "llama-2-13b": llama(40, 5120, 40, 40, 13824, 32000),
    "llama-2-70b": llama(80, 8192, 64, 8, 28672, 32000),
    "codellama-34b": llama(48, 8192, 64, 8, 22016, 32000),
    "llama-3-8b": llama(32, 4096, 32, 8, 14336, 128256),
    "llama-3.1-8b": llama(32, 4096, 32, 8, 14336, 128256),
    "llama-3.2-1b": llama(16, 2048, 32, 8, 8192, 128256, tied=True),
    "llama-3.2-3b": llama(28, 3072, 24, 8, 8192, 128256, tied=True),
    "tiny-llama-1.1b": llama(22, 2048, 32, 4, 5632, 32000),
    "mistral-7b-v0.2": llama(32, 4096, 32, 8, 14336, 32000),
    "phi-3-mini-4k": llama(32, 3072, 32, 32, 8192, 32064),
    "qwen-1.8b": llama(24, 2048, 16, 16, 5504, 151936),
    "qwen-7b": llama(32, 4096, 32, 32, 11008, 151936),
    "qwen-72b": llama(80, 8192, 64, 64, 24576, 152064),
    "qwen2.5-32b": llama(64, 5120, 40, 8, 27648, 152064),
    "qwen3-0.6b": qwen3(28, 1024, 16, 8, 3072, tied=True),
    "qwen3-32b": qwen3(64, 5120, 64, 8, 25600, tied=False),
    "qwen3-30b-a3b": qwen3(48, 2048, 32, 4, 6144, False, Experts(count=128, per_token=8, ffn=768)),
    "gemma-2b": gemma(18, 2048, 8, 1, 16384),
    "gemma-7b": gemma(28, 3072, 16, 16, 24576),
    "gemma-2-2b": gemma(26, 2304, 8, 4, 9216, norms=4),
    "stablelm-base-alpha-3b": parallel(16, 4096, 32, 32, 16384, 50688),
    "falcon-40b": parallel(60, 8192, 128, 8, 32768, 65024),
    "bert-base": bert(12, 768, 12),
    "bert-large": bert(24, 1024, 16),
}
