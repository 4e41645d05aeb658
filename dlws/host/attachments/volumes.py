"""df, zpool and LVM's reports: what lies on the disks."""

import re

from dlws.pattern import pattern

from .evidence import Evidence, Kind

DF = pattern(r"^Filesystem +(?:Type +)?(?:Size|\d+[KMG]?-blocks)\b.*\bMounted on", re.MULTILINE)
ZPOOL = pattern(
    r"^[ \t]*pool: \S+[ \t]*\n[ \t]*state: [A-Z]+|^NAME +SIZE +ALLOC +FREE\b.*\bHEALTH\b"
    r"|^[ \t]*state: [A-Z]+[ \t]*\n(?:.*\n){0,12}?[ \t]*config:[ \t]*\n",
    re.MULTILINE,
)
LVM = pattern(
    r"^[ \t]*(?:LV +VG +Attr +LSize|PV +VG +Fmt +Attr|VG +#PV +#LV +#SN)\b"
    r"|^[ \t]*--- (?:Logical volume|Physical volume|Volume group) ---",
    re.MULTILINE,
)
DF_PLACE, ZPOOL_PLACE = "/df", "/zpool"
"""Whole answers, for what no file or command that dlws asks for says; no machine has such files."""


def _df(text: str, evidence: Evidence) -> None:
    evidence.file(DF_PLACE, text)


def _zpool(text: str, evidence: Evidence) -> None:
    evidence.file(ZPOOL_PLACE, text)


def _lvm(text: str, evidence: Evidence) -> None:
    """That LVM is in use, as a mapped device would say it."""
    evidence.file("/sys/block/dm-0/dm/uuid", "LVM-")


KINDS = (
    Kind(name="the output of df", matches=DF.search, read=_df),
    Kind(name="the output of zpool", matches=ZPOOL.search, read=_zpool),
    Kind(name="the output of LVM's report commands", matches=LVM.search, read=_lvm),
)
