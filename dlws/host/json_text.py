"""JSON that anyone may have written."""

from typing import Any

import msgspec


def decoded(text: str) -> Any:
    """The value that a text stands for; None for a text that is no JSON or nests too deep to be read."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
