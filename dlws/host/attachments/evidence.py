"""What a text says about a machine, put as files and commands that probes ask for."""

import posixpath
from collections.abc import Callable

from msgspec import Struct, field

from dlws.pattern import pattern

ANY = "*"
"""In place of a command's arguments: whatever they are, this is the answer. Another word after it is the last
argument, as of a command that is asked about a device."""

UNAME = pattern(
    r"Linux \S+ (\d+\.\d+\S*) #\d.{0,200}? (x86_64|aarch64|ppc64le|riscv64|s390x|armv7l|i686)\b.{0,200}GNU/Linux"
)
"""``uname -a``: the kernel's release and the machine's name; distributions put their own words between."""


class Evidence(Struct, kw_only=True):
    """Files and answers, gathered by readers. What was said first stays."""

    files: dict[str, bytes] = field(default_factory=dict)
    commands: dict[tuple[str, ...], str] = field(default_factory=dict)
    machine: str | None = None
    root: bool | None = None
    """True if only root could have read it."""

    def file(self, path: str, text: str) -> None:
        """A file of the machine, by its usual path."""
        self.files.setdefault(posixpath.normpath(path), text.encode())

    def join(self, other: "Evidence") -> None:
        """What another text tells of the same machine."""
        self.files = {**other.files, **self.files}
        self.commands = {**other.commands, **self.commands}
        self.machine = self.machine or other.machine
        self.root = self.root or other.root

    def uname(self, text: str) -> None:
        """Kernel and architecture in the first line of ``uname -a`` in a text."""
        if found := UNAME.search(text):
            self.file("/proc/sys/kernel/osrelease", found[1])
            self.machine = self.machine or found[2]

    def command(self, *argv: str, text: str) -> None:
        """What a command printed there."""
        self.commands.setdefault(argv, text)


class Kind(Struct, frozen=True, kw_only=True):
    """A kind of text that people send each other."""

    name: str
    """With its article, as in "FILE is ..."."""
    matches: Callable[[str], object]
    """Truthy if the text holds this kind; it may hold others too."""
    read: Callable[[str, Evidence], None]
    alone: bool = False
    """True for a kind whose parts are not to be recognised again by themselves."""
    rest: Callable[[str], str] | None = None
    """What to look at for other kinds beside one that stands alone; None: at nothing."""
    once: bool = False
    """True for a kind that tells of a whole machine: two such files are of two machines."""
    cut: Callable[[str], bool] | None = None
    """True if the end of such a text is missing."""


def answer_of(program: str) -> Callable[[str, Evidence], None]:
    """A reader for a kind that is the whole answer of a program, however it was called."""
    return lambda text, evidence: evidence.command(program, ANY, text=text)
