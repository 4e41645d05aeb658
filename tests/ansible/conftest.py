"""A run directory whose play a test writes itself."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from dlws.ansible.render import render
from dlws.model.inventory import Inventory
from dlws.model.plan import Plan
from dlws.model.stack import Stack

MakeProject = Callable[[list[dict[str, Any]]], Path]


@pytest.fixture
def project(tmp_path: Path) -> MakeProject:
    """Makes a rendered run directory that runs these tasks on this machine."""

    def make(tasks: list[dict[str, Any]]) -> Path:
        directory = render(Plan(), Stack(environment="none"), Inventory(), tmp_path / "run")
        play = {"name": "Test", "hosts": "workstations", "gather_facts": False, "tasks": tasks}
        (directory / "site.yml").write_text(yaml.safe_dump([play]))
        return directory

    return make
