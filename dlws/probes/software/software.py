"""Software that matters for deep learning: driver, toolkits, containers, Python environments."""

import re

from dlws.host import Host
from dlws.model.system import Software
from dlws.probes.problems import Problems
from dlws.probes.software import cuda, docker, frameworks, nvidia_driver, packages, programs

HOMES = ("miniconda3", "anaconda3", "miniforge3", "mambaforge", "micromamba")
"""Where conda's installers put themselves, below a home directory or /opt."""


def probe(host: Host, problems: Problems, pythons: tuple[str, ...] = ()) -> Software:
    """Installed software. Only the interpreters in ``pythons`` are run, to see who sees the GPU."""
    installed = packages.installed(host)
    driver = nvidia_driver.read(host, problems)
    return Software(
        nvidia_driver=driver.version,
        nvidia_library=driver.library,
        driver_cuda=driver.cuda,
        driver_fault=driver.fault,
        kernel_module=driver.module,
        cuda_toolkits=cuda.toolkits(host, installed),
        cudnn=cuda.cudnn(host, installed),
        nccl=cuda.nccl(host, installed),
        rocm=cuda.rocm(host),
        docker=docker.docker(host, installed, problems),
        podman=docker.podman(host, installed),
        container_toolkit=docker.toolkit(host, installed),
        conda=_conda(host),
        uv=_program(host, ("uv",)),
        python=_python(host, installed),
        frameworks=frameworks.read(host, problems, pythons),
        missing_programs=programs.missing(host),
    )


def _conda(host: Host) -> str | None:
    """The user's conda: what the shell was set up with, on the path, or where an installer puts it."""
    if told := host.environ("CONDA_EXE") or host.environ("MAMBA_EXE"):
        return told
    home = host.environ("HOME") or "/root"
    tops = (*(f"{home}/{name}" for name in HOMES), *(f"/opt/{name}" for name in ("conda", *HOMES)))
    installed = next((f"{top}/bin/conda" for top in tops if "conda" in host.list(f"{top}/bin")), None)
    return _program(host, ("conda", "mamba", "micromamba")) or installed


def _program(host: Host, names: tuple[str, ...]) -> str | None:
    """Path of the first program found, without starting any."""
    home = host.environ("HOME") or "/root"
    path = (host.environ("PATH") or "").split(":")
    folders = dict.fromkeys(
        (*filter(None, path), "/usr/local/bin", "/usr/bin", f"{home}/.local/bin", f"{home}/.cargo/bin")
    )
    return next(
        (f"{folder}/{name}" for folder in folders for name in names if name in host.list(folder)), None
    )


def _python(host: Host, installed: dict[str, str]) -> str | None:
    """Version of /usr/bin/python3; to the patch level where a package says so."""
    linked = re.search(r"python(3\.\d+)$", host.link("/usr/bin/python3") or "")
    if linked is None:
        return packages.upstream(installed["python3"]) if "python3" in installed else None
    package = installed.get(f"python{linked[1]}") or installed.get("python3")
    return packages.upstream(package) if package else linked[1]
