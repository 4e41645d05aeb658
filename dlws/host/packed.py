"""Decompression of what strangers send: never more of it than is asked for."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from pathlib import PurePosixPath

MAX_MEMORY = 2**28
PIECE = 2**20
BROKEN = (OSError, EOFError, RuntimeError, ValueError, zlib.error, lzma.LZMAError, zipfile.BadZipFile)
"""What the libraries raise for damaged data; also for a password."""


class TooLarge(Exception):
    """It holds more than may be read."""


def expand(data: bytes, most: int) -> tuple[bytes, bool]:
    """gzip, bzip2 or xz decompressed, anything else as it is; True if it ends too early, so that the rest is lost."""
    cut = False
    if data.startswith(b"\x1f\x8b"):
        with gzip.open(io.BytesIO(data)) as file:
            data, cut = _gather(file, most)
    elif data.startswith(b"BZh"):
        with bz2.open(io.BytesIO(data)) as file:
            data, cut = _gather(file, most)
    elif data.startswith(b"\xfd7zXZ\0"):
        expander = lzma.LZMADecompressor(memlimit=MAX_MEMORY)  # an xz file may ask for gigabytes
        data = expander.decompress(data, most + 1)
        cut = not expander.eof
    if len(data) > most:
        raise TooLarge
    return data, cut


def _gather(file: gzip.GzipFile | bz2.BZ2File, most: int) -> tuple[bytes, bool]:
    """Piece by piece, because where the data ends too early a reader of all of it gives nothing."""
    pieces: list[bytes] = []
    size = 0
    try:
        while size <= most and (piece := file.read1(PIECE)):
            pieces.append(piece)
            size += len(piece)
    except EOFError:
        return b"".join(pieces), True
    return b"".join(pieces), False


def unzip(data: bytes, most_bytes: int, most_files: int) -> bytes:
    """The only file in a zip archive, several as a tar archive, whose reader knows what not to trust."""
    if not data.startswith(b"PK\x03\x04"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [member for member in archive.infolist() if not member.is_dir() and not _by_mac(member)]
        if len(members) > most_files:
            raise TooLarge
        if len(members) == 1:
            return _content(archive, members[0], most_bytes)
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as tar:
            for member in members:
                content = _content(archive, member, most_bytes)
                most_bytes -= len(content)
                entry = tarfile.TarInfo(member.filename)
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))
        return packed.getvalue()


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    """As much as it really expands to: what the archive says of its size may be a lie."""
    with archive.open(member) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise TooLarge
    return content


def _by_mac(member: zipfile.ZipInfo) -> bool:
    """Whether the Finder put it beside a file, for what only macOS knows of that."""
    return PurePosixPath(member.filename).parts[:1] == ("__MACOSX",)
