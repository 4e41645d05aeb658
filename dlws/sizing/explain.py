"""Turns msgspec's validation errors into advice."""

import re
from collections.abc import Iterator
from enum import Enum
from typing import Any, get_args

import msgspec

from dlws.errors import DlwsError
from dlws.suggest import closest

PLACE = re.compile(r"(.*?)(?: - at `(.*)`)?", re.DOTALL)
UNKNOWN_KEY = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
MISSING_KEY = re.compile(r"Object missing required field `(.*)`", re.DOTALL)
WRONG_WORD = re.compile(r"Invalid (?:enum )?value '?(.*?)'?", re.DOTALL)
WRONG_TYPE = re.compile(r"Expected `(.*?)`(?: (.*)|, got `(.*)`)", re.DOTALL)
WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "object": "keys with values",
    "array": "a list",
    "null": "nothing",
}
"""What msgspec's type names mean to someone who writes YAML."""


def explained(message: str, data: Any, kind: type, place: str) -> DlwsError:
    """A DlwsError that names the file, the key path, and what is allowed there."""
    found = PLACE.fullmatch(message)
    text, where = (found[1], found[2] or "$") if found else (message, "$")
    keys = tuple(re.findall(r"\.([^.\[\]]+)", where))
    fields = _fields(kind, data, keys)
    prefix = f"{place}: {'.'.join(keys)}: " if keys else f"{place}: "
    if match := UNKNOWN_KEY.fullmatch(text):
        return _unknown_key(match[1], tuple(fields), prefix)
    if match := MISSING_KEY.fullmatch(text):
        return DlwsError(f"{prefix}the key {match[1]!r} is missing", fix=f"add a line: {match[1]}: ...")
    value = _value(data, keys)
    if match := WRONG_WORD.fullmatch(text):
        return _wrong_word(match[1], _words(kind, data, keys), prefix)
    if match := WRONG_TYPE.fullmatch(text):
        return _wrong_type(match, value, keys, prefix)
    return DlwsError(f"{prefix}{text}", fix="change one of the keys named above, or leave it out")


def _unknown_key(key: str, allowed: tuple[str, ...], prefix: str) -> DlwsError:
    near = closest(key, allowed)
    return DlwsError(
        f"{prefix}there is no key {key!r}",
        why=f"allowed are: {', '.join(allowed)}",
        fix=f"did you mean {near}?" if near else "leave it out",
    )


def _wrong_word(word: str, allowed: tuple[str, ...], prefix: str) -> DlwsError:
    near = closest(word, allowed)
    return DlwsError(
        f"{prefix}{word!r} is not known",
        why=f"allowed are: {', '.join(allowed)}" if allowed else None,
        fix=f"did you mean {near}?" if near else "take one of the allowed values",
    )


def _wrong_type(match: re.Match[str], value: Any, keys: tuple[str, ...], prefix: str) -> DlwsError:
    wanted = " or ".join(WORDS.get(part, part) for part in match[1].split(" | ") if part != "null")
    if match[2]:
        wanted += f" {match[2]}"
    shown = (
        repr(value) if isinstance(value, str | int | float | bool) else WORDS.get(match[3] or "", "nothing")
    )
    key = keys[-1] if keys else "it"
    quoted = isinstance(value, str) and re.fullmatch(r"[+-]?\d+(\.\d+)?", value.strip())
    fix = f"write it without quotes: {key}: {value}" if quoted else f"give {key} {wanted}"
    return DlwsError(f"{prefix}{shown[:80]} is not {wanted}", fix=fix)


def _value(data: Any, keys: tuple[str, ...]) -> Any:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _structs(kind: Any) -> Iterator[type[msgspec.Struct]]:
    """All structs that a field of this type may hold."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        yield kind
    for part in get_args(kind):
        yield from _structs(part)


def _struct_at(kind: type, data: Any, keys: tuple[str, ...]) -> type[msgspec.Struct] | None:
    """The struct that the value under these keys was meant to be; among several, by its tag."""
    found: type[msgspec.Struct] | None = kind if issubclass(kind, msgspec.Struct) else None
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
        inner = (
            next((field for field in msgspec.structs.fields(found) if field.name == key), None)
            if found
            else None
        )
        choices = list(_structs(inner.type)) if inner else []
        tagged = [
            one for one in choices if isinstance(data, dict) and one.__struct_config__.tag == data.get("kind")
        ]
        found = next(iter(tagged or choices), None)
    return found


def _fields(kind: type, data: Any, keys: tuple[str, ...]) -> dict[str, Any]:
    struct = _struct_at(kind, data, keys)
    if struct is None:
        return {}
    tag = struct.__struct_config__.tag_field
    return ({tag: str} if tag else {}) | {field.name: field.type for field in msgspec.structs.fields(struct)}


def _words(kind: type, data: Any, keys: tuple[str, ...]) -> tuple[str, ...]:
    """Words allowed under these keys: an enum's values, or the tags of a union of structs."""
    field = _fields(kind, data, keys[:-1]).get(keys[-1]) if keys else None
    if isinstance(field, type) and issubclass(field, Enum):
        return tuple(str(member.value) for member in field)
    outer = _fields(kind, data, keys[:-2]).get(keys[-2]) if len(keys) > 1 and field is str else None
    return tuple(str(one.__struct_config__.tag) for one in _structs(outer))
