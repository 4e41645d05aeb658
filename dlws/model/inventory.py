"""What one machine has."""

from msgspec import Struct

from .cpu import Cpu
from .gpu import Gpu
from .kernel_log import KernelLog
from .memory import Memory
from .network import Network
from .storage import Storage
from .system import Board, Os, Software
from .topology import Topology


class Inventory(Struct, frozen=True, kw_only=True):
    """Plain facts about one machine. ``problems`` says, a sentence each, what could not be read and why."""

    cpu: Cpu = Cpu()
    memory: Memory = Memory()
    storage: Storage = Storage()
    gpus: tuple[Gpu, ...] = ()
    board: Board = Board()
    os: Os = Os()
    software: Software = Software()
    network: Network = Network()
    topology: Topology = Topology()
    kernel_log: KernelLog = KernelLog()
    not_told: tuple[str, ...] = ()
    """Fields of this struct of which the source says nothing: an empty list there means unknown, not none."""
    problems: tuple[str, ...] = ()
