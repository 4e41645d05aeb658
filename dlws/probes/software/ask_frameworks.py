"""Runs under a user's own Python and prints what its frameworks see, as one line of JSON.

It is handed over as text (``python -I -c``), so it imports nothing of dlws.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import platform
import sys
from typing import Any


def torch(found: dict[str, Any]) -> str | None:
    """Fill in PyTorch's facts; return the devices' names."""
    module = importlib.import_module("torch")
    found["version"] = module.__version__
    found["rocm"] = getattr(module.version, "hip", None)
    found["cuda"] = module.version.cuda or (None if found["rocm"] else "cpu")
    found["sees_gpu"] = bool(module.cuda.is_available())
    if found["sees_gpu"]:
        names = [module.cuda.get_device_name(index) for index in range(module.cuda.device_count())]
        module.ones(8, device="cuda").sum().item()  # seeing a GPU is one thing, having kernels for it another
        return ", ".join(names)
    if module.version.cuda:
        module.cuda.init()  # raises, and says why
    return None


def tensorflow(found: dict[str, Any]) -> str | None:
    """Fill in TensorFlow's facts; return the devices' names."""
    module = importlib.import_module("tensorflow")
    build = module.sysconfig.get_build_info()
    found["version"] = module.__version__
    found["cuda"] = build.get("cuda_version") or (None if build.get("is_cuda_build") else "cpu")
    gpus = module.config.list_physical_devices("GPU")
    found["sees_gpu"] = bool(gpus)
    return ", ".join(gpu.name for gpu in gpus) or None


def jax(found: dict[str, Any]) -> str | None:
    """Fill in JAX's facts; return the devices' names."""
    module = importlib.import_module("jax")
    found["version"] = module.__version__
    devices = module.devices()
    found["sees_gpu"] = any(device.platform in ("gpu", "cuda", "rocm") for device in devices)
    return ", ".join(str(device.device_kind) for device in devices)


def main() -> None:
    """Ask each framework that is installed."""
    frameworks: list[dict[str, Any]] = []
    for ask in (torch, tensorflow, jax):
        if importlib.util.find_spec(ask.__name__) is None:
            continue
        found: dict[str, Any] = {"name": ask.__name__}
        try:
            found["detail"] = ask(found)
        except Exception as error:
            found["detail"] = f"{type(error).__name__}: {error}"[:500]
            found["sees_gpu"] = False
        frameworks.append(found)
    answer = {"python": platform.python_version(), "frameworks": frameworks}
    sys.stdout.write("\ndlws-frameworks:" + json.dumps(answer) + "\n")


main()
