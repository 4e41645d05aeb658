"""Finds the Python that has the framework."""

from pathlib import Path

from dlws.errors import DlwsError

PYTHON = Path("bin", "python")


def find_python(given: Path | None, data_dir: Path) -> Path | None:
    """The interpreter to run jobs with; None if dlws has made no environment yet.

    ``given`` (``--python``) is an interpreter or an environment's directory. Without it, the newest
    environment under ``data_dir/envs`` that is not marked as unfinished.
    """
    if given is not None:
        python = given / PYTHON if given.is_dir() else given
        if not python.is_file():
            raise DlwsError(
                f"no Python at {python}", fix="give an interpreter: dlws smoke --python /path/to/bin/python"
            )
        return python
    try:
        places = [each for each in (data_dir / "envs").iterdir() if not Path(f"{each}.unfinished").exists()]
        pythons = [each / PYTHON for each in places]
        found = [(python.lstat().st_mtime, python) for python in pythons if python.is_file()]
    except OSError:
        return None
    return max(found)[1] if found else None
