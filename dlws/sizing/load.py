"""A Workload from what a user names: the library, a file, a config.json, or a parameter count."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from dlws.catalog import workloads
from dlws.errors import DlwsError
from dlws.model.network_shape import Parameters
from dlws.model.workload import Task, Workload
from dlws.suggest import closest

from .document import mapping
from .explain import explained
from .huggingface import is_config, transformer

COUNT = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)\s?([mbt])", re.IGNORECASE)
SCALE = {"m": 1e6, "b": 1e9, "t": 1e12}


def workload(text: str, settings: Mapping[str, Any] | None = None) -> Workload:
    """The workload named by ``text``, with ``settings`` (field name to value, as flags give them) on top.

    ``text`` is a name of the library, else a parameter count such as ``8B``, else the path of a YAML or
    JSON file; a Hugging Face ``config.json`` is known by its keys. Raises DlwsError.
    """
    data, place = _data(text)
    for key, value in (settings or {}).items():
        _set(data, key, value)
    return _converted(data, place)


def _data(text: str) -> tuple[dict[str, Any], str]:
    if text in workloads.names():
        return mapping(workloads.path(text)), text
    count = COUNT.fullmatch(text.strip())
    if count and not _exists(text):
        parameters = Parameters(parameters=round(float(count[1]) * SCALE[count[2].lower()]))
        return {
            "name": text.strip(),
            "task": Task.INFER.value,
            "model": msgspec.to_builtins(parameters),
        }, text
    path = Path(text)
    if not _looks_like_a_file(text):
        raise _no_such_name(text)
    data = _unwrapped(mapping(path))
    if is_config(data):
        return {
            "name": path.parent.name if path.name == "config.json" and path.parent.name else path.stem,
            "task": Task.INFER.value,
            "model": msgspec.to_builtins(transformer(data, str(path))),
        }, text
    return data, text


def _unwrapped(data: dict[str, Any]) -> dict[str, Any]:
    """``dlws workloads NAME --json`` prints a document with one workload in it."""
    match data:
        case {"kind": "workloads", "workloads": [dict(one)]}:
            return one
    return data


def _looks_like_a_file(text: str) -> bool:
    return "/" in text or text.endswith((".yaml", ".yml", ".json")) or _exists(text)


def _exists(text: str) -> bool:
    """Path.exists, which raises on a name that is too long or has a null byte before Python 3.14."""
    try:
        return bool(text) and Path(text).exists()
    except (OSError, ValueError):
        return False


def _no_such_name(text: str) -> DlwsError:
    near = closest(text, workloads.names())
    hint = f"did you mean {near}?" if near else f"the library has: {', '.join(workloads.names())}"
    return DlwsError(
        f"no workload is called {text[:100]!r}",
        why=f"it is neither in the library nor a file; {hint}",
        fix=f"dlws size {near}" if near else "dlws workloads",
    )


def _set(data: dict[str, Any], key: str, value: Any) -> None:
    """Put one setting in; ``lora.rank`` reaches into a part."""
    *parts, last = key.split(".")
    for part in parts:
        inner = data.setdefault(part, {})
        if not isinstance(inner, dict):
            raise DlwsError(f"{key}: {part} has no parts", fix="dlws workloads")
        data = inner
    data[last] = _plain(value)


def _plain(value: Any) -> Any:
    """What a flag's text means: a number, a yes or no, or itself."""
    if not isinstance(value, str):
        return value
    if value.lower() in ("true", "yes", "on"):
        return True
    if value.lower() in ("false", "no", "off"):
        return False
    for kind in (int, float):
        try:
            return kind(value)
        except ValueError:
            continue
    return value


def _converted(data: dict[str, Any], place: str) -> Workload:
    model = data.get("model")
    if isinstance(model, dict) and "kind" not in model and is_config(model):
        data = {**data, "model": msgspec.to_builtins(transformer(model, place))}
    try:
        return msgspec.convert(data, Workload)
    except msgspec.ValidationError as error:
        raise explained(str(error), data, Workload, place) from None
