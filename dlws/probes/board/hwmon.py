"""A device's readings in the kernel's hwmon (Documentation/hwmon/sysfs-interface)."""

from dlws.host import Host


class Hwmon:
    """The first hwmon directory below a device; every reading is None where there is none."""

    def __init__(self, host: Host, device: str) -> None:
        self._host = host
        names = host.list(f"{device}/hwmon")
        self._place = f"{device}/hwmon/{names[0]}" if names else None

    def watts(self, *names: str) -> float | None:
        """Power is in microwatts."""
        return self._scaled(names, 1e6)

    def celsius(self, *names: str) -> float | None:
        """Temperature is in millidegrees; 511 degrees is what a wedged AMD card reads (all nine bits set)."""
        value = self._scaled(names, 1e3)
        return value if value is not None and -50 < value < 200 else None

    def megahertz(self, *names: str) -> int | None:
        """Frequency is in hertz."""
        value = self._scaled(names, 1e6)
        return None if value is None else round(value)

    def fan_percent(self) -> float | None:
        """From the duty cycle, 0 to 255."""
        value = self._scaled(("pwm1",), 255)
        return None if value is None or not 0 <= value <= 1 else round(value * 100, 1)

    def _scaled(self, names: tuple[str, ...], scale: float) -> float | None:
        for name in names if self._place else ():
            value = self._host.number(f"{self._place}/{name}")
            if value is not None:
                return value / scale
        return None
