"""Did you mean."""

from collections.abc import Iterable
from difflib import get_close_matches


def closest(word: str, options: Iterable[str]) -> str | None:
    """The option that someone who typed ``word`` most likely meant; None if nothing is near."""
    known = {option.casefold(): option for option in options}
    near = get_close_matches(word.casefold(), known, n=1)
    return known[near[0]] if near else None
