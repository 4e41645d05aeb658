"""Memory of one GPU with a convolutional network, from figures measured for that network.

What checkpointing would save, and how little inference needs beside a training step, differs from network to
network and was not measured: both count as a plain training step, which is an upper bound.
"""

from functools import partial

from dlws.model.network_shape import Convnet
from dlws.model.workload import Precision, Sharding, Task, Workload

from .ledger import CUBLAS_BYTES, Ledger, highest, parameter_bytes
from .training import optimizer_bytes, step_bytes

MIB = 2**20


def activation_bytes(model: Convnet, workload: Workload) -> float:
    """Alive at the peak of a training step; without a figure for 16 bits the fp32 one stands."""
    each = model.activation_mib_per_sample
    if workload.precision is not Precision.FP32 and model.activation_mib_per_sample_amp is not None:
        each = min(each, model.activation_mib_per_sample_amp)
    return workload.batch * each * MIB


def ledger(model: Convnet, workload: Workload) -> Ledger:
    """The moment at which one GPU holds most."""
    parts = workload.gpus if workload.sharding is Sharding.FULL else 1
    size, count = parameter_bytes(workload), model.parameters / parts
    weights, activations = float(size * count), activation_bytes(model, workload)
    if workload.task is Task.INFER:
        return Ledger(peak="prefill", weights=weights, activations=activations, temporary=CUBLAS_BYTES)
    state = optimizer_bytes(workload.optimizer, count, size, 512)
    buckets = weights if workload.gpus > 1 and workload.sharding is Sharding.NONE else 0.0
    copies = 2.0 * model.parameters if workload.precision is Precision.AMP else 0.0
    accumulated = weights if workload.gradient_accumulation > 1 else 0.0
    passing = CUBLAS_BYTES + buckets
    backward = partial(Ledger, peak="backward", weights=weights, optimizer=state)
    return highest(
        [
            backward(activations=activations, gradients=accumulated, temporary=passing + copies),
            backward(gradients=weights, temporary=passing + copies),
            Ledger(
                peak="optimizer step",
                weights=weights,
                optimizer=state,
                gradients=weights,
                temporary=passing + step_bytes(workload.optimizer, count, size, count / 10),
            ),
        ]
    )
