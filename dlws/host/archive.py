"""Reads files that strangers send: at most so much of them, and nothing outside the place they are put."""

import io
import os
import shutil
import tarfile
import tempfile
import weakref
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from msgspec import Struct

from ..errors import DlwsError
from . import packed
from .answers import ANSWERS
from .replay import Replay

MAX_FILE = 64 * 2**20
MAX_EXPANDED = 200 * 2**20
MAX_MEMBERS = 200_000
MAX_TEXTS = 1000
"""Files of an archive that are looked at one by one."""
PARTS = {
    "mc/mc[0-9]*/*": "sys/devices/system/edac",
    "*/ports/[0-9]*/state": "sys/class/infiniband",
    "cpu[0-9]*/topology": "sys/devices/system/cpu",
    "node[0-9]*/cpulist": "sys/devices/system/node",
    "nvme[0-9]*/model": "sys/class/nvme",
    "hwmon[0-9]*/name": "sys/class/hwmon",
}
"""Folders of /sys that people pack alone, told by what is in them."""
GIVE = "give a file that dlws snapshot made, or one that a person saved"


class Unpacked(Replay):
    """A captured machine from an archive; its temporary directory goes when the object goes."""

    def __init__(self, place: Path, top: Path) -> None:
        self._cleanup = weakref.finalize(self, shutil.rmtree, place, ignore_errors=True)
        super().__init__(top)


class Packed(Struct, frozen=True, kw_only=True):
    """A file out of an archive."""

    name: str
    content: bytes
    cut: bool
    """True if it ends too early."""


def load(path: Path) -> tuple[bytes, bool]:
    """Content of a file, decompressed if it is compressed; True if it ends too early, so that the rest is lost."""
    try:
        if not path.is_file():
            why = "it is not a regular file" if path.exists() else "there is nothing of that name"
            raise DlwsError(f"cannot read {path}", why=why, fix=GIVE)
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise DlwsError(f"cannot read {path}", why=why.lower(), fix=GIVE) from error
    if len(data) > MAX_FILE:
        raise DlwsError(f"{path} is too large", why=f"at most {MAX_FILE // 2**20} MiB are read", fix=GIVE)
    return _open(path, data, MAX_EXPANDED)


def is_tar(data: bytes) -> bool:
    """True for POSIX and GNU archives."""
    return data[257:262] == b"ustar"


def unpack(path: Path, data: bytes) -> Unpacked | list[Packed]:
    """The captured machine in an archive, or the files in one that holds none."""
    place = Path(tempfile.mkdtemp(prefix="dlws-"))
    top = None
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            _extract(path, archive, place)
        top = _top(place)
        return Unpacked(place, top) if top else _files(place)
    except (tarfile.TarError, OSError, ValueError, EOFError) as error:
        top = None
        raise DlwsError(
            f"{path} is a damaged archive", why=str(error).lower(), fix="send it again"
        ) from error
    except BaseException:
        top = None
        raise
    finally:
        if top is None:
            shutil.rmtree(place, ignore_errors=True)


def _files(place: Path) -> list[Packed]:
    """Regular files in the order of their names, decompressed; together they may not be larger than one."""
    found: list[Packed] = []
    room = MAX_EXPANDED
    for folder, folders, names in os.walk(place):
        folders.sort()
        for name in sorted(names):
            file = Path(folder, name)
            if file.is_symlink() or not file.is_file():
                continue
            if len(found) == MAX_TEXTS:
                why = f"it holds no machine, and over {MAX_TEXTS} files"
                raise DlwsError("the archive is too large", why=why, fix="give one of its files")
            inside = file.relative_to(place)
            content, cut = _open(inside, file.read_bytes(), room)
            room -= len(content)
            found.append(Packed(name=str(inside), content=content, cut=cut))
    return found


def _open(path: Path, data: bytes, room: int) -> tuple[bytes, bool]:
    try:
        return packed.expand(packed.unzip(data, room, MAX_MEMBERS), room)
    except packed.TooLarge as error:
        why = f"it expands to over {MAX_EXPANDED // 2**20} MiB, or holds over {MAX_MEMBERS} files"
        raise DlwsError(f"{path} is too large", why=why, fix=GIVE) from error
    except packed.BROKEN as error:
        raise DlwsError(f"{path} is damaged", why=str(error).lower(), fix="send it again") from error


def _extract(path: Path, archive: tarfile.TarFile, place: Path) -> None:
    """Files first and links last, so that nothing is written through a link.

    By hand, because older patch releases of Python have no tarfile filters, and the filters refuse the
    absolute links of a captured /sys, which are harmless here: Replay never follows them out.
    """
    links: list[tuple[Path, str]] = []
    made: set[Path] = set()
    size = 0
    for number, member in enumerate(archive):
        inside = PurePosixPath("/", member.name)
        if number >= MAX_MEMBERS:
            raise DlwsError(f"{path} is too large", why=f"it holds over {MAX_MEMBERS} files", fix=GIVE)
        if ".." in inside.parts:
            raise DlwsError(
                f"{path} is not trustworthy",
                why=f"it would write outside its directory: {member.name}",
                fix=GIVE,
            )
        target = place.joinpath(*inside.parts[1:])
        if member.issym():
            links.append((target, member.linkname))
        elif member.isdir():
            target.mkdir(parents=True, exist_ok=True)
        elif member.isfile() or member.islnk():
            if target.parent not in made:
                target.parent.mkdir(parents=True, exist_ok=True)
                made.add(target.parent)
            size += _write(archive, member, target)
            if size > MAX_EXPANDED:
                raise DlwsError(
                    f"{path} is too large", why=f"it holds over {MAX_EXPANDED // 2**20} MiB", fix=GIVE
                )
    top, inside_top = place.resolve(), set[Path]()
    for target, linkname in links:
        # A link below another link would be made where that one points to.
        if target.parent not in inside_top:
            if not target.parent.resolve().is_relative_to(top):
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            inside_top.add(target.parent)  # a real directory now, which no link can take the place of
        if not os.path.lexists(target):
            target.symlink_to(linkname)


def _write(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> int:
    try:
        source = archive.extractfile(member)
    except KeyError:  # a hard link to what the archive does not hold
        return 0
    data = source.read(MAX_EXPANDED + 1) if source else b""
    if not target.is_dir():
        target.write_bytes(data)
    return len(data)


def open_tree(path: Path) -> Replay:
    """The captured machine in a directory, or in one that lies in it as archives are unpacked."""
    try:
        return Replay(next(filter(_is_machine, _around(path)), path))
    except (OSError, ValueError):
        return Replay(path)


def _around(place: Path) -> Iterator[Path]:
    yield place
    yield from sorted(place.iterdir())
    yield from sorted(place.glob("*/*"))


def _is_machine(place: Path) -> bool:
    return any((place / name).exists() for name in (ANSWERS, "proc", "sys", "etc"))


def _top(place: Path) -> Path | None:
    """The directory that holds proc/ or sys/; an archive often has one of its own around it. None: none has."""
    if whole := next(filter(_is_machine, _around(place)), None):
        return whole
    parts = [
        (candidate, home)
        for candidate in list(_around(place))
        for pattern, home in PARTS.items()
        if next(candidate.glob(pattern), None) is not None
    ]
    if not parts:
        return None
    root = Path(tempfile.mkdtemp(dir=place))
    for part, home in parts:
        shutil.copytree(
            part, root / home, symlinks=True, dirs_exist_ok=True, ignore=shutil.ignore_patterns(root.name)
        )
    return root
