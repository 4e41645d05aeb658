"""Documents out of nothing but their types, for tests of what must hold for every document."""

from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec
from hypothesis import strategies as st

WHOLE = st.integers(-(2**53), 2**53)
"""Numbers that every JSON reader keeps exactly."""
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
PLAIN = st.recursive(
    st.none() | st.booleans() | WHOLE | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=3,
)
BY_TYPE: dict[object, st.SearchStrategy[Any]] = {
    int: WHOLE,
    float: NUMBERS,
    str: TEXTS,
    bool: st.booleans(),
    NoneType: st.none(),
    Any: PLAIN,
}


def of(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a type as the nouns use them."""
    if hint in BY_TYPE:
        return BY_TYPE[hint]
    arguments = get_args(hint)
    if get_origin(hint) in (Union, UnionType):
        return st.one_of(*(of(one) for one in arguments))
    if get_origin(hint) is tuple:
        return st.lists(of(arguments[0]), max_size=2).map(tuple)
    if get_origin(hint) is dict:
        return st.dictionaries(of(arguments[0]), of(arguments[1]), max_size=2)
    if issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    assert issubclass(hint, msgspec.Struct), hint
    return st.deferred(lambda: st.builds(hint, **{name: of(one) for name, one in fields(hint).items()}))


def fields(struct: type[msgspec.Struct]) -> dict[str, Any]:
    """Fields of a Struct and their types."""
    hints = get_type_hints(struct)
    return {name: hints[name] for name in struct.__struct_fields__}


def has(hint: Any, path: str) -> bool:
    """True if a type holds a value at a dotted path; lists and None are looked through."""
    name, _, rest = path.partition(".")
    options = [one for one in get_args(hint) if one not in (NoneType, Ellipsis)]
    if options and get_origin(hint) is not dict:
        return any(has(one, path) for one in options)
    if not (isinstance(hint, type) and issubclass(hint, msgspec.Struct)) or name not in fields(hint):
        return False
    return not rest or has(fields(hint)[name], rest)
