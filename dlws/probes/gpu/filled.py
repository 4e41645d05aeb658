"""Two tellings of one thing."""

from typing import TypeVar

from msgspec import Struct, structs

T = TypeVar("T", bound=Struct)


def filled(first: T, second: T) -> T:
    """The first, with what it does not know from the second. Where both know, the first is right."""
    more = {}
    for name in first.__struct_fields__:
        own, other = getattr(first, name), getattr(second, name)
        if own is None:
            more[name] = other
        elif isinstance(own, Struct) and type(own) is type(other):
            more[name] = filled(own, other)
    return structs.replace(first, **more)
