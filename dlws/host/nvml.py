"""NVML's answers as plain data; the only place that imports pynvml.

The answer is ``{"driver", "cuda", "nvml", "devices": [...], "pairs": [...], "errors": {...}}``. A device is
``{"index", <key of nvml_calls.DEVICE>: value, "mig_devices": [...], "nvlinks": [...], "errors": {...}}``: a
question that failed has no key of its own, only its error's name under ``errors``, as in
``{"fan_percent": "NotSupported"}``. A device that could not be opened is ``{"index", "error"}``. If NVML
could not be asked at all, or stopped answering, ``"error"`` says why, beside what was answered before.
"""

import ctypes
import time
from typing import Any

from . import patience
from .nvml_calls import (
    DEVICE,
    FIELDS,
    LIBRARY,
    LIBRARY_NOT_FOUND,
    LINK,
    LINKS,
    MIG_DEVICE,
    PAIR,
    PLACES,
    SYSTEM,
    Call,
)
from .patience import Data


def ask(timeout_s: float = 10) -> Data:
    """Everything NVML says. Never raises, and never waits longer than ``timeout_s`` for one answer."""
    return patience.ask(_Asker(), timeout_s)


class _Asker(patience.Asker):
    def run(self) -> None:
        if not any(_loads(path) for path in (LIBRARY, *(f"{place}/{LIBRARY}" for place in PLACES))):
            return self.put(self.answer, "error", LIBRARY_NOT_FOUND)
        import pynvml

        self._nvml = pynvml
        error = self._try("nvmlInit")[1]
        if error is not None:
            return self.put(self.answer, "error", error)
        self._ask(self.answer, SYSTEM)
        handles = self._devices()
        self._pairs(handles)
        pynvml.nvmlShutdown()
        return None

    def _devices(self) -> list[Any]:
        count, error = self._try("nvmlDeviceGetCount")
        self.put(self.answer, "devices", [])
        if error is not None:
            self.put(self.answer, "error", error)
        return [self._device(index) for index in range(count or 0)]

    def _device(self, index: int) -> Any:
        device: Data = {"index": index}
        with self.lock:
            self.answer["devices"].append(device)
        handle, error = self._try("nvmlDeviceGetHandleByIndex", index)
        if error is not None:
            self.put(device, "error", error)
            return None
        self._ask(device, DEVICE, handle)
        self._fields(device, handle)
        self._links(device, handle)
        self._mig(device, handle)
        return handle

    def _fields(self, device: Data, handle: Any) -> None:
        values, error = self._try("nvmlDeviceGetFieldValues", handle, list(FIELDS.values()))
        for number, key in enumerate(FIELDS):
            if error is not None:
                self.put(device["errors"], key, error)
            elif values[number].nvmlReturn == 0:
                self.put(device, key, _field(values[number]))
            else:
                self.put(device["errors"], key, _name(self._nvml.NVMLError(values[number].nvmlReturn)))

    def _links(self, device: Data, handle: Any) -> None:
        links: list[Data] = []
        for number in range(LINKS):
            active, error = self._try("nvmlDeviceGetNvLinkState", handle, number)
            if error is not None:
                if not links:
                    self.put(device["errors"], "nvlinks", error)
                break
            link: Data = {"link": number, "active": bool(active)}
            if active:
                self._ask(link, LINK, handle, number)
            links.append(link)
        if links:
            self.put(device, "nvlinks", links)

    def _mig(self, device: Data, handle: Any) -> None:
        if device.get("mig_mode", [0])[0] != 1:
            return
        found: list[Data] = []
        for number in range(device.get("mig_max") or 0):
            mig, error = self._try("nvmlDeviceGetMigDeviceHandleByIndex", handle, number)
            if error is None:
                found.append({"index": number})
                self._ask(found[-1], MIG_DEVICE, mig)
        self.put(device, "mig_devices", found)

    def _pairs(self, handles: list[Any]) -> None:
        pairs: list[Data] = []
        for a, first in enumerate(handles):
            for b, second in enumerate(handles[:a]):
                if first is not None and second is not None:
                    pairs.append({"a": b, "b": a})
                    self._ask(pairs[-1], PAIR, second, first)
        self.put(self.answer, "pairs", pairs)

    def _ask(self, into: Data, calls: tuple[Call, ...], *handles: Any) -> None:
        """Put each answer under its key, and each error under ``errors``."""
        self.put(into, "errors", {})
        for call in calls:
            value, error = self._newest(call, handles)
            if error is None:
                self.put(into, call.key, _plain(value))
            else:
                self.put(into["errors"], call.key, error)

    def _newest(self, call: Call, handles: tuple[Any, ...]) -> tuple[Any, str | None]:
        for function in call.functions[:-1]:
            value, error = self._try(function, *handles, *call.arguments)
            if error != "FunctionNotFound":
                return value, error
        return self._try(call.functions[-1], *handles, *call.arguments)

    def _try(self, function: str, *arguments: Any) -> tuple[Any, str | None]:
        """A call's result and error name; progress is noted for the time limit."""
        self.asking = function
        try:
            return getattr(self._nvml, function)(*arguments), None
        except self._nvml.NVMLError as error:
            return None, _name(error)
        except AttributeError:  # this pynvml is older than the function
            return None, "FunctionNotFound"
        except Exception as error:  # whatever pynvml makes of an answer that it did not expect
            return None, type(error).__name__
        finally:
            self.last = time.monotonic()


def _loads(path: str) -> bool:
    """True if the linker finds the library; once it is loaded, pynvml finds it by its bare name."""
    try:
        ctypes.CDLL(path)
    except OSError:
        return False
    return True


def _name(error: Exception) -> str:
    name = type(error).__name__.removeprefix("NVMLError_")
    return name if name != "NVMLError" else f"Error{getattr(error, 'value', '')}"


def _plain(value: Any) -> Any:
    """The same as JSON knows it: structures as dictionaries, arrays as lists, bytes as text."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, ctypes.Structure):
        return {field[0]: _plain(getattr(value, field[0])) for field in value._fields_}
    if isinstance(value, list | tuple | ctypes.Array):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return {name: _plain(item) for name, item in vars(value).items()}  # pynvml's nvmlFriendlyObject


TYPES = ("dVal", "uiVal", "ulVal", "ullVal", "sllVal", "siVal", "usVal")
"""Members of nvmlValue_t in the order of nvmlValueType_t."""


def _field(value: Any) -> Any:
    return getattr(value.value, TYPES[value.valueType]) if value.valueType < len(TYPES) else None
