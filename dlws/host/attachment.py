"""A machine that is known only from a file that somebody sent: ``--from FILE``."""

import os.path
import posixpath
from pathlib import Path
from typing import Any

from dlws.pattern import pattern

from ..errors import DlwsError
from . import archive, bundle, ttar
from .attachments import ANY, Evidence
from .attachments.quoting import decode, is_text
from .host import MISSING, Host, Output, Usage

ACCEPTED = (
    "a dlws snapshot, an nvidia-bug-report.log, the output of nvidia-smi -q or of PyTorch's collect_env, or what "
    "amd-smi, rocm-smi, xpu-smi, lscpu, dmidecode, lspci, lsblk, smartctl, mdadm, dmesg and the like print"
)
OURS = pattern(r'\s*\{\s*"schema"\s*:\s*"dlws/')


class Attachment(Host):
    """Answers from what a text says; what it does not hold is missing."""

    def __init__(self, name: str, kind: str, evidence: Evidence) -> None:
        self.name = name
        self.kind = kind
        """What the file is, with its article."""
        self._evidence = evidence
        self._names: dict[str, set[str]] = {}
        for file in evidence.files:
            folder = file
            while folder not in ("/", ""):
                folder, name = posixpath.split(folder)
                self._names.setdefault(folder, set()).add(name)

    def read_bytes(self, path: str) -> bytes | None:
        return self._evidence.files.get(posixpath.normpath(path))

    def list(self, path: str) -> list[str]:
        return sorted(self._names.get(posixpath.normpath(path), ()))

    def link(self, path: str) -> str | None:
        return None

    def run(self, *argv: str, timeout_s: float = 10) -> Output:
        commands = self._evidence.commands
        keys = (argv, (argv[0], ANY, argv[-1]), (argv[0], ANY))
        text = next((commands[key] for key in keys if key in commands), None)
        return Output(MISSING, "", f"{argv[0]}: not in {self.name}") if text is None else Output(0, text)

    def usage(self, path: str) -> Usage | None:
        return None

    def affinity(self) -> tuple[int, ...] | None:
        return None

    def machine(self) -> str | None:
        return self._evidence.machine

    def environ(self, name: str) -> str | None:
        return None

    def is_root(self) -> bool | None:
        return self._evidence.root

    def nvml(self) -> dict[str, Any]:
        return {"error": f"not in {self.name}"}

    def origin(self) -> str | None:
        return f"{self.name} is {self.kind}"


def open_attachment(path: Path) -> Host:
    """The machine that a file describes: a dlws snapshot or any kind of text in ``KINDS``."""
    if os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises for a name that is too long
        return archive.open_tree(path)
    data, cut = archive.load(path)
    if ttar.matches(data):
        data = ttar.to_tar(data)
    if cut and (archive.is_tar(data) or not data):
        raise DlwsError(f"{path} is cut off", why="its compressed data ends too early", fix="send it again")
    if archive.is_tar(data):
        found = archive.unpack(path, data)
        return found if isinstance(found, Host) else _texts(path, found)
    _demand_text(path, decode(data))
    return _texts(path, [archive.Packed(name=path.name, content=data, cut=cut)])


def _demand_text(path: Path, text: str) -> None:
    if not text.strip():
        raise DlwsError(f"{path} is empty", fix="make it again: the command before it may have failed")
    if not is_text(text):
        raise _refusal(path, "it is not text")
    if OURS.match(text):
        why = "what dlws printed is for the next command"
        raise DlwsError(f"{path} is a document of dlws", why=why, fix="give it with -i: dlws check -i FILE")


def _texts(path: Path, files: list[archive.Packed]) -> Attachment:
    found = bundle.read(path, files)
    if found is None:
        raise _refusal(path, "nothing in it is recognised")
    return Attachment(path.name, *found)


def _refusal(path: Path, why: str) -> DlwsError:
    return DlwsError(f"{path} tells nothing about a machine", why=why, fix=f"give {ACCEPTED}")
