"""The only door to a machine.

Nothing outside this package opens a file under /proc, /sys or /etc, starts a process to look at the
machine, or imports pynvml or psutil. Every answer is plain data, so it can be recorded and replayed.
"""

from typing import TYPE_CHECKING, Any

from .host import Host, Output, Usage
from .live import Live

if TYPE_CHECKING:
    from .recorder import Recorder
    from .replay import Replay

__all__ = ["Host", "Live", "Output", "Recorder", "Replay", "Usage"]


def __getattr__(name: str) -> Any:
    """Loads what a live machine does not need when somebody asks for it (PEP 562)."""
    if name == "Recorder":
        from .recorder import Recorder

        return Recorder
    if name == "Replay":
        from .replay import Replay

        return Replay
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
