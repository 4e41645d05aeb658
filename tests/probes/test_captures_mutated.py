"""Captured texts with pieces cut out, doubled and swapped: nothing may break a reader."""

import random
from pathlib import Path

import pytest

from dlws.probes.board import board, dmi
from dlws.probes.cpu import cpu, lscpu
from dlws.probes.memory import memory
from dlws.probes.problems import Problems

from .machine import machine

PIECES = (
    "\0",
    "\t",
    ":",
    "=",
    "-1",
    "99999999999999999999",
    "0x",
    "\ufffd",
    "",
    "\n\n",
    "²",
    "٣",
    "0-999999",
)


def mutate(text: str, source: random.Random) -> str:
    """A few cuts and splices."""
    for _ in range(source.randint(1, 8)):
        start = source.randrange(len(text) + 1)
        end = min(len(text), start + source.choice((0, 1, 5, 40, 400)))
        text = text[:start] + source.choice((*PIECES, text[end : end + 50])) + text[end:]
    return text


@pytest.mark.parametrize("seed", range(4))
def test_nothing_breaks(captures: Path, tmp_path: Path, seed: int) -> None:
    source = random.Random(seed)
    files = [
        one
        for name in ("cpuinfo", "lscpu", "dmidecode")
        for one in sorted((captures / name).rglob("*"))
        if one.is_file()
    ]
    for number, file in enumerate(source.sample(files, 60)):
        text = mutate(file.read_text(errors="replace"), source)
        commands: dict[tuple[str, ...], str] = {("dmidecode",): text, ("lscpu",): text}
        host = machine(tmp_path / str(number), {"proc/cpuinfo": text, "proc/meminfo": text}, commands)
        cpu.probe(host, Problems())
        memory.probe(host, Problems())
        board.probe(host, Problems())
        lscpu.read(text)
        dmi.from_text(text)
