"""Small machines for the tests of probes: a tree of files and a few answers."""

from pathlib import Path

import msgspec

from dlws.host import Output, Replay
from dlws.host.answers import ANSWERS, Answers, key


def machine(
    place: Path,
    files: dict[str, str | bytes],
    *,
    commands: dict[tuple[str, ...], str | Output] | None = None,
    links: dict[str, str] | None = None,
    listings: dict[str, tuple[str, ...]] | None = None,
    environ: dict[str, str] | None = None,
    arch: str | None = None,
) -> Replay:
    """A machine with these files, and commands that print these texts."""
    for path, content in files.items():
        target = place / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
    outputs = {
        key(argv): answer if isinstance(answer, Output) else Output(0, answer)
        for argv, answer in (commands or {}).items()
    }
    answers = Answers(
        commands=outputs, links=links or {}, listings=listings or {}, environ=environ or {}, machine=arch
    )
    (place / ANSWERS).write_bytes(msgspec.json.encode(answers))
    return Replay(place)
