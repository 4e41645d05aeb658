"""Options that several commands share."""

import os
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from ..errors import DlwsError


class FailOn(str, Enum):
    """The mildest status that makes the exit code 1."""

    FAIL = "fail"
    WARN = "warn"


Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
Input = Annotated[
    str | None,
    typer.Option("--input", "-i", metavar="FILE", help="A document that dlws wrote; - is standard input."),
]
From = Annotated[
    Path | None,
    typer.Option(
        "--from",
        metavar="FILE",
        help="Read the machine from a dlws snapshot, nvidia-bug-report, collect_env block, or what nvidia-smi, "
        "amd-smi, xpu-smi, lscpu, dmidecode, smartctl, dmesg and the like print.",
    ),
]
Root = Annotated[
    Path | None,
    typer.Option("--root", metavar="DIR", help="Read the machine from a captured /proc, /sys, /etc tree."),
]
Pythons = Annotated[
    list[str] | None,
    typer.Option(
        "--python",
        metavar="PATH",
        help="Ask this interpreter's frameworks whether they see the GPU. Repeatable.",
    ),
]
WorkloadName = Annotated[
    str | None,
    typer.Argument(
        metavar="WORKLOAD", help="A name (see dlws workloads), a file, a config.json or a size such as 8B."
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Change one field of the workload, as in --set batch=4 --set lora.rank=64.",
    ),
]
FailOnOption = Annotated[
    FailOn, typer.Option("--fail-on", help="The mildest status that makes the exit code 1.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
DataDir = Annotated[
    str | None,
    typer.Option(metavar="DIR", help="Where environments are kept.  [default: $XDG_DATA_HOME/dlws]"),
]
TorchVersion = Annotated[str | None, typer.Option(metavar="VERSION", help="Install this release of PyTorch.")]
TorchVariant = Annotated[str | None, typer.Option(metavar="NAME", help="Install this build: cpu, cu130, ...")]
IndexUrl = Annotated[
    str | None,
    typer.Option(
        metavar="URL", help="Package index instead of pip's own configuration; credentials go into ~/.netrc."
    ),
]
ExtraIndexUrl = Annotated[
    str | None,
    typer.Option(metavar="URL", help="Asked when pip's configuration lacks the packages; empty: never."),
]
EnvironmentPython = Annotated[
    str | None, typer.Option("--python", metavar="PATH", help="Interpreter that makes the environment.")
]
JobPython = Annotated[
    Path | None,
    typer.Option("--python", metavar="PATH", help="Interpreter or environment to run the jobs with."),
]


def fields(settings: list[str] | None) -> dict[str, str]:
    """Fields of a workload and their new values, from what --set was given."""
    found = {}
    for pair in settings or ():
        key, equals, value = pair.partition("=")
        if not equals or not key.strip():
            raise DlwsError(f"invalid setting `{pair}`", fix="give a field and its value: --set batch=4")
        found[key.strip()] = value.strip()
    return found


def keep_environments_in(data_dir: str | None) -> None:
    """Let --data-dir take the variable's place, for all that read it: probes, settings and jobs."""
    if place := data_dir or os.environ.get("DLWS_DATA_DIR"):
        os.environ["DLWS_DATA_DIR"] = str(Path(place).absolute())
