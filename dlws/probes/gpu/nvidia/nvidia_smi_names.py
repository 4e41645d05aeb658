"""Names that nvidia-smi cut off to fit its table: ``NVIDIA A100-SXM...``."""

from typing import NamedTuple

from dlws.catalog import gpus as catalog


class Named(NamedTuple):
    """What a name that may be cut off still tells."""

    name: str
    architecture: str | None = None
    compute_capability: str | None = None


def complete(name: str, memory_mib: int | None) -> Named:
    """The whole name where one model only can be meant, and what all models that can be meant have in common."""
    if not name.endswith("..."):
        return Named(name)
    start = name[:-3].rstrip()
    models = {
        alias: model
        for model in catalog.all()
        for alias in model.aliases
        if alias.startswith(start) and alias != start  # that one would have fitted
    }
    fitting = [alias for alias, model in models.items() if model.holds(memory_mib)]
    fitting = fitting or [alias for alias, model in models.items() if model.vram_gb is None]
    architectures = {models[alias].architecture for alias in fitting}
    capabilities = {models[alias].compute_capability for alias in fitting}
    return Named(
        fitting[0] if len(fitting) == 1 else name,
        architectures.pop() if len(architectures) == 1 else None,
        capabilities.pop() if len(capabilities) == 1 else None,
    )
