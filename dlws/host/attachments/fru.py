"""``ipmitool fru``: boards, products and power supplies as the management controller knows them."""

import re

from dlws.pattern import pattern

from .evidence import ANY, Evidence, Kind

HEAD = pattern(r"^FRU Device Description : (.*\S)[ \t]*$", re.MULTILINE)
FIELD = pattern(r"^ (\w[\w .]{0,60}?) +: (.*\S)[ \t]*$", re.MULTILINE)
SUPPLY = pattern(r"\b(?:PS|PSU|PWR|Pwr|Power)[ _-]?(?:Supply|SPLY)?[ _-]?\d*\b", re.IGNORECASE)
PLACES = {
    "Board Mfg": "board_vendor",
    "Board Product": "board_name",
    "Product Manufacturer": "sys_vendor",
    "Product Name": "product_name",
}
WATTS = pattern(r"\b(\d{3,4}) ?W\b")


def _read(text: str, evidence: Evidence) -> None:
    """The first device with ID 0 is the mainboard; supplies are put as dmidecode prints them."""
    heads = list(HEAD.finditer(text))
    supplies = []
    for number, head in enumerate(heads):
        body = text[head.end() : heads[number + 1].start() if number + 1 < len(heads) else len(text)]
        fields = dict(reversed(FIELD.findall(body)))
        if head[1].endswith("(ID 0)"):
            for name, file in PLACES.items():
                if name in fields:
                    evidence.file(f"/sys/class/dmi/id/{file}", fields[name])
        elif SUPPLY.match(head[1]) and (record := _supply(fields)):
            supplies.append(record)
    if supplies:
        evidence.command("dmidecode", ANY, text="\n".join(supplies))


def _supply(fields: dict[str, str]) -> str | None:
    name = fields.get("Board Product") or fields.get("Product Name")
    maker = fields.get("Board Mfg") or fields.get("Product Manufacturer")
    if not name:
        return None
    watts = WATTS.search(name)
    lines = ["Handle 0x0000, DMI type 39, 22 bytes", "System Power Supply", f"\tName: {name}"]
    lines += [f"\tManufacturer: {maker}"] if maker else []
    lines += [f"\tMax Power Capacity: {watts[1]} W"] if watts else []
    return "\n".join([*lines, "\tStatus: Present"]) + "\n"


KIND = Kind(name="the output of ipmitool fru", matches=HEAD.search, read=_read)
