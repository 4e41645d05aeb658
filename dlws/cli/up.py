"""``dlws up``: the whole way."""

import typer

from .options import (
    DataDir,
    EnvironmentPython,
    ExtraIndexUrl,
    FailOn,
    FailOnOption,
    IndexUrl,
    Json,
    TorchVariant,
    TorchVersion,
    WorkloadName,
    Yes,
)


def run(
    workload: WorkloadName = None,
    yes: Yes = False,
    fail_on: FailOnOption = FailOn.FAIL,
    torch_version: TorchVersion = None,
    torch_variant: TorchVariant = None,
    index_url: IndexUrl = None,
    extra_index_url: ExtraIndexUrl = None,
    python: EnvironmentPython = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> None:
    """The whole way: inventory, check, render, apply (asks first), smoke, verify, report."""
    from . import judge, seven_steps

    flags = {
        "torch_version": torch_version,
        "torch_variant": torch_variant,
        "index_url": index_url,
        "extra_index_url": extra_index_url,
        "python": python,
        "data_dir": data_dir,
    }
    found = seven_steps.walk(workload, flags, yes=yes, json=json)
    raise typer.Exit(judge.exit_code(found, fail_on))
