"""Takes passwords and tokens out of the addresses in a text."""

from .pattern import pattern

USER = pattern(r"(://)[^/\s\"]+@")
QUERY = pattern(
    r"(?i)([?&](?:amp;)?[\w.-]*(?:token|secret|password|passwd|key|auth|credential|sig|signature)=)[^&;\s\"'<>#]+"
)
"""Signed links of cloud storage, tokens of package indexes."""


def hidden(text: str) -> str:
    """The text with an X in place of each."""
    return QUERY.sub(r"\1X", USER.sub(r"\1X:X@", text))
