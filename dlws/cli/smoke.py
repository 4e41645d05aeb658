"""``dlws smoke``."""

from enum import Enum
from typing import Annotated

import typer

from ..errors import ExitCode
from . import out
from .options import DataDir, JobPython, Json, keep_environments_in


class Device(str, Enum):
    """Where jobs run."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"
    XPU = "xpu"


class Job(str, Enum):
    """What can be run."""

    LENET5 = "lenet5"
    MATMUL = "matmul"


def run(
    job: Annotated[list[Job] | None, typer.Argument(help="Which jobs; all of them if none is named.")] = None,
    python: JobPython = None,
    data_dir: DataDir = None,
    device: Annotated[
        Device, typer.Option(help="Where to run; auto takes a GPU if there is one.")
    ] = Device.AUTO,
    timeout: Annotated[float, typer.Option(metavar="SECONDS", min=1, help="Time limit of each job.")] = 600,
    json: Json = False,
) -> None:
    """Run the smoke-test training and benchmark jobs and print what they measure, without judging it."""
    from ..model.document import Document
    from . import jobs

    keep_environments_in(data_dir)
    names = tuple(one.value for one in job) if job else jobs.ALL
    measured = jobs.measure(names, python, device.value, timeout)
    if json:
        out.document(Document(kind="measurements", made_at=out.now(), measurements=measured))
    else:
        from ..report import text

        out.text(text.measurements(measured, out.width(), out.color()))
    if any(one.name.endswith(".ran") and one.value != 1 for one in measured):
        raise typer.Exit(ExitCode.UNKNOWN)
