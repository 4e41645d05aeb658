"""Prints, as JSON, the installed versions of the packages that the arguments pin, pinned the same way."""

import importlib.metadata
import json
import sys


def pinned(requirement: str) -> str:
    name = requirement.partition("==")[0]
    try:
        return f"{name}=={importlib.metadata.version(name)}"
    except importlib.metadata.PackageNotFoundError:
        return name


print(json.dumps([pinned(requirement) for requirement in sys.argv[1:]]))  # noqa: T201 - this is the answer
