"""Is there a framework, and does it see the GPU?"""

from collections.abc import Iterator
from typing import Any

from dlws.model.case import Case
from dlws.model.finding import Finding
from dlws.model.stack import PythonEnvironment
from dlws.model.system import Framework

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
            yield present.ok(f"{found.name} {found.version or ''} in {found.python}", python=found.python)
        else:
            why = "no environment known here holds PyTorch, TensorFlow or JAX"
            yield present.warn("no framework found", why=why, fix=APPLY, role="python_env")
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


CHECKS = (present,)
