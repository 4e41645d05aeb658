"""What every layout has in common: titled groups of labelled values."""

from collections.abc import Iterable

from msgspec import Struct

from .words import UNKNOWN, joined, plain


class Row(Struct, frozen=True):
    """One line: a label, its value, and what is wrong with it if anything is. A sentence has no label."""

    label: str
    value: str
    warning: str | None = None


class Group(Struct, frozen=True):
    """Rows under one title."""

    title: str
    rows: tuple[Row, ...]


def group(title: str, rows: tuple[Row, ...]) -> Group:
    """A group; nothing in its title can steer a terminal."""
    return Group(plain(title), rows)


def groups(*some: Group) -> tuple[Group, ...]:
    """Those groups that have rows."""
    return tuple(one for one in some if one.rows)


def row(label: str, *parts: str | None, warning: str | None = None) -> Row:
    """A row of those parts that are known; ``unknown`` if none is. Nothing in it can steer a terminal."""
    return Row(plain(label), plain(joined(*parts) or UNKNOWN), plain(warning) if warning else None)


def maybe(label: str, *parts: str | None, warning: str | None = None) -> Row | None:
    """The same, but None if nothing is known: for what most machines do not have."""
    return row(label, *parts, warning=warning) if joined(*parts) else None


def sentences(some: Iterable[str]) -> tuple[Row, ...]:
    """A row for each sentence, once."""
    return tuple(row("", each) for each in dict.fromkeys(some))


def rows(*some: Row | None) -> tuple[Row, ...]:
    """Those rows that there are."""
    return tuple(one for one in some if one is not None)
