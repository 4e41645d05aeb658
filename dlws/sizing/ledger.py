"""Who holds how many bytes of one GPU at one moment of a job."""

from dataclasses import dataclass

from dlws.model.workload import Precision, Quantization, Technique, Workload

GIB = 2**30
CUBLAS_BYTES = 8.125 * 2**20
"""cuBLAS workspace of one handle; PyTorch takes it from its own allocator, so it counts as allocated
(CUBLAS_WORKSPACE_CONFIG :4096:2:16:8; 32 MiB on Hopper)."""
WEIGHT_BYTES = {
    Quantization.FP8: 1.0,
    Quantization.INT8: 1.0,
    Quantization.GPTQ_INT8: 1 + 3 / 128,
    Quantization.INT4: 0.5 + 2.5 / 128,
    Quantization.NF4: 0.5 + 4 / 64,
    Quantization.NF4_DOUBLE: 0.5 + 1 / 64 + 4 / (64 * 256),
}
"""Bytes of one weight with its share of scales and zero points: groups of 128 for GPTQ and AWQ, blocks of 64
for bitsandbytes, whose double quantisation packs the scales into 8 bits in blocks of 256."""


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """Bytes in the parts of one GPU's memory at the moment named by ``peak``."""

    peak: str
    weights: float = 0.0
    gradients: float = 0.0
    optimizer: float = 0.0
    activations: float = 0.0
    kv_cache: float = 0.0
    logits: float = 0.0
    temporary: float = 0.0

    @property
    def total(self) -> float:
        """All parts together."""
        held = self.weights + self.gradients + self.optimizer + self.activations
        return held + self.kv_cache + self.logits + self.temporary


def highest(moments: list[Ledger]) -> Ledger:
    """The moment that needs most."""
    return max(moments, key=lambda moment: moment.total)


def compute_bytes(workload: Workload) -> int:
    """Bytes of one element of what layers hand on. A 4-bit layer of bitsandbytes returns the type that it
    was given: fp32, where norms and embeddings are fp32, as PEFT prepares a model for 4-bit training."""
    if workload.precision is Precision.FP32 or workload.technique is Technique.QLORA:
        return 4
    return 2


def parameter_bytes(workload: Workload) -> int:
    """Bytes of one stored parameter that is not quantised; autocast and QLoRA keep them in fp32."""
    in_fp32 = workload.precision in (Precision.FP32, Precision.AMP) or workload.technique is Technique.QLORA
    return 4 if in_fp32 else 2


def residual_bytes(workload: Workload) -> int:
    """Bytes of one element between blocks: under autocast sums with fp32 stay fp32."""
    return 4 if workload.precision is Precision.AMP else compute_bytes(workload)


def quantization(workload: Workload) -> Quantization:
    """How linear weights are stored; QLoRA means double-quantised NF4 unless told otherwise."""
    if workload.technique is Technique.QLORA and workload.quantization is Quantization.NONE:
        return Quantization.NF4_DOUBLE
    return workload.quantization
