"""Finds playbooks/ and templates/, in a checkout or in an installed wheel."""

from pathlib import Path

from .errors import DlwsError, ExitCode

PACKAGE = Path(__file__).parent


def path(name: str) -> Path:
    """Directory ``playbooks`` or ``templates``: beside the package in a checkout, below it in a wheel."""
    for place in (PACKAGE / "data" / name, PACKAGE.parent / name):
        if place.is_dir():
            return place
    raise DlwsError(
        f"dlws was installed without its {name}/",
        fix="install it again from a complete checkout: pipx install --force .",
        code=ExitCode.UNKNOWN,
    )
