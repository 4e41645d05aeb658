"""What a report is called."""

import pytest

from dlws.model.cpu import Cpu
from dlws.model.document import Document
from dlws.model.gpu import Gpu
from dlws.model.inventory import Inventory
from dlws.model.system import Board
from dlws.report.title import machine_name, title
from dlws.sizing import estimate, load


@pytest.mark.parametrize(
    ("machine", "name"),
    [
        (Inventory(), None),
        (Inventory(cpu=Cpu(model="EPYC 9654")), "EPYC 9654"),
        (Inventory(board=Board(system_vendor="Dell", system_model="Dell X1"), cpu=Cpu(model="E")), "Dell X1, E"),
        (Inventory(board=Board(vendor="ASUS", model="PRIME"), gpus=(Gpu(name="RTX 4090"),)), "ASUS PRIME, RTX 4090"),
        (Inventory(gpus=(Gpu(name="H100"), Gpu(), Gpu(name="H100"))), "2 x H100, GPU of unknown model"),
    ],
)  # fmt: skip
def test_a_machine_is_called_by_its_case_and_what_computes_there(
    machine: Inventory, name: str | None
) -> None:
    assert machine_name(machine) == name


def test_a_title_names_workload_and_machine_where_they_are_known() -> None:
    need = estimate.requirements(load.workload("lenet5-train"))
    machine = Inventory(cpu=Cpu(model="EPYC 9654"))
    assert title(Document(kind="findings")) == "dlws: findings"
    assert title(Document(kind="inventory", inventory=machine)) == "dlws: inventory of EPYC 9654"
    assert (
        title(Document(kind="findings", inventory=machine, requirements=need))
        == "dlws: findings for lenet5-train on EPYC 9654"
    )
