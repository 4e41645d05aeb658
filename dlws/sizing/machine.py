"""What the rest of the machine must have: RAM, disk, cores, and a GPU of a certain age."""

from dlws.model.network_shape import Convnet
from dlws.model.requirements import Figure, Machine, Need, Vram
from dlws.model.workload import Precision, Quantization, Sharding, Task, Workload

from . import shape
from .duration import flops
from .ledger import parameter_bytes, quantization
from .training import optimizer_bytes, trained_bytes, trained_parameters, weights
from .vram import shape_of

GB = 1e9
GIB = 2**30
SYSTEM_GIB = 4.0
PROCESS_GIB = 0.5
"""A Python process with PyTorch and transformers keeps 0.3 to 0.4 GiB; a data loader's worker 0.4 to 0.5."""
WORKERS = 4
"""For each GPU: guides ask for four cores each, one worker on every core."""
SOFTWARE_GB = 15.0
"""PyTorch with CUDA's libraries unpacks to about 6 GB; the same again for its download, and the driver."""
CPU_FLOPS = 1e10
"""A tenth of the peak of one core with AVX2 at 3 GHz (96 GFLOP/s in fp32)."""
CHECKPOINTS = 2
"""Kept: the newest and the one before it."""


def parameters(workload: Workload) -> int:
    """All parameters of the model, without adapters."""
    if isinstance(workload.model, Convnet):
        return workload.model.parameters
    return shape.parameters(shape_of(workload))


def trained(workload: Workload) -> int:
    """Parameters that get gradients."""
    if workload.task is Task.INFER:
        return 0
    if isinstance(workload.model, Convnet):
        return workload.model.parameters
    return trained_parameters(shape_of(workload), workload)


def ram_gib(workload: Workload) -> Figure:
    """System, one process for each GPU with its data loaders, and the weights once while they are loaded."""
    loaders = WORKERS if workload.task is Task.TRAIN else 0
    processes = workload.gpus * (1 + loaders) * PROCESS_GIB
    loaded = _weights(workload) / GIB
    value = SYSTEM_GIB + processes + loaded
    copies = workload.gpus if workload.sharding is Sharding.NONE else 1
    return Figure(
        value=value,
        low=SYSTEM_GIB / 2 + processes / 2,
        high=2 * SYSTEM_GIB + 2 * processes + loaded * (copies + 1),
        basis="4 GiB for the system, 0.5 for each process and data loader, the weights once to load them",
    )


def disk_gb(workload: Workload) -> Figure:
    """Software, weights as downloaded, the data set, and two checkpoints."""
    download = _weights(workload) / GB
    saved = trained(workload)
    hidden = 512 if isinstance(workload.model, Convnet) else shape_of(workload).hidden
    size = trained_bytes(workload)
    state = optimizer_bytes(workload.optimizer, saved, size, hidden)
    checkpoints = CHECKPOINTS * (saved * size + state) / GB
    data = workload.dataset_gb or 0.0
    value = SOFTWARE_GB + download + checkpoints + data
    return Figure(
        value=value,
        low=SOFTWARE_GB / 2 + download + data,
        high=2 * SOFTWARE_GB + 2 * download + 2 * checkpoints + 2 * data,
        basis="15 GB of software, the weights"
        + (", two checkpoints with optimizer state" if saved else "")
        + (", the data set once" if workload.dataset_gb else "; no data set, as its size was not said"),
    )


def _weights(workload: Workload) -> float:
    if isinstance(workload.model, Convnet):
        return float(workload.model.parameters * parameter_bytes(workload))
    return weights(shape_of(workload), workload)


def _gpus(workload: Workload) -> Need:
    """No GPU at all for what a CPU does while one waits."""
    work = flops(workload)
    if work is not None and work <= CPU_FLOPS * 3600:
        return Need(value=0, reason="small enough for a CPU: within the hour")
    return Need(value=workload.gpus, reason="as the workload says")


def minimum(workload: Workload, vram: Vram, ram: Figure, disk: Figure) -> Machine:
    """The least that can run it."""
    least, why = _least_capability(workload)
    return Machine(
        gpus=_gpus(workload),
        vram_gib=Need(
            value=vram.allocated_gib + vram.total_gib - vram.reserved_gib,
            reason="tensors at the peak and the driver's context",
        ),
        compute_capability=Need(value=least, reason=why),
        ram_gib=Need(value=ram.value, reason=ram.basis),
        disk_gb=Need(value=disk.value, reason=disk.basis),
        cpu_cores=Need(value=max(2, workload.gpus), reason="one core feeds one GPU, another the system"),
    )


def recommended(workload: Workload, vram: Vram, ram: Figure, disk: Figure) -> Machine:
    """What leaves room for the error of the estimates."""
    least, why = _good_capability(workload)
    return Machine(
        gpus=Need(value=workload.gpus, reason="as the workload says"),
        vram_gib=Need(
            value=vram.high_gib, reason="the upper end of the estimate, with the allocator's slack"
        ),
        compute_capability=Need(value=least, reason=why),
        ram_gib=Need(value=ram.high, reason="the upper end of the estimate"),
        disk_gb=Need(value=disk.high, reason="the upper end of the estimate"),
        cpu_cores=Need(
            value=WORKERS * workload.gpus, reason="four cores for each GPU keep data loaders ahead of it"
        ),
    )


def _least_capability(workload: Workload) -> tuple[float, str]:
    if quantization(workload) is Quantization.FP8:
        return 8.9, "fp8 arithmetic starts with Ada Lovelace and Hopper"
    if workload.precision is Precision.BF16:
        return 8.0, "bf16 arithmetic starts with Ampere; older cards emulate it slowly"
    return 5.0, "the oldest that a published PyTorch wheel (cu126) has kernels for"


def _good_capability(workload: Workload) -> tuple[float, str]:
    least, why = _least_capability(workload)
    if least >= 8.0:
        return least, why
    return 7.5, "the oldest that CUDA 13 and current drivers support"
