"""Takes serial numbers, hardware addresses, UUIDs, host and user names out of what is saved.

A value is replaced by one that looks alike and is numbered in the order of meeting, so that two
different cards stay different and every parser still finds what it expects.
"""

import re
from typing import Any

from dlws import credentials
from dlws.pattern import pattern

from .host import Host
from .secret_words import words

UUID = pattern(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}(?![0-9A-Fa-f])")
MAC = pattern(r"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{2}:){5,}[0-9A-Fa-f]{2}(?![0-9A-Fa-f:])")
"""Also the longer ones of InfiniBand."""
DASHED = pattern(r"(?<![0-9A-Fa-f-])(?:[0-9A-Fa-f]{2}-){5,7}[0-9A-Fa-f]{2}(?![0-9A-Fa-f-])")
"""BOOTIF= of a network boot, and the Device Serial Number of lspci, which holds a card's MAC address."""
NAMED_BY_MAC = pattern(r"(?<![^\W_])((?:en|wl|ww|ib)x)([0-9a-f]{12})(?![0-9a-z])")
"""Interfaces without a place of their own (systemd.net-naming-scheme(7))."""
WORLD_WIDE = pattern(
    r"(?i)((?:sas_?address|wwn|wwid|guid|naa|eui|logical id|device name)[\s\"':=(.-]*(?:0x)?)([0-9a-f]{16,32})\b"
)
"""World wide names of SAS, Fibre Channel and InfiniBand, as drivers log them."""
NUMBERED_NAMES = pattern(r"(\"(?:wwn|eui64)\"\s*:\s*)\{[^{}]*\}")
"""smartctl's JSON has them as numbers."""
SERIAL = pattern(
    r"(?i)((?<![a-z])(?:serial(?:[ _]?(?:number|no|num|short))?|asset[ _]?tag)\b[\"']?\s*[:=>]+\s*[\"']?)"
    r"([^\s\"'<,]+)"
)
DOCKER_ID = pattern(r"(\"(?:ID|NodeID|NodeAddr)\"\s*:\s*\")([^\"]+)")
HOMES = pattern(r"(/(?:home|Users)/|/media/(?=[^/\s]+/))([^/\s:\"',]+)")
SECRET_FILE = pattern(
    r"/(serial|serial_number|product_serial|product_uuid|board_serial|chassis_serial|[^/]*(?:asset_tag|guid)|wwid|wwn|nguid|eui"
    r"|uuid|unique_id|machine-id|boot_id|address|subsysnqn|hostnqn|hostid|vpd_pg8[03])$"
)
PLACE = pattern(r"[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}(?:\.[0-7])?\s*")
"""An ``address`` that is a place on the PCI bus, which is no secret."""
MAPPED_BY = pattern(r"(?:LVM|CRYPT|mpath|DMRAID|VDO|part\d+-mpath)-")
"""Says who made a device-mapper device; the number follows."""
MOUNT_TABLE = pattern(r"/(?:mountinfo|mounts)$")
SERVER = pattern(r"(?<=\s)(?:[\w.@-]+|\[[0-9a-fA-F:]+\])(?=:/)|(?<=\s//)[^/\s]+")
MOUNT_OPTION = pattern(r"\b((?:username|user|domain|addr|clientaddr|mountaddr)=)[^,\s]+")
CONFIG_HEADER = 64
"""Bytes of a PCI device's configuration that hold no serial number (PCI Express Base 7.9.3 has one later on)."""
HARMLESS = {"", "n/a", "none", "unknown", "not", "[n/a]", "null", "to", "default", "0"}
"""First words of a missing or placeholder serial number: kept, because they say that there is none."""
MASK = pattern(
    r"00000000-0000-0000-0000-[0-9a-f]{12}|(?:en|wl|ww|ib)x020000[0-9a-f]{6}"
    r"|(?<![^\W_])(?:user\d+|this-host)(?![^\W_])"
)


class Redactor:
    """Replaces what identifies a machine or its owner. Not thread-safe; the caller holds a lock."""

    def __init__(self, host: Host) -> None:
        self._numbered: dict[str, int] = {}
        self._originals: dict[str, str] = {}
        self._users: dict[str, str] = {}
        hosts, users = words(host)
        self._words = [(_whole(word), word, "this-host") for word in hosts]
        self._words += [(_whole(word), word, self._user(word)) for word in users]

    def file(self, path: str, data: bytes) -> bytes:
        """Content of a file as it may be saved."""
        if path.startswith("/sys/firmware/dmi/tables/"):
            from .smbios import redact

            return redact(data)
        if path.startswith("/sys/") and path.endswith("/config"):
            return data[:CONFIG_HEADER]
        text = data.decode("utf-8", "surrogateescape")
        if SECRET_FILE.search(path):
            text = self._secret(text)
        if MOUNT_TABLE.search(path):
            text = MOUNT_OPTION.sub(r"\1X", SERVER.sub("server", text))
        return self.text(text).encode("utf-8", "surrogateescape")

    def text(self, text: str) -> str:
        """Any text as it may be saved."""
        text = UUID.sub(lambda found: self._uuid(found[0]), text)
        text = MAC.sub(lambda found: self._mac(found[0]), text)
        text = DASHED.sub(lambda found: self._mac(found[0].replace("-", ":")).replace(":", "-"), text)
        text = NAMED_BY_MAC.sub(lambda found: self._interface(found[1], found[2]), text)
        text = WORLD_WIDE.sub(lambda found: found[1] + f"{self._number(found[2]):0{len(found[2])}x}", text)
        text = NUMBERED_NAMES.sub(r"\1{}", text)
        text = SERIAL.sub(lambda found: found[1] + self._serial(found[2]), text)
        text = DOCKER_ID.sub(lambda found: found[1] + self._serial(found[2]), text)
        text = credentials.hidden(text)
        text = HOMES.sub(lambda found: found[1] + self._user(found[2]), text)
        for known, word, mask in self._words:
            text, count = known.subn(mask, text)
            if count:
                self._originals[mask] = word
        return text

    def data(self, value: Any) -> Any:
        """The same for plain data: every string in it, and every value under a key that names a serial number."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {
                name: self._serial(item)
                if "serial" in str(name).lower() and isinstance(item, str)
                else self.data(item)
                for name, item in value.items()
            }
        return [self.data(item) for item in value] if isinstance(value, list | tuple) else value

    def restore(self, path: str) -> str:
        """The real path, or word of a command, behind one that was made of redacted answers."""
        return MASK.sub(lambda found: self._originals.get(found[0], found[0]), path)

    def _secret(self, text: str) -> str:
        """A file that holds nothing but a number: masked whole, except for what says its kind."""
        value = text.strip("\0 \t\n")  # whoever copies /sys by pages gets NULs
        if not value or PLACE.fullmatch(value) or UUID.fullmatch(value) or MAC.fullmatch(value):
            return text  # a place is no secret; the others are masked as they are anywhere
        kind = MAPPED_BY.match(value)
        return (kind[0] if kind else "") + self._mask(value) + "\n"

    def _uuid(self, value: str) -> str:
        if not value.strip("0-"):
            return value
        mask = f"00000000-0000-0000-0000-{self._number(value.lower()):012x}"
        self._originals.setdefault(mask, value)
        return mask

    def _mac(self, value: str) -> str:
        if not value.strip("0:") or not value.lower().strip("f:"):
            return value
        number = f"{self._number(value.lower()):06x}"
        start = "02:" + "00:" * (value.count(":") - 3)  # locally administered: no vendor's
        return f"{start}{number[:2]}:{number[2:4]}:{number[4:]}"

    def _interface(self, kind: str, digits: str) -> str:
        mac = ":".join(digits[place : place + 2] for place in range(0, 12, 2))
        mask = kind + self._mac(mac).replace(":", "")
        self._originals.setdefault(mask, kind + digits)
        return mask

    def _user(self, name: str) -> str:
        if re.fullmatch(r"user\d+", name):
            return name
        mask = self._users.setdefault(name, f"user{len(self._users) + 1}")
        self._originals.setdefault(mask, name)
        return mask

    def _serial(self, value: str) -> str:
        return value if value.lower() in HARMLESS else self._mask(value)

    def _mask(self, value: str) -> str:
        return f"X{self._number(value):04d}"

    def _number(self, value: str) -> int:
        """The number of a value; one that is a mask keeps its own, so that redacting twice changes nothing."""
        masked = re.fullmatch(
            r"00000000-0000-0000-0000-([0-9a-f]{12})|02(?::00)+((?::[0-9a-f]{2}){3})|0+([0-9a-f]{6})", value
        )
        if masked:
            return int("".join(group or "" for group in masked.groups()).replace(":", ""), 16)
        if re.fullmatch(r"X\d{4}", value):
            return int(value[1:])
        return self._numbered.setdefault(value, len(self._numbered) + 1)


def _whole(word: str) -> re.Pattern[str]:
    """A name as a word of its own, or as a part of one: LVM calls Debian's volume group ``NAME-vg``."""
    return re.compile(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])")
