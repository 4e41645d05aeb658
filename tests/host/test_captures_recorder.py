"""Captured trees of real machines are recorded, and replay to the same inventory."""

from pathlib import Path

import msgspec
import pytest

from dlws.host import Recorder, Replay
from dlws.host.attachment import open_attachment
from dlws.model.inventory import Inventory
from dlws.probes import inventory

NAMED = ("uuid", "mount", "path", "device", "subject", "message", "first", "last")
"""Facts that may hold a name or a number that a recording masks."""


LARGEST = 50_000
"""Bytes of an archive: larger ones hold tens of thousands of files, and only take longer."""


def unnamed(value: object) -> object:
    if isinstance(value, dict):
        return {name: unnamed(item) for name, item in value.items() if name not in NAMED}
    return [unnamed(item) for item in value] if isinstance(value, list | tuple) else value


def comparable(have: Inventory) -> object:
    """What must survive a recording: everything but names, and which of the sentences are said."""
    facts = msgspec.to_builtins(have)
    facts["problems"] = len(facts["problems"])
    return unnamed(facts)


def test_captured_trees_survive_a_recording(captures: Path, tmp_path: Path) -> None:
    archives = sorted(one for one in captures.rglob("*.tar.*") if one.stat().st_size < LARGEST)
    if not archives:
        pytest.skip("no captured trees")
    for number, archive in enumerate(archives):
        host = open_attachment(archive)
        if not isinstance(host, Replay):
            continue
        recorder = Recorder(host, tmp_path / str(number))
        seen = inventory.take(recorder)
        recorder.close()
        assert inventory.take(Replay(tmp_path / str(number))) == seen, archive.name
        assert comparable(seen) == comparable(inventory.take(host)), archive.name
    print(f"\nrecorded and replayed {len(archives)} captured trees")
