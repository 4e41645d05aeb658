"""Software on small machines: each fact from the file that has it."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlws.host import Output
from dlws.model.system import CudaToolkit, Docker, Software
from dlws.probes import collect_env
from dlws.probes.problems import Problems
from dlws.probes.software import cuda, docker, frameworks, nvidia_driver, packages, software

from .machines import machine

OPEN = (
    "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.95.05  Release Build  (dvs@x)  Tue Sep 23\n"
)
CLOSED = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.183.01  Sun May 12 19:39:15 UTC 2024\n"

DPKG = """Package: docker-ce
Status: install ok installed
Version: 5:27.3.1-1~ubuntu.24.04~noble

Package: docker.io
Status: deinstall ok config-files
Version: 24.0.7-0ubuntu4

Package: nvidia-container-toolkit
Status: install ok installed
Version: 1.17.4-1

Package: libnccl2
Status: install ok installed
Version: 2.21.5-1+cuda12.4

Package: nvidia-cuda-toolkit
Status: install ok installed
Version: 12.0.140~12.0.1-4build4

Package: python3.12
Status: install ok installed
Version: 3.12.3-1ubuntu0.4
"""


def test_empty_machine_is_unknown(tmp_path: Path) -> None:
    assert software.probe(machine(tmp_path, {}), Problems()) == Software()


@pytest.mark.parametrize(
    ("text", "version", "flavour"), [(OPEN, "580.95.05", "open"), (CLOSED, "535.183.01", "proprietary")]
)
def test_loaded_module(tmp_path: Path, text: str, version: str, flavour: str) -> None:
    host = machine(
        tmp_path, {"/proc/driver/nvidia/version": text, "/proc/modules": "nvidia 1 2 - Live 0x0\n"}
    )
    driver = nvidia_driver.read(host, Problems())
    assert (driver.version, driver.module.version, driver.module.flavour) == (version, version, flavour)
    assert (driver.module.loaded, driver.module.nouveau_loaded) == (True, False)


def test_module_that_is_installed_but_not_loaded(tmp_path: Path) -> None:
    file = "/lib/modules/6.8.0-50-generic/updates/dkms/nvidia.ko.zst"
    host = machine(
        tmp_path,
        {
            "/proc/sys/kernel/osrelease": "6.8.0-50-generic",
            "/proc/modules": "nouveau 1 2 - Live 0x0\n",
            file: "",
        },
        commands={
            ("modinfo", file): "filename: x\nversion:        570.86.10\nlicense:        Dual MIT/GPL\n"
        },
    )
    problems = Problems()
    driver = nvidia_driver.read(host, problems)
    assert driver.version is None, "a module on the disk is no running driver"
    module = driver.module
    assert (module.loaded, module.installed, module.version, module.flavour) == (
        False,
        True,
        "570.86.10",
        "open",
    )
    assert module.nouveau_loaded is True
    assert any("not loaded" in sentence for sentence in problems.sentences())


def test_library_beside_another_kernel_module(tmp_path: Path) -> None:
    folder = "/usr/lib/x86_64-linux-gnu"
    host = machine(
        tmp_path,
        {
            "/proc/driver/nvidia/version": CLOSED,
            f"{folder}/libnvidia-ml.so.535.183.01": "",
            f"{folder}/libnvidia-ml.so.535.183.06": "",
        },
        links={f"{folder}/libnvidia-ml.so.1": "libnvidia-ml.so.535.183.06"},
        listings={
            folder: ("libnvidia-ml.so.1", "libnvidia-ml.so.535.183.01", "libnvidia-ml.so.535.183.06"),
        },
    )
    driver = nvidia_driver.read(host, Problems())
    assert (driver.version, driver.library) == ("535.183.01", "535.183.06")


def test_versions_in_the_message_of_a_mismatch(tmp_path: Path) -> None:
    message = "Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 580.65\n"
    host = machine(tmp_path, {}, commands={("nvidia-smi",): Output(18, message)})
    assert nvidia_driver.read(host, Problems()).library == "580.65"


@pytest.mark.parametrize(
    ("text", "driver", "newest"),
    [
        ("| NVIDIA-SMI 590.48.01   Driver Version: 590.48.01   CUDA Version: 13.1   |", "590.48.01", "13.1"),
        ("| NVIDIA-SMI 610.57.04   KMD Version: 610.57.04   CUDA UMD Version: 13.3   |", "610.57.04", "13.3"),
        ("Driver Version      : 535.54\nCUDA Version        : 12.2\n", "535.54", "12.2"),
        (
            "<driver_version>515.105.01</driver_version><cuda_version>11.7</cuda_version>",
            "515.105.01",
            "11.7",
        ),
        ("NVRM version:   535.54.03\nCUDA version:   12.2\n", "535.54.03", "12.2"),
    ],
)
def test_versions_in_nvidia_smi(text: str, driver: str, newest: str) -> None:
    assert nvidia_driver.from_nvidia_smi(text) == {"driver": driver, "cuda": newest}


def test_packages(tmp_path: Path) -> None:
    found = software.probe(
        machine(
            tmp_path,
            {
                packages.DPKG_STATUS: DPKG,
                "/usr/bin/nvcc": "",
                "/etc/cdi/nvidia.yaml": "",
                "/usr/bin/python3.12": "",
            },
            links={"/usr/bin/python3": "python3.12"},
        ),
        Problems(),
    )
    assert found.docker is not None
    assert found.docker.version == "27.3.1"
    assert found.docker.running is False
    assert found.container_toolkit is not None
    assert found.container_toolkit.version == "1.17.4"
    assert found.container_toolkit.cdi_specs == ("/etc/cdi/nvidia.yaml",)
    assert found.nccl == "2.21.5"
    assert found.python == "3.12.3"
    assert found.cuda_toolkits == (CudaToolkit(version="12.0.140", path="/usr", has_nvcc=True),)


def test_pacman_and_rpm(tmp_path: Path) -> None:
    arch = machine(tmp_path / "arch", {"/var/lib/pacman/local/docker-1:27.3.1-1/desc": ""})
    fedora = machine(
        tmp_path / "fedora",
        {"/usr/lib/sysimage/rpm/rpmdb.sqlite": ""},
        commands={packages.RPM_QUERY: "podman 5.2.3-1.fc41\nbash 5.2-1\n"},
    )
    assert {name: packages.upstream(version) for name, version in packages.installed(arch).items()} == {
        "docker": "27.3.1"
    }
    assert packages.installed(fedora) == {"podman": "5.2.3-1.fc41"}


def test_toolkits_headers_and_rocm(tmp_path: Path) -> None:
    host = machine(
        tmp_path,
        {
            "/usr/local/cuda-12.4/version.json": '{"cuda": {"version": "12.4.1"}}',
            "/usr/local/cuda-12.4/bin/nvcc": "",
            "/usr/local/cuda-11.8/lib64/x": "",
            "/usr/local/cuda/bin/nvcc": "",
            "/usr/include/cudnn_version.h": (
                "#define CUDNN_MAJOR 9\n#define CUDNN_MINOR 2\n#define CUDNN_PATCHLEVEL 1\n"
            ),
            "/opt/rocm/.info/version": "6.2.4-120\n",
        },
        links={"/usr/local/cuda": "cuda-12.4"},
    )
    assert cuda.toolkits(host, {}) == (
        CudaToolkit(version="12.4.1", path="/usr/local/cuda-12.4", has_nvcc=True),
        CudaToolkit(version="11.8", path="/usr/local/cuda-11.8", has_nvcc=False),
    )
    assert cuda.cudnn(host, {}) == "9.2.1"
    assert cuda.rocm(host) == "6.2.4"


INFO = {
    "ServerVersion": "28.2.2",
    "Runtimes": {"runc": {}, "nvidia": {}},
    "DefaultRuntime": "runc",
    "SecurityOptions": ["name=seccomp,profile=builtin", "name=rootless"],
    "CDISpecDirs": ["/etc/cdi"],
}
ASK = ("docker", "info", "--format", "{{json .}}")


def test_the_daemon_and_the_file_disagree(tmp_path: Path) -> None:
    host = machine(
        tmp_path,
        {"/run/docker.sock": "", "/etc/docker/daemon.json": '{"runtimes": {"kata": {}}}'},
        commands={ASK: msgspec.json.encode(INFO).decode()},
    )
    assert docker.docker(host, {}, Problems()) == Docker(
        version="28.2.2",
        snap=False,
        running=True,
        runtimes=("nvidia", "runc"),
        default_runtime="runc",
        rootless=True,
        cdi=True,
        configured_runtimes=("kata",),
    )


def test_docker_info_as_people_paste_it() -> None:
    found = docker.parse_info(
        " Server Version: 27.3.1\n Runtimes: io.containerd.runc.v2 runc\n Default Runtime: runc\n"
    )
    assert found["Runtimes"] == ["io.containerd.runc.v2", "runc"]
    assert (found["ServerVersion"], found["DefaultRuntime"]) == ("27.3.1", "runc")


def test_a_daemon_that_may_not_be_asked(tmp_path: Path) -> None:
    denied = Output(1, "", "permission denied while trying to connect to the Docker daemon socket")
    problems = Problems()
    found = docker.docker(machine(tmp_path, {"/run/docker.sock": ""}, commands={ASK: denied}), {}, problems)
    assert found is not None
    assert found.running is None
    assert len(problems.sentences()) == 1


def test_snap_and_podmans_look_alike(tmp_path: Path) -> None:
    snap = docker.docker(machine(tmp_path / "snap", {"/snap/bin/docker": ""}), {}, Problems())
    assert snap is not None
    assert snap.snap is True
    alike = machine(tmp_path / "alike", {"/usr/bin/docker": ""})
    assert docker.docker(alike, {"podman-docker": "4.9.3"}, Problems()) is None


def environment(root: str, torch: str) -> dict[str, str | bytes]:
    site = f"{root}/lib/python3.12/site-packages"
    return {
        f"{root}/pyvenv.cfg": "home = /usr/bin\nversion = 3.12.3\n",
        f"{site}/torch-2.8.0.dist-info/METADATA": "Name: torch\n",
        f"{site}/torch/version.py": torch,
        f"{site}/jax-0.6.2.dist-info/METADATA": "Name: jax\n",
        f"{site}/jax_cuda12_plugin-0.6.2.dist-info/METADATA": "",
    }


@pytest.mark.parametrize(
    ("text", "built", "rocm"),
    [
        ("cuda: Optional[str] = '12.8'\nhip: Optional[str] = None\n", "12.8", None),
        ("cuda: Optional[str] = None\nhip: Optional[str] = None\n", "cpu", None),
        ("cuda = None\nhip = '6.4.43482'\n", None, "6.4.43482"),
        ("", None, None),
    ],
)
def test_what_torch_is_built_for(tmp_path: Path, text: str, built: str | None, rocm: str | None) -> None:
    host = machine(tmp_path, environment("/home/me/env", text), environ={"VIRTUAL_ENV": "/home/me/env"})
    torch, jax = frameworks.read(host, Problems(), ())
    assert (torch.version, torch.cuda, torch.rocm, torch.sees_gpu) == ("2.8.0", built, rocm, None)
    assert (torch.python, torch.python_version) == ("/home/me/env/bin/python", "3.12.3")
    assert jax.cuda == "12"


def test_the_other_name_of_a_library_folder_counts_once(tmp_path: Path) -> None:
    machine(tmp_path, environment("/home/me/env", ""))
    (tmp_path / "home/me/env/lib64").symlink_to("lib")
    host = machine(tmp_path, {}, environ={"VIRTUAL_ENV": "/home/me/env"})
    assert [one.name for one in frameworks.read(host, Problems(), ())] == ["torch", "jax"]


def test_own_environments_are_found(tmp_path: Path) -> None:
    files = environment("/data/dlws/envs/torch", "cuda = None\n")
    host = machine(tmp_path, files, environ={"XDG_DATA_HOME": "/data"})
    assert [one.name for one in frameworks.read(host, Problems(), ())] == ["torch", "jax"]


def test_frameworks_of_container_images_and_packages(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "/usr/local/lib/python3.12/dist-packages/torch-2.8.0+cu128.dist-info/METADATA": "",
        "/usr/local/lib/python3.12/dist-packages/torch/version.py": "cuda = '12.8'\n",
        "/usr/lib/python3/dist-packages/keras-2.11.0-py3.12.egg-info/PKG-INFO": "",
    }
    torch, keras = frameworks.read(machine(tmp_path / "image", files), Problems(), ())
    assert (torch.python, torch.python_version, torch.cuda) == ("/usr/bin/python3", "3.12", "12.8")
    assert (keras.name, keras.version) == ("keras", "2.11.0")
    official = {
        "/usr/local/lib/python3.11/site-packages/jax-0.6.2.dist-info/METADATA": "",
        "/usr/local/bin/python3": "",
    }
    (jax,) = frameworks.read(machine(tmp_path / "official", {**official}), Problems(), ())
    assert (jax.python, jax.cuda) == ("/usr/local/bin/python3", "cpu")


def test_a_named_python_is_asked(tmp_path: Path) -> None:
    said = {
        "name": "torch",
        "version": "2.8.0+cu128",
        "cuda": "12.8",
        "sees_gpu": False,
        "detail": "no driver",
    }
    line = frameworks.MARK + msgspec.json.encode({"python": "3.12.3", "frameworks": [said]}).decode()
    python = "/home/me/env/bin/python"
    command = (python, "-I", "-c", frameworks.script())
    host = machine(
        tmp_path,
        environment("/home/me/env", "cuda = '12.8'\n"),
        commands={command: f"a framework's greeting\n{line}\n"},
    )
    torch, jax = frameworks.read(host, Problems(), (python,))
    assert (torch.version, torch.sees_gpu, torch.detail) == ("2.8.0+cu128", False, "no driver")
    assert jax.sees_gpu is None


def test_a_python_that_does_not_answer(tmp_path: Path) -> None:
    problems = Problems()
    assert frameworks.read(machine(tmp_path, {}), problems, ("/no/bin/python",)) == ()
    assert "/no/bin/python could not be asked" in problems.sentences()[0]


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("echo \"ls: cannot access '$3'\" >&2; exit 2", "it does not answer as Python does"),
        (
            "echo Traceback: >&2; echo 'ImportError: libcudart.so.12' >&2; exit 1",
            "ImportError: libcudart.so.12",
        ),
        ("exit 0", "it printed nothing"),
    ],
)
def test_what_is_no_python_is_told_in_a_short_sentence(tmp_path: Path, program: str, why: str) -> None:
    from dlws.host import Live

    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n{program}\n")
    python.chmod(0o755)
    problems = Problems()
    frameworks.read(Live(), problems, (str(python),))
    assert problems.sentences() == (f"{python} could not be asked what its frameworks see: {why}",)


def test_the_script_runs_under_a_bare_python() -> None:
    """As handed over: it prints its line where no framework is installed."""
    import sys

    from dlws.host import Live

    output = Live().run(sys.executable, "-I", "-S", "-c", frameworks.script(), timeout_s=60)
    lines = [line for line in output.stdout.splitlines() if line.startswith(frameworks.MARK)]
    assert msgspec.json.decode(lines[-1].removeprefix(frameworks.MARK))["frameworks"] == []


REPORT = """PyTorch version: 2.5.1+cu124
CUDA used to build PyTorch: 12.4
ROCM used to build PyTorch: N/A
Python version: 3.10.16 (main) [GCC 11.2.0] (64-bit runtime)
Is CUDA available: True
CUDA runtime version: 12.4.131
Nvidia driver version: 550.54.15
550.54.15
cuDNN version: Probably one of the following:
/usr/lib/x86_64-linux-gnu/libcudnn.so.9.1.0
/usr/lib/x86_64-linux-gnu/libcudnn_ops.so.9.1.0
[pip3] torch==2.5.1
[conda] numpy 1.26.4 pypi_0 pypi
vLLM Version: 0.6.3.post1
"""


def test_collect_env() -> None:
    found = collect_env.parse(REPORT)
    assert (found.torch, found.cuda, found.sees_gpu, found.driver) == (
        "2.5.1+cu124",
        "12.4",
        True,
        "550.54.15",
    )
    assert (found.python_version, found.toolkit, found.cudnn) == ("3.10.16", "12.4.131", "9.1.0")
    assert (found.packages["vllm"], found.packages["numpy"]) == ("0.6.3.post1", "1.26.4")


@pytest.mark.parametrize(
    ("lines", "built", "rocm"),
    [
        ("PyTorch version: 2.8.0+cpu\nCUDA used to build PyTorch: None\n", "cpu", None),
        (
            "PyTorch version: 2.8.0+rocm6.4\nROCM used to build PyTorch: 6.4.43482-0f2d60242\n",
            None,
            "6.4.43482",
        ),
        ("PyTorch: 2.5.1+cu121\nCUDA available: True\n", "12.1", None),
        ("PyTorch version: N/A\nCUDA used to build PyTorch: N/A\n", None, None),
    ],
)
def test_builds_in_collect_env(lines: str, built: str | None, rocm: str | None) -> None:
    found = collect_env.parse(lines)
    assert (found.cuda, found.rocm) == (built, rocm)


@given(
    st.text()
    | st.sampled_from([REPORT, DPKG, OPEN]).flatmap(lambda text: st.integers(0, 400).map(lambda n: text[n:]))
)
def test_readers_never_raise(text: str) -> None:
    collect_env.parse(text)
    docker.parse_info(text)
    nvidia_driver.from_nvidia_smi(text)
    packages.upstream(text)
