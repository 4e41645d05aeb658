"""Machines of which anything may be true, also what cannot be."""

import inspect
import types
import typing
from typing import Any

from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from dlws.model.gpu import Gpu
from dlws.model.inventory import Inventory

WORDS = (
    "", "NVIDIA", "AMD", "nvidia", "nouveau", "Blackwell", "open", "proprietary", "8.9", "x", "580.95.05", "cpu",
    "13.0", "torch", "nvme", "hdd", "degraded", "/", "/dev/sda1", "0000:01:00.0", "0000:01:00", "xid", "aer", "mce",
    "io", "fatal", "corrected", "key_rejected", "ubuntu", "powersave", "none", "docker", "hw_slowdown", "gpu_reset",
)  # fmt: skip
SIMPLE: dict[object, st.SearchStrategy[Any]] = {
    str: st.sampled_from(WORDS) | st.text(max_size=4),
    int: st.sampled_from((0, 1, 2, 16, 79, 1024, -1, 2**40)),
    float: st.sampled_from((0.0, 0.5, 4.0, 90.0, 1e9, -1.0)),
    bool: st.booleans(),
}


def of(annotation: Any) -> st.SearchStrategy[Any]:
    """Values of a type as the models annotate it."""
    if annotation in SIMPLE:
        return SIMPLE[annotation]
    if annotation is type(None):
        return st.none()
    if inspect.isclass(annotation) and issubclass(annotation, Struct):
        hints = typing.get_type_hints(annotation)
        return st.builds(annotation, **{name: of(hints[name]) for name in annotation.__struct_fields__})
    origin, parts = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (types.UnionType, typing.Union):
        return st.one_of([of(part) for part in parts])
    if origin is tuple:
        return st.lists(of(parts[0]), max_size=2).map(tuple)
    raise TypeError(f"no values known for {annotation}")


def inventories() -> st.SearchStrategy[Inventory]:
    """Machines with any facts in any fields."""
    return typing.cast("st.SearchStrategy[Inventory]", of(Inventory))


def spoilt(good: Inventory) -> st.SearchStrategy[Inventory]:
    """A good machine with anything in some of its parts, and cards that are at least NVIDIA's and answer."""
    hints = typing.get_type_hints(Inventory)
    card = of(Gpu).map(lambda one: replace(one, vendor="NVIDIA", problem=None))
    parts = {name: of(hints[name]) for name in Inventory.__struct_fields__}
    parts["gpus"] = st.lists(card, min_size=1, max_size=2).map(tuple)
    return st.fixed_dictionaries({}, optional=parts).map(lambda changes: replace(good, **changes))
