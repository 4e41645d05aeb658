"""Everything that a check may look at."""

from msgspec import Struct

from .inventory import Inventory
from .measurement import Measurement
from .requirements import Requirements
from .stack import Stack
from .workload import Workload


class Case(Struct, frozen=True, kw_only=True):
    """One machine in front of one question. Adding an input later changes no check's signature."""

    have: Inventory
    workload: Workload | None = None
    need: Requirements | None = None
    """None: no workload was named, or what it needs is not known."""
    stack: Stack | None = None
    """The software wanted for this machine; None: not resolved."""
    measured: tuple[Measurement, ...] = ()
