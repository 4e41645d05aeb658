"""Checks on captured outputs of real machines."""

from pathlib import Path

import pytest

from dlws import checks
from dlws.errors import DlwsError
from dlws.host.attachment import open_attachment
from dlws.model.case import Case
from dlws.model.finding import Finding, Status
from dlws.probes.inventory import take

from .machines import need

TELLING = [
    ("klog/clean/clu6_supermicro_AS-4125GS_dmesg.txt", "host.kernel_log", "ok"),
    ("klog/clean/venroot_pop-os_dmesg.txt", "host.kernel_log", "ok"),
    ("klog/gpud_dmesg_oom.log", "host.kernel_log", "ok"),
    ("klog/gpud_pstore_dmesg.txt", "host.kernel_log", "warn"),
    ("klog/issues/edac_ce_262_dunkel.txt", "host.kernel_log", "warn"),
    ("klog/issues/fallen_off_multiline_no_xid.txt", "host.kernel_log", "fail"),
    ("klog/issues/rminit_5080_osInitNvMapping.txt", "host.kernel_log", "fail"),
    ("klog/issues/xid145_149_nvlink.txt", "host.kernel_log", "fail"),
    ("klog/issues/secureboot_key_rejected.txt", "driver.secure_boot", "fail"),
    (
        "klog/mce/linux-edac_122026_spurious_mce_Hardware_Error_messages_in_v6.19.mail.txt",
        "host.kernel_log",
        "warn",
    ),
    ("klog/pci/linux-pci_022019_PROBLEM_PCIe_Bus_Error_atleast.error.txt", "host.kernel_log", "warn"),
    ("nvidia-bug-report/obayyub.log.gz", "host.kernel_log", "warn"),
    ("nvidia-bug-report/mikhail99.log.gz", "host.kernel_log", "ok"),
    ("nvidia-bug-report/Trourest186.log.gz", "gpu.problem", "fail"),
    ("nvidia-bug-report/lfrommelt.log.gz", "driver.loaded", "fail"),
    ("nvidia/issues/smi_unknown_error_0B.txt", "gpu.problem", "fail"),
    ("nvidia/xml/llamaland_rtx-a5000-laptop.xml", "gpu.pcie_width", "ok"),
    ("nvidia/xml/telegraf_a100-sxm4-v12.xml", "gpu.pcie_width", "ok"),
    ("lspci/jarkko_2x4090_bifurcation_lspci_vvv.txt", "gpu.pcie_width", "warn"),
    ("lspci/jarkko_2x4090_bifurcation_lspci_vvv.txt", "gpu.pcie_generation", "warn"),
    ("lspci/marcredhat_2xP100_lspci_vvv.txt", "gpu.pcie_width", "ok"),
    ("rocm/issues/vega_fe_511C.txt", "gpu.problem", "fail"),
    ("docker/docker_runtime_not_effective.txt", "container.runtime", "fail"),
    ("docker/daemon_json_toolkit_ok_but_fails.txt", "container.runtime", "skip"),
    (
        "dmidecode/linuxhw/ASUSTek_Computer_ROG_CROSSHAIR_X670E_HERO_5BA738F13203.txt",
        "host.memory_speed",
        "ok",
    ),
    ("storage/smart/scrutiny_smart-nvme-failed.json", "storage.health", "warn"),
    ("storage/smart_text/FAILED_WD2003FYPS-27Y2B0_33D9E851471C.txt", "storage.health", "fail"),
    ("storage/smart_text/healthy_hdd_HUH721212ALN604_B6D2C1643056.txt", "storage.health", "ok"),
    ("storage/smart_text/selftest_fail_DT01ACA200_0A13F353885D.txt", "storage.health", "fail"),
    (
        "collect_env/vllm_8477_1xNVIDIA_A100-SXM4-80GB_Intel_Xeon_Processor_Icelake.txt",
        "framework.build",
        "fail",
    ),
    ("collect_env/vllm_6486_1xNVIDIA_A10G_AMD_EPYC_7R32.txt", "framework.sees_gpu", "fail"),
]
WORST = ("fail", "warn", "unknown", "ok", "skip")


def judged(path: Path) -> tuple[Finding, ...]:
    """Findings about the machine that a file tells of."""
    return checks.run(Case(have=take(open_attachment(path)), need=need()))


@pytest.mark.parametrize(("file", "check", "expected"), TELLING)
def test_telling_cases(captures: Path, file: str, check: str, expected: str) -> None:
    told = {one.status.value for one in judged(captures / file) if one.check == check}
    assert min(told, key=WORST.index) == expected


@pytest.mark.slow
def test_no_capture_breaks_a_check(captures: Path) -> None:
    seen = 0
    for path in sorted(captures.glob("*/**/*")):
        if not path.is_file():
            continue
        try:
            found = judged(path)
        except DlwsError:
            continue  # a file that tells nothing about a machine is refused, which others test
        seen += 1
        assert [one for one in found if one.what == "this check is broken"] == [], path.name
        bad = [one for one in found if one.status in (Status.WARN, Status.FAIL)]
        assert [one for one in bad if not one.why or not one.fix] == [], path.name
    assert seen > 500
