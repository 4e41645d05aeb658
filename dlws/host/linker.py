"""Whether a shared library can be there at all, told from the linker's own files: loading ctypes takes longer."""

import os
import sys

CACHE = "/etc/ld.so.cache"
FOLDERS = (
    "/lib",
    "/usr/lib",
    "/lib64",
    "/usr/lib64",
    "/lib/x86_64-linux-gnu",
    "/usr/lib/x86_64-linux-gnu",
    "/lib/aarch64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
)
"""Where the linker looks even if its cache is stale (ld.so(8)); the last four on Debian and Ubuntu."""


def may_find(library: str, places: tuple[str, ...] = ()) -> bool:
    """False if the dynamic linker cannot find a library by its name, nor is it in one of ``places``.

    The linker looks where LD_LIBRARY_PATH, its cache and the program itself say, then in its own folders.
    """
    try:
        with open(CACHE, "rb") as file:  # noqa: PTH123 - pathlib takes longer to load than this saves
            if library.encode() in file.read():
                return True
    except OSError:  # another linker than glibc's, or NixOS: only loading tells
        return True
    told = os.environ.get("LD_LIBRARY_PATH", "").replace(";", ":").split(":")
    own = (f"{sys.prefix}/lib", f"{sys.base_prefix}/lib")  # a Python of conda's has them in its RPATH
    return any(
        os.access(f"{folder or '.'}/{library}", os.F_OK) for folder in (*told, *own, *FOLDERS, *places)
    )
