"""Installed software as rows."""

from dlws.model.system import Docker, Framework, Software

from .table import Row, maybe, row, rows
from .words import either, given, joined


def software(it: Software, told: bool) -> tuple[Row, ...]:
    """What matters for deep learning; what is not there is said in one row."""
    found = rows(
        driver(it),
        maybe("driver's CUDA", it.driver_cuda),
        *(
            row("CUDA toolkit", each.version, each.path, either(each.has_nvcc, "with nvcc", "without nvcc"))
            for each in it.cuda_toolkits
        ),
        maybe("cuDNN", it.cudnn),
        maybe("NCCL", it.nccl),
        maybe("ROCm", it.rocm),
        docker(it.docker) if it.docker else None,
        row("GPU containers", it.container_toolkit.version) if it.container_toolkit else None,
        maybe("Podman", it.podman),
        maybe("Python", it.python),
        maybe("conda", it.conda),
        maybe("uv", it.uv),
        *(framework(each) for each in it.frameworks),
    )
    if not told or it.missing_programs is None:  # a text that tells of the driver is silent about the rest
        return found or (row("software", None),)
    missing = joined(
        None if it.nvidia_driver or it.kernel_module.loaded else "NVIDIA driver",
        None if it.cuda_toolkits else "CUDA toolkit",
        None if it.docker else "Docker",
        None if it.frameworks else "frameworks",
    )
    return (*found, row("not found", missing)) if missing else found


def driver(it: Software) -> Row | None:
    """The NVIDIA driver; its two halves must be of one version."""
    flavour = given("{} kernel module", it.kernel_module.flavour)
    different = it.nvidia_driver and it.nvidia_library and it.nvidia_driver != it.nvidia_library
    if not it.nvidia_driver and not it.kernel_module.loaded and not it.driver_fault:
        return None
    warning = f"the user library is {it.nvidia_library}" if different else None
    if it.driver_fault:
        warning = f"nvidia-smi gets no answer: {it.driver_fault.replace('_', ' ')}"
    return row("NVIDIA driver", it.nvidia_driver, flavour, warning=warning)


def docker(it: Docker) -> Row:
    """The Docker engine."""
    runtimes = " ".join(it.runtimes) if it.runtimes else None
    running = either(it.running, "running", "not running")
    return row("Docker", it.version, "snap" if it.snap else None, running, given("runtimes {}", runtimes))


def framework(it: Framework) -> Row:
    """One framework in one environment."""
    built = "for the CPU" if it.cuda == "cpu" else given("for CUDA {}", it.cuda)
    sees = either(it.sees_gpu, "sees the GPU", "sees no GPU")
    return row(it.name, it.version, built, given("for ROCm {}", it.rocm), sees, it.python)
