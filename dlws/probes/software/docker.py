"""Docker, Podman and NVIDIA's container toolkit."""

import re
from typing import Any

import msgspec

from dlws.host import Host
from dlws.model.system import ContainerToolkit, Docker
from dlws.probes.problems import Problems
from dlws.probes.software import packages

PACKAGES = ("docker-ce", "docker.io", "moby-engine", "docker-engine", "docker")
CDI_FOLDERS = ("/etc/cdi", "/var/run/cdi")
"""Where the container device interface looks for specifications."""
FOLDERS = ("/usr/bin", "/usr/local/bin", "/usr/sbin")


def docker(host: Host, installed: dict[str, str], problems: Problems) -> Docker | None:
    """The Docker engine; None if there is none, Podman's look-alike command included."""
    snap = "docker" in host.list("/snap/bin") or bool(host.list("/snap/docker"))
    package = next((installed[name] for name in PACKAGES if name in installed), None)
    socket = _socket(host)
    program = any("docker" in host.list(folder) for folder in FOLDERS) and "podman-docker" not in installed
    if not (snap or package or socket or program):
        return _configured_only(host)
    info = _info(host, problems) if socket else {}
    runtimes = info.get("Runtimes") if info else None
    options = info.get("SecurityOptions") if info else None
    config = _config(host)
    return Docker(
        version=_string(info, "ServerVersion") or (packages.upstream(package) if package else None),
        snap=snap,
        running=None if info is None else bool(_string(info, "ServerVersion") or runtimes),
        runtimes=tuple(sorted(map(str, runtimes))) if isinstance(runtimes, dict | list) else None,
        default_runtime=_string(info, "DefaultRuntime"),
        rootless="name=rootless" in options if isinstance(options, list) else None,
        cdi=_cdi(info, config),
        configured_runtimes=_configured_runtimes(config),
    )


def podman(host: Host, installed: dict[str, str]) -> str | None:
    """Version of Podman."""
    if version := installed.get("podman"):
        return packages.upstream(version)
    if not any("podman" in host.list(folder) for folder in FOLDERS):
        return None
    found = re.search(r"version (\d+(?:\.\d+)+)", host.run("podman", "--version").stdout)
    return found[1] if found else None


def toolkit(host: Host, installed: dict[str, str]) -> ContainerToolkit | None:
    """NVIDIA's container toolkit; None if it is not installed."""
    specs = tuple(
        f"{folder}/{name}"
        for folder in CDI_FOLDERS
        for name in host.list(folder)
        if name.endswith((".yaml", ".json"))
    )
    if version := installed.get("nvidia-container-toolkit") or installed.get("nvidia-container-toolkit-base"):
        return ContainerToolkit(version=packages.upstream(version), cdi_specs=specs)
    if not any("nvidia-ctk" in host.list(folder) for folder in FOLDERS):
        return ContainerToolkit(cdi_specs=specs) if specs else None
    found = re.search(r"version (\d+(?:\.\d+)+)", host.run("nvidia-ctk", "--version").stdout)
    return ContainerToolkit(version=found[1] if found else None, cdi_specs=specs)


def parse_info(text: str) -> dict[str, Any]:
    """What ``docker info`` answered, as JSON or as text, under the names of the JSON."""
    try:
        answer = msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return _info_text(text)
    return answer if isinstance(answer, dict) else {}


def _info_text(text: str) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    for line, key in (("Server Version", "ServerVersion"), ("Default Runtime", "DefaultRuntime")):
        if found := re.search(rf"^\s*{line}:\s*(\S+)\s*$", text, re.MULTILINE):
            answer[key] = found[1]
    if found := re.search(r"^\s*Runtimes:\s*(\S.*)$", text, re.MULTILINE):
        answer["Runtimes"] = found[1].split()
    if re.search(r"^\s*CDI spec directories:\s*$", text, re.MULTILINE):
        answer["CDISpecDirs"] = re.findall(r"^\s+(/\S*cdi)\s*$", text, re.MULTILINE)
    if found := re.search(r"^\s*Security Options:\s*\n((?:\s+\w\S*\n)+)", text, re.MULTILINE):
        answer["SecurityOptions"] = [f"name={word}" for word in found[1].split()]
    return answer


def _socket(host: Host) -> bool:
    folders = ("/run", "/var/run", host.environ("XDG_RUNTIME_DIR") or "/run")
    return any("docker.sock" in host.list(folder) for folder in folders)


def _info(host: Host, problems: Problems) -> dict[str, Any] | None:
    """The daemon's own account; empty if no daemon answers, None if it may not be asked."""
    output = host.run("docker", "info", "--format", "{{json .}}", timeout_s=5)
    if "permission denied" in f"{output.stdout}{output.stderr}".lower():
        problems.add("the docker daemon could not be asked: only root and members of the group docker may")
        return None
    return parse_info(output.stdout)


def _config(host: Host) -> dict[str, Any]:
    """The daemon's configuration file, of whichever kind of installation."""
    home = host.environ("HOME") or "/root"
    snap = "/var/snap/docker/current/config/daemon.json"
    for path in ("/etc/docker/daemon.json", snap, f"{home}/.config/docker/daemon.json"):
        if text := host.read(path):
            try:
                config = msgspec.json.decode(text)
            except msgspec.MsgspecError:
                continue
            return config if isinstance(config, dict) else {}
    return {}


def _configured_only(host: Host) -> Docker | None:
    """A configuration file without an engine, as in a report that holds only the file."""
    runtimes = _configured_runtimes(_config(host))
    return Docker(configured_runtimes=runtimes) if runtimes is not None else None


def _configured_runtimes(config: dict[str, Any]) -> tuple[str, ...] | None:
    runtimes = config.get("runtimes")
    return tuple(sorted(runtimes)) if isinstance(runtimes, dict) else None


def _cdi(info: dict[str, Any] | None, config: dict[str, Any]) -> bool | None:
    """Whether the daemon takes CDI device names; old daemons do not say, so their configuration speaks."""
    if info and "CDISpecDirs" in info:
        return bool(info["CDISpecDirs"])
    features = config.get("features")
    chosen = features.get("cdi") if isinstance(features, dict) else None
    return chosen if isinstance(chosen, bool) else None


def _string(info: dict[str, Any] | None, name: str) -> str | None:
    value = (info or {}).get(name)
    return value if isinstance(value, str) and value else None
