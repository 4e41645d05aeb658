"""The software that a machine should have."""

from msgspec import Struct


class Choice(Struct, frozen=True, kw_only=True):
    """One piece of software in a concrete version, and why this one."""

    name: str
    version: str
    why: str


class PythonEnvironment(Struct, frozen=True, kw_only=True):
    """A virtual environment with a framework, and where its packages come from."""

    directory: str
    interpreter: str
    """Program that makes the environment."""
    packages: tuple[str, ...]
    """Requirements as pip takes them, each pinned to one build."""
    index_url: str | None = None
    """Replaces the index of the user's pip configuration; None: that configuration decides."""
    extra_index_url: str | None = None
    """Asked only when the user's own pip configuration does not find the packages; None: never."""


class Stack(Struct, frozen=True, kw_only=True):
    """Concrete, mutually compatible versions for one machine."""

    environment: str
    """Name of the Python environment, for example ``torch-cpu``."""
    choices: tuple[Choice, ...] = ()
    conflicts: tuple[str, ...] = ()
    """What could not be satisfied, each with its way out."""
    python: PythonEnvironment | None = None
    """How to make the environment; None: nothing can be made on this machine, and ``conflicts`` says why."""
