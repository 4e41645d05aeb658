"""Requirements as text and as a page."""

from dlws.model.requirements import CloudPrice, Estimate, Figure, Machine, Need, Option, Requirements, Vram
from dlws.report import html, text
from dlws.report.requirements import groups, memory_parts

MACHINE = Machine(
    gpus=Need(value=1, reason="the job is for one GPU"),
    vram_gib=Need(value=24, reason="21.4 GiB and 8 % error"),
    compute_capability=Need(value=8.0, reason="BF16"),
    ram_gib=Need(value=32, reason="the weights pass through RAM"),
    disk_gb=Need(value=100, reason="model, data and checkpoints"),
    cpu_cores=Need(value=8, reason="data loaders"),
)
NEEDS = Requirements(
    workload="llama",
    estimate=Estimate(
        vram=Vram(
            total_gib=21.4,
            allocated_gib=19,
            reserved_gib=20,
            low_gib=19.9,
            high_gib=23,
            weights_gib=15,
            gradients_gib=0.2,
            optimizer_gib=0.4,
            activations_gib=3.5,
            kv_cache_gib=0,
            logits_gib=1.2,
            temporary_gib=0.3,
            framework_gib=0.8,
            peak="backward",
            basis="ledger",
            error_percent=8,
        ),
        parameters=8_030_261_248,
        trained_parameters=41_943_040,
        ram_gib=24,
        disk_gb=60,
        time_hours=3.21,
        figures={"time_hours": Figure(value=3.21, low=2.1, high=4.9, basis="a measured rate")},
        electricity_cost=1.5,
        currency="EUR",
        unknown={"energy_kwh": "the option's power is not in the catalog"},
    ),
    minimum=MACHINE,
    recommended=MACHINE,
    options=(
        Option(
            vendor="NVIDIA",
            gpu="L4",
            count=2,
            vram_gib=22.5,
            need_gib=21.4,
            fit="tight",
            launch_price_usd=5000,
            cloud=CloudPrice(
                provider="a",
                instance_type="g2",
                region="r",
                usd_per_hour=2,
                gpus=2,
                as_of="2026-01",
                source="s",
            ),
        ),
    ),
    advice=("checkpointing would need 17 GiB",),
)


def test_requirements_as_text() -> None:
    lines = text.requirements(NEEDS, 100).splitlines()
    for line in (
        "GPU memory for llama",
        "  total           21.4 GiB at the peak (backward), between 19.9 and 23.0 GiB",
        "  activations     3.50 GiB",
        "  parameters      8,030,261,248, 41,943,040 of them trained",
        "  time            3.2 h, between 2.1 h and 4.9 h: a measured rate",
        "  energy          unknown: the option's power is not in the catalog",
        "  electricity     1.50 EUR",
        "  GPU memory         24.0 GiB each: 21.4 GiB and 8 % error",
        "  - checkpointing would need 17 GiB",
    ):
        assert line in lines, line
    assert not [line for line in lines if "kv cache" in line]
    assert "2 x L4" in "\n".join(lines)
    assert "a g2 2.00 USD/h (2026-01)" in " ".join(" ".join(lines).split())


def test_groups_without_rows_are_left_out() -> None:
    titles = [group.title for group in groups(NEEDS)]
    assert "Assumed" not in titles
    assert "To need less" in titles


def test_the_page_draws_what_takes_the_memory() -> None:
    parts = html.memory_bar(NEEDS)
    assert [part.name for part in parts] == list(memory_parts(NEEDS.estimate.vram))
    assert round(sum(part.width for part in parts)) == html.WIDTH
    page = html.page(title="x", requirements=NEEDS)
    assert "weights 15.00 GiB" in page
    assert "Needed" in page
