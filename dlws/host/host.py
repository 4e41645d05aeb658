"""What can be asked of a machine."""

from abc import ABC, abstractmethod
from typing import Any

from msgspec import Struct

MISSING = 127
"""Exit code of a command that is not there (as in a shell)."""
TIMED_OUT = 124
"""Exit code of a command that was ended because it took too long (as timeout(1) has it)."""


class Output(Struct, frozen=True):
    """What a command answered."""

    code: int
    stdout: str = ""
    stderr: str = ""

    @property
    def ok(self) -> bool:
        """True if the command ran and exited 0."""
        return self.code == 0


class Usage(Struct, frozen=True, kw_only=True):
    """Size and free space of a file system, in bytes; free is what an ordinary user may take."""

    total: int
    free: int


class Host(ABC):
    """A machine that can be read. No method raises for what is absent or forbidden."""

    @abstractmethod
    def read_bytes(self, path: str) -> bytes | None:
        """Content of a file, at most 16 MiB of it; None if it is absent or unreadable."""

    @abstractmethod
    def list(self, path: str) -> list[str]:
        """Sorted names in a directory; empty if there is none or it is unreadable."""

    @abstractmethod
    def link(self, path: str) -> str | None:
        """Target of a symbolic link as written; None if it is no link."""

    @abstractmethod
    def run(self, *argv: str, timeout_s: float = 10) -> Output:
        """Answer of a command that only reads, in the C locale and with no standard input."""

    @abstractmethod
    def usage(self, path: str) -> Usage | None:
        """Size of the file system at a path."""

    @abstractmethod
    def affinity(self) -> tuple[int, ...] | None:
        """CPUs that this process may run on."""

    @abstractmethod
    def machine(self) -> str | None:
        """Hardware name, as ``uname -m``."""

    @abstractmethod
    def environ(self, name: str) -> str | None:
        """One environment variable of this process."""

    @abstractmethod
    def is_root(self) -> bool | None:
        """True if the answers were read with root's rights."""

    @abstractmethod
    def nvml(self) -> dict[str, Any]:
        """NVML's answers as plain data, laid out as in :mod:`dlws.host.nvml`; ``{"error": ...}`` if none."""

    def amdsmi(self) -> dict[str, Any]:
        """AMD SMI's answers as plain data, laid out as in :mod:`dlws.host.amdsmi`; ``{"error": ...}`` if none."""
        return {"error": "not in this source"}

    def waits(self) -> bool:
        """True if some answers take their time, so that it pays to ask for several at once."""
        return False

    def vram(self, node: str, driver: str) -> int | None:
        """Bytes of memory on the card behind a render node, as its driver tells by ioctl; None if unknown."""
        return None

    def origin(self) -> str | None:
        """The file that is all that is known of the machine, and what it is; None for a whole machine."""
        return None

    def read(self, path: str) -> str | None:
        """Content of a text file without surrounding white space; None if absent or unreadable.

        Undecodable bytes become U+FFFD and NUL bytes become line breaks (device-tree strings end in one),
        so no reader has to expect either.
        """
        data = self.read_bytes(path)
        return None if data is None else data.decode("utf-8", "replace").replace("\0", "\n").strip()

    def number(self, path: str) -> int | None:
        """A file that holds one decimal or 0x-hexadecimal number; None for anything else."""
        text = self.read(path)
        try:
            return None if text is None else int(text, 0 if text.startswith(("0x", "-0x")) else 10)
        except ValueError:
            return None

    def exists(self, path: str) -> bool:
        """True if the path is a readable file, a non-empty readable directory or a link."""
        return self.link(path) is not None or bool(self.list(path)) or self.read_bytes(path) is not None
