"""Can containers use the GPU?"""

from collections.abc import Iterator
from typing import Any

from dlws.model.case import Case
from dlws.model.finding import Finding
from dlws.model.system import ContainerToolkit, Docker

from . import gpus
from .base import check

CONFIGURE = "sudo nvidia-ctk runtime configure --runtime=docker && sudo systemctl restart docker"
GUIDE = "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html"


@check("container.runtime", "Does the Docker daemon hand NVIDIA GPUs to containers?")
def runtime(case: Case) -> Iterator[Finding]:
    """What counts is what the running daemon says: a right daemon.json is no use to a daemon that never read it."""
    docker, toolkit = case.have.software.docker, case.have.software.container_toolkit
    if docker is None or not (gpus.nvidia(case) or configured(docker)):
        return
    if docker.running is False:
        yield runtime.skip("Docker is installed, but its daemon does not run")
    elif docker.runtimes is None:
        yield runtime.skip("Docker could not be asked: only root and members of the group docker may")
    elif "nvidia" in docker.runtimes:
        yield runtime.ok("the daemon knows the runtime nvidia", runtimes=list(docker.runtimes))
    elif docker.cdi and toolkit is not None and toolkit.cdi_specs:
        yield runtime.ok("the daemon hands out GPUs through CDI", cdi_specs=list(toolkit.cdi_specs))
    else:
        yield _missing(docker, toolkit)


def configured(docker: Docker) -> bool:
    """True if daemon.json names NVIDIA's runtime."""
    return "nvidia" in (docker.configured_runtimes or ())


def _missing(docker: Docker, toolkit: ContainerToolkit | None) -> Finding:
    told: dict[str, Any] = {"runtimes": list(docker.runtimes or ()), "configured": configured(docker)}
    what = "the Docker daemon does not know the runtime nvidia"
    if docker.snap:
        why = "Docker is the snap, which sees neither the driver's files nor /etc/docker/daemon.json"
        fix = "replace it by Debian's or Docker's package: sudo snap remove docker && sudo apt install docker.io"
        return runtime.fail(what, why=why, fix=fix, **told)
    if configured(docker):
        why = "daemon.json names it, but the running daemon did not read that file"
        fix = "restart it; if that is no help another daemon answers (docker context ls): sudo systemctl restart docker"
        return runtime.fail(what, why=why, fix=fix, **told)
    if toolkit is None:
        why = "NVIDIA's container toolkit is not installed, so docker run --gpus fails"
        return runtime.warn(what, why=why, fix=f"install it as {GUIDE} says, then: {CONFIGURE}", **told)
    return runtime.warn(
        what, why="the toolkit is there, but Docker was not told of it", fix=CONFIGURE, **told
    )


CHECKS = (runtime,)
