"""What a user may decide about the software: flags, then ``DLWS_*`` variables, then defaults."""

import platform
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from .. import paths
from ..errors import DlwsError

TESTED_TORCH = "2.13.0"
"""The newest PyTorch that dlws's own tests have trained with."""


class Settings(Struct, frozen=True, kw_only=True):
    """None: dlws decides."""

    data_dir: str
    """Environments are made in ``envs/`` below it."""
    python: str
    """Program that makes environments."""
    python_version: str | None = None
    """Its version; None: not known."""
    torch_version: str | None = None
    torch_variant: str | None = None
    """``cpu``, ``cu130``, ``rocm7.2``, ..."""
    index_url: str | None = None
    """Replaces the index of the user's pip configuration."""
    extra_index_url: str | None = None
    """Asked when that configuration does not find the packages; None: PyTorch's own; empty: never."""


FLAGS = ("data_dir", "python", "torch_version", "torch_variant", "index_url", "extra_index_url")
"""Settings that a user can give, each as ``--torch-version`` or ``DLWS_TORCH_VERSION``."""

SHAPES = {
    "torch_version": r"\d+(\.\d+){1,3}",
    "torch_variant": r"cpu|cu\d+|rocm\d+(\.\d+)*|xpu",
    "index_url": r"(https?|file)://\S+",
    "extra_index_url": r"((https?|file)://\S+)?",
}


def load(environ: Mapping[str, str], **flags: str | None) -> Settings:
    """The settings in force. A flag that was not given is None."""
    given = {name: environ.get(f"DLWS_{name.upper()}") for name in FLAGS}
    given = {name: value for name, value in given.items() if value or name == "extra_index_url"}
    given.update({name: value for name, value in flags.items() if value is not None})
    python = given.get("python")
    for name, shape in SHAPES.items():
        value = given.get(name)
        if value is None:
            continue
        if name.endswith("url"):
            _refuse_credentials(name, value)
        if not re.fullmatch(shape, value):
            raise DlwsError(
                f"invalid {name.replace('_', ' ')} `{value}`",
                fix=f"give it (--{name.replace('_', '-')}, DLWS_{name.upper()}) as in {EXAMPLES[name]}",
            )
    return Settings(
        data_dir=str(Path(given.get("data_dir") or paths.data(environ)).absolute()),
        python=_program(python) if python else own_python(),
        python_version=None if python else platform.python_version(),
        torch_version=given.get("torch_version"),
        torch_variant=given.get("torch_variant"),
        index_url=given.get("index_url"),
        extra_index_url=given.get("extra_index_url"),
    )


EXAMPLES = {
    "torch_version": TESTED_TORCH,
    "torch_variant": "cpu or cu130",
    "index_url": "https://mirror.example/simple",
    "extra_index_url": "https://mirror.example/whl/cpu",
}


def _refuse_credentials(name: str, url: str) -> None:
    """A password or token would be written into the project and its logs, and shown in the list of processes.
    pip has places of its own for one. The path after the host may hold an ``@`` that is none."""
    address, query, _ = re.split(r"([?#]|$)", url.partition("://")[2] or url, maxsplit=1)
    _, user, host = address.partition("/")[0].rpartition("@")
    if not user and not query:
        return
    held = "credentials" if user else f"something after a {query}"
    pointless = "" if user else "pip puts the names of packages behind it; and "
    raise DlwsError(
        f"the {name.replace('_', ' ')} of {host or 'a host without a name'} holds {held}",
        why=f"{pointless}credentials would be written into the project and shown in the list of processes",
        fix=f"keep them in ~/.netrc, which pip reads (machine {host.partition(':')[0]} login USER password "
        "PASSWORD), and give the address without them",
    )


def _program(name: str) -> str:
    """A path is taken from where the user stands; a bare name is looked up in PATH."""
    return str(Path(name).absolute()) if "/" in name else name


def own_python() -> str:
    """The Python behind the environment that dlws runs in; that it can make environments is proven."""
    major, minor = sys.version_info[:2]
    own = Path(sys.base_prefix) / "bin" / f"python{major}.{minor}"
    return str(own) if own.exists() else sys.executable
