"""What is said of frameworks."""

import pytest
from msgspec.structs import replace

from dlws.checks.base import ask
from dlws.checks.framework import build, present, sees_gpu
from dlws.model.case import Case
from dlws.model.finding import Finding
from dlws.model.inventory import Inventory
from dlws.model.stack import PythonEnvironment, Stack
from dlws.model.system import Framework
from dlws.plan.plan import make

from .machines import ENVIRONMENT, GOOD, STACK, TORCH, Row, gpu, gpus, name, row, software, statuses

CPU_TORCH = replace(
    TORCH, version="2.13.0+cpu", python="/data/envs/torch-cpu/bin/python", cuda="cpu", sees_gpu=False
)
BARE = software(gpus(), frameworks=())
CPU_STACK = Stack(
    environment="torch-cpu",
    python=PythonEnvironment(
        directory="/data/envs/torch-cpu",
        interpreter="/usr/bin/python3",
        packages=("torch==2.13.0+cpu", "numpy"),
    ),
)
SERVED = software(gpus(), frameworks=(CPU_TORCH,))
ELSEWHERE = replace(TORCH, python="/data/envs/torch-cu130x/bin/python")
ROCM = replace(TORCH, version="2.13.0+rocm7.0", cuda=None, rocm="7.0")
RADEON = gpu(vendor="AMD", compute_capability=None, gfx="gfx1100")
UNLISTED = gpu(vendor="AMD", compute_capability=None, gfx="gfx600")

TABLE = [
    row(present, "ok", stack=STACK),
    row(present, "ok"),
    row(present, "skip", software(frameworks=())),
    row(present, "warn", BARE, stack=CPU_STACK),
    row(present, "ok", SERVED, stack=CPU_STACK),
    row(present, "warn", software(frameworks=(replace(TORCH, version="2.12.0+cu130"),)), stack=STACK),
    row(present, "warn", software(frameworks=(replace(TORCH, version="2.13.0+cpu"),)), stack=STACK),
    row(
        present,
        "warn",
        software(frameworks=(replace(TORCH, python="/data/envs/torch-cu130x/bin/python"),)),
        stack=STACK,
    ),
    row(present, "warn", software(frameworks=(replace(TORCH, python=None),)), stack=STACK),
    row(present, "warn", BARE, stack=Stack(environment="none", conflicts=("no build for this processor",))),
    row(present, "skip", Inventory(problems=("x is a dmidecode output: it says nothing about software",))),
    row(build, "ok"),
    row(build, "fail", software(frameworks=(CPU_TORCH,))),
    row(build, "ok ok", software(frameworks=(CPU_TORCH, TORCH))),
    row(build, "skip", SERVED),
    row(build, "fail", software(driver_cuda="12.8", frameworks=(replace(TORCH, sees_gpu=None),))),
    row(build, "ok", software(driver_cuda="12.8")),
    row(build, "ok", software(driver_cuda="13.2")),
    row(build, "ok", software(driver_cuda="12.4", frameworks=(replace(TORCH, cuda="12.8", sees_gpu=None),))),
    row(build, "ok", software(driver_cuda=None)),
    row(build, "ok", software(RADEON, frameworks=(ROCM,))),
    row(build, "fail", software(RADEON, frameworks=(CPU_TORCH,))),
    row(build, "skip", software(UNLISTED, frameworks=(CPU_TORCH,))),
    row(build, "skip", software(frameworks=(Framework(name="onnxruntime", version="1.2", cuda="cpu"),))),
    row(sees_gpu, "ok"),
    row(sees_gpu, "fail", software(frameworks=(replace(TORCH, sees_gpu=False),))),
    row(sees_gpu, "skip", software(frameworks=(replace(TORCH, sees_gpu=None),))),
    row(sees_gpu, "skip", software(gpus(), frameworks=(replace(TORCH, sees_gpu=False),))),
    row(sees_gpu, "skip", software(frameworks=(CPU_TORCH,))),
]


@pytest.mark.parametrize("one", TABLE, ids=name)
def test_judgement(one: Row) -> None:
    assert statuses(one) == one.expected


def test_a_bare_machine_asks_for_an_environment_and_a_served_one_for_nothing() -> None:
    wanted = make(ask(present, Case(have=BARE, stack=CPU_STACK)), as_root=False)
    assert [step.role for step in wanted.steps] == ["python_env"]
    assert make(ask(present, Case(have=SERVED, stack=CPU_STACK)), as_root=False).steps == ()


def told(machine: Inventory, stack: Stack | None) -> Finding:
    """What is said of the CPU build beside a GPU."""
    (found,) = ask(build, Case(have=machine, stack=stack))
    return found


def test_a_role_is_named_only_if_it_would_bring_another_build() -> None:
    beside = software(frameworks=(CPU_TORCH,))
    assert told(beside, STACK).role == "python_env"
    assert told(beside, CPU_STACK).role is None
    assert told(beside, None).role is None


def test_a_framework_that_sees_nothing_says_why() -> None:
    blind = replace(TORCH, sees_gpu=False, detail="CUDA error 802: system not yet initialized")
    (found,) = ask(sees_gpu, Case(have=software(frameworks=(blind,))))
    assert found.why == blind.detail


def test_an_environment_without_a_pin_is_content_with_any_version() -> None:
    loose = replace(STACK, python=replace(ENVIRONMENT, packages=("torch", "numpy")))
    assert statuses(row(present, "ok", GOOD, stack=loose)) == "ok"
