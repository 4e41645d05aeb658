"""Instruction sets, by the words that Linux has for them.

x86: arch/x86/include/asm/cpufeatures.h; Arm: Documentation/arch/arm64/elf_hwcaps.rst.
"""

from dlws.model.cpu import CpuFlags

X86 = (
    *("avx", "avx2", "fma", "f16c", "avx_vnni"),
    *("avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl", "avx512ifma", "avx512_vbmi2", "avx512_vnni"),
    *("avx512_bitalg", "avx512_vpopcntdq", "avx512_vp2intersect", "avx512_bf16", "avx512_fp16"),
    *("amx_tile", "amx_int8", "amx_bf16", "amx_fp16"),
)
RENAMED = {"avx512vbmi": ("avx512vbmi", "avx512_vbmi")}
"""By field, the words of /proc/cpuinfo; kernels before 4.18 wrote the second."""
ARM = {
    "neon": {"asimd"},
    "sve": {"sve"},
    "sve2": {"sve2"},
    "arm_bf16": {"bf16"},
    "arm_i8mm": {"i8mm"},
    "arm_fp16": {"fphp", "asimdhp"},
}
"""By field, the words that it takes: Advanced SIMD with half precision needs both."""


def flags(features: frozenset[str] | None, family: str | None) -> CpuFlags:
    """What the processor and the kernel offer to programs."""
    if features is None:
        return CpuFlags()
    if family == "x86":
        # Every x86 processor since 2004 has SSE3, which Linux calls pni: a list without it was cut short.
        absent = False if "pni" in features else None
        words = {**{name: (name,) for name in X86}, **RENAMED}
        return CpuFlags(
            **{name: absent if features.isdisjoint(some) else True for name, some in words.items()}
        )
    if family == "arm" and "asimd" not in features:  # 32-bit: the rest does not exist there
        return CpuFlags(neon="neon" in features)
    if family == "arm":
        return CpuFlags(**{name: words <= features for name, words in ARM.items()})
    return CpuFlags()
