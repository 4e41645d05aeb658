"""Documents as YAML."""

import msgspec


def dump(document: object) -> str:
    """A document of dlws as block-style YAML, fields in their order.

    In ASCII, other characters escaped: so it suits any locale, and no invisible character hides in it.
    """
    import yaml

    return yaml.safe_dump(msgspec.to_builtins(document), sort_keys=False, allow_unicode=False, width=100)
