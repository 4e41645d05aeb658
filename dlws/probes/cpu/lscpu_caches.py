"""How many caches of a level a machine has, where lscpu gives the size of one: before util-linux 2.34."""

from msgspec import Struct

PRIVATE_KIB = 1024
"""Intel's cores with an L3 behind them have their own L2 up to this size. A larger one may be a cluster's."""
INTEL_L2_CORES = {
    **dict.fromkeys((28, 38, 39, 53, 54), 1),  # Bonnell
    **dict.fromkeys((14, 15, 22, 23, 29), 2),  # Core, Core 2
    **dict.fromkeys((55, 74, 76, 77, 90, 92, 95), 2),  # Silvermont, Airmont, Goldmont
    87: 2,  # Knights Landing
    133: 2,  # Knights Mill
    **dict.fromkeys((122, 134, 150, 156), 4),  # Goldmont Plus, Tremont
}
"""Cores that share an L2, by model of family 6 (arch/x86/include/asm/intel-family.h of Linux)."""
SPLIT_PAIRS = (76, 92)
"""Of Airmont and Goldmont, chips sold with two cores have two modules with a core off in each (N3050, N3350)."""
NETBURST = 15
K10, BULLDOZER, JAGUAR = 16, 21, 22
AMD_PRIVATE_L2 = (15, 16, 17, 18, 20, 23, 24, 25, 26)
"""AMD's families whose cores have an L2 each; 24 is Hygon's."""
MAGNY_COURS = 9


class Chip(Struct, frozen=True, kw_only=True):
    """What the counts follow from, as lscpu tells it."""

    vendor: str | None = None
    family: int | None = None
    model: int | None = None
    sockets: int | None = None
    cores: int | None = None
    threads: int | None = None
    numa_nodes: int | None = None
    has_l3: bool = False

    def instances(self, level: str, kib: float) -> int | None:
        """Caches of a level (``L1d``, ``L2``) that are so large; None where that does not follow."""
        if self.sockets is None or self.cores is None or self.cores % self.sockets:
            return None
        if self.cores == self.sockets:
            return self.sockets
        if level.startswith("L1"):
            return None if self.vendor == "AuthenticAMD" and not self._modules_are_cores() else self.cores
        if level == "L3":
            return self.sockets if self._one_l3_a_socket() else None
        each = self._cores_a_l2(kib)
        return None if each is None else self.sockets * -(-self.cores // self.sockets // each)

    def _modules_are_cores(self) -> bool:
        """Bulldozer's modules of two cores share an L1i and an L2. Old kernels count cores, others modules."""
        return self.family != BULLDOZER or self.threads != self.cores

    def _cores_a_l2(self, kib: float) -> int | None:
        if self.vendor == "GenuineIntel" and self.family == 6:
            if self.model in SPLIT_PAIRS and self.cores == 2:
                return 1
            private = 1 if self.has_l3 and kib <= PRIVATE_KIB else None
            return INTEL_L2_CORES.get(self.model or 0, private)
        if self.vendor == "GenuineIntel":
            return 1 if self.family == NETBURST else None
        if self.vendor not in ("AuthenticAMD", "HygonGenuine"):
            return None
        if self.family == JAGUAR:
            return 4
        return 1 if self.family in AMD_PRIVATE_L2 or self._has_modules() else None

    def _has_modules(self) -> bool:
        return self.family == BULLDOZER and self._modules_are_cores()

    def _one_l3_a_socket(self) -> bool:
        """Not where a socket is split: a NUMA node in it may have an L3 of its own."""
        if (self.numa_nodes or 1) > (self.sockets or 1):
            return False
        if self.vendor == "AuthenticAMD":
            return self.family == K10 and self.model != MAGNY_COURS
        return self.vendor == "GenuineIntel"
