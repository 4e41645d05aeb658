"""What a job may say, a line of JSON each."""

import msgspec
from msgspec import Struct

Conditions = dict[str, str | int | float | bool | None]


class Start(Struct, frozen=True, kw_only=True, tag_field="event", tag="start"):
    """The job runs; the conditions hold for all its figures."""

    job: str
    device: str
    device_name: str | None = None
    conditions: Conditions = {}


class Progress(Struct, frozen=True, kw_only=True, tag_field="event", tag="progress"):
    """The job has come so far."""

    step: int
    steps: int
    loss: float | None = None
    doing: str | None = None


class Measured(Struct, frozen=True, kw_only=True, tag_field="event", tag="measurement"):
    """One figure."""

    name: str
    value: float | None
    unit: str
    conditions: Conditions = {}


class Error(Struct, frozen=True, kw_only=True, tag_field="event", tag="error"):
    """The job cannot go on."""

    what: str
    why: str


class Done(Struct, frozen=True, kw_only=True, tag_field="event", tag="done"):
    """The job has come to its end."""


Event = Start | Progress | Measured | Error | Done

_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Start | Progress | Measured | Error | Done)


def parse(line: bytes) -> Event | None:
    """The event of one line; None for anything else, such as what a library prints."""
    try:
        return _decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
