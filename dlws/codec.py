"""The one door for documents: Struct to JSON and back.

Reading is lenient: what a newer minor version added is passed over. Another major version is refused,
because its fields may mean something else.
"""

import re
import sys
from typing import Any

import msgspec

from .errors import DlwsError
from .model.document import Document
from .model.requirements import Requirements

SCHEMA = "dlws/1"
LIMIT_BYTES = 64 * 2**20
AGAIN = "make it again with this version of dlws: dlws inventory --json"


def encode(document: Document) -> bytes:
    """One line of JSON with its schema; the parts of requirements stand at the top, as the contract has it."""
    body: dict[str, Any] = msgspec.to_builtins(document)
    if document.kind == "requirements":
        body |= body.pop("requirements")
    body = {"schema": SCHEMA, **body}
    try:
        return msgspec.json.encode(body)
    except UnicodeEncodeError:  # Python keeps bytes of a path that are no text as lone surrogates
        import json

        return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def read(name: str) -> Document:
    """The document in a file, or on standard input for ``-``. Raises DlwsError."""
    place = "standard input" if name == "-" else name
    try:
        if name == "-":
            if sys.stdin is None:  # the shell's <&-
                raise OSError("it is closed")
            data = sys.stdin.buffer.read(LIMIT_BYTES + 1)
        else:
            from pathlib import Path  # here, for writing a document needs none

            with Path(name).open("rb") as file:
                data = file.read(LIMIT_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise DlwsError(
            f"cannot read {place}", why=why.lower(), fix="name a file that dlws wrote, or -"
        ) from error
    if len(data) > LIMIT_BYTES:
        raise DlwsError(
            f"{place} is over {LIMIT_BYTES >> 20} MiB", why="no document of dlws is that large", fix=AGAIN
        )
    if not data.strip():
        raise DlwsError(f"{place} is empty", why="the command before it may have failed", fix=AGAIN)
    return decode(data, place)


def decode(data: bytes, place: str = "the document") -> Document:
    """A document from JSON. Raises DlwsError with the path of the first fault."""
    try:
        body = msgspec.json.decode(data, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DlwsError(f"{place} is no document of dlws", why=str(error), fix=AGAIN) from error
    _check_schema(body.get("schema"), place)
    try:
        if body.get("kind") == "requirements" and "requirements" not in body:
            body["requirements"] = {
                name: body.get(name) for name in Requirements.__struct_fields__ if name in body
            }
        return msgspec.convert(body, Document)
    except (msgspec.ValidationError, RecursionError) as error:
        raise DlwsError(f"{place} is damaged", why=str(error), fix=AGAIN) from error


def _check_schema(schema: object, place: str) -> None:
    if not isinstance(schema, str) or not re.fullmatch(r"dlws/\d+(\.\d+)?", schema):
        raise DlwsError(
            f"{place} is no document of dlws", why=f"its schema is {schema!r}, not {SCHEMA!r}", fix=AGAIN
        )
    if schema.split(".")[0] != SCHEMA:
        raise DlwsError(f"{place} has schema {schema!r}", why=f"this dlws reads {SCHEMA}", fix=AGAIN)
