"""What the smoke jobs' figures are taken to mean."""

import pytest

from dlws.checks.base import Check, ask
from dlws.checks.smoke import CHECKS, accuracy, device, finite, loss, matmul, ran, speed
from dlws.model.case import Case
from dlws.model.finding import Status
from dlws.model.gpu import Gpu, GpuSpecs
from dlws.model.inventory import Inventory
from dlws.model.measurement import Measurement

CARD = Gpu(name="NVIDIA A", compute_capability="8.0", specs=GpuSpecs(bf16_tflops=300))
LOST = Gpu(name="NVIDIA A", problem="it has fallen off the bus")
APU = Gpu(name="Radeon 780M", gfx="gfx1103", unified_memory=True)
RADEON = Gpu(name="Radeon RX 7900 XTX", gfx="gfx1100", unified_memory=False)


def figures(on: str = "cpu", cut_by_time: bool = False, **values: float | None) -> tuple[Measurement, ...]:
    """Measurements; two underscores in a name stand for the dot."""
    return tuple(
        Measurement(
            name=name.replace("__", "."),
            value=value,
            unit="",
            device=on,
            device_name=None if on == "cpu" else "NVIDIA A",
            conditions={"cut_by_time": cut_by_time},
        )
        for name, value in values.items()
    )


def statuses(check: Check, measured: tuple[Measurement, ...], *gpus: Gpu) -> list[str]:
    return [found.status.value for found in ask(check, Case(have=Inventory(gpus=gpus), measured=measured))]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_nothing_measured_is_nothing_to_judge(check: Check) -> None:
    assert statuses(check, ()) == ["skip"]
    assert statuses(
        check, figures(lenet5__accuracy=None, lenet5__loss_first=None, matmul__fp32_error=None)
    ) == ["skip"]


@pytest.mark.parametrize(
    ("check", "measured", "expected"),
    [
        (ran, figures(lenet5__ran=1), "ok"),
        (ran, figures(lenet5__ran=0), "fail"),
        (accuracy, figures(lenet5__accuracy=0.99), "ok"),
        (accuracy, figures(lenet5__accuracy=0.6), "fail"),
        (accuracy, figures(lenet5__accuracy=0.6, lenet5__steps=9, cut_by_time=True), "unknown"),
        (loss, figures(lenet5__loss_first=2.3, lenet5__loss_last=0.01), "ok"),
        (loss, figures(lenet5__loss_first=2.3, lenet5__loss_last=2.2), "fail"),
        (
            loss,
            figures(lenet5__loss_first=2.3, lenet5__loss_last=2.2, lenet5__steps=9, cut_by_time=True),
            "unknown",
        ),
        (finite, figures(lenet5__nonfinite_steps=0), "ok"),
        (finite, figures(matmul__bf16_nonfinite=0), "ok"),
        (finite, figures(lenet5__nonfinite_steps=1), "fail"),
        (finite, figures(matmul__bf16_nonfinite=4), "fail"),
        (matmul, figures(matmul__fp32_error=1e-6), "ok"),
        (matmul, figures(matmul__fp32_error=1e-3), "fail"),
        (matmul, figures(matmul__bf16_error=1e-3), "ok"),
    ],
)
def test_judgement(check: Check, measured: tuple[Measurement, ...], expected: str) -> None:
    assert statuses(check, measured) == [expected]


def test_training_on_the_cpu_beside_a_usable_gpu_fails() -> None:
    on_cpu = figures(lenet5__ran=1)
    assert statuses(device, on_cpu, CARD) == ["fail"]
    assert statuses(device, on_cpu, RADEON) == ["fail"]
    assert statuses(device, on_cpu, LOST, APU) == ["ok"]
    assert statuses(device, on_cpu) == ["ok"]
    assert statuses(device, figures(on="cuda:0", lenet5__ran=1), CARD) == ["ok"]
    assert statuses(device, figures(lenet5__ran=0), CARD) == ["skip"]


def test_speed_is_held_against_the_catalog_only_where_it_knows_the_card() -> None:
    assert statuses(speed, figures(on="cuda:0", matmul__bf16_tflops=240), CARD) == ["ok"]
    assert statuses(speed, figures(on="cuda:0", matmul__bf16_tflops=60), CARD) == ["warn"]
    assert statuses(speed, figures(on="cuda:0", matmul__bf16_tflops=60), LOST) == ["skip"]
    assert statuses(speed, figures(matmul__fp32_tflops=1), CARD) == ["skip"]


def test_a_job_that_did_not_run_says_the_reason() -> None:
    broken = Measurement(
        name="lenet5.ran",
        value=0,
        unit="",
        device="unknown",
        conditions={"what": "out of memory", "why": "2 GiB"},
    )
    (found,) = ask(ran, Case(have=Inventory(), measured=(broken,)))
    assert found.status is Status.FAIL
    assert "out of memory" in found.what
    assert found.why == "2 GiB"


def test_what_went_well_is_told_in_words() -> None:
    measured = figures(lenet5__nonfinite_steps=0, matmul__bf16_nonfinite=0)
    assert [
        (found.subject, found.what) for found in ask(finite, Case(have=Inventory(), measured=measured))
    ] == [
        ("lenet5", "no loss was NaN or infinite"),
        ("matmul", "no bf16 product was NaN or infinite"),
    ]
