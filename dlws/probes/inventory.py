"""All probes together."""

import warnings
from collections.abc import Callable
from typing import TypeVar

from msgspec.structs import replace

from dlws.host import Host
from dlws.model.cpu import Cpu
from dlws.model.gpu import Gpu
from dlws.model.inventory import Inventory
from dlws.model.kernel_log import KernelLog
from dlws.model.memory import Memory
from dlws.model.network import Network
from dlws.model.storage import Storage
from dlws.model.system import Board, Os, Software
from dlws.model.topology import Topology
from dlws.probes import attached, network
from dlws.probes.aside import Aside
from dlws.probes.board import board
from dlws.probes.cpu import cpu
from dlws.probes.gpu import gpu, topology
from dlws.probes.kernel_log import kernel_log
from dlws.probes.memory import memory
from dlws.probes.problems import BROKEN, Problems
from dlws.probes.software import os, software
from dlws.probes.storage import storage

T = TypeVar("T")
Answer = tuple[T, tuple[str, ...]]
"""What was found, and a sentence for each thing that could not be."""


class BrokenProbe(ResourceWarning):
    """Python shows no ResourceWarning by default; the tests turn it into an error."""


def take(host: Host, pythons: tuple[str, ...] = ()) -> Inventory:
    """Inventory of a machine.

    ``pythons`` are interpreters whose frameworks are asked, by running them, whether they see the GPU.
    Never raises: what cannot be read is None and has a sentence in ``problems``.
    """
    waits = host.waits() or bool(pythons)
    # These may wait for a driver or for a command; the others only read files.
    gpus: Aside[Answer[tuple[Gpu, ...]]] = Aside(lambda: _ask(gpu.probe, (), host), waits)
    programs = Aside(lambda: _ask(software.probe, Software(), host, pythons), waits)
    log = Aside(lambda: _ask(kernel_log.probe, KernelLog(), host), waits)
    disks = Aside(lambda: _ask(storage.probe, Storage(), host), waits)
    processors = _ask(cpu.probe, Cpu(), host)
    ram = _ask(memory.probe, Memory(), host)
    mainboard = _ask(board.probe, Board(), host)
    system = _ask(os.probe, Os(), host)
    links = _ask(network.probe, Network(), host)
    problems = Problems()

    def told(answer: Answer[T]) -> T:
        for sentence in answer[1]:
            problems.add(sentence)
        return answer[0]

    cards = told(gpus.result())
    inventory = Inventory(
        cpu=told(processors),
        memory=told(ram),
        storage=told(disks.result()),
        gpus=cards,
        board=told(mainboard),
        os=told(system),
        software=told(programs.result()),
        network=told(links),
        topology=told(_ask(lambda one, _: topology.probe(one, cards), Topology(), host)),
        kernel_log=told(log.result()),
    )
    return attached.explain(host, replace(inventory, problems=problems.sentences()))


def _ask(probe: Callable[..., T], nothing: T, host: Host, *more: object) -> Answer[T]:
    """What a probe found and what it could not; a broken one costs its own subject, never the inventory."""
    own = Problems()
    try:
        return probe(host, own, *more), own.sentences()
    except Exception as error:
        own.add(f"{BROKEN}, and its facts are missing: {type(error).__name__}: {error}")
        warnings.warn(str(error), BrokenProbe, stacklevel=2)
        return nothing, own.sentences()
