"""The one place that prints errors and chooses the exit code for them."""

import errno
import functools
import os
import sys
from collections.abc import Callable
from typing import ParamSpec

from ..errors import DlwsError, ExitCode
from . import out

P = ParamSpec("P")


def guarded(command: Callable[P, None]) -> Callable[P, None]:
    """A command that ends every foreseeable fault with what, why and fix, and never with a traceback."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            if sys.stdout is None:
                raise DlwsError(
                    "standard output is closed",
                    why="nobody could read the result",
                    fix="send it somewhere: > FILE",
                )
            command(*args, **kwargs)
            sys.stdout.flush()
        except (Exception, KeyboardInterrupt) as error:
            told = _told(error)
            tell(told)
            sys.exit(told.code)

    return run


def _told(error: Exception | KeyboardInterrupt) -> DlwsError:
    """What is said of an error. Raises it again if it is Typer's way to end a command."""
    if isinstance(error, DlwsError):
        return error
    if isinstance(error, OSError):
        return _of_system(error)
    import typer  # here, for most errors need it as little as most results

    if isinstance(error, typer.Exit | typer.BadParameter):
        raise error
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        return DlwsError(
            "interrupted", fix="run the same command again: what was done is kept", code=ExitCode.INTERRUPTED
        )
    return _bug(error)


def tell(error: DlwsError) -> None:
    """Print an error for a person, on standard error."""
    lines = [f"error: {error.what}"]
    lines += [f"  why: {error.why}"] if error.why else []
    lines += [f"  fix: {error.fix}"] if error.fix else []
    out.say("\n".join(line.replace("\n", "\n       ") for line in lines))


def protect(program: Callable[[], None]) -> None:
    """Run a program so that what happens outside its commands (help, loading) ends as theirs does."""
    # Descriptors that the caller closed are filled: else the next file opened would get what is printed.
    while (free := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(free)
    try:
        program()
    except OSError as error:
        told = _of_system(error)
        tell(told)
        sys.exit(told.code)


def _of_system(error: OSError) -> DlwsError:
    try:
        sys.stdout.flush()
    except OSError:
        out.drop(1)
    if isinstance(error, BrokenPipeError):
        return DlwsError(
            "the output was not read to its end",
            fix="write it to a file instead: -o FILE, or > FILE",
            code=ExitCode.UNKNOWN,
        )
    if error.errno == errno.ENOSPC:
        return DlwsError(
            "no space left to write to",
            why=_place(error) or "the disk or the place that output goes to is full",
            fix="free some space, then run it again",
            code=ExitCode.UNKNOWN,
        )
    reason = (error.strerror or str(error)).lower()
    return DlwsError(
        reason, why=_place(error), fix="mend that, then run the same command again", code=ExitCode.UNKNOWN
    )


def _place(error: OSError) -> str | None:
    return None if error.filename is None else str(error.filename)


def _bug(error: Exception) -> DlwsError:
    if os.environ.get("DLWS_DEBUG"):
        import traceback

        traceback.print_exc()
    return DlwsError(
        f"dlws broke: {type(error).__name__}: {error}",
        why="this is a fault of dlws, not of this machine",
        fix="report it with the archive that this makes: dlws snapshot machine.tar.gz (DLWS_DEBUG=1 shows where)",
        code=ExitCode.UNKNOWN,
    )
