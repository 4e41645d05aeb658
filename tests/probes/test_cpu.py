from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from dlws.model.cpu import Cpu
from dlws.probes.cpu import cpu, lscpu, numa
from dlws.probes.cpu.cpuinfo import parse
from dlws.probes.problems import Problems

from .machine import machine

CPU = "sys/devices/system/cpu"
INTEL = (
    "processor\t: {n}\nvendor_id\t: GenuineIntel\nmodel name\t: Intel(R) Xeon(R) CPU E5-2690 v4 @ 2.60GHz\n"
)
PACKAGE = (
    "physical id\t: {package}\nsiblings\t: {siblings}\ncore id\t\t: {core}\ncpu cores\t: {cores}\n"
    "flags\t\t: lm pni avx2\n\n"
)
ARM = (
    "processor\t: {n}\nFeatures\t: {features}\nCPU implementer\t: {maker}\nCPU architecture: 8\n"
    "CPU part\t: {part}\n\n"
)


def take(place: Path, files: dict[str, str], arch: str | None = None) -> tuple[Cpu, tuple[str, ...]]:
    problems = Problems()
    return cpu.probe(machine(place, {**files}, arch=arch), problems), problems.sentences()


def intel(packages: int, cores: int, threads: int, listed: int | None = None) -> str:
    blocks = [
        INTEL.format(n=0) + PACKAGE.format(package=package, siblings=cores * threads, core=core, cores=cores)
        for _ in range(threads)
        for package in range(packages)
        for core in range(cores)
    ]
    numbered = [block.replace(": 0\n", f": {n}\n", 1) for n, block in enumerate(blocks)]
    return "".join(numbered[:listed])


def arm(*parts: str, maker: str = "0x41", features: str = "fp asimd") -> str:
    return "".join(ARM.format(n=n, part=part, maker=maker, features=features) for n, part in enumerate(parts))


def test_a_whole_cpuinfo_is_enough_for_the_counts(tmp_path: Path) -> None:
    found, _ = take(tmp_path, {"proc/cpuinfo": intel(packages=2, cores=14, threads=2)})
    assert (found.sockets, found.cores, found.threads, found.smt) == (2, 28, 56, True)
    assert (found.vendor, found.base_mhz, found.architecture) == ("GenuineIntel", 2600, "x86_64")


def test_an_excerpt_of_cpuinfo_gives_no_counts_but_says_so(tmp_path: Path) -> None:
    found, sentences = take(tmp_path, {"proc/cpuinfo": intel(packages=1, cores=14, threads=2, listed=1)})
    assert (found.sockets, found.cores, found.threads) == (None, None, None)
    assert found.smt is True
    assert any("excerpt" in sentence for sentence in sentences)


def test_an_excerpt_is_completed_by_the_kernels_own_list(tmp_path: Path) -> None:
    files = {"proc/cpuinfo": intel(packages=1, cores=14, threads=2, listed=1), f"{CPU}/online": "0-55"}
    found, _ = take(tmp_path, files)
    assert (found.sockets, found.cores, found.threads) == (2, 28, 56)


def test_one_arm_cpu_alone_may_be_an_excerpt(tmp_path: Path) -> None:
    found, sentences = take(tmp_path, {"proc/cpuinfo": arm("0xd4f")})
    assert (found.model, found.vendor, found.threads) == ("Neoverse-V2", "ARM", None)
    assert sentences


def test_cores_of_which_one_kind_is_unknown_have_a_maker_but_no_name(tmp_path: Path) -> None:
    found, sentences = take(tmp_path, {"proc/cpuinfo": arm("0xd05", "0xfff")})
    assert (found.model, found.vendor, found.threads) == (None, "ARM", 2)
    assert any("model is unknown" in sentence for sentence in sentences)
    assert (
        take(tmp_path / "qualcomm", {"proc/cpuinfo": arm("0xfff", "0xfff", maker="0x51")})[0].vendor
        == "Qualcomm"
    )


def topology(cpus: int, threads: int, package: int) -> dict[str, str]:
    """Numbered as Linux does on x86: first the first thread of each core."""
    cores = cpus // threads
    files = {f"{CPU}/online": f"0-{cpus - 1}", f"{CPU}/present": f"0-{cpus - 1}"}
    for one in range(cpus):
        mates = ",".join(str(core) for core in range(one % cores, cpus, cores))
        start = one % cores // package * package
        same = ",".join(str(n) for n in range(cpus) if start <= n % cores < start + package)
        files |= {
            f"{CPU}/cpu{one}/topology/{name}": mates for name in ("core_cpus_list", "thread_siblings_list")
        }
        files |= {f"{CPU}/cpu{one}/topology/package_cpus_list": same}
    return files


def test_sysfs_gives_sockets_and_cores(tmp_path: Path) -> None:
    found, sentences = take(
        tmp_path, {"proc/cpuinfo": intel(1, 1, 1)} | topology(cpus=16, threads=2, package=4)
    )
    assert (found.sockets, found.cores, found.threads, found.smt) == (2, 8, 16, True)
    assert found.offline_threads == 0 and not sentences


def test_what_shows_online_cpus_only_does_not_tell_how_many_are_off(tmp_path: Path) -> None:
    shown = {
        path: text for path, text in topology(cpus=4, threads=2, package=4).items() if "present" not in path
    }
    assert take(tmp_path / "shown", shown)[0].offline_threads is None
    switches = {f"{CPU}/cpu{cpu}/online": str(int(cpu != 2)) for cpu in range(1, 4)}
    del shown[f"{CPU}/online"]
    assert take(tmp_path / "switches", shown | switches)[0].offline_threads == 1


def test_offline_cpus_are_counted_but_not_those_that_could_only_be_plugged_in(tmp_path: Path) -> None:
    files = topology(cpus=8, threads=2, package=4) | {f"{CPU}/online": "0-2,4-6", f"{CPU}/offline": "3,7-127"}
    found, _ = take(tmp_path, {"proc/cpuinfo": intel(1, 4, 2)} | files)
    assert (found.threads, found.cores, found.offline_threads) == (6, 3, 2)


def test_hybrid_cores_are_told_by_their_event_units(tmp_path: Path) -> None:
    files = topology(cpus=4, threads=2, package=2) | {f"{CPU}/online": "0-7"}
    for one in range(4, 8):
        files[f"{CPU}/cpu{one}/topology/core_cpus_list"] = str(one)
    files |= {"sys/devices/cpu_core/cpus": "0-3", "sys/devices/cpu_atom/cpus": "4-7"}
    found, _ = take(tmp_path, {"proc/cpuinfo": intel(1, 6, 2)} | files)
    assert (found.cores, found.p_cores, found.e_cores) == (6, 2, 4)


def cache(one: int, index: int, level: int, kind: str, size: str, shared: str) -> dict[str, str]:
    place = f"{CPU}/cpu{one}/cache/index{index}"
    return {
        f"{place}/level": str(level),
        f"{place}/type": kind,
        f"{place}/size": size,
        f"{place}/shared_cpu_list": shared,
    }


def test_the_map_of_sharers_counts_for_more_than_the_list(tmp_path: Path) -> None:
    files = topology(cpus=4, threads=1, package=4)
    for one in range(4):
        files |= cache(one, 2, 2, "Unified", "2048K", str(one))
        files[f"{CPU}/cpu{one}/cache/index2/shared_cpu_map"] = "00000000,0000000" + ("3" if one < 2 else "c")
    assert take(tmp_path, files)[0].l2_kib == 4096


def test_a_cache_that_is_listed_twice_counts_once(tmp_path: Path) -> None:
    files = topology(cpus=2, threads=1, package=2)
    for one in range(2):
        files |= cache(one, 0, 1, "Data", "32K", str(one)) | cache(one, 1, 1, "Data", "32K", str(one))
    assert take(tmp_path, files)[0].l1d_kib == 64


def test_riscv_without_a_map_of_its_processors_has_no_number_of_cores(tmp_path: Path) -> None:
    block = "processor\t: {n}\nisa\t\t: rv64imafdc\nuarch\t\t: sifive,u74-mc\nmvendorid\t: 0x489\n\n"
    files = {"proc/cpuinfo": "".join(block.format(n=n) for n in range(4)), f"{CPU}/online": "0-3"}
    files |= {f"{CPU}/smt/active": "0", f"{CPU}/smt/control": "notimplemented"}
    for one in range(4):
        files |= {
            f"{CPU}/cpu{one}/topology/{name}": "0-3" for name in ("core_cpus_list", "package_cpus_list")
        }
        files[f"{CPU}/cpu{one}/topology/core_id"] = "-1"
    found, _ = take(tmp_path, files)
    assert (found.threads, found.cores, found.smt, found.vendor) == (4, None, None, "0x489")


def test_a_shared_cache_counts_once(tmp_path: Path) -> None:
    files = {f"{CPU}/online": "0-3"}
    for one in range(4):
        pair = "0,2" if one in (0, 2) else "1,3"
        files |= cache(one, 0, 1, "Data", "48K", pair) | cache(one, 1, 1, "Instruction", "32K", pair)
        files |= cache(one, 2, 2, "Unified", "2048K", pair) | cache(one, 3, 3, "Unified", "24M", "0-3")
    found, _ = take(tmp_path, {"proc/cpuinfo": intel(1, 2, 2)} | files)
    assert (found.l1d_kib, found.l1i_kib, found.l2_kib, found.l3_mib) == (96, 64, 4096, 24)


def test_a_cache_of_unknown_size_makes_the_sum_unknown(tmp_path: Path) -> None:
    files = (
        {f"{CPU}/online": "0-1"} | cache(0, 2, 2, "Unified", "1M", "0") | cache(1, 2, 2, "Unified", "", "1")
    )
    found, _ = take(tmp_path, {"proc/cpuinfo": intel(1, 2, 1)} | files)
    assert found.l2_kib is None


def test_different_arm_cores_are_all_named_and_ranked(tmp_path: Path) -> None:
    parts = ["0xd46"] * 3 + ["0xd47"] * 4 + ["0xd4e"]
    found, _ = take(tmp_path, {"proc/cpuinfo": arm(*parts, features="fp asimd sve2 bf16")})
    assert found.model == "Cortex-X3 + Cortex-A710 + Cortex-A510"
    assert (found.p_cores, found.e_cores, found.sockets, found.cores) == (5, 3, 1, 8)
    assert (found.flags.neon, found.flags.sve2, found.flags.arm_bf16, found.flags.arm_i8mm) == (
        True,
        True,
        True,
        False,
    )
    assert found.flags.avx2 is None


def test_cores_that_may_run_several_threads_are_not_counted_by_cpuinfo(tmp_path: Path) -> None:
    found, _ = take(tmp_path, {"proc/cpuinfo": arm(*["0x0af"] * 4, maker="0x43")})
    assert (found.model, found.threads, found.cores, found.sockets) == ("ThunderX2-99xx", 4, None, None)


def test_clusters_that_pose_as_packages_are_one_socket(tmp_path: Path) -> None:
    files = {"proc/cpuinfo": arm(*["0xd03"] * 2, *["0xd08"] * 2), f"{CPU}/online": "0-3"}
    for one in range(4):
        files[f"{CPU}/cpu{one}/topology/core_siblings_list"] = "0-1" if one < 2 else "2-3"
    assert take(tmp_path, files)[0].sockets == 1


def test_an_old_kernel_names_the_core_once_for_all(tmp_path: Path) -> None:
    text = "processor: 0\nprocessor: 1\nFeatures: fp asimd\nCPU implementer: 0x50\nCPU part: 0x000\n"
    found, _ = take(tmp_path / "two", {"proc/cpuinfo": text})
    assert (found.model, found.threads, found.cores, found.sockets) == ("X-Gene", 2, 2, None)
    text = "Processor: ARMv6 rev 7 (v6l)\nCPU implementer: 0x41\nCPU part: 0xb76\n\nHardware: BCM2708\n"
    found, _ = take(tmp_path / "one", {"proc/cpuinfo": text})
    assert (found.model, found.threads, found.cores, found.sockets) == ("ARM1176", 1, 1, 1)


def test_unknown_arm_core_has_no_name(tmp_path: Path) -> None:
    found, sentences = take(tmp_path, {"proc/cpuinfo": arm("0xfff", "0xfff")})
    assert found.model is None and found.cores is None and found.threads == 2
    assert any("model" in sentence for sentence in sentences)


def test_flags_of_every_cpu_and_both_spellings(tmp_path: Path) -> None:
    text = intel(1, 2, 1).replace("lm pni avx2", "lm pni avx2 avx512f avx512_vbmi amx_bf16", 1)
    found, _ = take(tmp_path, {"proc/cpuinfo": text})
    assert (found.flags.avx2, found.flags.avx512f, found.flags.amx_bf16) == (True, False, False)
    both, _ = take(
        tmp_path / "b",
        {"proc/cpuinfo": text.replace("lm pni avx2\n", "lm pni avx2 avx512f avx512vbmi amx_bf16\n")},
    )
    assert both.flags.avx512f is True and both.flags.avx512_vnni is False


def test_power_and_s390_show_no_wrong_numbers(tmp_path: Path) -> None:
    power = "processor\t: 0\ncpu\t\t: POWER9, altivec supported\n\nprocessor\t: 1\ncpu\t\t: POWER9\n\n"
    found, _ = take(tmp_path / "p", {"proc/cpuinfo": power}, arch="ppc64le")
    assert (found.vendor, found.architecture, found.threads) == ("IBM", "ppc64le", 2)
    assert found.cores is None and found.flags.avx2 is None
    s390 = "vendor_id       : IBM/S390\n# processors    : 2\nmax thread id   : 0\nfeatures\t: vx\n"
    s390 += "processor 0: version = FF,  machine = 8561\nprocessor 1: version = FF,  machine = 8561\n"
    found, _ = take(tmp_path / "s", {"proc/cpuinfo": s390})
    assert (found.model, found.threads, found.cores) == ("IBM Z, machine type 8561", 2, 2)


def test_clocks_and_governors(tmp_path: Path) -> None:
    files = {"proc/cpuinfo": intel(1, 2, 1).replace(" @ 2.60GHz", ""), f"{CPU}/online": "0-1"}
    for one, governor, top in ((0, "powersave", 5200000), (1, "powersave", 3900000)):
        place = f"{CPU}/cpufreq/policy{one}"
        files |= {f"{place}/scaling_governor": governor, f"{place}/cpuinfo_max_freq": str(top)}
        files |= {f"{place}/scaling_driver": "intel_pstate", f"{place}/base_frequency": str(top - 2000000)}
    found, _ = take(tmp_path, files)
    assert (found.max_mhz, found.base_mhz, found.governor, found.driver) == (
        5200,
        3200,
        "powersave",
        "intel_pstate",
    )


def test_acpis_turbo_step_is_not_the_base_clock(tmp_path: Path) -> None:
    place = f"{CPU}/cpufreq/policy0"
    files = {
        "proc/cpuinfo": intel(1, 1, 1).replace(" @ 2.60GHz", ""),
        f"{CPU}/online": "0",
        f"{place}/cpuinfo_max_freq": "2101000",
        f"{place}/scaling_driver": "acpi-cpufreq",
        f"{place}/scaling_available_frequencies": "2101000 2100000 1200000",
    }
    assert take(tmp_path, files)[0].base_mhz == 2100


def test_nothing_at_all(tmp_path: Path) -> None:
    found, sentences = take(tmp_path, {}, arch="x86_64")
    assert found.threads is None and found.architecture == "x86_64" and sentences


KEYS = st.sampled_from(
    (
        *(
            "processor",
            "physical id",
            "siblings",
            "core id",
            "cpu cores",
            "CPU implementer",
            "CPU part",
            "flags",
        ),
        *("# processors", "CPU(s)", "Socket(s)", "vendor_id", "cache size"),
    )
)
VALUES = st.one_of(
    st.integers(-3, 10**12).map(str),
    st.text(max_size=12),
    st.sampled_from(["0x41", "0xd0c", "0-3", "GenuineIntel"]),
)
LINES = st.lists(st.tuples(KEYS, VALUES), max_size=14).map(
    lambda rows: "\n".join(f"{key} : {value}" for key, value in rows)
)


@settings(max_examples=60, deadline=None)
@given(
    info=st.one_of(st.text(max_size=200), LINES),
    other=st.one_of(st.text(max_size=40), st.integers().map(str)),
)
def test_no_text_breaks_the_probe(info: str, other: str) -> None:
    files = {"proc/cpuinfo": info}
    for path in (
        "online",
        "present",
        "cpu0/topology/core_cpus_list",
        "cpu0/topology/package_cpus_list",
        "smt/active",
    ):
        files[f"{CPU}/{path}"] = other
    for path in ("level", "type", "size", "shared_cpu_list"):
        files[f"{CPU}/cpu0/cache/index0/{path}"] = other
    for path in ("cpuinfo_max_freq", "base_frequency", "scaling_governor", "scaling_available_frequencies"):
        files[f"{CPU}/cpufreq/policy0/{path}"] = other
    files |= {"proc/self/cgroup": f"0::/{other}".replace("\0", ""), "sys/fs/cgroup/cpu.max": other}
    files["proc/driver/nvidia/gpus/0/numa_status"] = f"Node: {other}"
    with TemporaryDirectory() as place:
        host = machine(Path(place), {path: text.encode("utf-8", "replace") for path, text in files.items()})
        cpu.probe(host, Problems())
        numa.gpu_nodes(host)
    lscpu.read(info)
    parse(info)


def test_a_list_of_flags_that_was_cut_short_denies_nothing(tmp_path: Path) -> None:
    found, _ = take(tmp_path, {"proc/cpuinfo": intel(1, 2, 1).replace("lm pni avx2", "lm avx")})
    assert (found.flags.avx, found.flags.avx2) == (True, None)
