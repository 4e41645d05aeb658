"""All probes together."""

from concurrent.futures import ThreadPoolExecutor

from ..host import Host
from ..model.inventory import Inventory
from . import attached, board, cpu, gpu, kernel_log, memory, network, os, software, storage, topology
from .problems import Problems


def take(host: Host, pythons: tuple[str, ...] = ()) -> Inventory:
    """Inventory of a machine.

    ``pythons`` are interpreters whose frameworks are asked, by running them, whether they see the GPU.
    Never raises: what cannot be read is None and has a sentence in ``problems``.
    """
    problems = tuple(Problems() for _ in range(9))
    with ThreadPoolExecutor(
        max_workers=8
    ) as pool:  # most of a probe's time is waiting for a driver or a command
        gpus = pool.submit(gpu.probe, host, problems[0])
        programs = pool.submit(software.probe, host, problems[1], pythons)
        log = pool.submit(kernel_log.probe, host, problems[2])
        disks = pool.submit(storage.probe, host, problems[3])
        processors = pool.submit(cpu.probe, host, problems[4])
        ram = pool.submit(memory.probe, host, problems[5])
        mainboard = pool.submit(board.probe, host, problems[6])
        system = pool.submit(os.probe, host, problems[7])
        links = pool.submit(network.probe, host, problems[8])
        inventory = Inventory(
            cpu=processors.result(),
            memory=ram.result(),
            storage=disks.result(),
            gpus=gpus.result(),
            board=mainboard.result(),
            os=system.result(),
            software=programs.result(),
            network=links.result(),
            topology=topology.probe(host, gpus.result()),
            kernel_log=log.result(),
            problems=tuple(sentence for one in problems for sentence in one.sentences()),
        )
    return attached.explain(host, inventory)
