"""Is there a framework, and does it see the GPU?"""

from collections.abc import Iterator
from typing import Any

from dlws.model.case import Case
from dlws.model.finding import Finding
from dlws.model.stack import PythonEnvironment
from dlws.model.system import Framework

from . import gpus
from .base import check

JUDGED = ("torch", "tensorflow", "jax")
"""Frameworks whose GPU build cannot be mistaken for a CPU build."""
APPLY = "dlws apply"


def wanted_torch(environment: PythonEnvironment) -> str | None:
    """The version of PyTorch that the environment should hold; None: it is not pinned."""
    pins = (package.partition("==") for package in environment.packages)
    return next((version for name, _, version in pins if name == "torch" and version), None)


def inside(framework: Framework, environment: PythonEnvironment) -> bool:
    """True if a framework lies in that environment."""
    return (framework.python or "").startswith(environment.directory.rstrip("/") + "/")


def same_version(have: str | None, wanted: str | None) -> bool:
    """``2.13.0+cpu`` answers a wish for ``2.13.0``, but not one for ``2.13.0+cu130``."""
    if wanted is None:
        return have is not None
    return have == wanted or ("+" not in wanted and (have or "").partition("+")[0] == wanted)


@check("framework.present", "Is the framework installed that suits this machine?")
def present(case: Case) -> Iterator[Finding]:
    """Training starts with an environment that holds one known version, built for this machine."""
    frameworks = case.have.software.frameworks
    stack = case.stack
    if stack is None:
        if found := next((one for one in frameworks if one.name in JUDGED), None):
            yield present.ok(f"{found.name} {found.version or ''} in {found.python or 'its environment'}")
        else:
            yield present.skip("no framework is known, and none was chosen for this machine")
    elif stack.python is None:
        why = stack.conflicts[0] if stack.conflicts else "nothing published suits this machine"
        yield present.warn("no framework can be installed", why=why, fix="see the choices: dlws render")
    else:
        yield _wanted(frameworks, stack.environment, stack.python)


def _wanted(frameworks: tuple[Framework, ...], name: str, environment: PythonEnvironment) -> Finding:
    version = wanted_torch(environment)
    found = next((one for one in frameworks if one.name == "torch" and inside(one, environment)), None)
    told: dict[str, Any] = {"wanted": version, "directory": environment.directory}
    if found is None:
        why = f"{environment.directory} holds no PyTorch"
        return present.warn(f"{name} is not installed", why=why, fix=APPLY, role="python_env", **told)
    if not same_version(found.version, version):
        why = f"it holds PyTorch {found.version}, and {version} suits this machine"
        return present.warn(f"{name} is another version", why=why, fix=APPLY, role="python_env", **told)
    return present.ok(f"PyTorch {found.version} in {environment.directory}", **told)


def of_use(case: Case) -> bool:
    """True if there is a GPU for which a GPU build of a framework is published."""
    from dlws.catalog.torch import rocm_gpus

    return any(one.vendor != "AMD" or one.gfx in rocm_gpus() for one in gpus.usable(case))


def cpu_only(framework: Framework) -> bool:
    """True if a framework is known to be built without a GPU."""
    return framework.name in JUDGED and framework.cuda == "cpu" and framework.rocm is None


def place(framework: Framework) -> str:
    """Subject of a finding about a framework: its environment's interpreter."""
    return framework.python or framework.name


@check("framework.build", "Is each framework built for the GPU and the driver here?")
def build(case: Case) -> Iterator[Finding]:
    """A CPU build beside a GPU computes on the CPU without a word; one for a newer CUDA than the driver fails."""
    frameworks = [one for one in case.have.software.frameworks if one.name in JUDGED]
    served = {one.name for one in frameworks if one.rocm or (one.cuda is not None and not cpu_only(one))}
    for one in frameworks if of_use(case) else ():
        what = f"{one.name} {one.version} is built for {built_for(one)}"
        told: dict[str, Any] = {"version": one.version, "cuda": one.cuda, "rocm": one.rocm}
        if cpu_only(one) and one.name in served:
            yield build.ok(f"{what}, and another environment has the GPU's", place(one), **told)
        elif cpu_only(one):
            why, (fix, role) = f"{gpus.name(gpus.usable(case)[0])} stays idle", way_out(case)
            yield build.fail(what, place(one), why=why, fix=fix, role=role, **told)
        elif too_new(one, case.have.software.driver_cuda):
            why, (fix, role) = (
                f"the driver supports CUDA {case.have.software.driver_cuda} at most",
                way_out(case),
            )
            yield build.fail(what, place(one), why=why, fix=fix, role=role, **told)
        elif one.cuda or one.rocm:
            yield build.ok(what, place(one), **told)


def built_for(framework: Framework) -> str:
    """In words."""
    if framework.rocm:
        return f"ROCm {framework.rocm}"
    return "the CPU only" if cpu_only(framework) else f"CUDA {framework.cuda}"


def way_out(case: Case) -> tuple[str, str | None]:
    """Fix and role for a build that does not suit: only a Stack with a GPU build brings a better one."""
    if case.stack is None:
        return f"install the build that suits this machine: {APPLY}", None
    if case.stack.python is not None and case.stack.environment != "torch-cpu":
        return f"install the build that suits this machine: {APPLY}", "python_env"
    return "see why no GPU build suits this machine: dlws render", None


def too_new(framework: Framework, driver_cuda: str | None) -> bool:
    """A build runs on every driver of its CUDA's major version, and of later ones.

    https://docs.nvidia.com/deploy/cuda-compatibility/minor-version-compatibility.html
    """
    built, able = major(framework.cuda), major(driver_cuda)
    return built is not None and able is not None and built > able and framework.sees_gpu is not True


def major(version: str | None) -> int | None:
    """12 of ``12.8``."""
    first = (version or "").partition(".")[0]
    return int(first) if first.isascii() and first.isdigit() else None


@check("framework.sees_gpu", "Does each framework that was asked see the GPU?")
def sees_gpu(case: Case) -> Iterator[Finding]:
    """nvidia-smi can list every GPU while CUDA does not start: only the framework itself can say."""
    for one in case.have.software.frameworks:
        if one.sees_gpu is None or not of_use(case) or cpu_only(one):
            continue
        if one.sees_gpu:
            yield sees_gpu.ok(f"{one.name} {one.version} sees the GPU", place(one))
        else:
            why = one.detail or "it does not say why; CUDA_VISIBLE_DEVICES may hide the GPU"
            fix = "look at the variable and at the driver's findings: echo $CUDA_VISIBLE_DEVICES; dlws check"
            yield sees_gpu.fail(
                f"{one.name} {one.version} sees no GPU",
                place(one),
                why=why,
                fix=fix,
                framework=one.name,
                cuda=one.cuda,
            )


CHECKS = (present, build, sees_gpu)
