"""Reads a YAML or JSON file that someone wrote, trusting nothing in it."""

import json
from pathlib import Path
from typing import Any

import yaml

from dlws.errors import DlwsError

LARGEST_BYTES = 1024 * 1024
DEEPEST = 20
"""Levels of nesting; a workload has three."""
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Refused(Exception):
    """Not accepted here; the text says why."""


def mapping(path: Path) -> dict[str, Any]:
    """The mapping in a YAML or JSON file; DlwsError says what is wrong with it and how to mend it."""
    text = _text(path)
    try:
        data = _json(text) if text.lstrip().startswith("{") else _yaml(text)
        _check_keys(data)
    except _Refused as error:
        raise DlwsError(f"{path}: {error}", fix="write each value out, once") from None
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        problem = error.problem or "cannot be read"
        raise DlwsError(f"{path}: {line}not YAML: {problem.lower()}", fix=_look(path)) from None
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        first = str(error).splitlines()[0].lower()
        raise DlwsError(f"{path}: cannot be read: {first}", fix=_look(path)) from None
    if data is None:
        raise DlwsError(f"{path}: is empty", fix="start from a ready one: dlws workloads")
    if not isinstance(data, dict):
        kind = "a list" if isinstance(data, list) else "a single value"
        raise DlwsError(
            f"{path}: holds {kind}, not keys with values", fix="write lines such as: batch: 8", why=None
        )
    return data


def _look(path: Path) -> str:
    return f"mend the file, or start from a ready workload: dlws workloads ({path.name} must be YAML or JSON)"


def _text(path: Path) -> str:
    try:
        if path.is_dir():
            raise DlwsError(f"{path}: is a directory", fix=f"name a file in it: {path}/config.json")
        if path.exists() and not path.is_file():
            raise DlwsError(f"{path}: is not an ordinary file", fix="give a YAML or JSON file")
        size = path.stat().st_size
        if size > LARGEST_BYTES:
            raise DlwsError(
                f"{path}: has {size / 1e6:.1f} MB, more than a workload can have",
                why="a workload is a page of text, so this is another kind of file",
                fix="give a workload file (at most 1 MiB) or a name from: dlws workloads",
            )
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except FileNotFoundError:
        raise DlwsError(
            f"{path}: no such file",
            why="a workload is a name of the library, a workload file, or a model's config.json, saved here",
            fix="dlws workloads",
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DlwsError(f"{path}: cannot be read: {reason.lower()}", fix=f"ls -l {path}") from None
    if len(content) > LARGEST_BYTES:
        raise DlwsError(
            f"{path}: is larger than 1 MiB", fix="give a workload file or a name from: dlws workloads"
        )
    return _decoded(content, path)


def _decoded(content: bytes, path: Path) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise DlwsError(
            f"{path}: is not text", why="it holds bytes that are not UTF-8", fix="give a YAML or JSON file"
        )
    if not text.strip():
        raise DlwsError(f"{path}: is empty", fix="start from a ready one: dlws workloads")
    return text


def _json(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError:
        return _yaml(text)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _Refused(f"the key {key!r} appears twice")
        found[key] = value
    return found


def _yaml(text: str) -> Any:
    _vet(text)
    return yaml.load(text, Loader=LOADER)


def _check_keys(data: Any) -> None:
    """YAML allows numbers and lists as keys; no key of ours is one."""
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    for key in data if isinstance(data, dict) else ():
        if not isinstance(key, str):
            raise _Refused(f"the key {key!r} is not text")
    for part in inner:
        _check_keys(part)


def _vet(text: str) -> None:
    """Refuse anchors (a few lines of them expand to gigabytes), duplicate keys (PyYAML keeps the last
    of them in silence) and deep nesting, while these are still a flat stream of events."""
    levels: list[_Level] = []
    for event in yaml.parse(text, Loader=LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if getattr(event, "anchor", None) is not None:
            raise _Refused(f"line {line}: anchors and aliases are not allowed")
        if isinstance(event, yaml.CollectionEndEvent):
            levels.pop()
        elif isinstance(event, yaml.NodeEvent):
            if levels:
                levels[-1].child(event, line)
            if isinstance(event, yaml.CollectionStartEvent):
                levels.append(_Level(isinstance(event, yaml.MappingStartEvent)))
        if len(levels) > DEEPEST:
            raise _Refused(f"line {line}: nested deeper than {DEEPEST} levels")


class _Level:
    """An open mapping or list."""

    def __init__(self, is_mapping: bool) -> None:
        self.is_mapping = is_mapping
        self.keys: set[str] = set()
        self.children = 0

    def child(self, event: yaml.NodeEvent, line: int) -> None:
        """Note a key or value; in a mapping every other child is a key."""
        is_key = self.is_mapping and self.children % 2 == 0
        self.children += 1
        if is_key and isinstance(event, yaml.ScalarEvent):
            if event.value in self.keys:
                raise _Refused(f"line {line}: the key {event.value!r} appears twice")
            self.keys.add(event.value)
