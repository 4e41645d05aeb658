"""Reads the report that PyTorch's, vLLM's and SGLang's collect_env commands print.

No machine holds such a file: only an attachment offers one, cleaned of quoting.
"""

import re

from msgspec import Struct

from dlws.host import Host

PLACE = "/collect_env"
"""Where an attachment offers the report."""

KEY = r"^[ \t]*{}[ \t]*:[ \t]*(.*)$"
SEEN = ("Is CUDA available", "CUDA available", "ROCM available", "Is XPU available")
NOTHING = {"", "n/a", "none", "could not collect", "no cuda", "no relevant packages"}


class Report(Struct, frozen=True, kw_only=True):
    """What the report says of one Python environment and of the machine around it."""

    python_version: str | None = None
    torch: str | None = None
    cuda: str | None = None
    """As in Framework."""
    rocm: str | None = None
    sees_gpu: bool | None = None
    driver: str | None = None
    toolkit: str | None = None
    """Version of the nvcc on the path."""
    toolkit_path: str | None = None
    cudnn: str | None = None
    packages: dict[str, str] = {}
    """Python packages and their versions, names in lower case."""


def read(host: Host) -> Report | None:
    """The report, if the host is one."""
    text = host.read(PLACE)
    return None if text is None else parse(text)


def parse(text: str) -> Report:
    """Fields of a report; a key that appears twice counts once, as first printed."""
    torch = _value(text, "PyTorch version") or _value(text, "PyTorch")
    rocm = _number(_value(text, "ROCM used to build PyTorch")) or _tag(torch, "rocm")
    seen = [_value(text, key) for key in SEEN]
    for_intel = "+xpu" in (torch or "") or _value(text, "XPU used to build PyTorch") is not None
    return Report(
        python_version=_number(_value(text, "Python version") or _value(text, "Python")),
        torch=torch.split()[0] if torch else None,
        cuda=None if for_intel else _built_for(_line(text, "CUDA used to build PyTorch"), torch, rocm),
        rocm=rocm,
        sees_gpu=True if set(seen) & {"True", "Yes"} else False if set(seen) & {"False", "No"} else None,
        driver=_driver(text),
        toolkit=None if rocm else _toolkit(text),
        toolkit_path=_value(text, "CUDA_HOME"),
        cudnn=_cudnn(text),
        packages=_packages(text),
    )


def _line(text: str, key: str) -> str | None:
    found = re.search(KEY.format(re.escape(key)), text, re.MULTILINE)
    return found[1].strip() if found else None


def _value(text: str, key: str) -> str | None:
    value = _line(text, key)
    return None if value is None or value.lower() in NOTHING else value


def _number(value: str | None) -> str | None:
    found = re.match(r"v?(\d+(?:\.\d+)*)", value or "")
    return found[1] if found else None


def _tag(torch: str | None, kind: str) -> str | None:
    """Local part of a wheel's version: ``12.4`` of ``2.5.1+cu124``, ``6.2`` of ``2.5.1+rocm6.2``."""
    found = re.search(rf"\+{kind}(\d[\d.]*)", torch or "")
    if found is None or kind != "cu":
        return found[1].rstrip(".") if found else None
    return f"{found[1][:-1]}.{found[1][-1]}" if "." not in found[1] else found[1]


def _built_for(line: str | None, torch: str | None, rocm: str | None) -> str | None:
    """CUDA version, ``cpu`` for a build without; its absence prints as None or N/A."""
    if version := _number(line) or _tag(torch, "cu"):
        return version
    without = "+cpu" in (torch or "") or (line or "").lower() in ("none", "n/a", "could not collect")
    return "cpu" if torch and without and not rocm else None


def _driver(text: str) -> str | None:
    """The driver's version, printed once for each GPU; None if the GPUs' differ, which cannot be."""
    for key in ("Nvidia driver version", "CUDA Driver Version"):
        found = re.search(rf"{KEY.format(key)}((?:\n[ \t]*\d+\.\d+[\d.]*[ \t]*$)*)", text, re.MULTILINE)
        versions: list[str] = re.findall(r"\d{2,}\.\d+[\d.]*", f"{found[1]}{found[2]}") if found else []
        if len(set(versions)) == 1:
            return versions[0]
    return None


def _toolkit(text: str) -> str | None:
    nvcc = re.search(r"release \d+\.\d+, V(\d+(?:\.\d+)+)", _value(text, "NVCC") or "")
    return nvcc[1] if nvcc else _number(_value(text, "CUDA runtime version"))


def _cudnn(text: str) -> str | None:
    """Version of the cuDNN on the library path; None if several lie there: which one is used is not said."""
    value = _value(text, "cuDNN version")
    if value is None:
        return None
    if version := _number(value):
        return version
    versions = set(re.findall(r"/libcudnn\w*\.so\.(\d+\.\d+\.\d+)", text))
    return next(iter(versions)) if len(versions) == 1 else None


def _packages(text: str) -> dict[str, str]:
    """From ``[pip3] torch==2.5.1``, ``[conda] torch 2.5.1 pypi_0`` or ``vllm: 0.6.3``; pip counts first."""
    pip = re.findall(r"^[^\w\n\[]*\[pip3?\] ([\w.-]+)==(\S+)", text, re.MULTILINE)
    conda = re.findall(r"^[^\w\n\[]*\[conda\] ([\w.-]+)\s+(\d\S*)", text, re.MULTILINE)
    plain = re.findall(r"^[ \t]*([a-z][\w-]*): (\d+\.\S+)[ \t]*$", text, re.MULTILINE)
    vllm = re.findall(r"^[ \t]*(v)LLM Version[ \t]*: (\d\S*)", text, re.MULTILINE)
    named = [("vllm", version) for _, version in vllm]
    return {name.lower().replace("_", "-"): version for name, version in (*conda, *plain, *named, *pip)}
