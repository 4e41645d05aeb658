"""What an attachment is silent about, in one sentence."""

from msgspec.structs import replace

from ..host import Host
from ..model.inventory import Inventory
from .problems import BROKEN

SUBJECTS = {
    "cpu": "the processor",
    "memory": "memory",
    "storage": "disks",
    "gpus": "GPUs",
    "board": "the board",
    "os": "the operating system",
    "software": "software",
    "network": "the network",
    "topology": "topology",
    "kernel_log": "the kernel log",
}
"""Fields of an inventory, in words."""


def explain(host: Host, inventory: Inventory) -> Inventory:
    """The inventory with one sentence in ``problems`` if the machine is known only from a file.

    It takes the place of the probes' own sentences, which advise what to do on the machine itself; a fault of
    ours stays told.
    """
    origin = host.origin()
    if origin is None:
        return inventory
    nothing = Inventory()
    silent = [words for name, words in SUBJECTS.items() if getattr(inventory, name) == getattr(nothing, name)]
    said = f"it says nothing about {_listed(silent)}, and " if silent else ""
    sentence = f"{origin}: {said}what else is unknown here is not in it"
    faults = (one for one in inventory.problems if one.startswith(BROKEN))
    return replace(inventory, problems=(sentence, *faults))


def _listed(words: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))
