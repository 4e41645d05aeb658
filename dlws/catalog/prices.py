"""What renting a GPU and a kilowatt-hour cost, with date and source; prices age."""

from functools import cache

from msgspec import Struct

from .table import rows


class CloudOffer(Struct, frozen=True, kw_only=True):
    """One instance type in one region, on demand."""

    provider: str
    instance_type: str
    gpu: str
    """Name in the GPU catalog."""
    gpus: int
    usd_per_hour: float
    """The whole instance."""
    region: str
    as_of: str
    source: str


class Tariff(Struct, frozen=True, kw_only=True):
    """A price of electricity."""

    region: str
    customer: str
    price_per_kwh: float
    currency: str
    period: str
    source: str


@cache
def cloud_offers() -> tuple[CloudOffer, ...]:
    """All offers, read once."""
    return tuple(
        CloudOffer(
            provider=row["provider"],
            instance_type=row["instance_type"],
            gpu=row["gpu"],
            gpus=int(row["gpus"]),
            usd_per_hour=float(row["usd_per_hour"]),
            region=row["region"],
            as_of=row["as_of"],
            source=row["source"],
        )
        for row in rows("cloud_offers.csv")
    )


def cheapest_offer(gpu: str, count: int) -> CloudOffer | None:
    """The offer with at least this many of the GPU that costs least an hour."""
    fitting = [offer for offer in cloud_offers() if offer.gpu == gpu and offer.gpus >= count]
    return min(fitting, key=lambda offer: (offer.usd_per_hour, offer.region), default=None)


@cache
def tariffs() -> tuple[Tariff, ...]:
    """All prices of electricity, households first, read once."""
    return tuple(
        Tariff(
            region=row["region"],
            customer=row["customer"],
            price_per_kwh=float(row["price_per_kwh"]),
            currency=row["currency"],
            period=row["period"],
            source=row["source"],
        )
        for row in rows("electricity.csv")
    )


def tariff(region: str) -> Tariff | None:
    """The first price listed for a region such as ``EU27``, ``DE`` or ``US-NY``."""
    return next((one for one in tariffs() if one.region.casefold() == region.casefold()), None)
