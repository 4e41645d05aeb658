"""The networks that a workload runs."""

from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

Count = Annotated[int, Meta(ge=1, le=10**15)]
Size = Annotated[int, Meta(ge=1, le=10**7)]
Natural = Annotated[int, Meta(ge=0, le=10**7)]
Amount = Annotated[float, Meta(ge=0, le=10**9)]
Text = Annotated[str, Meta(max_length=2000)]


class Norm(str, Enum):
    """Kind of normalisation layer."""

    RMS = "rms"
    LAYER = "layer"


class Activation(str, Enum):
    """Non-linearity of the feed-forward block; the ``-tanh`` form is composed of elementary operations."""

    SILU = "silu"
    GELU = "gelu"
    GELU_TANH = "gelu-tanh"
    RELU = "relu"


class Head(str, Enum):
    """What sits on top: next-token logits at every position, or one small output for each sequence."""

    LANGUAGE_MODEL = "language-model"
    CLASSIFIER = "classifier"


class Experts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Mixture of experts in place of the feed-forward block."""

    count: Size
    per_token: Size
    ffn: Size
    """Width of one expert."""
    shared_ffn: Natural = 0
    """Width of the part that every token passes, over all shared experts."""
    dense_layers: Natural = 0
    """Layers that keep an ordinary feed-forward block."""


class Transformer(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="transformer"
):
    """Shape of a transformer, with the meanings of a Hugging Face config.json."""

    layers: Size
    hidden: Size
    heads: Size
    ffn: Size
    vocab: Size
    kv_heads: Size | None = None
    """None: as many as heads."""
    head_dim: Size | None = None
    """None: hidden / heads."""
    tied_embeddings: bool = False
    positions: Natural = 0
    """Learned position embeddings."""
    gated: bool = True
    """Gate, up and down (SwiGLU); False: up and down."""
    activation: Activation = Activation.SILU
    norm: Norm = Norm.RMS
    norms_per_layer: Annotated[int, Meta(ge=1, le=4)] = 2
    qk_norm: bool = False
    qkv_bias: bool = False
    bias: bool = False
    """Every linear layer has a bias."""
    parallel_block: bool = False
    """Attention and feed-forward read the same normalised input (Falcon, GPT-NeoX, Phi)."""
    dropout: bool = False
    """Dropout is active in training."""
    logit_softcap: bool = False
    """Logits are bent by a tanh, which keeps its result for the backward pass (Gemma 2)."""
    attention_softcap: bool = False
    """Attention scores are; only without a fused kernel is their result kept."""
    sliding_window: Natural = 0
    """Tokens that a windowed layer keeps; 0: all layers keep everything."""
    windowed_layers: Natural = 0
    experts: Experts | None = None
    head: Head = Head.LANGUAGE_MODEL
    parameters: Count | None = None
    """The published count, where the shape above leaves something out."""
    source: Text | None = None

    def __post_init__(self) -> None:
        """Refuse sizes that do not go together."""
        if self.head_dim is None and self.hidden % self.heads:
            raise ValueError("hidden is not a multiple of heads: give head_dim")
        if self.kv_heads is not None and self.heads % self.kv_heads:
            raise ValueError("heads must be a multiple of kv_heads")
        if self.experts and self.experts.per_token > self.experts.count:
            raise ValueError("experts.per_token is more than experts.count")
        if self.windowed_layers > self.layers or (self.experts and self.experts.dense_layers > self.layers):
            raise ValueError("windowed_layers and experts.dense_layers cannot be more than layers")


class Convnet(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="convnet"):
    """A convolutional network, by figures that were measured or counted for it."""

    parameters: Count
    activation_mib_per_sample: Amount
    """Alive at the peak of one fp32 training step, for one sample."""
    activation_mib_per_sample_amp: Amount | None = None
    forward_gmacs_per_sample: Amount | None = None
    """Billions of multiply-accumulates of one forward pass."""
    image_pixels: Size | None = None
    """Edge of the square input that these figures are for."""
    source: Text | None = None


class Parameters(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="parameters"
):
    """A language model of which only the size is known; its shape is presumed to be a usual one."""

    parameters: Count
    source: Text | None = None


Model = Transformer | Convnet | Parameters
