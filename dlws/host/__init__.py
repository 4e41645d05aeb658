"""The only door to a machine.

Nothing outside this package opens a file under /proc, /sys or /etc, starts a process to look at the
machine, or imports pynvml or psutil. Every answer is plain data, so it can be recorded and replayed.
"""

from .host import Host, Output, Usage
from .live import Live
from .recorder import Recorder
from .replay import Replay

__all__ = ["Host", "Live", "Output", "Recorder", "Replay", "Usage"]
