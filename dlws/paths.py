"""Where dlws keeps what it writes, by the XDG base directory specification."""

from collections.abc import Mapping
from pathlib import Path

from .errors import DlwsError


def data(environ: Mapping[str, str]) -> Path:
    """Environments: ``$DLWS_DATA_DIR``, else ``$XDG_DATA_HOME/dlws``."""
    return _place(environ, "DLWS_DATA_DIR", "XDG_DATA_HOME", ".local/share")


def state(environ: Mapping[str, str]) -> Path:
    """Runs and reports: ``$DLWS_STATE_DIR``, else ``$XDG_STATE_HOME/dlws``."""
    return _place(environ, "DLWS_STATE_DIR", "XDG_STATE_HOME", ".local/state")


def _place(environ: Mapping[str, str], own: str, xdg: str, default: str) -> Path:
    if environ.get(own):
        return Path(environ[own]).absolute()
    base = environ.get(xdg, "")
    if base.startswith("/"):  # a relative path is to be ignored, says the specification
        return Path(base) / "dlws"
    try:
        return Path.home() / default / "dlws"
    except RuntimeError as error:
        raise DlwsError(
            "dlws does not know where to keep its files",
            why="HOME is not set and this user has no home directory",
            fix=f"name a place: export {own}=/some/directory",
        ) from error
