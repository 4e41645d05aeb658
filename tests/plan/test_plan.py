"""From findings to roles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlws import assets
from dlws.errors import DlwsError, ExitCode
from dlws.model.finding import Finding, Status
from dlws.plan.plan import NEEDS_ROOT, ORDER, make

FINDINGS = st.lists(
    st.builds(
        Finding,
        check=st.just("area.thing"),
        subject=st.text(max_size=3),
        status=st.sampled_from(Status),
        what=st.text(max_size=5),
        role=st.sampled_from([None, *ORDER]),
    ),
    max_size=8,
)


def finding(status: Status, role: str | None, what: str = "what") -> Finding:
    """A finding that may ask for a role."""
    return Finding(check="area.thing", subject="machine", status=status, what=what, role=role)


@pytest.mark.parametrize("status", [Status.OK, Status.SKIP, Status.UNKNOWN])
def test_what_is_not_wrong_asks_for_nothing(status: Status) -> None:
    plan = make([finding(status, role) for role in ORDER], as_root=True)
    assert (plan.steps, plan.waiting_for_root) == ((), ())


def test_roles_come_in_their_order_and_once_with_all_who_ask() -> None:
    found = [finding(Status.WARN, role, f"{role}{number}") for number in (1, 2) for role in reversed(ORDER)]
    plan = make(found, as_root=True)
    assert tuple(step.role for step in plan.steps) == ORDER
    assert [one.what for one in plan.steps[0].findings] == [f"{ORDER[0]}1", f"{ORDER[0]}2"]


def test_without_root_the_system_waits_and_the_users_own_part_goes_on() -> None:
    plan = make([finding(Status.FAIL, "base"), finding(Status.FAIL, "python_env")], as_root=False)
    assert [step.role for step in plan.steps] == ["python_env"]
    assert [step.role for step in plan.waiting_for_root] == ["base"]


def test_a_role_of_another_version_is_refused() -> None:
    with pytest.raises(DlwsError) as caught:
        make([finding(Status.FAIL, "quantum")], as_root=True)
    assert (caught.value.code, "quantum" in caught.value.what) == (ExitCode.UNKNOWN, True)


@given(found=FINDINGS, as_root=st.booleans())
def test_a_plan_answers_exactly_what_asks(found: list[Finding], as_root: bool) -> None:
    plan = make(found, as_root)
    steps = [*plan.steps, *plan.waiting_for_root]
    asking = [one for one in found if one.role and one.status in (Status.WARN, Status.FAIL)]
    assert sorted(step.role for step in steps) == sorted({one.role for one in asking if one.role})
    assert sum(len(step.findings) for step in steps) == len(asking)
    assert all(as_root or not step.needs_root for step in plan.steps)


def test_every_role_is_in_the_order_and_exists() -> None:
    have = {path.name for path in (assets.path("playbooks") / "roles").iterdir()}
    assert have == set(NEEDS_ROOT)
