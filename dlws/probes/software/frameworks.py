"""Deep learning frameworks in Python environments: what they are built for and who sees the GPU."""

import re
from typing import Any

import msgspec

from dlws.host import Host, Output
from dlws.host.host import MISSING, TIMED_OUT
from dlws.model.system import Framework
from dlws.pattern import pattern
from dlws.probes import collect_env
from dlws.probes.problems import Problems

NAMES = (
    "torch",
    "torchvision",
    "torchaudio",
    "tensorflow",
    "tensorflow-cpu",
    "keras",
    "jax",
    "paddlepaddle",
    "paddlepaddle-gpu",
    "onnxruntime",
    "onnxruntime-gpu",
    "transformers",
    "accelerate",
    "deepspeed",
    "bitsandbytes",
    "flash-attn",
    "xformers",
    "triton",
    "vllm",
    "sglang",
    "llama-cpp-python",
    "tensorrt",
)
"""Distributions that are reported, by their names in package indexes."""

SYSTEM = "/usr"
"""The system's own Python, to which /usr/local belongs: container images put their frameworks there."""

PYTHON = pattern(r"python(3(?:\.\d+)?)(?=/|$)")
DISTRIBUTION = pattern(r"([\w.]+)-([\w.!+]+?)(?:-py3\.\d+)?\.(?:dist|egg)-info")

PYTHON_ERROR = pattern(r"[\w.]*(?:Error|Exception|Interrupt)\b|Fatal Python error")
"""Begins the last line of a Python that ended with an error."""

MARK = "dlws-frameworks:"
"""Begins the line of ask_frameworks.py that counts; frameworks print other lines of their own."""


def read(host: Host, problems: Problems, pythons: tuple[str, ...]) -> tuple[Framework, ...]:
    """Frameworks in the active, dlws's own and the system's environments; those of ``pythons`` are run."""
    found: list[Framework] = []
    asked = {re.sub(r"/bin/[^/]+$", "", python): python for python in pythons}
    seen: set[str] = set()
    for root in dict.fromkeys((*asked, *_environments(host))):
        sites = [site for site in _sites(host, root) if site not in seen]
        seen.update(sites)
        installed = [one for site in sites for one in _installed(host, root, site, asked.get(root))]
        if root in asked:
            installed = _merge(installed, _ask(host, asked[root], problems))
        found.extend(installed)
    if report := collect_env.read(host):
        found.extend(_reported(report))
    return tuple(found)


def script() -> str:
    """What a user's Python is given to run."""
    from importlib import resources

    return resources.files(__package__).joinpath("ask_frameworks.py").read_text("utf-8")


def _environments(host: Host) -> list[str]:
    home = host.environ("HOME") or "/root"
    base = host.environ("XDG_DATA_HOME") or f"{home}/.local/share"
    data = host.environ("DLWS_DATA_DIR") or f"{base}/dlws"
    active = [root for name in ("VIRTUAL_ENV", "CONDA_PREFIX") if (root := host.environ(name))]
    return [*active, *(f"{data}/envs/{name}" for name in host.list(f"{data}/envs")), SYSTEM]


def _sites(host: Host, root: str) -> list[str]:
    """Directories that hold an environment's packages."""
    libraries = [f"{root}/lib"]
    if host.link(f"{root}/lib64") is None:  # a virtual environment's lib64 is its lib
        libraries.append(f"{root}/lib64")
    if root == SYSTEM:
        libraries.insert(0, "/usr/local/lib")
    versions = [(lib, name) for lib in libraries for name in host.list(lib) if PYTHON.fullmatch(name)]
    return [f"{lib}/{name}/{kind}" for lib, name in versions for kind in ("site-packages", "dist-packages")]


def _installed(host: Host, root: str, site: str, python: str | None) -> list[Framework]:
    """Frameworks by the names of their dist-info directories, read as files."""
    versions = _distributions(host.list(site))
    number = PYTHON.search(site)
    return [
        Framework(
            name=name,
            version=versions[name],
            python=python or _interpreter(host, root, site),
            python_version=_python_version(host, root) or (number[1] if number else None),
            cuda=_cuda(host, site, name, versions),
            rocm=_torch_version(host, site, "hip") if name == "torch" else None,
        )
        for name in NAMES
        if name in versions
    ]


def _interpreter(host: Host, root: str, site: str) -> str:
    """The program that finds packages there. Debian calls its own Python's directories dist-packages."""
    if root != SYSTEM:
        return f"{root}/bin/python"
    own = site.startswith("/usr/local/") and site.endswith("site-packages")
    return (
        "/usr/local/bin/python3" if own and "python3" in host.list("/usr/local/bin") else "/usr/bin/python3"
    )


def _distributions(names: list[str]) -> dict[str, str]:
    found = (DISTRIBUTION.fullmatch(name) for name in names)
    return {match[1].lower().replace("_", "-").replace(".", "-"): match[2] for match in found if match}


def _python_version(host: Host, root: str) -> str | None:
    found = re.search(
        r"^version(?:_info)?\s*=\s*(\d+\.\d+\.\d+)", host.read(f"{root}/pyvenv.cfg") or "", re.MULTILINE
    )
    if found:
        return found[1]
    names = (re.match(r"python-(\d+\.\d+\.\d+)-", name) for name in host.list(f"{root}/conda-meta"))
    return next((match[1] for match in names if match), None)


def _cuda(host: Host, site: str, name: str, versions: dict[str, str]) -> str | None:
    """What a framework is built for, where its files say so."""
    if name == "torch":
        version = _torch_version(host, site, "cuda")
        return version or (
            None if _torch_version(host, site, "hip") else _cpu_torch(host, site, versions[name])
        )
    if name == "tensorflow":
        build = host.read(f"{site}/tensorflow/python/platform/build_info.py") or ""
        built = re.search(r"'cuda_version', '([\d.]+)'", build)
        return built[1] if built else "cpu" if "'is_cuda_build', False" in build else None
    if name == "jax":  # GPU support is a plug-in, whose name holds CUDA's major version
        plugins = (re.fullmatch(r"jax-cuda(\d+)-plugin", plugin) for plugin in versions)
        return next((match[1] for match in plugins if match), "cpu")
    return "cpu" if name in ("tensorflow-cpu", "onnxruntime", "paddlepaddle") else None


def _torch_version(host: Host, site: str, field: str) -> str | None:
    text = host.read(f"{site}/torch/version.py") or ""
    found = re.search(rf"^{field}\s*(?::[^=]*)?=\s*['\"]([^'\"]+)['\"]", text, re.MULTILINE)
    return found[1] if found else None


def _cpu_torch(host: Host, site: str, version: str) -> str | None:
    text = host.read(f"{site}/torch/version.py") or ""
    return (
        "cpu"
        if version.endswith("+cpu") or re.search(r"^cuda\s*(?::[^=]*)?=\s*None", text, re.MULTILINE)
        else None
    )


def _ask(host: Host, python: str, problems: Problems) -> list[Framework]:
    """Run a Python of the user's and let its frameworks say what they see."""
    output = host.run(python, "-I", "-c", script(), timeout_s=120)
    lines = [line.removeprefix(MARK) for line in output.stdout.splitlines() if line.startswith(MARK)]
    try:
        answer = msgspec.json.decode(lines[-1], type=_Answer)
    except (IndexError, msgspec.MsgspecError):
        problems.add(f"{python} could not be asked what its frameworks see: {_silence(output)}")
        return []
    return [
        Framework(python=python, python_version=answer.python, **msgspec.to_builtins(one))
        for one in answer.frameworks
    ]


def _silence(output: Output) -> str:
    """Why there is no answer. A program that is no Python quotes our script as a wrong argument of its own."""
    last = (output.stderr.strip().splitlines() or ["it printed nothing"])[-1]
    started = output.code not in (MISSING, TIMED_OUT)
    if started and output.stderr.strip() and not PYTHON_ERROR.match(last):
        return "it does not answer as Python does"
    return last[:200]


class _One(msgspec.Struct, kw_only=True):
    name: str
    version: str | None = None
    cuda: str | None = None
    rocm: str | None = None
    sees_gpu: bool | None = None
    detail: str | None = None


class _Answer(msgspec.Struct, kw_only=True):
    python: str
    frameworks: list[_One]


def _merge(installed: list[Framework], answered: list[Framework]) -> list[Framework]:
    """Answers in place of what the files say; files fill what an answer leaves out."""
    answers = {one.name: one for one in answered}
    merged = [_over(one, answers.pop(one.name, None)) for one in installed]
    return merged + list(answers.values())


def _over(file: Framework, answer: Framework | None) -> Framework:
    if answer is None:
        return file
    told: dict[str, Any] = {
        name: value for name in answer.__struct_fields__ if (value := getattr(answer, name)) is not None
    }
    return msgspec.structs.replace(file, **told)


def _reported(report: collect_env.Report) -> list[Framework]:
    """Frameworks of the environment in which someone ran collect_env."""
    versions = {**report.packages, **({"torch": report.torch} if report.torch else {})}
    return [
        Framework(
            name=name,
            version=versions[name],
            python_version=report.python_version,
            cuda=report.cuda if name == "torch" else None,
            rocm=report.rocm if name == "torch" else None,
            sees_gpu=report.sees_gpu if name == "torch" else None,
        )
        for name in NAMES
        if name in versions
    ]
