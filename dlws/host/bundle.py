"""Texts about one machine that somebody packed into an archive."""

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from ..errors import DlwsError
from .archive import Packed
from .attachments import Evidence, Kind, recognise
from .attachments.quoting import clean, decode, is_text

CUT = ", of which the end is cut off"


class Known(Struct, frozen=True, kw_only=True):
    """A text of which something is recognised."""

    file: Packed
    text: str
    kinds: Sequence[Kind]
    evidence: Evidence

    @property
    def alone(self) -> bool:
        """True if it is not to be read as one text with others."""
        return any(kind.alone for kind in self.kinds)

    @property
    def cut(self) -> bool:
        """True if the end is missing."""
        return self.file.cut or any(kind.cut is not None and kind.cut(self.text) for kind in self.kinds)


def read(path: Path, files: Sequence[Packed]) -> tuple[str, Evidence] | None:
    """What the files are, with an article, and what they say together; None if nothing in them is recognised."""
    known = _known(files)
    if not known:
        return None
    _demand_one_machine(path, known)
    evidence = Evidence()
    for one in known:
        if one.alone:
            evidence.join(one.evidence)
    # As one text, because several answers of one command, such as smartctl's, are numbered there.
    rest = [one.text for one in known if not one.alone]
    evidence.join(known[0].evidence if rest == [known[0].text] else recognise("\n\n".join(rest))[1])
    told = list(dict.fromkeys(f"{one.kinds[0].name}{CUT if one.cut else ''}" for one in known))
    return " and ".join(filter(None, (", ".join(told[:-1]), told[-1]))), evidence


def _known(files: Sequence[Packed]) -> list[Known]:
    texts: dict[str, Packed] = {}
    for file in files:
        text = decode(file.content)
        if is_text(text):
            texts.setdefault(clean(text), file)
    found = ((file, text, *recognise(text)) for text, file in texts.items())
    return [
        Known(file=file, text=text, kinds=kinds, evidence=evidence)
        for file, text, kinds, evidence in found
        if kinds
    ]


def _demand_one_machine(path: Path, known: Sequence[Known]) -> None:
    """What tells of a whole machine may be there once: else facts of two would become one that is nowhere."""
    for kind in dict.fromkeys(one.kinds[0].name for one in known if one.kinds[0].once):
        names = [one.file.name for one in known if one.kinds[0].name == kind]
        if len(names) > 1:
            raise DlwsError(
                f"{path} holds {len(names)} files of which each is {kind}",
                why="they may be of different machines",
                fix=f"unpack it, and give one of them: {', '.join(names[:4])}",
            )
