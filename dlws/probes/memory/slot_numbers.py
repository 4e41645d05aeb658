"""Memory channels behind numbered slots: what makers document of how they number them."""

from collections import Counter

from msgspec import Struct

from dlws.pattern import pattern
from dlws.probes.board.dmi import BOARD, PROCESSOR, SYSTEM, Record

MOST_SLOTS_A_CHANNEL = 3
FEW = 4
"""Channels of a processor below which boards are not sure to use all, or do not number them alike."""
FUJITSU_SLOT = pattern(r"DIMM[- ]\d([A-P])")
POWEREDGE_SLOT = pattern(r"(?:DIMM_)?([A-H])(\d{1,2})")
NEIGHBOURS = pattern(
    r"(?i)ProLiant|Synergy|Apollo|ThinkSystem|(?:Lenovo|IBM) (?:Flex )?System x|System x\d|Flex System"
)
NEIGHBOUR_SLOT = pattern(r"(?i)(?:PROC +(\d) +)?DIMM +(\d{1,2})")
MAKERS = pattern(
    r"(?i)Acer|AIC|Alienware|Apple|ASRock|ASUS|Dell|EVGA|Foxconn|Fujitsu|Gigabyte|Hewlett|HP\b|HPE\b|Huawei|IBM"
    r"|Inspur|Intel|Lenovo|Micro-Star|MSI\b|NVIDIA|Oracle|Quanta|Sun\b|Supermicro|Tyan|xFusion"
)
"""Some others sell boards for four channels that join two slots to each of two."""
SOCKET_NAME = pattern(r"(?i)(?:CPU|PROC|NODE) ?(\d)")
SOCKETED = ("DIMM", "SODIMM", "RIMM", "FB-DIMM", "CUDIMM", "CSODIMM")
"""Forms of modules that hold one channel; CAMM2 holds two, and soldered chips any number."""


class Slots(Struct, frozen=True, kw_only=True):
    """A machine's slots for memory modules."""

    product: str
    maker: str
    listed_sockets: int
    """Processor sockets, empty ones too."""
    filled_sockets: int
    each: int | None
    """Channels of one processor; None if it is not in the catalog."""
    slots: tuple[Record, ...]

    def in_use(self, modules: list[Record]) -> int | None:
        """Channels that these modules use; None where nothing documented tells."""
        if not all(_real(one) for one in modules):
            return None
        if len(modules) == 1:
            return 1
        if self.maker.upper().startswith("FUJITSU") and (letters := self._letters(modules)):
            return letters
        if not self.each:
            return None
        if self._one_slot_a_channel():
            return len(modules)
        if self._full(modules):
            return self.each * self.filled_sockets
        return self._round_robin(modules) or self._neighbours(modules)

    def _a_socket(self) -> int | None:
        """Slots of one processor. Some tables leave out those of an empty socket, but slots name theirs."""
        names = [
            SOCKET_NAME.search(f"{one.text('Locator')} {one.text('Bank Locator')}") for one in self.slots
        ]
        if all(names):
            counts = set(Counter(name[1] for name in names if name).values())
            return counts.pop() if len(counts) == 1 else None
        whole = self.listed_sockets and len(self.slots) % self.listed_sockets == 0
        return len(self.slots) // self.listed_sockets if whole else None

    def _one_slot_a_channel(self) -> bool:
        """As many slots as channels: no maker leaves a channel without slots to give another two."""
        known = self.each and (self.each > FEW or MAKERS.match(self.maker))
        return bool(known) and self._a_socket() == self.each

    def _full(self, modules: list[Record]) -> bool:
        """No slot is empty, so no channel is."""
        slots = self._a_socket()
        enough = slots is not None and self.each is not None and slots % self.each == 0
        return enough and len(modules) == len(self.slots) and bool(MAKERS.match(self.maker))

    def _letters(self, modules: list[Record]) -> int | None:
        """PRIMERGY's DIMM-2B is the second slot of channel B; the second processor has letters of its own."""
        found = [FUJITSU_SLOT.fullmatch(one.text("Locator") or "") for one in modules]
        return len({slot[1] for slot in found if slot}) if all(found) else None

    def _round_robin(self, modules: list[Record]) -> int | None:
        """Dell's servers, also under other names: A3 is slot 3 of processor A, and they go round its channels.

        "Channel 0: memory sockets A1, A5, and A9" in the owner's manuals of four-channel PowerEdge servers.
        """
        each = self.each
        found = [POWEREDGE_SLOT.fullmatch(one.text("Locator") or "") for one in self.slots]
        dell = self.product.startswith("PowerEdge") or self.maker.startswith("Dell")
        if not dell or not each or not all(found):
            return None
        if any(int(slot[2]) > each * MOST_SLOTS_A_CHANNEL for slot in found if slot):
            return None
        used = (POWEREDGE_SLOT.fullmatch(one.text("Locator") or "") for one in modules)
        return len({(slot[1], (int(slot[2]) - 1) % each) for slot in used if slot}) or None

    def _neighbours(self, modules: list[Record]) -> int | None:
        """HPE's and Lenovo's servers: slots of a channel have adjacent numbers.

        "Channel 1: slots 1 and 2, channel 2: 3 and 4, channel 3: 8 and 7" in the user guides of ProLiant Gen8;
        the memory-channel tables of ThinkSystem SN550 (6 channels) and SR630 V3 (8) likewise. Where a
        processor's channels have different numbers of slots (SR570) this does not hold.
        """
        slots, each = self._a_socket(), self.each
        if not NEIGHBOURS.search(self.product) or not each or each < FEW or not slots or slots % each:
            return None
        used = [NEIGHBOUR_SLOT.fullmatch(one.text("Locator") or "") for one in modules]
        depth = slots // each
        if depth > MOST_SLOTS_A_CHANNEL or not all(used):
            return None
        return len({(slot[1], (int(slot[2]) - 1) // depth) for slot in used if slot}) or None


def _real(module: Record) -> bool:
    """Neither soldered nor a virtual machine's. A dmidecode older than DDR5 has no word for that."""
    kind = module.text("Type") or "Other"
    known = kind.startswith("DDR") or kind == "Other"
    return known and module.text("Form Factor") in SOCKETED and bool(module.number("Speed"))


def of(records: tuple[Record, ...], slots: tuple[Record, ...], total: int | None) -> Slots:
    """The machine in a table; ``total`` is the number of channels of all its processors."""
    sockets = [one for one in records if one.type == PROCESSOR]
    filled = [one for one in sockets if one.fields.get("Status", "").startswith("Populated")]
    even = total and filled and total % len(filled) == 0
    return Slots(
        product=_first(records, SYSTEM, "Product Name"),
        maker=_first(records, BOARD, "Manufacturer") or _first(records, SYSTEM, "Manufacturer"),
        listed_sockets=len(sockets),
        filled_sockets=len(filled),
        each=total // len(filled) if total and even else None,
        slots=slots,
    )


def _first(records: tuple[Record, ...], kind: int, field: str) -> str:
    return next((text for one in records if one.type == kind and (text := one.text(field))), "")
