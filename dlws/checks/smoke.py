"""Judges what the smoke jobs measured."""

from collections.abc import Iterator

from dlws.model.case import Case
from dlws.model.finding import Finding
from dlws.model.gpu import Gpu
from dlws.model.inventory import Inventory
from dlws.model.measurement import Measurement

from .base import check

MIN_ACCURACY = 0.97
"""LeNet-5 reached 0.988 to 0.995 on 2000 unseen digits with seeds 1 to 8 in FP32 on a CPU."""
MAX_LOSS_SHARE = 0.2
"""Last loss over first: at most 0.004 in the same runs, 1 if nothing is learnt."""
MAX_MATMUL_ERROR = {"fp32": 1e-4, "tf32": 1e-2, "fp16": 2e-2, "bf16": 5e-2}
"""Over the root mean square of the result: several times what rounding costs with significands of 24, 11, 11
and 8 bits. A wrong element is off by about 1."""
MIN_SHARE_OF_PEAK = 0.4
"""Of the catalog's dense BF16 figure. Whole training runs are published at 0.40 (H100) and 0.53 (A100) of it
(MPT, llm-foundry's tables), and a bare product has less to wait for."""
SPEED_FIX = "look for heat, a power limit and other users of the GPU: nvidia-smi -q -d PERFORMANCE,POWER,PIDS"
CUT = "training was stopped by its time limit"
INSTALL = "install the framework and try again: dlws apply && dlws smoke"
SLOW_FIX = "end what else uses the machine and try again: dlws smoke"
WRONG_FIX = (
    "look for hardware faults (dlws check), then run it on the CPU to compare: dlws smoke --device cpu"
)


def figure(case: Case, name: str) -> Measurement | None:
    """A measurement by its name, if it was taken and has a value."""
    return next((one for one in case.measured if one.name == name and one.value is not None), None)


def value(case: Case, name: str) -> float | None:
    """Value of a measurement; None if it was not taken."""
    found = figure(case, name)
    return None if found is None else found.value


def cut(case: Case) -> bool:
    """True if LeNet-5 was stopped by its time limit."""
    steps = figure(case, "lenet5.steps")
    return steps is not None and steps.conditions.get("cut_by_time") is True


def usable_gpus(machine: Inventory) -> tuple[Gpu, ...]:
    """GPUs to train on: an NVIDIA card that answers its driver, or an AMD card with memory of its own."""
    return tuple(
        gpu for gpu in machine.gpus if gpu.problem is None and (gpu.compute_capability or _radeon(gpu))
    )


def _radeon(gpu: Gpu) -> bool:
    return gpu.gfx is not None and gpu.unified_memory is False


@check("smoke.ran", "Did the smoke jobs run to their end?")
def ran(case: Case) -> Iterator[Finding]:
    """A real job shows what no version number does: that framework, driver and hardware work together."""
    for one in case.measured:
        job, _, what = one.name.partition(".")
        if what != "ran":
            continue
        if one.value == 1:
            yield ran.ok(f"ran to its end on {one.device_name or one.device}", job)
        else:
            there = one.conditions.get("torch")  # a framework that started is not mended by installing it
            yield ran.fail(
                f"{job} did not run: {one.conditions.get('what') or 'no reason known'}",
                job,
                why=str(one.conditions.get("why") or "the job gave no reason"),
                fix="try it without the GPU: dlws smoke --device cpu" if there else INSTALL,
                role=None if there else "python_env",
                torch=there,
            )


@check("smoke.accuracy", "Does a network trained here recognise digits that it has not seen?")
def accuracy(case: Case) -> Iterator[Finding]:
    """Wrong arithmetic, damaged memory and broken libraries show as a network that learns badly."""
    reached = value(case, "lenet5.accuracy")
    if reached is None:
        return
    what = f"LeNet-5 names {reached:.1%} of unseen digits rightly"
    if reached >= MIN_ACCURACY:
        yield accuracy.ok(what, accuracy=reached)
    elif cut(case):
        yield accuracy.unknown(what, why=CUT, fix=SLOW_FIX, accuracy=reached)
    else:
        why = f"a machine that computes rightly reaches {MIN_ACCURACY:.0%}"
        yield accuracy.fail(what, why=why, fix=WRONG_FIX, accuracy=reached)


@check("smoke.loss", "Does the loss fall?")
def loss(case: Case) -> Iterator[Finding]:
    """A loss that stays means that gradients or updates are wrong, whatever the jobs' exit status."""
    first, last = value(case, "lenet5.loss_first"), value(case, "lenet5.loss_last")
    if first is None or last is None:
        return
    what = f"the loss went from {first:.3g} to {last:.3g}"
    if last <= first * MAX_LOSS_SHARE:
        yield loss.ok(what, first=first, last=last)
    elif cut(case):
        yield loss.unknown(what, why=CUT, fix=SLOW_FIX, first=first, last=last)
    else:
        why = f"it falls to {MAX_LOSS_SHARE:.0%} or less of its first value where training works"
        yield loss.fail(what, why=why, fix=WRONG_FIX, first=first, last=last)


@check("smoke.finite", "Is every loss and every product a number?")
def finite(case: Case) -> Iterator[Finding]:
    """NaN or infinity in a job that never has one elsewhere points to faulty memory or kernels."""
    for one in case.measured:
        if one.value is None or not one.name.endswith(("nonfinite", "nonfinite_steps")):
            continue
        job, _, kind = one.name.partition(".")
        if one.value == 0:
            kind = "loss" if kind.endswith("steps") else f"{kind.partition('_')[0]} product"
            yield finite.ok(f"no {kind} was NaN or infinite", job)
        else:
            why = f"{one.value:g} {one.unit} were NaN or infinite"
            yield finite.fail(
                f"{job} computed what is no number", job, why=why, fix=WRONG_FIX, count=one.value
            )


@check("smoke.device", "Did the jobs use the GPU?")
def device(case: Case) -> Iterator[Finding]:
    """Frameworks fall back to the CPU silently: training works, but many times slower than it could."""
    for one in case.measured:
        job, _, what = one.name.partition(".")
        if what != "ran" or one.value != 1:
            continue
        gpus = usable_gpus(case.have)
        if one.device != "cpu":
            yield device.ok(f"used {one.device_name or one.device} ({one.device})", job)
        elif not gpus:
            yield device.ok("used the CPU: there is no GPU here that a framework can use", job)
        else:
            yield device.fail(
                f"{job} ran on the CPU although there is {gpus[0].name or 'a GPU'}",
                job,
                why=str(one.conditions.get("why_no_gpu") or "the framework does not say why"),
                fix="install the framework build that fits the driver: dlws apply",
                role="python_env",
                built_for=one.conditions.get("built_for"),
            )


@check("smoke.matmul", "Are matrix products right?")
def matmul(case: Case) -> Iterator[Finding]:
    """A card can pass every self-test and still multiply wrongly, without any error message."""
    for kind, most in MAX_MATMUL_ERROR.items():
        error = value(case, f"matmul.{kind}_error")
        if error is None:
            continue
        what = f"{kind} products deviate by {error:.1e} from float64"
        if error <= most:
            yield matmul.ok(what, kind, error=error)
        else:
            yield matmul.fail(
                what, kind, why=f"rounding explains no more than {most:g}", fix=WRONG_FIX, error=error
            )


@check("smoke.speed", "Is the GPU as fast as its model should be?")
def speed(case: Case) -> Iterator[Finding]:
    """Heat, a power limit, a shared card or a wrong library make a GPU slow without any error."""
    found = figure(case, "matmul.bf16_tflops")
    card = next(
        (gpu for gpu in case.have.gpus if found and found.device_name and gpu.name == found.device_name), None
    )
    if (
        found is None
        or found.value is None
        or card is None
        or card.specs is None
        or card.specs.bf16_tflops is None
    ):
        return
    share = found.value / card.specs.bf16_tflops
    what = f"{found.value:.0f} TFLOP/s in BF16, {share:.0%} of the data sheet"
    if share >= MIN_SHARE_OF_PEAK:
        yield speed.ok(what, found.device, tflops=found.value)
    else:
        why = f"whole training runs reach {MIN_SHARE_OF_PEAK:.0%}, and this was a bare product"
        yield speed.warn(what, found.device, why=why, fix=SPEED_FIX, tflops=found.value)


CHECKS = (ran, accuracy, loss, finite, device, matmul, speed)
