"""What an attachment is silent about, in one sentence."""

from msgspec.structs import replace

from dlws.host import Host
from dlws.model.inventory import Inventory
from dlws.probes.problems import BROKEN

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


FOLDERS = {
    "gpus": "/sys/bus",
    "storage": "/sys/block",
    "software": "/usr",
    "network": "/sys/class/net",
    "kernel_log": "/dev",
}
"""Where a captured tree must have something, if its silence is to mean that there is none."""


def explain(host: Host, inventory: Inventory) -> Inventory:
    """The inventory with what its source does not tell; one sentence in ``problems`` if that is a file.

    It takes the place of the probes' own sentences, which advise what to do on the machine itself; a fault of
    ours stays told.
    """
    origin = host.origin()
    nothing = Inventory()
    empty = tuple(name for name in SUBJECTS if getattr(inventory, name) == getattr(nothing, name))
    if origin is None:
        return replace(
            inventory, not_told=tuple(name for name in empty if not host.list(FOLDERS.get(name, "/")))
        )
    said = f"it says nothing about {_listed([SUBJECTS[name] for name in empty])}, and " if empty else ""
    sentence = f"{origin}: {said}what else is unknown here is not in it"
    faults = (one for one in inventory.problems if one.startswith(BROKEN))
    return replace(inventory, not_told=empty, problems=(sentence, *faults))


def _listed(words: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))
