"""Of the people whom an attack won, how many it would have won without their data."""

from typing import NamedTuple

from audit.statistics.rates import Z95, risk_ends


class PhantomShare(NamedTuple):
    """A share between 0 and 1, with an end on either side."""

    value: float
    low: float
    high: float


def phantom_share(
    k_real: int, n_real: int, k_holdout: int, n_holdout: int, *, z: float = Z95
) -> PhantomShare | None:
    """Return control rate / attack rate, at most 1.

    An attack that wins as often against people who were never in the data discloses nothing that
    having been in it brought about: its wins are phantoms.

    Parameters
    ----------
    k_real, n_real, k_holdout, n_holdout
        Wins among, and number of, real and holdout people.
    z
        Normal quantile of the one-sided level of each end.

    Returns
    -------
    PhantomShare or None
        None where the attack won nothing.

    References
    ----------
    Phantoms and Disclosures, arXiv 2606.16952 (`attacks.md` A7). The ends are those of a ratio of
    two rates by the score: Koopman (1984), Biometrics 40:513.
    """
    # A risk is one minus a ratio of failures; with wins in their place, one minus this ratio.
    found = risk_ends(n_holdout - k_holdout, n_holdout, n_real - k_real, n_real, z=z)
    if found is None:
        return None
    value = (k_holdout * n_real) / (n_holdout * k_real)
    return PhantomShare(*(min(1.0, max(0.0, x)) for x in (value, 1 - found.high, 1 - found.low)))
