"""The one exception that dlws raises on purpose, and the exit codes of the contract."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a dlws command's exit status means."""

    OK = 0
    """Nothing at or above ``--fail-on``."""
    FINDINGS = 1
    """Something was found."""
    USAGE = 2
    """The command line or an input file is wrong."""
    UNKNOWN = 3
    """It could not be found out, or dlws broke."""
    INTERRUPTED = 130
    """Ctrl-C."""


class DlwsError(Exception):
    """A foreseeable fault, told as what happened, why, and how to mend it.

    The texts are lower case, and ``fix`` can be pasted where it is a command.
    """

    def __init__(
        self, what: str, *, why: str | None = None, fix: str | None = None, code: ExitCode = ExitCode.USAGE
    ) -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.fix = fix
        self.code = code
