"""docker info, Docker's daemon.json and nvidia-container-cli info."""

import json
import re

from dlws.pattern import pattern

from .evidence import ANY, Evidence, Kind

INFO = pattern(r"^ *(?:Server Version|Default Runtime|Runtimes): \S", re.MULTILINE)
RUNTIMES = pattern(r'"runtimes"\s*:\s*\{')
"""What makes a JSON object a daemon.json."""

DEPTH = 20
"""So many opening brackets before that are tried as the object's beginning."""

NVIDIA_FIELD = pattern(r"^(Device Index|Model|GPU UUID): +(\S.*)$", re.MULTILINE)
NVIDIA_CLI = pattern(r"^NVRM version: +\d", re.MULTILINE)


def _info(text: str, evidence: Evidence) -> None:
    evidence.command("docker", ANY, text=text)
    evidence.file("/run/docker.sock", "")


def _daemon(text: str, evidence: Evidence) -> None:
    """The JSON object that has the runtimes, wherever it stands in the text."""
    named = RUNTIMES.search(text)
    end = named.start() if named else 0
    for _ in range(DEPTH):
        end = text.rfind("{", 0, end)
        if end < 0:
            return
        try:
            config, length = json.JSONDecoder().raw_decode(text[end:])
        except (ValueError, RecursionError):
            continue
        if "runtimes" in config:
            evidence.file("/etc/docker/daemon.json", text[end : end + length])
            return


def _nvidia_cli(text: str, evidence: Evidence) -> None:
    """The same facts as nvidia-smi's head line and list, so they are put in its words."""
    versions = [re.search(rf"^{name} version: +(\S+)", text, re.MULTILINE) for name in ("NVRM", "CUDA")]
    driver, cuda = (found[1] if found else "N/A" for found in versions)
    evidence.command("nvidia-smi", text=f"Driver Version: {driver}  CUDA Version: {cuda}\n")
    lines = []
    for device in re.split(r"^(?=Device Index: )", text, flags=re.MULTILINE)[1:]:
        fields = dict(reversed(NVIDIA_FIELD.findall(device.partition("\n\n")[0])))
        if len(fields) == 3:
            lines.append("GPU {Device Index}: {Model} (UUID: {GPU UUID})".format(**fields))
    evidence.command("nvidia-smi", "-L", text="\n".join(lines))


KINDS = (
    Kind(
        name="the JSON of docker info",
        matches=lambda text: (
            text.lstrip().startswith("{") and '"ServerVersion"' in text and '"Runtimes"' in text
        ),
        read=_info,
        alone=True,
    ),
    Kind(name="the output of docker info", matches=INFO.search, read=_info),
    Kind(name="a Docker daemon.json", matches=RUNTIMES.search, read=_daemon),
    Kind(name="the output of nvidia-container-cli info", matches=NVIDIA_CLI.search, read=_nvidia_cli),
)
