"""Takes serial numbers, hardware addresses, UUIDs, host and user names out of what is saved.

A value is replaced by one that looks alike and is numbered in the order of meeting, so that two
different cards stay different and every parser still finds what it expects.
"""

import re
from typing import Any

from .host import Host

UUID = re.compile(r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b")
MAC = re.compile(r"(?<![0-9A-Fa-f:])(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}(?![0-9A-Fa-f:])")
SERIAL = re.compile(
    r"(?i)((?<![a-z])(?:serial(?:[ _]?(?:number|no|num|short))?|asset[ _]?tag)\b[\"']?\s*[:=>]+\s*[\"']?)"
    r"([^\s\"'<,]+)"
)
NAMES = re.compile(r"(/(?:home|Users)/)([^/\s:\"',]+)")
SECRET_FILE = re.compile(
    r"/(serial|serial_number|product_serial|product_uuid|board_serial|chassis_serial|.*asset_tag|wwid|wwn|nguid|eui"
    r"|uuid|unique_id|machine-id|boot_id|address|subsysnqn|hostnqn|hostid|vpd_pg8[03])$"
)
PCI_SLOTS = "/sys/bus/pci/slots/"
"""An ``address`` below it is a place on the PCI bus, which is no secret."""
HARMLESS = {"", "n/a", "none", "unknown", "not", "[n/a]", "null", "to", "default", "0"}
"""First words of a missing or placeholder serial number: kept, because they say that there is none."""
PLAIN_HOST_NAMES = {"localhost", "linux", "debian", "ubuntu", "kernel", "root", "host", "server", "vm"}
"""Host names that are ordinary words too: nothing personal, and replacing them would garble the text."""


class Redactor:
    """Replaces what identifies a machine or its owner. Not thread-safe; the caller holds a lock."""

    def __init__(self, host: Host) -> None:
        self._numbered: dict[str, str] = {}
        self._words: list[tuple[re.Pattern[str], str]] = []
        name = (host.read("/proc/sys/kernel/hostname") or "").split(".")[0]
        users = [host.environ(variable) for variable in ("USER", "LOGNAME", "SUDO_USER")]
        for word, mask in [(name, "host"), *((user, "user") for user in users)]:
            if word and len(word) > 2 and word.lower() not in PLAIN_HOST_NAMES:
                self._words.append((re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])"), mask))

    def file(self, path: str, data: bytes) -> bytes:
        """Content of a file as it may be saved."""
        if path.startswith("/sys/firmware/dmi/tables/"):
            from .smbios import redact

            return redact(data)
        text = data.decode("utf-8", "surrogateescape")
        if SECRET_FILE.search(path) and not path.startswith(PCI_SLOTS):
            text = self._mask(text.strip(), "X") + "\n" if text.strip() else text
        return self.text(text).encode("utf-8", "surrogateescape")

    def text(self, text: str) -> str:
        """Any text as it may be saved."""
        text = UUID.sub(lambda found: self._uuid(found[0]), text)
        text = MAC.sub(lambda found: self._mac(found[0]), text)
        text = SERIAL.sub(lambda found: found[1] + self._serial(found[2]), text)
        text = NAMES.sub(r"\1user", text)
        for word, mask in self._words:
            text = word.sub(mask, text)
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

    def _uuid(self, value: str) -> str:
        if not value.strip("0-"):
            return value
        number = self._number(value.lower())
        return f"00000000-0000-0000-0000-{number:012x}"

    def _mac(self, value: str) -> str:
        if value.lower() in ("00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"):
            return value
        number = f"{self._number(value.lower()):06x}"
        return f"02:00:00:{number[:2]}:{number[2:4]}:{number[4:]}"  # locally administered: no vendor's

    def _serial(self, value: str) -> str:
        return value if value.lower() in HARMLESS else self._mask(value, "X")

    def _mask(self, value: str, letter: str) -> str:
        return f"{letter}{self._number(value):04d}"

    def _number(self, value: str) -> int:
        if value.startswith("00000000-0000-0000-0000-") or re.fullmatch(r"X\d{4}", value):
            return int(re.sub(r"\D", "", value)[-12:] or 0)
        known = self._numbered.setdefault(value, str(len(self._numbered) + 1))
        return int(known)
