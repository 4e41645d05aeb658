"""What someone wants to run."""

from enum import Enum
from math import isfinite
from typing import Annotated

from msgspec import Meta, Struct

from .network_shape import Amount, Convnet, Count, Model, Natural, Size, Text

Name = Annotated[str, Meta(min_length=1, max_length=100)]


class Task(str, Enum):
    """Whether weights change."""

    TRAIN = "train"
    INFER = "infer"


class Precision(str, Enum):
    """Number format of the arithmetic; ``amp`` keeps fp32 weights and autocasts to 16 bits."""

    FP32 = "fp32"
    BF16 = "bf16"
    FP16 = "fp16"
    AMP = "amp"


class Optimizer(str, Enum):
    """What keeps state for each trained parameter."""

    ADAMW = "adamw"
    ADAMW_8BIT = "adamw-8bit"
    ADAFACTOR = "adafactor"
    SGD = "sgd"
    SGD_MOMENTUM = "sgd-momentum"


class Technique(str, Enum):
    """Which parameters are trained: all, or low-rank adapters on a frozen (``qlora``: 4-bit) model."""

    FULL = "full"
    LORA = "lora"
    QLORA = "qlora"


class Quantization(str, Enum):
    """Storage format of the linear layers' weights."""

    NONE = "none"
    FP8 = "fp8"
    INT8 = "int8"
    GPTQ_INT8 = "gptq-int8"
    INT4 = "int4"
    NF4 = "nf4"
    NF4_DOUBLE = "nf4-double"


class Attention(str, Enum):
    """``fused`` never stores the score matrix (SDPA, FlashAttention); ``eager`` does."""

    FUSED = "fused"
    EAGER = "eager"


class Loss(str, Enum):
    """``full`` holds all logits, as Hugging Face's trainers do; ``fused`` computes them in chunks."""

    FULL = "full"
    FUSED = "fused"


class Sharding(str, Enum):
    """``none``: each GPU holds the whole model; ``full``: states are split over the GPUs (FSDP, ZeRO-3)."""

    NONE = "none"
    FULL = "full"


class Lora(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Low-rank adapters."""

    rank: Annotated[int, Meta(ge=1, le=65536)] = 16
    targets: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=16)] = (
        "q", "k", "v", "o", "gate", "up", "down",
    )  # fmt: skip
    """Linear layers that get an adapter: q, k, v, o, gate, up, down, head."""
    adapter_bits: Annotated[int, Meta(ge=16, le=32)] = 32
    """Adapters are fp32 under PEFT's default, also on a 16-bit model."""
    dropout: bool = False
    """Dropout in front of the adapters."""


LORA_TARGETS = ("q", "k", "v", "o", "gate", "up", "down", "head")


class Workload(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A job, as a user describes it in a file or by its name in the library."""

    name: Name
    description: Text | None = None
    task: Task = Task.TRAIN
    model: Model
    batch: Annotated[int, Meta(ge=1, le=10**6)] = 1
    """Samples or sequences that one GPU holds at once."""
    sequence_length: Size = 2048
    """Tokens of one training sequence, or of a prompt; without meaning for a convnet."""
    padded: bool = False
    """Sequences of a batch differ in length and are padded, so that attention needs a mask."""
    generated_tokens: Natural = 0
    """Inference: tokens generated after the prompt, kept in the KV cache too."""
    precision: Precision = Precision.BF16
    optimizer: Optimizer = Optimizer.ADAMW
    technique: Technique = Technique.FULL
    lora: Lora = Lora()
    quantization: Quantization = Quantization.NONE
    checkpointing: bool = False
    """Activations are recomputed in the backward pass."""
    gradient_accumulation: Annotated[int, Meta(ge=1, le=10**6)] = 1
    attention: Attention = Attention.FUSED
    loss: Loss = Loss.FULL
    gpus: Annotated[int, Meta(ge=1, le=10**5)] = 1
    sharding: Sharding = Sharding.NONE
    dataset_gb: Amount | None = None
    dataset_samples: Count | None = None
    """Samples, sequences or prompts in the data set."""
    epochs: Amount | None = None
    steps: Count | None = None
    """Optimizer steps; wins over epochs."""

    def __post_init__(self) -> None:
        """Refuse what each field allows but all of them together do not."""
        for problem in _contradictions(self):
            raise ValueError(problem)


def _contradictions(workload: Workload) -> list[str]:
    found = []
    adapters = workload.technique is not Technique.FULL
    if not all(isfinite(number) for number in (workload.dataset_gb or 0, workload.epochs or 0)):
        found.append("dataset_gb and epochs must be finite numbers")
    if adapters and workload.task is Task.INFER:
        found.append("technique belongs to training; for inference leave it out")
    if adapters and isinstance(workload.model, Convnet):
        found.append("lora and qlora are for transformers")
    if workload.quantization is not Quantization.NONE and isinstance(workload.model, Convnet):
        found.append("quantization is for transformers")
    if workload.quantization is not Quantization.NONE and workload.task is Task.TRAIN and not adapters:
        found.append("a quantised model is trained through adapters: set technique to lora or qlora")
    for target in workload.lora.targets:
        if target not in LORA_TARGETS:
            found.append(f"lora target {target!r} is not one of {', '.join(LORA_TARGETS)}")
    return found
