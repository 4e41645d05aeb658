"""What happened when a plan was carried out."""

from msgspec import Struct


class Event(Struct, frozen=True, kw_only=True):
    """One line of an Ansible run: a task that begins, or its result on one host."""

    kind: str
    """``task`` (it begins), ``result``, ``stats`` (over for this host), or ``stopping`` (after Ctrl-C)."""
    time: float = 0.0
    """Seconds since the epoch."""
    host: str | None = None
    role: str | None = None
    task: str | None = None
    status: str | None = None
    """Of a result: ``ok``, ``changed``, ``failed``, ``ignored``, ``skipped`` or ``unreachable``."""
    message: str | None = None
    """What the task said when it went wrong, or what is waited for while stopping."""
    duration_s: float | None = None
    counts: dict[str, int] = {}
    """Of stats: how many tasks ended each way, in Ansible's words."""


class HostOutcome(Struct, frozen=True, kw_only=True):
    """How many tasks ended each way on one host. A changed task also counts as ok, as Ansible has it."""

    host: str
    ok: int = 0
    changed: int = 0
    failed: int = 0
    ignored: int = 0
    skipped: int = 0
    unreachable: int = 0


class TaskFailure(Struct, frozen=True, kw_only=True):
    """A task that went wrong, in its own words."""

    host: str
    role: str | None
    task: str
    message: str


class Outcome(Struct, frozen=True, kw_only=True):
    """The end of an Ansible run, told by its events and not by its exit code."""

    directory: str
    hosts: tuple[HostOutcome, ...] = ()
    failures: tuple[TaskFailure, ...] = ()
    changed: int = 0
    """Changed tasks over all hosts; 0 on a repeated run."""
    duration_s: float = 0.0
    check: bool = False
    """True for a dry run: nothing was changed, ``changed`` counts what would be."""
    complete: bool = False
    """True if Ansible reached its end and said so."""
    interrupted: bool = False
    error: str | None = None
    """Why the run stopped before its end, where that is no task's failure."""
    log: str | None = None
    """Ansible's own output."""

    @property
    def succeeded(self) -> bool:
        """True if every task ran to its end and none went wrong."""
        return self.complete and not (self.interrupted or self.failures or self.error)
