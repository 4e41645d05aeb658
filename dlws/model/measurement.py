"""What a smoke job measured."""

from msgspec import Struct


class Measurement(Struct, frozen=True, kw_only=True):
    """One number, with what it was measured on."""

    name: str
    """``lenet5.accuracy``, ``lenet5.loss_last``, ...; the first part names the job."""
    value: float | None
    """None: the job ran but could not measure this."""
    unit: str
    device: str
    """``cpu``, or ``cuda:0`` and so on: where the work really ran."""
    device_name: str | None = None
    conditions: dict[str, str | int | float | bool | None] = {}
    """Everything needed to compare two figures: framework and its version, batch, steps, seed, ..."""
