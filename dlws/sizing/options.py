"""Which GPUs would do, and what they would cost."""

from collections.abc import Iterator

from dlws.catalog import gpus, prices
from dlws.catalog.gpus import GpuModel
from dlws.model.requirements import CloudPrice, Figure, Option, Vram
from dlws.model.workload import Workload

from .duration import energy_kwh, hours, seconds, tokens
from .vram import ANY_CONTEXT_GIB, context_gib, vram, with_gpus

USABLE = 0.97
"""Share of the printed memory that a process can get: the driver and ECC keep 1 to 3 %."""
COUNTS = (1, 2, 4, 8)


def options(workload: Workload, capability: float, tariff: prices.Tariff | None) -> tuple[Option, ...]:
    """GPUs of the catalog that would do, the cheapest first, then those without a price by size."""
    needs = {count: vram(with_gpus(workload, count)) for count in _counts(workload)}
    found = [
        one for gpu in gpus.all() if _usable(gpu, capability) for one in _of(workload, gpu, needs, tariff)
    ]
    return tuple(sorted(found, key=_order))


def timed(workload: Workload, option: Option) -> tuple[Figure | None, Figure | None]:
    """Time and energy of an option with their bands."""
    gpu = next(one for one in gpus.all() if one.name == option.gpu)
    job = with_gpus(workload, option.count)
    time = hours(job, gpu, option.count)
    return time, energy_kwh(time, gpu, option.count)


def _counts(workload: Workload) -> tuple[int, ...]:
    return tuple(sorted({workload.gpus, *(count for count in COUNTS if count > workload.gpus)}))


def _usable(gpu: GpuModel, capability: float) -> bool:
    """Known well enough to offer, and new enough: an AMD card by having 16-bit matrix units."""
    if gpu.vram_gb is None or gpu.unified:
        return False
    if gpu.compute_capability is None:
        return gpu.bf16_tflops is not None
    return float(gpu.compute_capability) >= capability


def _of(
    workload: Workload, gpu: GpuModel, needs: dict[int, Vram], tariff: prices.Tariff | None
) -> Iterator[Option]:
    """The option with the fewest of this GPU, if any number does."""
    usable = (gpu.vram_gb or 0) * USABLE
    context = context_gib(gpu.compute_capability) - ANY_CONTEXT_GIB
    for count, need in needs.items():
        if need.allocated_gib + ANY_CONTEXT_GIB + context <= usable:
            yield _option(workload, gpu, count, need.total_gib + context, tariff)
            return


def _option(
    workload: Workload, gpu: GpuModel, count: int, need: float, tariff: prices.Tariff | None
) -> Option:
    job = with_gpus(workload, count)
    time = hours(job, gpu, count)
    energy = energy_kwh(time, gpu, count)
    each = seconds(job, gpu, count)
    usable = (gpu.vram_gb or 0) * USABLE
    return Option(
        vendor=gpu.vendor,
        gpu=gpu.name,
        count=count,
        vram_gib=usable,
        need_gib=need,
        fit="fits" if need <= usable else "tight",
        samples_per_second=1 / each.value if each else None,
        tokens_per_second=tokens(job) / each.value if each and tokens(job) else None,
        time_hours=time.value if time else None,
        energy_kwh=energy.value if energy else None,
        electricity_cost=energy.value * tariff.price_per_kwh if energy and tariff else None,
        launch_price_usd=gpu.launch_price_usd * count if gpu.launch_price_usd else None,
        launch_year=gpu.launch_year,
        cloud=_cloud(gpu, count),
        source=gpu.source or None,
    )


def _cloud(gpu: GpuModel, count: int) -> CloudPrice | None:
    offer = prices.cheapest_offer(gpu.name, count)
    if offer is None:
        return None
    return CloudPrice(
        provider=offer.provider,
        instance_type=offer.instance_type,
        region=offer.region,
        usd_per_hour=offer.usd_per_hour,
        gpus=offer.gpus,
        as_of=offer.as_of,
        source=offer.source,
    )


def _order(option: Option) -> tuple[bool, int, float, float, str]:
    price = option.launch_price_usd or float("inf")
    return (option.fit != "fits", option.count, price, option.vram_gib, option.gpu)
