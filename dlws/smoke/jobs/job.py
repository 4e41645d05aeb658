"""What every job shares: events on standard output, the device, and errors that are told, not thrown.

A job is a script of this folder. It imports the standard library, PyTorch and this file, never dlws, so
the folder runs under any Python 3.10+ that has PyTorch. Importing this file makes an uncaught error an
event, so a job imports it before ``torch``.
"""

import json
import math
import os
import platform
import sys
import traceback
import warnings
from types import TracebackType
from typing import Any, NamedTuple

HIDING = ("CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES")
"""Variables with which GPUs are hidden from a program."""


class Device(NamedTuple):
    """Where a job works."""

    torch: str
    """As PyTorch names it: ``cpu``, ``cuda:0`` (also for AMD) or ``xpu:0``."""
    backend: str
    """``cpu``, ``cuda``, ``rocm`` or ``xpu``."""
    name: str | None
    """Model of a GPU; None for the CPU, whose model the inventory has."""
    gpu_available: bool
    why_no_gpu: str | None


def say(event: str, **fields: Any) -> None:
    """Write one event; a number that JSON does not know (NaN, infinity) becomes null."""
    clean = {
        name: None if isinstance(it, float) and not math.isfinite(it) else it for name, it in fields.items()
    }
    print(json.dumps({"event": event, **clean}), flush=True)


def measured(name: str, value: float | None, unit: str, **conditions: Any) -> None:
    """Write one figure."""
    say("measurement", name=name, value=value, unit=unit, conditions=conditions)


def start(job: str, device: Device, **conditions: Any) -> None:
    """Say what runs where; the conditions hold for every figure of the job."""
    import torch

    say(
        "start",
        job=job,
        device=device.torch,
        device_name=device.name,
        conditions={
            "torch": torch.__version__,
            "built_for": built_for(),
            "python": platform.python_version(),
            "backend": device.backend,
            "gpu_available": device.gpu_available,
            "why_no_gpu": device.why_no_gpu,
            "threads": torch.get_num_threads(),
            "cpu_capability": torch.backends.cpu.get_cpu_capability(),
            **conditions,
        },
    )


def pick_device(wanted: str) -> Device:
    """The first GPU that PyTorch can use, else the CPU; or what was asked for: ``cpu``, ``cuda``, ``xpu``."""
    import torch

    with warnings.catch_warnings(record=True) as said:  # why a GPU cannot be used comes as a warning
        warnings.simplefilter("always")
        cuda = torch.cuda.is_available()
        xpu = not cuda and hasattr(torch, "xpu") and torch.xpu.is_available()
    why = " ".join(str(one.message) for one in said) or None
    if wanted == "cpu" or (wanted == "auto" and not cuda and not xpu):
        return Device("cpu", "cpu", None, cuda or xpu, why or reason_without_gpu(cuda or xpu))
    if wanted in ("auto", "cuda") and cuda:
        return Device(
            "cuda:0", "rocm" if torch.version.hip else "cuda", torch.cuda.get_device_name(0), True, None
        )
    if wanted in ("auto", "xpu") and xpu:
        return Device("xpu:0", "xpu", torch.xpu.get_device_name(0), True, None)
    raise RuntimeError(f"PyTorch cannot use {wanted}: {why or reason_without_gpu(False)}")


def reason_without_gpu(available: bool) -> str | None:
    """Why PyTorch uses no GPU, where it gave no reason itself."""
    if available:
        return "the CPU was asked for"
    if built_for() == "cpu":
        return "this PyTorch was built without GPU support"
    hidden = [f"{name}={os.environ[name]!r}" for name in HIDING if name in os.environ]
    said = f" ({', '.join(hidden)} is set)" if hidden else ""
    return f"this PyTorch was built for {built_for()} and finds no GPU that it can use{said}"


def built_for() -> str:
    """What this PyTorch was built for, for example ``CUDA 12.8``."""
    import torch

    if torch.version.cuda:
        return f"CUDA {torch.version.cuda}"
    if torch.version.hip:
        return f"ROCm {torch.version.hip}"
    return "XPU" if getattr(torch.version, "xpu", None) else "cpu"


def wait_for(device: str) -> None:
    """Return when the device has done all that it was given; work on a GPU is only queued."""
    import torch

    if device.startswith("cuda"):
        torch.cuda.synchronize()
    elif device.startswith("xpu"):
        torch.xpu.synchronize()


def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Write an uncaught error as an event, and its trace on standard error."""
    text = " ".join(str(error).split())[:500]
    if isinstance(error, ModuleNotFoundError) and error.name == "torch":
        what = "PyTorch is not installed in this Python"
    elif isinstance(error, ImportError | OSError) and "torch" not in sys.modules:
        what = "PyTorch cannot be loaded"
    elif "OutOfMemory" in kind.__name__ or isinstance(error, MemoryError) or "out of memory" in text.lower():
        what = "out of memory"
    elif "CUDA" in text or "HIP" in text or "cuDNN" in text:
        what = "the GPU failed"
    else:
        what = f"the job failed with {kind.__name__}"
    traceback.print_exception(kind, error, trace)
    if not isinstance(error, KeyboardInterrupt):
        say("error", what=what, why=text or kind.__name__)


sys.excepthook = tell
