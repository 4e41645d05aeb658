"""The software that a machine should have."""

from msgspec import Struct


class Choice(Struct, frozen=True, kw_only=True):
    """One piece of software in a concrete version, and why this one."""

    name: str
    version: str
    why: str


class Stack(Struct, frozen=True, kw_only=True):
    """Concrete, mutually compatible versions for one machine."""

    environment: str
    """Name of the Python environment, for example ``torch-cpu``."""
    choices: tuple[Choice, ...] = ()
    conflicts: tuple[str, ...] = ()
    """What could not be satisfied, each with its way out."""
