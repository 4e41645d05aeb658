"""``dlws snapshot``."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import DlwsError
from . import out

if TYPE_CHECKING:
    import tarfile

ARCHIVES = (".tar.gz", ".tgz")
OTHER_ARCHIVES = (".zip", ".tar", ".bz2", ".xz", ".zst", ".7z")


def run(
    target: Annotated[
        Path, typer.Argument(metavar="DIR|FILE.tar.gz", help="Where to save; must not be there yet.")
    ],
) -> None:
    """Save what dlws reads of this machine, without serial numbers, addresses and names, for replay."""
    import tarfile
    import tempfile

    from dlws.probes import inventory

    from ..host import Live, Recorder

    target = target.absolute()
    if target.suffix in OTHER_ARCHIVES:
        raise DlwsError(f"dlws makes no {target.suffix} archive", fix=f"dlws snapshot {target.stem}.tar.gz")
    if target.exists():
        raise DlwsError(f"{target} is there already", fix="name a file or directory that is not there yet")
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".dlws-", dir=target.parent))
    try:
        recorder = Recorder(Live(), draft / "machine")
        inventory.take(recorder)
        recorder.close()
        if target.name.endswith(ARCHIVES):
            with tarfile.open(draft / target.name, "w:gz") as archive:
                archive.add(draft / "machine", arcname="machine", filter=_anonymous)
            (draft / target.name).replace(target)
        else:
            (draft / "machine").replace(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    out.text(
        f"saved {target}\nlook into it before you share it; replay it with: dlws inventory --from {target}"
    )


def _anonymous(member: "tarfile.TarInfo") -> "tarfile.TarInfo":
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    return member
