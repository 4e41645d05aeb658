"""What the machine's own copy of pci.ids calls a device; for cards that no driver names."""

from dlws.host import Host

PLACES = ("/usr/share/misc/pci.ids", "/usr/share/hwdata/pci.ids")


def find(host: Host, pci_id: str | None) -> str | None:
    """The marketing name in brackets if there is one: ``AD102 [GeForce RTX 4090]``."""
    vendor, _, device = (pci_id or "").partition(":")
    text = next((text for path in PLACES if (text := host.read(path))), None) if device else None
    if text is None:
        return None
    begin = text.find(f"\n{vendor}  ")
    block = text[begin + 1 :].split("\n")[1:] if begin >= 0 else []
    for line in block:
        if line.startswith(f"\t{device}  "):
            name = line[len(device) + 3 :].strip()
            return name.rpartition("[")[2].rstrip("]") if name.endswith("]") else name
        if line and not line.startswith(("\t", "#")):
            break
    return None
