"""AMD SMI's answers as plain data, asked of libamd_smi.so through its C interface.

The answer is ``{"version", "devices": [...], "pairs": [...]}``. A device is ``{"index", "bdf", <key of
amdsmi_calls.DEVICE>: value, "errors": {...}}``: a question that failed has no key of its own, only its
error's name under ``errors``, as in ``{"xgmi_links": "NOT_SUPPORTED"}``. A pair is ``{"a", "b", "p2p"}``. If
the library could not be asked at all, or stopped answering, ``"error"`` says why, beside what was answered
before.
"""

import ctypes
import time
from typing import Any

from . import patience
from .amdsmi_calls import (
    DEVICE,
    LIBRARIES,
    LIBRARY_NOT_FOUND,
    OLDEST,
    PLACES,
    SIZE,
    STATUS,
    Call,
    address,
    violations,
)
from .patience import Data

GPUS = 2
"""AMDSMI_INIT_AMD_GPUS."""
GPU_KINDS = (1, 6)
"""AMDSMI_PROCESSOR_TYPE_AMD_GPU and _AMD_APU."""
MOST = 1024
"""Handles of one list; MI300 in its smallest partitions makes 64 of eight cards."""

MISSING = "FunctionNotFound"
"""The library is older than the function."""


def ask(timeout_s: float = 10) -> Data:
    """Everything AMD SMI says. Never raises, and never waits longer than ``timeout_s`` for one answer."""
    return patience.ask(_Asker(), timeout_s)


class _Asker(patience.Asker):
    def run(self) -> None:
        library = _load()
        if library is None:
            return self.put(self.answer, "error", LIBRARY_NOT_FOUND)
        self._library = library
        if error := self._try("amdsmi_init", ctypes.c_uint64(GPUS)):
            return self.put(self.answer, "error", error)
        major, minor, release = self._version()
        self.put(self.answer, "version", f"{major}.{minor}.{release}")
        if (major, minor) < OLDEST:
            self.put(self.answer, "error", "LibraryTooOld")
        else:
            self._devices(major)
        self._try("amdsmi_shut_down")
        return None

    def _version(self) -> tuple[int, int, int]:
        """Until ROCm 6.4 the year stood before major, minor and release; it has become the major since."""
        buffer = ctypes.create_string_buffer(SIZE)
        if self._try("amdsmi_get_lib_version", buffer):
            return 0, 0, 0
        major, minor, release = (ctypes.c_uint32 * 3).from_buffer(buffer)
        return major, minor, release

    def _devices(self, major: int) -> None:
        self.put(self.answer, "devices", [])
        known: dict[str, ctypes.c_void_p] = {}
        for handle in self._handles():
            buffer = ctypes.create_string_buffer(SIZE)
            error = self._try("amdsmi_get_gpu_device_bdf", handle, buffer)
            place = f"{address(buffer.raw)[:-1]}0"  # a partition takes a function that the bus does not have
            if error is None and place not in known:
                known[place] = handle
                self._device(len(known) - 1, place, handle, (*DEVICE, *violations(major)))
            elif error is not None:
                self.put(self.answer, "error", error)
        self._pairs([*known.values()])

    def _handles(self) -> list[ctypes.c_void_p]:
        found: list[ctypes.c_void_p] = []
        for socket in self._list("amdsmi_get_socket_handles"):
            found += [one for one in self._list("amdsmi_get_processor_handles", socket) if self._is_gpu(one)]
        return found

    def _list(self, function: str, *before: ctypes.c_void_p) -> list[ctypes.c_void_p]:
        count = ctypes.c_uint32(MOST)
        handles = (ctypes.c_void_p * MOST)()
        if error := self._try(function, *before, ctypes.byref(count), handles):
            self.put(self.answer, "error", error)
            return []
        return [ctypes.c_void_p(one) for one in handles[: min(count.value, MOST)] if one]

    def _is_gpu(self, handle: ctypes.c_void_p) -> bool:
        kind = ctypes.c_uint32()
        return not self._try("amdsmi_get_processor_type", handle, ctypes.byref(kind)) and (
            kind.value in GPU_KINDS
        )

    def _device(self, index: int, place: str, handle: ctypes.c_void_p, calls: tuple[Call, ...]) -> None:
        device: Data = {"index": index, "bdf": place, "errors": {}}
        with self.lock:
            self.answer["devices"].append(device)
        for call in calls:
            buffer = ctypes.create_string_buffer(SIZE)
            error = self._try(call.function, handle, *_arguments(call, buffer))
            if error is None:
                self.put(device, call.key, call.decode(buffer.raw))
            else:
                self.put(device["errors"], call.key, error)

    def _pairs(self, handles: list[ctypes.c_void_p]) -> None:
        pairs: list[Data] = []
        for b, second in enumerate(handles):
            for a, first in enumerate(handles[:b]):
                reachable = ctypes.c_bool()
                error = self._try("amdsmi_is_P2P_accessible", first, second, ctypes.byref(reachable))
                pairs.append({"a": a, "b": b, **({} if error else {"p2p": reachable.value})})
        self.put(self.answer, "pairs", pairs)

    def _try(self, function: str, *arguments: Any) -> str | None:
        """Calls it and gives back its error's name; progress is noted for the time limit."""
        self.asking = function
        try:
            status = getattr(self._library, function)(*arguments)
        except AttributeError:
            return MISSING
        finally:
            self.last = time.monotonic()
        return None if status == 0 else STATUS.get(status, f"status {status}")


def _arguments(call: Call, buffer: Any) -> tuple[Any, ...]:
    if call.arguments == "buffer":
        return (buffer,)
    if call.arguments == "buffer, size":
        return (buffer, ctypes.c_uint32(SIZE))
    return (ctypes.byref(ctypes.c_uint32(SIZE)), buffer)


def _load() -> ctypes.CDLL | None:
    for path in (*LIBRARIES, *(f"{place}/{name}" for place in PLACES for name in LIBRARIES)):
        try:
            return ctypes.CDLL(path)
        except OSError:
            continue
    return None
