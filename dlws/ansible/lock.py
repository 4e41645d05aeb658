"""Keeps two runs from changing the same environment at once."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from ..errors import DlwsError, ExitCode

BUSY = (BlockingIOError, PermissionError)
"""flock(2) says EWOULDBLOCK; over NFS it is emulated by fcntl(2), which may say EACCES."""


@contextmanager
def held(run_directory: Path) -> Iterator[tuple[int, ...]]:
    """Hold the lock of the environment that a run directory is about; yields what Ansible must inherit.

    The lock belongs to the open file. Ansible inherits it, so it outlives a dlws that was killed, and ends
    with the last process of the run. A run without an environment, and a file system without locks, have none.
    """
    directory = _environment(run_directory)
    if directory is None:
        yield ()
        return
    descriptor = _open(directory.with_name(f"{directory.name}.lock"))
    try:
        _take(descriptor, directory)
        yield (descriptor,)
    finally:
        os.close(descriptor)


def _environment(run_directory: Path) -> Path | None:
    try:
        values = msgspec.json.decode((run_directory / "vars.json").read_bytes(), type=dict[str, object])
    except (OSError, msgspec.MsgspecError):
        return None  # Ansible tells what is wrong with the project
    place = values.get("python_env_directory")
    return Path(place) if isinstance(place, str) and Path(place).is_absolute() else None


def _open(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise DlwsError(
            f"can't write to {path.parent}, where environments are made",
            why=(error.strerror or str(error)).lower(),
            fix="name a place that you may write to: --data-dir DIRECTORY",
            code=ExitCode.UNKNOWN,
        ) from error


def _take(descriptor: int, directory: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BUSY as error:
        raise DlwsError(
            f"another run is changing {directory}",
            why="two at once would spoil the environment",
            fix="wait until that one has ended, then run the same command again",
            code=ExitCode.UNKNOWN,
        ) from error
    except OSError:
        return  # a file system without locks must not keep anyone from working
