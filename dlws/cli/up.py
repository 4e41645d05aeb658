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
    Settings,
    TorchVariant,
    TorchVersion,
    WorkloadName,
    Yes,
    keep_environments_in,
)


def run(
    workload: WorkloadName = None,
    settings: Settings = None,
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

    keep_environments_in(data_dir)
    flags = {
        "torch_version": torch_version,
        "torch_variant": torch_variant,
        "index_url": index_url,
        "extra_index_url": extra_index_url,
        "python": python,
    }
    found = seven_steps.walk(judge.wish(workload, settings), flags, yes=yes, json=json)
    raise typer.Exit(judge.exit_code(found, fail_on))
