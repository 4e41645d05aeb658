"""Documents as YAML."""

import msgspec


def dump(document: object) -> str:
    """A document of dlws as block-style YAML, fields in their order."""
    import yaml

    return yaml.safe_dump(msgspec.to_builtins(document), sort_keys=False, allow_unicode=True, width=100)
