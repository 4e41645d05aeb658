"""CUDA toolkits and the libraries beside them: cuDNN and NCCL; and AMD's ROCm."""

import re

import msgspec

from dlws.host import Host
from dlws.model.system import CudaToolkit
from dlws.probes import collect_env
from dlws.probes.software import packages
from dlws.probes.software.libraries import FOLDERS, version_of

HEADERS = ("/usr/include", "/usr/include/x86_64-linux-gnu", "/usr/include/aarch64-linux-gnu")


def toolkits(host: Host, installed: dict[str, str]) -> tuple[CudaToolkit, ...]:
    """Installed toolkits, newest first: NVIDIA's below /usr/local, the distribution's own, conda's."""
    found = [_toolkit(host, path) for path in _places(host)]
    if version := installed.get("nvidia-cuda-toolkit"):
        has_nvcc = "nvcc" in host.list("/usr/bin")
        found.append(CudaToolkit(version=packages.upstream(version), path="/usr", has_nvcc=has_nvcc))
    if (prefix := host.environ("CONDA_PREFIX")) and (version := _conda_nvcc(host, prefix)):
        found.append(CudaToolkit(version=version, path=prefix, has_nvcc="nvcc" in host.list(f"{prefix}/bin")))
    report = collect_env.read(host)
    if report is not None and report.toolkit:
        found.append(CudaToolkit(version=report.toolkit, path=report.toolkit_path, has_nvcc=True))
    return tuple(sorted(found, key=lambda kit: _numbers(kit.version), reverse=True))


def cudnn(host: Host, installed: dict[str, str]) -> str | None:
    """Version of the system's cuDNN; wheels bring their own, which this is not."""
    report = collect_env.read(host)
    if report is not None and report.cudnn:
        return report.cudnn
    return (
        _header(host, "cudnn_version.h", ("CUDNN_MAJOR", "CUDNN_MINOR", "CUDNN_PATCHLEVEL"))
        or _package(installed, r"(lib)?cudnn\d*(-cuda-\d+)?")
        or version_of(host, "libcudnn.so", r"\d+\.\d+\.\d+", folders=_library_folders(host))
    )


def nccl(host: Host, installed: dict[str, str]) -> str | None:
    """Version of the system's NCCL; wheels bring their own, which this is not."""
    return (
        _header(host, "nccl.h", ("NCCL_MAJOR", "NCCL_MINOR", "NCCL_PATCH"))
        or _package(installed, r"(lib)?nccl\d*")
        or version_of(host, "libnccl.so", r"\d+\.\d+\.\d+", folders=_library_folders(host))
    )


def rocm(host: Host) -> str | None:
    """Version of ROCm below /opt/rocm, without the build number."""
    for place in (
        "/opt/rocm",
        *(f"/opt/{name}" for name in reversed(host.list("/opt")) if name.startswith("rocm-")),
    ):
        for file in ("version", "version-rocm"):
            if found := re.match(r"\d+\.\d+(\.\d+)?", host.read(f"{place}/.info/{file}") or ""):
                return found[0]
    return None


def _places(host: Host) -> list[str]:
    """Directories of toolkits; /usr/local/cuda is nearly always a link to one of them."""
    versioned = [
        f"/usr/local/{name}" for name in host.list("/usr/local") if re.fullmatch(r"cuda-\d+(\.\d+)+", name)
    ]
    others = ["/usr/local/cuda", "/opt/cuda", host.environ("CUDA_HOME") or ""]
    plain = [path for path in others if path and host.link(path) is None and host.list(f"{path}/bin")]
    return list(dict.fromkeys(versioned + plain))


def _toolkit(host: Host, path: str) -> CudaToolkit:
    named = re.search(r"cuda-(\d+(?:\.\d+)+)$", path)
    old = re.search(r"CUDA Version (\d+(?:\.\d+)+)", host.read(f"{path}/version.txt") or "")  # up to CUDA 10
    version = _version_json(host.read(f"{path}/version.json")) or (old or named or [None, None])[1]
    return CudaToolkit(version=version, path=path, has_nvcc="nvcc" in host.list(f"{path}/bin"))


def _version_json(text: str | None) -> str | None:
    try:
        version = msgspec.json.decode(text or "")["cuda"]["version"]
    except (msgspec.MsgspecError, KeyError, TypeError):
        return None
    return version if isinstance(version, str) else None


def _conda_nvcc(host: Host, prefix: str) -> str | None:
    names = (re.match(r"cuda-nvcc-(\d+(?:\.\d+)+)-", name) for name in host.list(f"{prefix}/conda-meta"))
    return next((match[1] for match in names if match), None)


def _header(host: Host, name: str, macros: tuple[str, ...]) -> str | None:
    for folder in (*HEADERS, "/usr/local/cuda/include"):
        text = host.read(f"{folder}/{name}")
        if text is None:
            continue
        numbers = [re.search(rf"^#define {macro}\s+(\d+)\s*$", text, re.MULTILINE) for macro in macros]
        if all(numbers):
            return ".".join(number[1] for number in numbers if number)
    return None


def _package(installed: dict[str, str], pattern: str) -> str | None:
    versions = {
        packages.upstream(version) for name, version in installed.items() if re.fullmatch(pattern, name)
    }
    return versions.pop() if len(versions) == 1 else None


def _library_folders(host: Host) -> tuple[str, ...]:
    return (*FOLDERS, "/usr/local/cuda/lib64", "/usr/local/lib")


def _numbers(version: str | None) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version or ""))
