"""Checks of others: what a run says of them, and what they may be called."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PluginFacts:
    """One plug-in that a run loaded."""

    name: str
    """Under which it was named, for example `acme-checks`."""
    distribution: str
    """What was installed to have it."""
    version: str
    """Of the distribution."""
    digest: str
    """SHA-256 over its files: the same code has the same digest on every machine."""
    checks: tuple[str, ...]
    """Ids of its checks."""


def vendor_of(name: str) -> str:
    """Return the first word of the name of a plug-in or a check: whose it is."""
    return name.partition("-")[0]
