"""All probes together."""

import warnings
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

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
from dlws.probes.board import board
from dlws.probes.cpu import cpu
from dlws.probes.gpu import gpu, topology
from dlws.probes.kernel_log import kernel_log
from dlws.probes.memory import memory
from dlws.probes.problems import BROKEN, Problems
from dlws.probes.software import os, software
from dlws.probes.storage import storage

T = TypeVar("T")


class BrokenProbe(ResourceWarning):
    """Python shows no ResourceWarning by default; the tests turn it into an error."""


def take(host: Host, pythons: tuple[str, ...] = ()) -> Inventory:
    """Inventory of a machine.

    ``pythons`` are interpreters whose frameworks are asked, by running them, whether they see the GPU.
    Never raises: what cannot be read is None and has a sentence in ``problems``.
    """
    problems = Problems()
    with ThreadPoolExecutor(max_workers=8) as pool:  # the wait is for a driver or a command

        def ask(probe: Callable[..., T], nothing: T, *more: object) -> Callable[[], T]:
            own = Problems()
            future = pool.submit(probe, host, own, *more)
            return lambda: _answer(future, nothing, own, problems)

        no_gpus: tuple[Gpu, ...] = ()
        gpus = ask(gpu.probe, no_gpus)
        programs = ask(software.probe, Software(), pythons)
        log = ask(kernel_log.probe, KernelLog())
        disks = ask(storage.probe, Storage())
        processors = ask(cpu.probe, Cpu())
        ram = ask(memory.probe, Memory())
        mainboard = ask(board.probe, Board())
        system = ask(os.probe, Os())
        links = ask(network.probe, Network())
        cards = gpus()
        inventory = Inventory(
            cpu=processors(),
            memory=ram(),
            storage=disks(),
            gpus=cards,
            board=mainboard(),
            os=system(),
            software=programs(),
            network=links(),
            topology=_answer(pool.submit(topology.probe, host, cards), Topology(), Problems(), problems),
            kernel_log=log(),
            problems=problems.sentences(),
        )
    return attached.explain(host, inventory)


def _answer(future: "Future[T]", nothing: T, own: Problems, problems: Problems) -> T:
    """What a probe found; a broken one costs its own subject and leaves a sentence, never the inventory."""
    try:
        return future.result()
    except Exception as error:
        problems.add(f"{BROKEN}, and its facts are missing: {type(error).__name__}: {error}")
        warnings.warn(str(error), BrokenProbe, stacklevel=2)
        return nothing
    finally:
        for sentence in own.sentences():
            problems.add(sentence)
