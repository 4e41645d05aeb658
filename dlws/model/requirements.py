"""What a workload needs."""

from msgspec import Struct


class Requirements(Struct, frozen=True, kw_only=True):
    """Minimum and recommended machine for a workload."""

    workload: str
