"""Cards below /sys/class/drm, for a machine that shows no more of /sys than that."""

from dlws.host import Host
from dlws.model.gpu import PcieLink
from dlws.pattern import pattern
from dlws.probes.gpu.pci import AMD, INTEL, SERVER_VGA, PciGpu, generation, hexadecimal, normal, numa_node

DRM = "/sys/class/drm"
CARD = pattern(r"card\d+")

OWN_FILES = {"mem_info_vram_total": (AMD, "amdgpu"), "pp_dpm_sclk": (AMD, "amdgpu"), "tile0": (INTEL, "xe")}
"""Names that only one driver has below a device, for trees that leave out who made it."""


def cards(host: Host, vendor: str) -> list[tuple[str, PciGpu]]:
    """Where each card of a vendor is, and what the files of its device say of its place on the bus."""
    places = [f"{DRM}/{name}/device" for name in host.list(DRM) if CARD.fullmatch(name)]
    found = [(place, _described(host, place)) for place in places]
    return [(place, card) for place, card in found if card.vendor == vendor and card.pci_id not in SERVER_VGA]


def _described(host: Host, place: str) -> PciGpu:
    """``uevent`` has what the files ``vendor`` and ``device`` have, and the place; some trees have only one."""
    told = _uevent(host, place)
    vendor, _, device = told.get("PCI_ID", "").lower().partition(":")
    guess, driver = next((OWN_FILES[name] for name in host.list(place) if name in OWN_FILES), ("", None))
    vendor = hexadecimal(host, place, "vendor") or vendor or guess
    device = hexadecimal(host, place, "device") or device
    return PciGpu(
        address=normal(told.get("PCI_SLOT_NAME")) or "",
        vendor=vendor,
        pci_id=f"{vendor}:{device}" if device else None,
        revision=hexadecimal(host, place, "revision"),
        driver=told.get("DRIVER") or driver,
        numa_node=numa_node(host, place),
        pcie=PcieLink(
            gen=generation(host.read(f"{place}/current_link_speed")),
            gen_max=generation(host.read(f"{place}/max_link_speed")),
            width=host.number(f"{place}/current_link_width") or None,
            width_max=host.number(f"{place}/max_link_width") or None,
        ),
    )


def _uevent(host: Host, place: str) -> dict[str, str]:
    lines = (host.read(f"{place}/uevent") or "").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)
