"""/proc/cpuinfo, which every architecture writes in its own way.

x86: arch/x86/kernel/cpu/proc.c; Arm: arch/arm64/kernel/cpuinfo.c; s390: arch/s390/kernel/processor.c.
"""

import re

from msgspec import Struct

from dlws.pattern import pattern

S390_LINE = pattern(r"processor (\d{1,5})")
S390_VALUE = pattern(r"(\w+) = (\w+)")


class CpuInfo(Struct, frozen=True):
    """``cpus`` by number; ``shared`` is what stands outside of every CPU's block."""

    cpus: dict[int, dict[str, str]]
    shared: dict[str, str]

    def values(self, key: str) -> tuple[str, ...]:
        """The different values of a field, in the order of the CPUs."""
        found = [block[key] for block in (*self.cpus.values(), self.shared) if block.get(key)]
        return tuple(dict.fromkeys(found))

    def first(self, *keys: str) -> str | None:
        """The first value of the first of these fields that is there."""
        return next((value for key in keys for value in self.values(key)), None)

    def number(self, key: str) -> int | None:
        """The first value of a field, as a whole number."""
        text = self.first(key) or ""
        return int(text) if re.fullmatch(r"\d{1,9}", text) else None

    @property
    def features(self) -> frozenset[str] | None:
        """Instruction sets that all CPUs have; None if the file names none."""
        sets = [set(text.split()) for key in ("flags", "features") for text in self.values(key)]
        return frozenset(set.intersection(*sets)) if sets else None

    @property
    def parts(self) -> tuple[tuple[str | None, str | None], ...]:
        """Arm's implementer and part number of each CPU. Kernels before 3.19 state them once for all."""
        common = self.first("cpu implementer"), self.first("cpu part")
        return tuple(
            (block["cpu implementer"], block.get("cpu part")) if "cpu implementer" in block else common
            for block in self.cpus.values()
        )

    @property
    def family(self) -> str | None:
        """``x86``, ``arm``, ``power``, ``s390``, ``riscv``, ``other``; None for an empty file."""
        if not self.cpus and not self.shared:
            return None
        vendor = self.first("vendor_id") or ""
        if self.first("cpu implementer"):
            return "arm"
        if vendor.startswith("IBM/S390"):
            return "s390"
        if (self.first("isa") or "").startswith("rv"):
            return "riscv"
        if (self.first("cpu") or "").startswith(("POWER", "PPC", "Cell")):
            return "power"
        return (
            "x86" if self.first("flags") and self.first("vendor_id", "model name", "cpuid level") else "other"
        )

    @property
    def architecture(self) -> str | None:
        """Machine name as uname gives it, where the file tells; POWER's byte order it does not tell."""
        family = self.family
        if family == "x86":
            return "x86_64" if "lm" in (self.features or ()) else "i686"
        if family == "arm":
            wide = (self.first("cpu architecture") or "").lower() in ("8", "aarch64")
            return "aarch64" if wide and "asimd" in (self.features or ()) else None
        isa = (self.first("isa") or "")[:4]
        return {"s390": "s390x", "riscv": {"rv64": "riscv64", "rv32": "riscv32"}.get(isa)}.get(family or "")


def parse(text: str) -> CpuInfo:
    """Blocks of the file. Keys are lower case: kernels and vendors differ in nothing but that."""
    cpus: dict[int, dict[str, str]] = {}
    shared: dict[str, str] = {}
    block = shared
    for line in text.splitlines():
        key, colon, value = line.partition(":")
        key, value = key.strip().lower(), " ".join(value.split())
        if not key:
            block = shared
        elif not colon:
            continue
        elif key in ("processor", "cpu number") and re.fullmatch(r"\d{1,5}", value):
            block = cpus.setdefault(int(value), {})
        elif found := S390_LINE.fullmatch(key):
            cpus.setdefault(int(found[1]), {}).update(S390_VALUE.findall(value))
        else:
            block.setdefault(key, value)
    if not cpus and "processor" in shared:  # 32-bit Arm kernels for one CPU number nothing
        cpus[0] = {}
    return CpuInfo(cpus, shared)
