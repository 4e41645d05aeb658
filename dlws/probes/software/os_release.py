"""Which distribution this is, from os-release(5) or from the name that a distribution prints of itself."""

import re

from msgspec import Struct

from dlws.host import Host

PLACES = ("/etc/os-release", "/usr/lib/os-release")
"""In the order of os-release(5)."""

NAME_FILES = (
    "/etc/redhat-release",
    "/etc/system-release",
    "/etc/SuSE-release",
    "/etc/issue",
    "/etc/issue.net",
)
"""Hold the distribution's name in their first line; for systems and reports without os-release."""

IDS = (
    (r"ubuntu\b", "ubuntu"),
    (r"debian\b", "debian"),
    (r"centos\b", "centos"),
    (r"red hat enterprise linux\b", "rhel"),
    (r"rocky linux\b", "rocky"),
    (r"almalinux\b", "almalinux"),
    (r"oracle linux\b", "ol"),
    (r"fedora\b", "fedora"),
    (r"amazon linux\b", "amzn"),
    (r"arch linux\b", "arch"),
    (r"manjaro\b", "manjaro"),
    (r"endeavouros\b", "endeavouros"),
    (r"opensuse tumbleweed\b", "opensuse-tumbleweed"),
    (r"opensuse leap\b", "opensuse-leap"),
    (r"opensuse\b", "opensuse"),
    (r"suse linux enterprise server\b", "sles"),
    (r"linux mint\b", "linuxmint"),
    (r"pop!_os\b", "pop"),
    (r"zorin os\b", "zorin"),
    (r"kde neon\b", "neon"),
    (r"elementary os\b", "elementary"),
    (r"kali\b", "kali"),
    (r"raspbian\b", "raspbian"),
    (r"gentoo\b", "gentoo"),
    (r"nixos\b", "nixos"),
    (r"alpine linux\b", "alpine"),
    (r"void\b", "void"),
    (r"cbl-mariner\b", "mariner"),
    (r"common base linux mariner\b", "mariner"),
    (r"microsoft azure linux\b", "azurelinux"),
    (r"chainguard\b", "chainguard"),
    (r"wolfi\b", "wolfi"),
    (r"openeuler\b", "openEuler"),
    (r"alibaba cloud linux\b", "alinux"),
    (r"tencentos\b", "tencentos"),
    (r"macos\b", "macos"),
    (r"(?:\w[^\n]{0,20} )?windows (?:\d|server\b)", "windows"),  # its maker's name is translated
    (r"microsoft windows\b", "windows"),
)
"""How a pretty name begins, and the ID= that the distribution's os-release has."""


class Release(Struct, frozen=True, kw_only=True):
    """A distribution and its version."""

    id: str | None = None
    like: tuple[str, ...] = ()
    version: str | None = None
    codename: str | None = None
    base_codename: str | None = None
    name: str | None = None


def read(host: Host) -> Release:
    """The distribution that the machine runs."""
    for path in PLACES:
        if text := host.read(path):
            return parse(text)
    for path in NAME_FILES:
        release = from_name((host.read(path) or "").split("\n")[0])
        if release.id:
            return release
    return Release()


def parse(text: str) -> Release:
    """Release in the text of an os-release file; one without ID= (a lone PRETTY_NAME) goes by its name."""
    fields = _fields(text)
    name = fields.get("PRETTY_NAME") or fields.get("NAME")
    if not fields.get("ID"):
        return from_name(name or "")
    return Release(
        id=fields["ID"],
        like=tuple(fields.get("ID_LIKE", "").split()),
        version=fields.get("VERSION_ID"),
        codename=_codename(fields),
        base_codename=fields.get("UBUNTU_CODENAME") or fields.get("DEBIAN_CODENAME"),
        name=name,
    )


def from_name(line: str) -> Release:
    """Release that a line such as ``Ubuntu 22.04.5 LTS`` names."""
    name = re.sub(r"\\[a-zA-Z](\{[^}]*\})?", " ", line)  # getty(8) escapes of /etc/issue: \n, \l, \S{...}
    name = " ".join(name.replace("Kernel on an", " ").split())
    known = next((id for start, id in IDS if re.match(start, name, re.IGNORECASE)), None)
    if known is None:
        return Release(name=name or None)
    number = re.search(r"(?<![\w.])\d+(?:\.\d+)*(?![\w])", name)
    codename = re.search(r"\(([^)]*)\)", name)
    return Release(
        id=known,
        version=_version_id(known, number[0]) if number else None,
        codename=_word(codename[1]) if codename else None,
        name=name,
    )


def _version_id(id: str, version: str) -> str:
    """The version as VERSION_ID= has it: Ubuntu's point release and Amazon's date are not in it."""
    parts = version.split(".")
    return ".".join(parts[: {"ubuntu": 2, "amzn": 1 if len(parts) > 2 else 2}.get(id, len(parts))])


def _fields(text: str) -> dict[str, str]:
    fields = {}
    for line in text.splitlines():
        key, equals, value = line.strip().partition("=")
        value = value.strip()
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = re.sub(r"\\([\"'$`\\])", r"\1", value[1:-1])
        # Arch's container images carry a template that nobody filled in: VERSION_ID=TEMPLATE_VERSION_ID.
        if equals and re.fullmatch(r"[A-Z0-9_]+", key) and value and not value.startswith("TEMPLATE_"):
            fields[key] = value
    return fields


def _codename(fields: dict[str, str]) -> str | None:
    """VERSION_CODENAME=; where it does not exist (CentOS 7, Mint 18), the words in brackets in VERSION=."""
    if "VERSION_CODENAME" in fields:
        return fields["VERSION_CODENAME"]
    inner = re.search(r"\(([^)]*)\)", fields.get("VERSION", ""))
    return _word(inner[1]) if inner else None


def _word(words: str) -> str | None:
    """``jammy`` of ``Jammy Jellyfish``. An edition of Fedora, an architecture or a licence is no codename."""
    if not words.strip() or re.search(r"(?i)edition|variant|linux|64|final|image|prerelease", words):
        return None
    return words.split()[0].lower()
