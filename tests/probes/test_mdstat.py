"""Software RAID: every state that /proc/mdstat can show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlws.model.storage import Raid
from dlws.probes.storage.mdstat import arrays

ARRAYS = {
    "active": "md0 : active raid1 sdi1[0] sdj1[1]\n      248896 blocks [2/2] [UU]\n",
    "degraded": "md7 : active raid6 sdb1[0] sde1[3] sdd1[2] sdc1[1](F)\n  7813735424 blocks [4/3] [U_UU]\n",
    "recovering": "md6 : active raid1 sdb2[2](F) sdc[1](S) sda2[0]\n  195310144 blocks [2/1] [U_]\n"
    "      [=>...................]  recovery =  8.5% (16775552/195310144) finish=17.0min speed=259783K/sec\n",
    "resync": "md8 : active raid1 sdb1[1] sda1[0]\n  1 blocks [2/2] [UU]\n    resync=DELAYED\n",
    "check": "md2 : active raid1 sda3[0] sdb3[1]\n  1 blocks [2/2] [UU]\n  [=>..]  check =  5.7% (1/2)\n",
    "reshape": "md4 : active raid5 sdh[4] sdg[7] sdf[6]\n  1 blocks [3/3] [UUU]\n  reshape = 56.1% (1/2)\n",
    "inactive": "md9 : inactive sdc[7](S) sdb[6](S)\n      31255588192 blocks super 1.2\n",
    "container": "md127 : inactive sdb[1](S) sda[0](S)\n      7593 blocks super external:imsm\n",
    "broken": "md5 : broken raid0 sda[0] sdb[1]\n      500113408 blocks super 1.2 64k chunks\n",
}


@pytest.mark.parametrize("state", ARRAYS)
def test_each_state_has_its_word(state: str) -> None:
    (found,) = arrays(f"Personalities : [raid1]\n{ARRAYS[state]}\nunused devices: <none>\n")
    assert found.state == state


def test_a_failed_member_is_named_and_counted() -> None:
    (found,) = arrays(ARRAYS["recovering"])
    assert found == Raid(
        name="md6",
        level="raid1",
        state="recovering",
        devices=("sdb2", "sdc", "sda2"),
        devices_wanted=2,
        devices_active=1,
        failed=("sdb2",),
        spares=("sdc",),
        progress_percent=8.5,
    )


def test_an_array_inside_a_container_is_no_container() -> None:
    (found,) = arrays(
        "md126 : active raid0 sda[1] sdb[0]\n   500113408 blocks super external:/md127/0 64k chunks\n"
    )
    assert (found.level, found.state) == ("raid0", "active")


def test_one_array_does_not_read_the_next_ones_numbers() -> None:
    first, second = arrays(ARRAYS["inactive"] + "\n" + ARRAYS["degraded"])
    assert first.devices_wanted is None
    assert second.devices_wanted == 4


def test_lines_broken_by_a_mail_program() -> None:
    text = "$ cat mdstat Personalities :\n[raid5] md127 :\nactive raid5 sdh[4] sdg[7]\nblocks\n[5/4]\n[UUU_U]"
    (found,) = arrays(text)
    assert (found.name, found.level, found.state) == ("md127", "raid5", "degraded")


def test_no_array_is_an_answer_too() -> None:
    assert arrays("Personalities :\nunused devices: <none>\n") == ()


@given(st.text() | st.text(alphabet="md0 :activeinraid15[]_U/()SF\n=%."))
def test_never_raises(text: str) -> None:
    for array in arrays(text):
        assert array.name.startswith("md")
