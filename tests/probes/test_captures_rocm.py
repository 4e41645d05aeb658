"""Links between AMD GPUs in captured reports. ``pytest -s`` prints how many are right."""

import re
from pathlib import Path

from dlws.host.attachment import open_attachment
from dlws.probes.gpu import gpu, topology
from dlws.probes.problems import Problems

ROW = re.compile(r"^GPU\d+((?: +(?:0|XGMI|PCIE))+) *$", re.MULTILINE)


def expected(text: str) -> int | None:
    """Cells above the diagonal of the table of links; None without one."""
    _, found, rest = text.partition("Link Type between two GPUs")
    rows = ROW.findall(rest.partition("Numa Nodes")[0])
    return len(rows) * (len(rows) - 1) // 2 if found else None


def test_links_in_reports_of_rocm_machines(captures: Path) -> None:
    files = [
        file
        for file in sorted((captures / "collect_env").iterdir())
        if "rocm" in file.read_text("utf-8").lower()
    ]
    right = {}
    for file in files:
        wanted = expected(file.read_text("utf-8"))
        if wanted is not None:
            host = open_attachment(file)
            pairs = topology.probe(host, gpu.probe(host, Problems())).gpu_pairs
            right[file.name] = len(pairs) == wanted and all(pair.link for pair in pairs)
    print(f"links of ROCm reports: {sum(right.values())}/{len(right)} files right")
    assert right
    assert all(right.values()), right
