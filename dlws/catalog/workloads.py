"""The library of ready workloads: one YAML file each."""

from pathlib import Path

FOLDER = Path(__file__).parent / "workloads"


def names() -> tuple[str, ...]:
    """Names of all ready workloads, sorted."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.yaml")))


def path(name: str) -> Path:
    """The file of a ready workload."""
    return FOLDER / f"{name}.yaml"
