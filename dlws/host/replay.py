"""A captured machine: a tree of /proc, /sys and /etc, recorded by dlws or by anyone."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from ..errors import DlwsError
from .answers import ANSWERS, Answers, key
from .host import MISSING, Host, Output, Usage
from .live import LIMIT_BYTES

MAX_LINKS = 40
"""As the kernel: more links than this in one path is a loop (path_resolution(7))."""

MAX_PARTS = 256
"""Names in one path, links followed: paths of /sys have a tenth of it, and following costs time."""
MAX_ANSWERS = 64 * 2**20
"""Those of a machine with eight GPUs take a few hundred KiB."""


class Replay(Host):
    """Answers from a directory. Links in it are followed inside it, so a stranger's tree shows nothing of ours."""

    def __init__(self, root: Path) -> None:
        if not os.path.isdir(root):  # noqa: PTH112 - Path.is_dir raises for a name that is too long
            raise DlwsError(
                f"{root} is not a directory" if os.path.lexists(root) else f"there is no {root}",
                fix="give the top of a tree that holds proc/ and sys/",
            )
        self.root = root
        self.answers = _load(root / ANSWERS)

    def read_bytes(self, path: str) -> bytes | None:
        found = self._resolve(path)
        try:
            if found is None or not found.is_file():
                return None
            with found.open("rb") as file:
                return file.read(LIMIT_BYTES)
        except (OSError, ValueError):
            return None

    def list(self, path: str) -> list[str]:
        if (recorded := self.answers.listings.get(path)) is not None:
            return list(recorded)
        found = self._resolve(path)
        try:
            return sorted(os.listdir(found)) if found else []  # noqa: PTH208
        except (OSError, ValueError):
            return []

    def link(self, path: str) -> str | None:
        if path in self.answers.links:
            return self.answers.links[path]
        parent, _, name = path.rstrip("/").rpartition("/")
        found = self._resolve(parent or "/")
        try:
            return os.readlink(found / name) if found and name else None  # noqa: PTH115
        except (OSError, ValueError):
            return None

    def run(self, *argv: str, timeout_s: float = 10) -> Output:
        return self.answers.commands.get(key(argv), Output(MISSING, "", f"{argv[0]}: not in this recording"))

    def usage(self, path: str) -> Usage | None:
        return self.answers.usage.get(path)

    def affinity(self) -> tuple[int, ...] | None:
        return self.answers.affinity

    def machine(self) -> str | None:
        return self.answers.machine

    def environ(self, name: str) -> str | None:
        return self.answers.environ.get(name)

    def is_root(self) -> bool | None:
        return self.answers.root

    def nvml(self) -> dict[str, Any]:
        return self.answers.nvml if self.answers.nvml is not None else {"error": "not in this recording"}

    def amdsmi(self) -> dict[str, Any]:
        return self.answers.amdsmi if self.answers.amdsmi is not None else {"error": "not in this recording"}

    def vram(self, node: str, driver: str) -> int | None:
        return self.answers.vram.get(node)

    def _resolve(self, path: str) -> Path | None:
        """Where a path of the captured machine lies in the tree, links followed as if the tree were /."""
        todo = [part for part in reversed(path.split("/")) if part not in ("", ".")]
        done: list[str] = []
        links = 0
        while todo:
            if len(todo) + len(done) > MAX_PARTS:
                return None
            part = todo.pop()
            if part == "..":
                done = done[:-1]
                continue
            target = self._link_at([*done, part])
            if target is None:
                done.append(part)
                continue
            links += 1
            if links > MAX_LINKS:
                return None
            if target.startswith("/"):
                done = []
            todo.extend(part for part in reversed(target.split("/")) if part not in ("", "."))
        return self.root.joinpath(*done)

    def _link_at(self, parts: Sequence[str]) -> str | None:
        try:
            return os.readlink(self.root.joinpath(*parts))  # noqa: PTH115
        except (OSError, ValueError):
            return None


def _load(path: Path) -> Answers:
    try:
        if path.is_symlink() or not path.is_file():  # a stranger's link or pipe is no recording
            return Answers()
        with path.open("rb") as file:
            return msgspec.json.decode(file.read(MAX_ANSWERS), type=Answers)
    except OSError as error:
        raise DlwsError(f"cannot read {path}", why=error.strerror) from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DlwsError(
            f"{path} is damaged", why=str(error), fix="record the machine again: dlws snapshot machine.tar.gz"
        ) from error
