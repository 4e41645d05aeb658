"""A machine from a few files, for tests."""

from pathlib import Path

import msgspec

from dlws.host import Output, Replay
from dlws.host.answers import ANSWERS, Answers, key


def machine(
    place: Path,
    files: dict[str, str | bytes],
    commands: dict[tuple[str, ...], str] | None = None,
    *,
    arch: str | None = None,
    root: bool | None = None,
    affinity: tuple[int, ...] | None = None,
    folders: dict[str, tuple[str, ...]] | None = None,
) -> Replay:
    """Replays these files, answers of commands and names in folders."""
    for path, content in files.items():
        file = place / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    place.mkdir(parents=True, exist_ok=True)
    answers = Answers(
        commands={key(argv): Output(0, text) for argv, text in (commands or {}).items()},
        machine=arch,
        root=root,
        affinity=affinity,
        listings=folders or {},
    )
    (place / ANSWERS).write_bytes(msgspec.json.encode(answers))
    return Replay(place)
