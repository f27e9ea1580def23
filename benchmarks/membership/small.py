"""Small tables with a known leak: 200 people of each side, nine columns."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

PEOPLE = 200
COPIED = 0.2
"""Share of the real people of whom a copy is released."""
JITTER = 0.03
"""Noise on a copy, in standard deviations; also the chance that a category is redrawn."""
WIDTH = 0.15
"""Of the kernel of an overfitted density, in standard deviations."""


def homes(n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return nine numbers on very different scales, as of districts and their homes."""
    income, age = rng.lognormal(1.2, 0.45, n), rng.uniform(1, 52, n).round()
    rooms = np.exp(7.5 + 0.2 * np.log(income) + 0.7 * rng.normal(size=n)).round()
    south = rng.random(n) < 0.6
    return pd.DataFrame(
        {
            "longitude": np.where(south, -118.2, -122.2) + rng.normal(0, 0.7, n),
            "latitude": np.where(south, 34.0, 37.8) + rng.normal(0, 0.6, n),
            "age": age,
            "rooms": rooms,
            "bedrooms": (rooms / 5 * rng.lognormal(0, 0.1, n)).round(),
            "population": (rooms / 2 * rng.lognormal(0, 0.3, n)).round(),
            "households": (rooms / 5.3 * rng.lognormal(0, 0.08, n)).round(),
            "income": income.round(4),
            "value": (1e5 * income**0.8 * rng.lognormal(-0.2, 0.3, n)).round(-2),
        }
    )


def tenants(n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return five numbers and four categories of 2 to 12 levels."""
    numbers = homes(n, rng)[["age", "rooms", "population", "income", "value"]]
    owns = rng.random(n) < 0.3 + 0.05 * numbers["income"].clip(0, 8)
    return numbers.assign(
        tenure=np.where(owns, "own", "rent"),
        kind=rng.choice(["flat", "house", "farm"], n, p=[0.5, 0.4, 0.1]),
        region=rng.choice(list("abcdef"), n, p=[0.4, 0.2, 0.15, 0.1, 0.1, 0.05]),
        work=rng.choice([f"job {i}" for i in range(12)], n),
    )


def blurred(table: pd.DataFrame, rng: np.random.Generator, width: float) -> pd.DataFrame:
    """Return the rows with noise on numbers, and some categories drawn anew."""
    out = table.reset_index(drop=True)
    for name in out:
        old = out[name].to_numpy()
        if pd.api.types.is_numeric_dtype(out[name]):
            out[name] = old + width * old.std() * rng.normal(size=len(old))
        else:
            out[name] = np.where(rng.random(len(old)) < width, rng.permutation(old), old)
    return out


POPULATIONS: Mapping[str, Callable[[int, np.random.Generator], pd.DataFrame]] = {
    "all numbers": homes,
    "mixed": tenants,
}
LEAKS = ("copies", "jittered copies", "overfitted density")


def small(
    population: str, leak: str | None, *, seed: int = 0, n: int = PEOPLE
) -> dict[str, pd.DataFrame]:
    """Return real, holdout and synthetic people.

    Parameters
    ----------
    population
        A key of `POPULATIONS`.
    leak
        One of `LEAKS`; None for a fresh sample.
    """
    rng = np.random.default_rng([seed, 5])
    real, holdout, synthetic = (POPULATIONS[population](n, rng) for _ in range(3))
    if leak == "overfitted density":
        synthetic = blurred(real.iloc[rng.integers(0, n, n)], rng, WIDTH)
    elif leak is not None:
        copied = real.iloc[rng.permutation(n)[: round(COPIED * n)]]
        if leak == "jittered copies":
            copied = blurred(copied, rng, JITTER)
        synthetic = pd.concat([synthetic.iloc[len(copied) :], copied], ignore_index=True)
    return {"real": real, "holdout": holdout, "synthetic": synthetic}
