"""Machines on disk for tests: from a dict, from a captured archive, from what udev or probert said."""

import re
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from dlws.host import Output, Replay, Usage
from dlws.host.answers import ANSWERS, Answers, key


def machine(
    place: Path,
    files: dict[str, str] | None = None,
    *,
    links: dict[str, str] | None = None,
    listings: Mapping[str, tuple[str, ...]] | None = None,
    commands: Mapping[Any, Output] | None = None,
    usage: dict[str, Usage] | None = None,
    environ: dict[str, str] | None = None,
    root: bool | None = None,
) -> Replay:
    """A machine that has just these files, links and answers."""
    for path, text in (files or {}).items():
        file = place / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", errors="surrogateescape")
    answers = Answers(
        commands={key(argv): output for argv, output in (commands or {}).items()},
        usage=usage or {},
        environ=environ or {},
        listings=dict(listings or {}),
        links=links or {},
        root=root,
    )
    place.mkdir(parents=True, exist_ok=True)
    (place / ANSWERS).write_bytes(msgspec.json.encode(answers))
    return Replay(place)


def unpacked(archive: Path, place: Path) -> Replay:
    """A captured tree: a tar archive, or node_exporter's text form of one."""
    place.mkdir(parents=True, exist_ok=True)
    if archive.suffix == ".ttar":
        _unpack_ttar(archive.read_text(encoding="utf-8"), place)
    else:
        with tarfile.open(archive) as tar:
            tar.extractall(
                place, filter=lambda member, _: member if member.isfile() or member.issym() else None
            )
    return Replay(_top(place))


def _top(place: Path) -> Path:
    """The directory that holds proc/ or sys/, below one directory of the archive's own."""
    for folder in (place, *sorted(place.iterdir())):
        if (folder / "sys").is_dir() or (folder / "proc").is_dir():
            return folder
    return place


def _unpack_ttar(text: str, place: Path) -> None:
    lines = iter(text.splitlines())
    for line in lines:
        if not line.startswith("Path: "):
            continue
        file = place / line.removeprefix("Path: ")
        file.parent.mkdir(parents=True, exist_ok=True)
        what, _, value = next(lines).partition(": ")
        if what == "SymlinkTo":
            file.symlink_to(value)
        elif what == "Lines":
            body = "\n".join(next(lines) for _ in range(int(value)))
            file.write_text(body.replace("NULLBYTE", "\0").replace("EOF", ""), encoding="utf-8")


def from_udev(place: Path, devices: list[dict[str, str]]) -> Replay:
    """Block devices as udev's database names them, without their attributes."""
    links: dict[str, str] = {}
    files: dict[str, str] = {}
    for device in devices:
        name = device["DEVPATH"].rpartition("/")[2]
        links[f"/sys/block/{name}"] = ".." + device["DEVPATH"]
        number = f"{device.get('MAJOR')}:{device.get('MINOR')}"
        files[f"/sys/block/{name}/dev"] = number
        files[f"/run/udev/data/b{number}"] = "".join(f"E:{name}={value}\n" for name, value in device.items())
        for attribute in ("size", "removable", "hidden", "queue/rotational"):
            if attribute in device:
                files[f"/sys/block/{name}/{attribute}"] = device[attribute]
    names = tuple(sorted(path.rpartition("/")[2] for path in links))
    return machine(place, files, links=links, listings={"/sys/block": names})


def udev_disks(text: str) -> list[dict[str, str]]:
    """Whole block devices in ``udevadm info --export-db``."""
    records = (dict(re.findall(r"^E: ?(\w+)=(.*)$", block, re.M)) for block in text.split("\n\n"))
    return [one for one in records if one.get("SUBSYSTEM") == "block" and one.get("DEVTYPE") == "disk"]


def probert_disks(answer: dict[str, Any]) -> list[dict[str, str]]:
    """The same from probert's JSON, with the attributes that it keeps; its sizes are bytes."""
    found = []
    for device in answer.get("storage", answer).get("blockdev", {}).values():
        if device.get("DEVTYPE") != "disk":
            continue
        attributes = device.get("attrs", {})
        texts = {name: value for name, value in device.items() if isinstance(value, str)}
        texts |= {name: attributes[name] for name in ("removable", "hidden") if attributes.get(name)}
        if str(attributes.get("size", "")).isdecimal():
            texts["size"] = str(int(attributes["size"]) // 512)
        found.append(texts)
    return found
