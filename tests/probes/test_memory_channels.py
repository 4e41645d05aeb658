from pathlib import Path

import pytest

from dlws.catalog import cpus
from dlws.model.memory import Memory
from dlws.probes.memory import memory
from dlws.probes.problems import Problems

from .firmware import table
from .machine import machine


def take(place: Path, text: str) -> Memory:
    return memory.probe(machine(place, {}, {("dmidecode",): text}), Problems())


@pytest.mark.parametrize(
    ("slots", "channels"),
    [
        ([("CPU1_DIMM_A1", "NODE 1"), ("CPU1_DIMM_A2", "NODE 1"), ("CPU2_DIMM_A1", "NODE 2")], 2),
        ([("P1-DIMMA1", "P0_Node0_Channel0_Dimm0"), ("P1-DIMMD1", "P0_Node1_Channel0_Dimm0")], 2),
        ([("ChannelA-DIMM0", "BANK 0"), ("ChannelA-DIMM1", "BANK 1"), ("ChannelB-DIMM0", "BANK 2")], 2),
        ([("Controller0-DIMM1", "BANK 0"), ("Controller1-DIMM1", "BANK 0")], 2),
        ([("DIMM_A1", "BANK 0"), ("DIMM_B1", "BANK 2")], 2),
        ([("DIMM_1", "CPU1_A0"), ("DIMM_3", "CPU1_B0"), ("DIMM_5", "CPU2_A0")], 3),
        ([("DIMM_P0_A0", "BANK 0"), ("DIMM_P0_B0", "BANK 1"), ("DIMM_P1_A0", "BANK 0")], 3),
        ([("DIMM0", "CPU0ChA"), ("DIMM1", "CPU0ChA"), ("DIMM0", "CPU1ChB")], 2),
        ([("CPU0_C0D0", "NODE 0"), ("CPU0_C0D1", "NODE 0"), ("CPU1_C0D0", "NODE 1")], 2),
        ([("P1-DIMM1A", "BANK0"), ("P1-DIMM1B", "BANK1"), ("P2-DIMM1A", "BANK9")], 2),
        ([("PROC 1 DIMM 8", "Not Specified")], 1),  # one module uses one channel, whatever its slot is called
        ([("DIMM_A1", "Not Specified"), ("DIMM_A12", "Not Specified"), ("DIMM_B1", "Not Specified")], None),
        ([("A1", "Not Specified"), ("B1", "Not Specified")], None),
        ([("PROC 1 DIMM 1", "Not Specified"), ("PROC 1 DIMM 4", "Not Specified")], None),
        ([("DIMM 0", "P0 CHANNEL A"), ("DIMM 1", "Not Specified")], None),
    ],
)
def test_channels_in_use(tmp_path: Path, slots: list[tuple[str, str]], channels: int | None) -> None:
    found = take(tmp_path, table(*((slot, bank, "16 GB") for slot, bank in slots)))
    assert found.channels == channels


EPYC = "processor: {n}\nvendor_id: AuthenticAMD\nmodel name: AMD EPYC 7763 64-Core Processor\n"


def test_channels_of_the_platform_count_all_sockets_but_not_in_a_virtual_machine(tmp_path: Path) -> None:
    online = "sys/devices/system/cpu/"
    files: dict[str, str | bytes] = {
        "proc/cpuinfo": EPYC.format(n=0) + "flags: lm\n\n" + EPYC.format(n=1) + "flags: lm\n",
        f"{online}online": "0-1",
        f"{online}cpu0/topology/package_cpus_list": "0",
        f"{online}cpu1/topology/package_cpus_list": "1",
    }
    assert memory.probe(machine(tmp_path / "metal", files), Problems()).platform_channels == 16
    files["proc/cpuinfo"] = EPYC.format(n=0) + "flags: lm hypervisor\n"
    assert memory.probe(machine(tmp_path / "guest", files), Problems()).platform_channels is None


@pytest.mark.parametrize(
    ("model", "channels"),
    [
        ("AMD EPYC 9654 96-Core Processor", 12),
        ("AMD Ryzen Threadripper 7970X 32-Cores", 4),
        ("AMD Ryzen Threadripper PRO 7975WX 32-Cores", 8),
        ("AMD Ryzen 9 7950X 16-Core Processor", 2),
        ("AMD Ryzen 9 7940HX with Radeon Graphics", None),
        ("Intel(R) Xeon(R) Gold 6338 CPU @ 2.00GHz", 8),
        ("INTEL(R) XEON(R) PLATINUM 8562Y+", 8),
        ("Intel(R) Xeon(R) w9-3495X", 8),
        ("Intel(R) Xeon(R) CPU E5-2690 v4 @ 2.60GHz", 4),
        ("13th Gen Intel(R) Core(TM) i9-13900K", 2),
        ("Intel(R) Core(TM) i7-3820 CPU @ 3.60GHz", 4),  # socket 2011
        ("Intel(R) Core(TM) i7-4820K CPU @ 3.70GHz", 4),
        ("Intel(R) Core(TM) i7-6800K CPU @ 3.40GHz", 4),
        ("Intel(R) Core(TM) i7-6700K CPU @ 4.00GHz", 2),
        ("Intel(R) Core(TM) i7-6820HK CPU @ 2.70GHz", None),
        ("13th Gen Intel(R) Core(TM) i9-13900H", None),
        ("Intel Xeon Processor (Cascadelake)", None),
        ("AMD EPYC 96540", None),
        ("", None),
    ],
)
def test_channels_of_a_processor_by_its_whole_name(model: str, channels: int | None) -> None:
    assert cpus.memory_channels(model) == channels


SYSTEM = "Handle 0x0100, DMI type 1, 27 bytes\nSystem Information\n\tProduct Name: {product}\n\n"
SOCKET = """Handle 0x04{n:02x}, DMI type 4, 48 bytes
Processor Information
\tVersion: {version}
\tStatus: {status}

"""


def sockets(*states: str, version: str = "Intel(R) Xeon(R) Gold 6230 CPU @ 2.10GHz") -> str:
    return "".join(SOCKET.format(n=n, version=version, status=state) for n, state in enumerate(states))


def test_channels_of_the_platform_by_the_firmwares_sockets(tmp_path: Path) -> None:
    slots = table(("DIMM_A1", "", "16 GB"))
    text = sockets("Populated, Enabled", "Populated, Enabled") + slots
    assert take(tmp_path / "two", text).platform_channels == 12
    assert take(tmp_path / "one", sockets("Populated, Enabled", "Unpopulated") + slots).platform_channels == 6
    odd = sockets("Populated, Enabled", version="Xeon Nova") + slots
    assert take(tmp_path / "odd", odd).platform_channels is None
    virtual = text.replace("Speed: 4800 MT/s", "Speed: Unknown")
    assert take(tmp_path / "virtual", virtual).platform_channels is None


@pytest.mark.parametrize(
    ("product", "names", "channels"),
    [
        ("PowerEdge R740", ["A1", "A2", "A7", "B1"], 3),
        ("PowerEdge R740", ["DIMM_A1", "DIMM_A7", "DIMM_A12"], 2),
        ("PowerEdge R740", ["A1", "M2"], None),
        ("ThinkSystem SR650", ["A1", "A7"], None),
    ],
)
def test_dells_slots_go_round_the_channels(
    tmp_path: Path, product: str, names: list[str], channels: int | None
) -> None:
    text = SYSTEM.format(product=product) + sockets("Populated, Enabled", "Populated, Enabled")
    found = take(tmp_path, text + table(*((name, "Not Specified", "16 GB") for name in names)))
    assert found.channels == channels


BOARD = (
    "Handle 0x0101, DMI type 2, 15 bytes\nBase Board Information\n\tManufacturer: {}\n\tProduct Name: X\n\n"
)
GOLD = "Intel(R) Xeon(R) Gold 6230 CPU @ 2.10GHz"  # 6 channels
E5 = "Intel(R) Xeon(R) CPU E5-2690 v4 @ 2.60GHz"  # 4
CORE = "12th Gen Intel(R) Core(TM) i9-12900K"  # 2


def machine_with(
    place: Path, maker: str, product: str, version: str, names: list[str], modules: set[str], count: int = 2
) -> int | None:
    text = SYSTEM.format(product=product) + BOARD.format(maker)
    text += sockets(*["Populated, Enabled"] * count, version=version)
    slots = [(name, "Not Specified", "16 GB" if name in modules else "No Module Installed") for name in names]
    return take(place, text + table(*slots)).channels


@pytest.mark.parametrize(
    ("maker", "product", "version", "each", "filled", "channels"),
    [
        ("HPE", "ProLiant DL380 Gen10", GOLD, 12, [1, 2, 3, 8, 10, 12], 5),  # pairs
        ("HP", "ProLiant DL380 Gen9", E5, 12, [1, 4, 9, 12], 4),  # threes
        ("HP", "ProLiant DL380 Gen9", E5, 12, [10, 11, 12], 1),
        ("HPE", "ProLiant BL460c Gen10", GOLD, 8, [1, 2], None),  # channels of one and of two slots
        ("Lenovo", "ThinkSystem SN550 -[7X16CTO1WW]-", GOLD, 12, [5, 6, 7, 8], 2),
        ("Supermicro", "Server", GOLD, 12, [1, 3], None),
        ("Lenovo", "ThinkStation P720", GOLD, 6, [1, 3, 5], 3),  # as many slots as channels
        ("Somebody", "Server", GOLD, 6, [1, 3, 5], 3),
        ("Somebody", "X99", E5, 4, [1, 2], None),
        ("Dell Inc.", "Precision T7810", E5, 4, [1, 2], 2),
    ],
)
def test_numbers_of_slots(
    tmp_path: Path, maker: str, product: str, version: str, each: int, filled: list[int], channels: int | None
) -> None:
    names = [f"PROC {cpu} DIMM {n}" for cpu in (1, 2) for n in range(1, each + 1)]
    modules = {f"PROC 1 DIMM {n}" for n in filled}
    assert machine_with(tmp_path, maker, product, version, names, modules) == channels


def test_slots_of_an_empty_socket_may_be_left_out(tmp_path: Path) -> None:
    names = [f"CPU0-DIMM{n}" for n in range(1, 5)]
    text = SYSTEM.format(product="Z640") + BOARD.format("HP")
    text += sockets("Populated, Enabled", "Unpopulated", version=E5)
    text += table(
        *((name, "CPU0", "16 GB" if name in names[:2] else "No Module Installed") for name in names)
    )
    assert take(tmp_path, text).channels == 2


@pytest.mark.parametrize(("maker", "channels"), [("Dell Inc.", 8), ("Somebody", None)])
def test_where_no_slot_is_empty_no_channel_is(tmp_path: Path, maker: str, channels: int | None) -> None:
    names = [f"DIMM{n}_CPU{cpu}" for cpu in (1, 2) for n in range(1, 9)]
    assert machine_with(tmp_path, maker, "Tower", E5, names, set(names)) == channels


def test_dells_numbers_under_another_name(tmp_path: Path) -> None:
    names = [f"{cpu}{n}" for cpu in "AB" for n in range(1, 13)]
    assert machine_with(tmp_path, "Dell Inc.", "Appliance", GOLD, names, {"A1", "A7", "B2"}) == 2


def test_fujitsus_letters_are_channels(tmp_path: Path) -> None:
    names = [f"DIMM-{n}{letter}" for letter in "ABCDEFGH" for n in (1, 2)]
    assert machine_with(tmp_path, "FUJITSU", "PRIMERGY", E5, names, {"DIMM-1A", "DIMM-2A", "DIMM-1E"}) == 2


def test_more_channels_than_the_processors_have_are_no_channels(tmp_path: Path) -> None:
    names = ["DIMM A", "DIMM B", "DIMM C", "DIMM D"]
    assert machine_with(tmp_path, "Dell Inc.", "Laptop", CORE, names, set(names), count=1) is None


@pytest.mark.parametrize("kind", ["DRAM", "LPDDR5"])
def test_one_module_of_a_guest_or_soldered_tells_no_channel(tmp_path: Path, kind: str) -> None:
    assert take(tmp_path, table(("DIMM 0", "Not Specified", "16 GB"), type=kind)).channels is None
