"""Prints, as JSON, those of the requirements in its arguments that this environment satisfies."""

import importlib.metadata
import json
import sys


def satisfied(requirement: str) -> bool:
    """True if the package is there, in the version that the requirement pins if it pins one."""
    name, _, wanted = requirement.partition("==")
    try:
        return importlib.metadata.version(name) == (wanted or importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return False


print(json.dumps([requirement for requirement in sys.argv[1:] if satisfied(requirement)]))  # noqa: T201 - this is the answer
