"""What someone wants to run."""

from enum import Enum

from msgspec import Struct


class Task(str, Enum):
    """Whether weights change."""

    TRAIN = "train"
    INFER = "infer"


class Workload(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A job, as a user describes it in a file or by its name in the library."""

    name: str
    task: Task = Task.TRAIN
