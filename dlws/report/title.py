"""What a report is about, in one line."""

from collections import Counter

from dlws.model.document import Document
from dlws.model.inventory import Inventory

from .requirements import named


def title(it: Document) -> str:
    """Kind of the document, workload and machine, as far as the document tells them."""
    workload = named(it.requirements) if it.requirements else None
    machine = machine_name(it.inventory) if it.inventory else None
    place = f" {'on' if workload else 'of'} {machine}" if machine else ""
    return f"dlws: {it.kind}" + (f" for {workload}" if workload else "") + place


def machine_name(it: Inventory) -> str | None:
    """What to call a machine: the name on its case or board, with what it computes on."""
    board = it.board
    named = _words(board.system_vendor, board.system_model) or _words(board.vendor, board.model)
    gpus = Counter(gpu.name or "GPU of unknown model" for gpu in it.gpus)
    devices = [name if number == 1 else f"{number} x {name}" for name, number in gpus.items()]
    return ", ".join(part for part in (named, *(devices or (it.cpu.model,))) if part) or None


def _words(maker: str | None, model: str | None) -> str | None:
    """A maker's name that stands in the model's already is not said twice."""
    if maker and model and model.lower().startswith(maker.lower()):
        return model
    return " ".join(part for part in (maker, model) if part) or None
