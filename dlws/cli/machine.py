"""Which machine a command is about, and what is known of it."""

from pathlib import Path

from ..errors import DlwsError
from ..host import Host, Live
from ..model.document import Document
from ..model.inventory import Inventory


def host(source: Path | None, root: Path | None) -> Host:
    """The machine that --from or --root names, or this one."""
    if source is not None and root is not None:
        raise DlwsError("--from and --root are both given", fix="name one machine")
    if root is not None:
        from ..host.archive import open_tree

        return open_tree(root)
    if source is not None:
        from ..host.attachment import open_attachment

        return open_attachment(source)
    return Live()


def inventory(source: Path | None, root: Path | None, pythons: list[str] | None = None) -> Inventory:
    """What that machine has."""
    from dlws.probes import inventory as probes

    return probes.take(host(source, root), tuple(pythons or ()))


def document(
    name: str | None, source: Path | None, root: Path | None, pythons: list[str] | None = None
) -> Document:
    """The document that -i names, which must hold an inventory, or the inventory of the machine."""
    if name is None:
        return Document(kind="inventory", inventory=inventory(source, root, pythons))
    if source is not None or root is not None:
        raise DlwsError("--input and another machine are both given", fix="leave out --from and --root")
    from .. import codec

    found = codec.read(name)
    if found.inventory is None:
        place = "standard input" if name == "-" else name
        raise DlwsError(
            f"{place} holds no inventory",
            why=f"it is a document of kind {found.kind}",
            fix="dlws inventory --json",
        )
    return found
